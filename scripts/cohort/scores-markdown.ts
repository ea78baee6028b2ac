import type { Completeness, ScoreConcordance } from '@myocast/model/scores';
import type { Estimate, ModelPerformance } from '@myocast/validation';

interface ScoresRecord {
  readonly date: string;
  readonly config: { readonly centres: number; readonly seed: number };
  readonly horizonDays: number;
  readonly subjects: number;
  readonly events: number;
  readonly notRecorded: readonly string[];
  readonly scores: readonly {
    readonly label: string;
    readonly certainty: string;
    readonly completeness: Completeness;
    readonly concordance: { readonly complete: ScoreConcordance; readonly all: ScoreConcordance } | null;
  }[];
  readonly models: readonly ModelPerformance[];
}

/** The record of `check-scores` as a page to read. */
export function scoresMarkdown(record: ScoresRecord): string {
  const { date, config, subjects, events, horizonDays, notRecorded, scores, models } = record;
  return [
    '# Published scores on the virtual cohort',
    '',
    `\`npm run check:scores\`, ${date}: ${subjects} virtual patients of ${config.centres} centres (seed ${config.seed}), ${events} first MACE, with the holes of the clinical table and the readings of a core laboratory in place of images. It shows that the scores are computed as published and what is missing for them; which score is good in real patients it does not show.`,
    '',
    '## How often they can be computed',
    '',
    'C is Harrell’s concordance of the first MACE with its 95 % interval: of those whose points are known, and of all with the middle of the possible points.',
    '',
    '| score | weights | points known | class alone known | C, points known | n (events) | C, all | missing |',
    '|---|---|---|---|---|---|---|---|',
    ...scores.map(({ label, certainty, completeness: { complete, classAlone, missing }, concordance }) => {
      if (!concordance) return `| ${label} | ${certainty} | not computed | | | | | |`;
      const { complete: known, all } = concordance;
      const items = Object.entries(missing).map(([name, count]) => `${name} ${count}`);
      return `| ${label} | ${certainty} | ${complete} | ${classAlone} | ${shown(known)} | ${known.subjects} (${known.events}) | ${shown(all)} | ${items.join(', ')} |`;
    }),
    '',
    `Recorded of nobody in NCT07277400: ${notRecorded.join(', ')}.`,
    '',
    '## On centres held out',
    '',
    `Each centre is held out once. The points need no training; their incidence at ${horizonDays} days is calibrated on the other centres. The regressions are fitted there, on the prespecified predictors.`,
    '',
    '| model | C (95 % interval) | Brier | IPA | observed/expected |',
    '|---|---|---|---|---|',
    ...models.map(
      ({ label, harrell, brier, ipa, observedOverExpected }) =>
        `| ${label} | ${estimate(harrell)} | ${brier.value?.toFixed(3) ?? '–'} | ${estimate(ipa)} | ${estimate(observedOverExpected)} |`,
    ),
    '',
  ].join('\n');
}

function shown({ index, low, high }: ScoreConcordance): string {
  return estimate({ value: index, low, high });
}

function estimate({ value, low, high }: Estimate): string {
  if (value === null) return '–';
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}
