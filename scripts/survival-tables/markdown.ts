import type { Difference, Mean, ModelScore } from './scores.ts';

/** The forecast must not be worse than these by more than a margin on any table, and better than all on at least one. */
export const goals = ['clinical-cox', 'random-survival-forest'];

export interface TableResult {
  readonly name: string;
  readonly subjects: number;
  readonly rowsInFile: number;
  readonly repeatedRows: number;
  readonly events: number;
  readonly predictors: number;
  readonly leftOut: readonly string[];
  /** The day before which Uno's C counts events. */
  readonly tau: number;
  readonly models: readonly (ModelScore & {
    readonly label: string;
    readonly cpuSecondsPerFit: number | null;
  })[];
  /** The multimodal forecast less each comparator. */
  readonly differences: readonly Difference[];
}

export interface SurvivalTablesRecord {
  readonly date: string;
  readonly machine: string;
  readonly config: {
    readonly folds: number;
    readonly repeats: number;
    readonly mostRows: number;
    readonly seed: number;
  };
  readonly rows: readonly {
    readonly name: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly goal: string;
    readonly met: boolean;
  }[];
  readonly tables: readonly TableResult[];
}

export function markdownOf({ date, machine, config, rows, tables }: SurvivalTablesRecord): string {
  const { folds, repeats, mostRows, seed } = config;
  return [
    '# The forecast on real survival tables without images',
    '',
    `\`npm run check:survival-tables\`, ${date}, ${machine}. ${repeats} times ${folds}-fold cross-validation, folds balanced by event, seed ${seed}; of tables with more than ${mostRows} distinct rows a random sample of as many; a row that repeats another in every cell is left out, as it would stand on both sides of a fold. All models see the same rows, with their defaults; whatever they tune, they tune within the training rows.`,
    '',
    'C is within a fold, then averaged over folds and repeats; ± is the standard error over repeats, which is how much the division into folds matters. The interval of a difference is over subjects (influence values within folds), the fitted models as they are. Uno’s C counts events before the day by which four in five follow-ups have ended.',
    '',
    '## Multimodal less comparator, Harrell’s C',
    '',
    '| table | against | difference | 95 % interval | goal | met |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, value, low, high, goal, met }) =>
        `| ${name.replace(', against ', ' | ')} | ${signed(value)} | ${signed(low)} to ${signed(high)} | ${goal} | ${met ? 'yes' : 'no'} |`,
    ),
    '',
    verdict(rows, tables),
    '',
    ...tables.flatMap(tableLines),
  ].join('\n');
}

function verdict(rows: SurvivalTablesRecord['rows'], tables: readonly TableResult[]): string {
  const met = rows.filter((row) => row.met).length;
  const better = betterThanAll(tables, goals);
  return `${met} of ${rows.length} comparisons meet the goal. Higher than all of ${goals.join(', ')}: ${better.length === 0 ? 'on no table' : better.join(', ')}.`;
}

/** Tables on which the forecast's C is higher than that of each of these comparators. */
export function betterThanAll(tables: readonly TableResult[], names: readonly string[]): string[] {
  return tables
    .filter(({ differences }) =>
      differences.every(({ against, harrell }) => !names.includes(against) || harrell.value > 0),
    )
    .map(({ name }) => name);
}

function tableLines(table: TableResult): string[] {
  const repeated = table.repeatedRows > 0 ? ` (${table.repeatedRows} of them repeat another)` : '';
  const sampled = table.rowsInFile > table.subjects ? ` of ${table.rowsInFile} rows${repeated}` : '';
  const without = table.leftOut.length > 0 ? `; without ${table.leftOut.join(', ')}` : '';
  return [
    `## ${table.name}`,
    '',
    `${table.subjects} subjects${sampled}, ${table.events} events, ${table.predictors} predictors${without}.`,
    '',
    '| model | Harrell’s C | Uno’s C | multimodal less this, Harrell | Uno | processor s a fit |',
    '|---|---|---|---|---|---|',
    ...table.models.map(({ model, label, harrell, uno, cpuSecondsPerFit }) => {
      const difference = table.differences.find(({ against }) => against === model);
      const less = difference
        ? `${withError(difference.harrell, true)} | ${withError(difference.uno, true)}`
        : ' | ';
      return `| ${label} | ${withError(harrell)} | ${withError(uno)} | ${less} | ${cpuSecondsPerFit ?? 'kept'} |`;
    }),
    '',
  ];
}

function withError({ value, standardError }: Mean, isSigned = false): string {
  return `${isSigned ? signed(value) : value.toFixed(4)} ± ${standardError.toFixed(4)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}
