import type {
  Completeness,
  GivenItems,
  ItemName,
  PublishedScore,
  ScoreConcordance,
} from '@myocast/model/scores';
import { textTable } from './text-table.ts';

export interface ScoreSummary {
  readonly study: string;
  /** What the concordance is of; null for an outcome without times. */
  readonly outcome: string | null;
  readonly table: string;
  readonly facts: GivenItems;
  readonly notRecorded: readonly ItemName[];
  readonly judged: readonly {
    readonly score: PublishedScore;
    readonly completeness: Completeness;
    /** Share of its points that what is recorded can tell. */
    readonly coverage: number;
    /** Null where too little is recorded, or nothing is followed. */
    readonly concordance: { readonly complete: ScoreConcordance; readonly all: ScoreConcordance } | null;
  }[];
}

/** One line for each score, then what stands behind the numbers. */
export function scoreLines({ study, outcome, table, facts, notRecorded, judged }: ScoreSummary): string[] {
  const known = judged.filter(({ score }) => score.kind === 'points');
  const unknown = judged.flatMap(({ score }) =>
    score.kind === 'points' ? [] : [`not computed: ${score.label}: ${score.whyNot}`],
  );
  const header = [
    study,
    'told',
    'points',
    'class alone',
    ...(outcome === null ? [] : [`C of ${outcome}`, 'n (events)', 'C, middle of range', 'n (events)']),
    'weights',
  ];
  const rows = known.map(({ score, completeness, coverage, concordance }) => [
    score.label,
    `${Math.round(100 * coverage)} %`,
    `${completeness.complete}/${completeness.subjects}`,
    completeness.classAlone,
    ...(outcome === null ? [] : [...indexOf(concordance?.complete), ...indexOf(concordance?.all)]),
    score.certainty,
  ]);
  const missing = known.flatMap(({ score, completeness }) => {
    const items = counted(completeness.missing);
    return items === '' ? [] : [`${score.label}: missing ${items}`];
  });
  return [
    ...textTable(header, rows),
    ...unknown,
    ...missing,
    ...(Object.keys(facts).length > 0 ? [`not recorded but known or assumed: ${counted(facts)}`] : []),
    ...(notRecorded.length > 0 ? [`recorded of nobody: ${notRecorded.join(', ')}`] : []),
    `table: ${table}`,
  ];
}

function indexOf(concordance: ScoreConcordance | undefined): string[] {
  if (!concordance) return ['–', '–'];
  const { subjects, events, index, low, high } = concordance;
  const number = (value: number | null) => value?.toFixed(2) ?? '–';
  const shown = index === null ? '–' : `${number(index)} (${number(low)}-${number(high)})`;
  return [shown, `${subjects} (${events})`];
}

function counted(items: { readonly [name: string]: number | undefined }): string {
  return Object.entries(items)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
