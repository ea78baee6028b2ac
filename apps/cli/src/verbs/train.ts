import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Issue, issue, Random } from '@myocast/base';
import { bareTable, trainForecast, writeBundle } from '@myocast/model';
import { type Outcome, type PredictorTable, readPredictors } from '@myocast/predictors';
import { readTable } from '@myocast/study';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { slicesOf } from '../slice-tokens.ts';

interface Options {
  readonly study?: string;
  readonly table?: string;
  readonly time?: string;
  readonly event?: string;
  readonly id?: string;
  readonly out?: string;
  readonly seed: string;
}

interface Source {
  readonly name: string;
  readonly dataSet: string;
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  readonly virtual: boolean;
}

/** `train`: a study's predictors, or a bare table, to a model bundle. */
export const trainVerb: Verb = (program, action) => {
  const command = program
    .command('train')
    .description('train the multimodal forecast on a study or a bare table and write a model bundle')
    .option('--study <dir>', 'study folder with predictors.csv')
    .option('--table <csv>', 'a bare table: every column but time, event and id is a predictor')
    .option('--time <column>', 'days to the event or the end of follow-up; without it the event is yes/no')
    .option('--event <column>', '0 none, 1 the event, 2 and more competing events')
    .option('--id <column>', 'names of the subjects')
    .option('--out <dir>', 'bundle folder (default: DIR/model of the study)')
    .option('--seed <number>', 'seed of every random number', '1');
  command.action(
    action<Options>(async (options, terminal) => {
      if ((options.study === undefined) === (options.table === undefined))
        command.error('error: expected either --study or --table');
      if (options.table !== undefined && (options.event === undefined || options.out === undefined))
        command.error('error: --table needs --event and --out');
      if (!/^\d+$/.test(options.seed))
        command.error(`error: --seed: expected a whole number, got ${options.seed}`);
      const issues: Issue[] = [];
      const source = await (options.study === undefined
        ? fromTable(options, issues)
        : fromStudy(options.study, issues));
      terminal.list(issues);
      await train(source, options.out ?? join(options.study!, 'model'), Number(options.seed), terminal);
    }),
  );
};

async function fromStudy(folder: string, issues: Issue[]): Promise<Source> {
  const { table, outcome, record } = valueOrStop(
    await readPredictors(folder, await slicesOf(folder, issues)),
    issues,
  );
  const virtual = await stat(join(folder, 'source', 'truth.csv')).then(
    () => true,
    () => false,
  );
  return { name: basename(folder), dataSet: record.dataSet, table, outcome, virtual };
}

async function fromTable({ table, time, event, id }: Options, issues: Issue[]): Promise<Source> {
  const text = valueOrStop(await readTable(table!), issues);
  const read = bareTable(text, { time: time ?? null, event: event!, id: id ?? null });
  return { name: basename(table!), dataSet: basename(table!), virtual: false, ...valueOrStop(read, issues) };
}

async function train(source: Source, out: string, seed: number, terminal: Terminal): Promise<void> {
  const { table, outcome } = source;
  const rows = [...table.subjects.keys()];
  const counts = outcome.causes.map((name, c) => [
    name,
    outcome.cause.filter((code) => code === c + 1).length,
  ]);
  const events: Record<string, number> = Object.fromEntries(counts);
  const composite = outcome.compositeCauses.reduce((sum, name) => sum + events[name]!, 0);
  if (composite < 8)
    throw new StoppedByIssues([
      issue(
        'too-few-events',
        source.name,
        `expected at least 8 events of ${outcome.compositeName}, found ${composite}`,
      ),
    ]);
  const bar = terminal.bar('train', 100);
  let shown = 0;
  const trained = await trainForecast({
    table,
    outcome,
    rows,
    random: new Random(seed).fork('final model'),
    onProgress: (done, total) => {
      const now = Math.floor((100 * done) / total);
      bar.advance(now - shown);
      shown = now;
    },
  });
  bar.done();
  const { scaler, intervalEnds, training } = trained.plan;
  const card = await writeBundle(trained, out, {
    name: `Forecast of ${outcome.compositeName} (${source.name})`,
    created: new Date().toISOString(),
    softwareVersion: '0.1.0',
    seed,
    dataSet: source.dataSet,
    subjects: rows.length,
    events,
    outcome: {
      causes: outcome.causes,
      compositeName: outcome.compositeName,
      horizonDays: outcome.days === null ? null : intervalEnds.at(-1)!,
    },
    predictors: scaler.columns.map(({ name }) => name),
    sequences: scaler.slices.map(({ kind }) => kind),
    trainedOn: source.virtual ? 'virtual patients' : 'real patients',
    intendedUse: 'Research only. Not a medical device; not for decisions about patients.',
  });
  terminal.result({ bundle: out, card, training }, [
    `${rows.length} subjects, ${composite} events of ${outcome.compositeName}, ${scaler.columns.length} columns`,
    `ridge penalty ${training.penalty}, network trained for ${training.epochs} passes (0: the ridge regression alone)`,
    `model bundle: ${out}`,
  ]);
}
