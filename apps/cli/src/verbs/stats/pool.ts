import { basename } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readNumber, readTable, type Table } from '@myocast/study';
import {
  type BetweenMethod,
  type GivenEstimate,
  onScale,
  type Pooled,
  poolEstimates,
  type PoolingConfig,
  type PoolingScale,
  poolingScales,
} from '@myocast/survival/resampling';
import { normalQuantile } from '@myocast/survival';
import { Option } from 'commander';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import type { StatsVerb } from './table-verb.ts';

interface Options {
  readonly estimate: string;
  readonly se?: string;
  readonly low?: string;
  readonly high?: string;
  readonly study?: string;
  readonly scale: PoolingScale;
  readonly method: BetweenMethod;
  readonly interval: NonNullable<PoolingConfig['interval']>;
}

export const poolVerb: StatsVerb = (stats, action) => {
  stats
    .command('pool')
    .description('random-effects average of the estimates of several centres or studies')
    .argument('<table.csv>', 'one row a centre')
    .requiredOption('--estimate <column>', 'the estimate')
    .option('--se <column>', 'its standard error, on the scale of the estimate')
    .option('--low <column>', 'lower end of its 95 % interval, with --high in place of --se')
    .option('--high <column>', 'upper end')
    .option('--study <column>', 'name of the centre (default: its row)')
    .addOption(
      new Option('--scale <scale>', 'scale of the average: logit for a C, log for a ratio')
        .choices(['identity', 'log', 'logit'])
        .default('identity'),
    )
    .addOption(
      new Option('--method <method>', 'variance between centres')
        .choices(['reml', 'dersimonian-laird', 'paule-mandel'])
        .default('reml'),
    )
    .addOption(
      new Option('--interval <kind>', 'interval of the average')
        .choices(['hartung-knapp', 'hartung-knapp-wider', 'normal'])
        .default('hartung-knapp'),
    )
    .hook('preAction', (called) => {
      const { se, low, high } = called.opts<Options>();
      if ((se === undefined) === (low === undefined) || (low === undefined) !== (high === undefined))
        called.error('error: expected --se COLUMN, or --low COLUMN and --high COLUMN');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = valueOrStop(await readTable(file!));
        const { studies, dropped } = studiesOf(table, basename(file!), options);
        terminal.list(dropped, 5);
        const pooled = valueOrStop(
          poolEstimates(
            studies.map(({ name }) => name),
            studies.map(({ given }) => given),
            options,
          ),
        );
        const document = documentOf(studies, pooled, options, dropped.length);
        terminal.result(document, linesOf(document));
      }),
    );
};

interface Study {
  readonly name: string;
  readonly given: GivenEstimate;
}

/** Rows with an empty cell are left out and reported; a cell that is no number stops. */
function studiesOf(table: Table, file: string, { estimate, se, low, high, study }: Options) {
  const numbers = [estimate, ...(se === undefined ? [low!, high!] : [se])];
  const absent = [...numbers, ...(study === undefined ? [] : [study])].filter(
    (name) => !table.columns.includes(name),
  );
  if (absent.length > 0)
    throw new StoppedByIssues(
      absent.map((name) =>
        issue('missing-column', file, `expected a column "${name}", found ${table.columns.join(', ')}`),
      ),
    );
  const dropped: Issue[] = [];
  const wrong: Issue[] = [];
  const studies = table.rows.flatMap((cells, row): Study[] => {
    const cell = (name: string) => cells[table.columns.indexOf(name)]!.trim();
    const missing = numbers.find((name) => ['', 'NA', 'NaN'].includes(cell(name)));
    const where = (name: string) => `${file} row ${row + 2} column ${name}`;
    if (missing !== undefined) {
      dropped.push(issue('missing-value', where(missing), 'expected a value, found none; row left out'));
      return [];
    }
    const values = numbers.map((name) => {
      const value = readNumber(cell(name));
      if (value === null)
        wrong.push(issue('bad-value', where(name), `expected a number, found "${cell(name)}"`));
      return value ?? 0;
    });
    const [middle, first, last] = values as [number, number, number];
    const given =
      se === undefined
        ? { estimate: middle, low: first, high: last }
        : { estimate: middle, standardError: first };
    return [{ name: study === undefined ? `row ${row + 2}` : cell(study), given }];
  });
  if (wrong.length > 0) throw new StoppedByIssues(wrong.slice(0, 5));
  if (studies.length === 0)
    throw new StoppedByIssues([issue('empty-input', file, 'expected a row with an estimate, found none')]);
  return { studies, dropped };
}

function documentOf(studies: readonly Study[], pooled: Pooled, options: Options, rowsLeftOut: number) {
  const { scale, method } = options;
  const { weights, ...average } = pooled;
  return {
    scale,
    method,
    rowsLeftOut,
    centres: studies.map(({ name, given }, at) => ({
      centre: name,
      ...endsOf(given, scale),
      weight: weights[at]!,
    })),
    ...average,
  };
}

function endsOf(given: GivenEstimate, scale: PoolingScale) {
  const { value, variance } = onScale(given, scale);
  const half = normalQuantile * Math.sqrt(variance);
  const { back } = poolingScales[scale];
  return { estimate: given.estimate, low: back(value - half), high: back(value + half) };
}

function linesOf(document: ReturnType<typeof documentOf>): string[] {
  const { estimate, low, high, prediction, betweenVariance, inconsistency, heterogeneity } = document;
  const rows = [
    ...document.centres.map((centre) => ({ ...centre, mark: '■', weight: centre.weight })),
    { centre: 'average', estimate, low, high, mark: '◆', weight: null },
    ...(prediction
      ? [{ centre: 'further centre', estimate: null, ...prediction, mark: ' ', weight: null }]
      : []),
  ];
  const ends = {
    from: Math.min(...rows.map((row) => row.low)),
    to: Math.max(...rows.map((row) => row.high)),
  };
  return [
    ...textTable(
      ['centre', 'estimate', 'low', 'high', 'weight', ''],
      rows.map((row) => [row.centre, row.estimate, row.low, row.high, row.weight, whisker(row, ends)]),
    ),
    `${document.studies} centres, ${document.method}, ${document.scale} scale, ${document.interval} interval`,
    ...(betweenVariance && heterogeneity
      ? [
          `τ² ${format(betweenVariance.estimate)} (${format(betweenVariance.low)} to ${format(betweenVariance.high)}), I² ${format(inconsistency)}, Q ${format(heterogeneity.q)} on ${heterogeneity.degreesOfFreedom}, p = ${heterogeneity.p.toPrecision(4)}`,
        ]
      : []),
  ];
}

const width = 41;

/** An interval with its estimate, drawn between the outermost ends of all. */
function whisker(
  { low, high, estimate, mark }: { low: number; high: number; estimate: number | null; mark: string },
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const place = (value: number) => (to > from ? Math.round(((width - 1) * (value - from)) / (to - from)) : 0);
  const line = Array.from({ length: width }, (_, at): string =>
    at >= place(low) && at <= place(high) ? '─' : ' ',
  );
  if (estimate !== null) line[place(estimate)] = mark;
  return line.join('');
}
