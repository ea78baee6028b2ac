import { type Issue, issue } from '@myocast/base';
import type { ModelCard } from '@myocast/model';
import { type PatientFile, patientKey } from '@myocast/model/explanation';
import { StoppedByIssues } from '../terminal.ts';
import type { StudySource } from './study-source.ts';

type Asked = Pick<StudySource, 'name' | 'dataSet' | 'table' | 'outcome' | 'timeZero' | 'definition'>;

/**
 * How a study differs from the one that a model is of, in words; none where it is that study. Columns are matched by
 * name: one of another unit would be another quantity.
 *
 * @throws StoppedByIssues where a column of the model has another unit in the study
 */
export function differencesOf(card: ModelCard, source: Asked): string[] {
  const wrong = otherUnits(card, source);
  if (wrong.length > 0) throw new StoppedByIssues(wrong);
  if (source.dataSet === card.dataSet) return [];
  const trained = card.study;
  if (trained === null)
    return ['the model was trained on a table of no study: columns match by their names alone'];
  const differences = [
    ...(trained.name === source.name ? [] : [`study: trained on ${trained.name}, asked of ${source.name}`]),
    ...(trained.timeZero === source.timeZero
      ? []
      : [`time zero: trained from ${zero(trained.timeZero)}, here ${zero(source.timeZero)}`]),
    ...outcomeDifferences(card, source),
  ];
  if (differences.length === 0 && trained.definition !== source.definition)
    return ['protocol: variables or their limits are not those the model was trained with'];
  return differences;
}

const zero = (words: string | null) => words ?? 'a day that the protocol does not name';

function outcomeDifferences({ outcome: trained }: ModelCard, { outcome }: Asked): string[] {
  const list = (causes: readonly string[]) => causes.join(', ');
  if (trained.compositeName === outcome.compositeName && list(trained.causes) === list(outcome.causes))
    return [];
  return [
    `outcome: the forecast is of ${trained.compositeName} (${list(trained.causes)}), this study's is ${outcome.compositeName} (${list(outcome.causes)})`,
  ];
}

function otherUnits({ predictors }: ModelCard, { table }: Asked): Issue[] {
  return predictors.flatMap(({ column, unit, logarithm }) => {
    const found = table.columns.find(({ name }) => name === column);
    const expected = logarithm && unit ? `ln(${unit})` : unit;
    if (!found || found.unit === expected) return [];
    return [
      issue(
        'unknown-unit',
        `column ${column}`,
        `expected ${expected ?? 'no unit'} as the model was trained with, found ${found.unit ?? 'none'}`,
      ),
    ];
  });
}

export const inSampleNote =
  'IN-SAMPLE: this subject was in the training set, so that the forecast has seen the outcome; validate says how good forecasts of others are';

/** Whether a model was trained on a subject of a study; null where that is not known here. */
export function wasTrainedOn(
  card: ModelCard,
  { name, dataSet }: Pick<StudySource, 'name' | 'dataSet'>,
  patients: PatientFile | { readonly whyNot: string },
): ((subject: string) => boolean) | null {
  if (dataSet === card.dataSet) return () => true;
  if (card.study?.name !== name) return () => false;
  if (!('keys' in patients)) return null;
  const keys = new Set(patients.keys);
  return (subject) => keys.has(patientKey(patients.dataSet, subject));
}

/** Of each subject of a study a note where it was trained on, or null where it was not. */
export function trainedOnNote(
  card: ModelCard,
  source: Pick<StudySource, 'name' | 'dataSet'>,
  patients: PatientFile | { readonly whyNot: string },
): (subject: string) => string | null {
  const isSeen = wasTrainedOn(card, source, patients);
  if (isSeen === null)
    return () =>
      'the model was trained on another freeze of this study: whether this subject was among them is not known';
  return (subject) => (isSeen(subject) ? inSampleNote : null);
}
