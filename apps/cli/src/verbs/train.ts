import { basename, join } from 'node:path';
import { type Issue } from '@myocast/base';
import { bareTable } from '@myocast/model';
import { readTable } from '@myocast/study';
import { type StudySource, studySource } from '../road/study-source.ts';
import { apartFromOrigin } from '../road/table-origin.ts';
import { shareNumber } from '../share-number.ts';
import { trainBundle } from '../road/train-bundle.ts';
import { valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly study?: string;
  readonly table?: string;
  readonly time?: string;
  readonly event?: string;
  readonly id?: string;
  readonly courses?: string;
  readonly out?: string;
  readonly seed: string;
  readonly centreBalance: number;
}

/** `train`: a study's predictors, or a bare table, to a model bundle. */
export const trainVerb: Verb = (program, action) => {
  const command = program
    .command('train')
    .description('train the multimodal forecast on a study or a bare table and write a model bundle')
    .option('--study <dir>', 'study folder with a frozen data set')
    .option('--table <csv>', 'a bare table: every column but time, event and id is a predictor')
    .option('--time <column>', 'days to the event or the end of follow-up; without it the event is yes/no')
    .option('--event <column>', '0 none, 1 the event, 2 and more competing events')
    .option('--id <column>', 'names of the subjects')
    .option(
      '--courses <csv>',
      'events and findings since the index date, for forecasts from later days (see predict --at)',
    )
    .option('--out <file>', 'model bundle, one file (default: model.myocast of the study folder)')
    .option(
      '--centre-balance <share>',
      'count of unequal centres in training: 0 every patient alike, 1 every centre alike, 0.5 between',
      shareNumber,
      0,
    )
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
      const source =
        options.study === undefined
          ? await fromTable(options, issues)
          : valueOrStop(await studySource(options.study), issues);
      terminal.list(issues);
      const out = options.out ?? join(options.study!, 'model.myocast');
      const { card, training, lines } = await trainBundle(
        source,
        out,
        { seed: Number(options.seed), centreBalance: options.centreBalance },
        terminal,
        options.courses,
      );
      terminal.result({ bundle: out, card, training }, lines);
    }),
  );
};

async function fromTable({ table, time, event, id }: Options, issues: Issue[]): Promise<StudySource> {
  const text = valueOrStop(await readTable(table!), issues);
  const { rest, origin } = valueOrStop(await apartFromOrigin(text), issues);
  const read = bareTable(rest, { time: time ?? null, event: event!, id: id ?? null });
  return {
    name: basename(table!),
    dataSet: basename(table!),
    variables: [],
    riskGroups: null,
    timeZero: null,
    definition: null,
    origin,
    ...valueOrStop(read, issues),
  };
}
