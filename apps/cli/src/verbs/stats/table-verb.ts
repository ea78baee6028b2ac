import { type Command, InvalidArgumentError, Option } from 'commander';
import { readNumber } from '@myocast/study';
import type { IntervalKind } from '@myocast/survival/resampling';
import type { Terminal } from '../../terminal.ts';
import type { Action } from '../../verb.ts';
import { readStudyTable, type StudyTable, type TableRequest } from './study-table.ts';
import { splitTerms } from './terms.ts';

/** Adds one command to `myocast stats`. */
export type StatsVerb = (stats: Command, action: Action) => void;

/** The options that every command on a table of follow-up has. */
export type TableOptions = Pick<
  TableRequest,
  'time' | 'event' | 'cause' | 'censored' | 'entry' | 'weights' | 'covariates'
>;

export interface RiskOptions extends TableOptions {
  readonly risk?: string;
  readonly survival?: string;
}

export interface BootstrapOptions {
  readonly bootstrap?: number;
  readonly seed: number;
  /** 'percentile' where absent */
  readonly interval?: IntervalKind;
}

/** A command that takes a table of follow-up: --time, --event, --cause, --censored. */
export function tableVerb(stats: Command, name: string, description: string): Command {
  return stats
    .command(name)
    .description(description)
    .argument('<table.csv>')
    .requiredOption('--time <column>', 'follow-up time')
    .requiredOption('--event <column>', 'event: 0 censored, 1 the event')
    .option('--cause <code>', 'the code that is the event; the others compete with it')
    .option('--censored <code>', 'the code of a censored row (default: 0, and words such as alive)');
}

/** Late entry: rows are under observation from this day on. Add it where the statistic honours it. */
export const entryOption = () =>
  new Option('--entry <column>', 'time from which a row is under observation (left truncation)');
/** Add it where the statistic honours weights. */
export const weightsOption = () => new Option('--weights <column>', 'case weights');
export const groupOption = (what: string) => new Option('--group <column>', what);
export const strataOption = () =>
  new Option('--strata <columns>', 'strata, columns separated by commas').argParser(names);
export const covariatesOption = () =>
  new Option(
    '--covariates <terms>',
    'covariates separated by commas: column, log(column), sqrt(column), factor(column), rcs(column, knots)',
  )
    .argParser(names)
    .makeOptionMandatory();

/** Who a case is compared with, for a measure at a day. */
export const controlsOption = () =>
  new Option('--controls <who>', 'controls: all without the event by the day, or only those event-free')
    .choices(['without-event', 'event-free'])
    .default('without-event');

/** --risk or --survival, one of which must be given. */
export function withRisk(command: Command): Command {
  return command
    .addOption(new Option('--risk <column>', 'predicted risk, higher is worse').conflicts('survival'))
    .option('--survival <column>', 'predicted survival probability, higher is better')
    .hook('preAction', (called) => {
      const { risk, survival } = called.opts<RiskOptions>();
      if (risk === undefined && survival === undefined)
        called.error('error: expected --risk COLUMN or --survival COLUMN');
    });
}

/** --group, --entry, --weights and --at of a command that draws one curve for each group. */
export function withCurveOptions(command: Command, quantity: string): Command {
  return command
    .addOption(groupOption('one curve for each group of this column'))
    .addOption(entryOption())
    .addOption(weightsOption())
    .option('--at <days>', `${quantity} on these days, separated by commas`, numberList);
}

/** --interval of a curve of probabilities. */
export const probabilityScaleOption = () =>
  new Option('--interval <scale>', 'scale of the 95 % interval')
    .choices(['plain', 'log', 'log-log'])
    .default('log-log');

/** --variance and --cluster. */
export function withVariance(command: Command, choices: readonly string[]): Command {
  return command
    .addOption(
      new Option(
        '--variance <name>',
        `of the standard error (default: robust with clusters or weights that are not whole numbers, else ${choices[0]})`,
      ).choices(choices),
    )
    .option('--cluster <column>', 'rows of one cluster, for the robust variance')
    .hook('preAction', (called) => {
      const { variance, cluster } = called.opts<{ variance?: string; cluster?: string }>();
      if (cluster !== undefined && variance !== undefined && variance !== 'robust')
        called.error(`error: --cluster has the robust variance, found --variance ${variance}`);
    });
}

/** --bootstrap, --seed and --interval. */
export function withBootstrap(command: Command): Command {
  return withResamples(command).addOption(
    new Option('--interval <kind>', 'how an interval is made of the resamples')
      .choices(['percentile', 'basic', 'normal', 'bca'] satisfies IntervalKind[])
      .default('percentile'),
  );
}

/** --bootstrap and --seed, for a command whose intervals are percentiles. */
export function withResamples(command: Command): Command {
  return command
    .option('--bootstrap <resamples>', 'intervals over resampled rows; 0 for none', wholeNumber)
    .option('--seed <seed>', 'seed of every random number', wholeNumber, 1)
    .hook('preAction', (called) => {
      if (called.opts<BootstrapOptions>().bootstrap === 0) called.setOptionValue('bootstrap', undefined);
    });
}

/** The table of a command that has --risk or --survival, and the risk: one minus a survival. */
export async function readRiskTable(
  path: string,
  options: RiskOptions,
  more: Partial<TableRequest> = {},
): Promise<{ table: StudyTable; risk: Float64Array; riskColumn: string }> {
  const riskColumn = (options.risk ?? options.survival)!;
  const table = await readStudyTable(path, {
    ...options,
    ...more,
    numbers: [riskColumn, ...(more.numbers ?? [])],
  });
  const values = table.numbers(riskColumn);
  return { table, riskColumn, risk: options.risk === undefined ? values.map((value) => 1 - value) : values };
}

/** Names that label each row by several columns together; one stratum where there are none. */
export function jointLabels(table: StudyTable, columns: readonly string[]): readonly string[] {
  const labels = columns.map((column) => table.labels(column));
  return table.rowNumbers.map((_, row) => labels.map((label) => label[row]).join(', '));
}

/** The number of each label in the order of their first letters, and the labels. */
export function codesOf(labels: readonly string[]): { codes: Int32Array; names: readonly string[] } {
  const names = [...new Set(labels)].sort((a, b) => {
    const [x, y] = [readNumber(a), readNumber(b)];
    return x !== null && y !== null ? x - y : a.localeCompare(b, 'en');
  });
  const code = new Map(names.map((name, at) => [name, at]));
  return { codes: Int32Array.from(labels, (label) => code.get(label)!), names };
}

export function counts({ followUp, dropped }: StudyTable) {
  return {
    subjects: followUp.days.length,
    eventCount: followUp.event.filter((code) => code === 1).length,
    rowsLeftOut: dropped.length,
  };
}

/** Prints what was left out, how the table was read, and the result. */
export function finish(
  terminal: Terminal,
  { dropped, notes }: StudyTable,
  document: object,
  lines: readonly string[],
): void {
  terminal.list(dropped, 5);
  for (const note of notes) terminal.say(note);
  terminal.result(document, lines);
}

/** A number of 0 or more, for an option. */
export function number(text: string): number {
  const value = readNumber(text);
  if (value === null || value < 0) throw new InvalidArgumentError('Expected a number of 0 or more.');
  return value;
}

/** A whole number of 0 or more, for an option. */
export function wholeNumber(text: string): number {
  const value = readNumber(text);
  if (value === null || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('Expected a whole number of 0 or more.');
  return value;
}

/** Numbers of 0 or more between commas, for an option. */
export function numberList(text: string): number[] {
  return text.split(',').map(number);
}

/** Names or terms between commas, for an option. */
export function names(text: string): string[] {
  const parts = splitTerms(text);
  if (parts.includes('')) throw new InvalidArgumentError('Expected names separated by commas.');
  return parts;
}
