import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { statsVerb } from './index.ts';
import { runStats, tableOf } from './testing/run-stats.ts';

const columns = '--time days --event event';

/** Rows dealt to so many groups, in turn. */
const grouped = (groups: number) =>
  tableOf(
    'days,event,arm,x,same',
    Array.from({ length: 4 * groups }, (_, at) => [
      at + 1,
      at % 3 === 0 ? 0 : 1,
      `g${at % groups}`,
      at % 7,
      5,
    ]),
  );

describe('--plot', () => {
  it.each(['--plot-title␣A', '--plot-time=Years', '--plot-scale=365.25'])(
    'is needed by %s',
    async (option) => {
      const given = option.replace('␣', '=');
      const { usage, document } = await runStats(await grouped(2), `km ${columns} ${given}`);
      expect(usage).toMatch(/^error: --plot-(title|time|scale) needs --plot\n$/);
      expect(document).toBeNull();
    },
  );

  it('makes no folder', async () => {
    const path = await grouped(2);
    const folder = join(dirname(path), 'none');
    const { usage, document } = await runStats(path, `km ${columns} --plot ${folder}/a.svg`);
    expect(usage).toBe(`error: expected --plot in a folder that is there, found none at ${folder}\n`);
    expect([document, existsSync(folder)]).toEqual([null, false]);
  });

  it('names the column of the groups', async () => {
    const path = await grouped(2);
    for (const verb of ['km', 'cif']) {
      await runStats(path, `${verb} ${columns} --group arm --plot ${dirname(path)}/a.svg`);
      expect(await readFile(join(dirname(path), 'a.svg'), 'utf8')).toMatch(/>arm = g0<.*>arm = g1</s);
    }
  });

  it.each(['km --group arm', 'cif --group arm', 'cox --covariates x --strata arm'])(
    'stops %s at more curves than can be told apart',
    async (words) => {
      const path = await grouped(13);
      const file = join(dirname(path), 'a.svg');
      const { issues } = await runStats(path, `${words} ${columns} --plot ${file}`);
      expect(issues).toMatchObject([
        {
          kind: 'bad-value',
          message: 'expected at most 12 groups in a figure, found 13; join some, or leave out --plot',
        },
      ]);
      expect(existsSync(file)).toBe(false);
      expect((await runStats(path, `${words} ${columns}`)).issues).toEqual([]);
      const twelve = await grouped(12);
      const drawn = await runStats(twelve, `${words} ${columns} --plot ${dirname(twelve)}/a.svg`);
      expect(drawn.issues).toEqual([]);
    },
  );
});

it.each(['km', 'logrank'])('%s asks whether more than 30 groups were meant', async (verb) => {
  const words = `${verb} ${columns} --group arm`;
  const { said, issues } = await runStats(await grouped(31), words);
  expect([said, issues]).toEqual([['31 groups in column arm: is it a column of groups?'], []]);
  expect((await runStats(await grouped(30), words)).said).toEqual([]);
});

describe('forest', () => {
  const words = `forest ${columns} --trees 20 --node-size 3`;

  it('notes a column that is the same in all rows, and says nothing of what there is none of', async () => {
    const { document, lines } = await runStats(await grouped(8), `${words} --covariates x,same`);
    expect(document).toMatchObject({ constantColumns: ['same'], competingCount: 0 });
    expect(lines.join('\n')).toMatch(/\nsame is the same in all rows: no tree can use it/);
    expect(lines.join('\n')).not.toMatch(/competing|every tree's sample/);
    const varied = await runStats(await grouped(8), `${words} --covariates x,arm`);
    expect(varied.document).toMatchObject({ constantColumns: [] });
    const few = await runStats(await grouped(8), `forest ${columns} --trees 1 --node-size 3 --covariates x`);
    expect(few.lines[1]).toMatch(/, \d+ subjects in every tree's sample$/);
  });

  it('takes no more columns at a node than there are', async () => {
    const path = await grouped(3);
    const { usage, document } = await runStats(path, `${words} --covariates x,arm --mtry 4`);
    expect(usage).toBe(
      'expected --mtry of at most 3, the columns of the covariates (x, armg1, armg2), found 4',
    );
    expect(document).toBeNull();
    expect((await runStats(path, `${words} --covariates x,arm --mtry 3`)).document).toMatchObject({
      columnsPerNode: 3,
    });
  });
});

describe('the help', () => {
  const program = new Command().option('--json', 'one JSON document on stdout').exitOverride();
  statsVerb(program, () => async () => {});
  const commands = program.commands[0]!.commands;

  it.each(commands.map((command) => [command.name(), command] as const))(
    'of %s has --json, marks what is required and fits a screen or two',
    (_, command) => {
      const help = command.helpInformation();
      expect(help).toMatch(/--json +one JSON document/);
      const entries = help.split(/\n {2}(?=-)/);
      for (const { mandatory, defaultValue, flags } of command.options)
        if (mandatory && defaultValue === undefined)
          expect(entries.find((entry) => entry.startsWith(flags))).toMatch(/\(required\)/);
      expect(help).not.toMatch(/0\.01,\s*0\.02/);
      expect(help.split('\n').length).toBeLessThan(90);
    },
  );

  it('says that one of --risk and --survival is required', () => {
    const help = commands.find((command) => command.name() === 'brier')!.helpInformation();
    expect(help).toMatch(/--risk <column>.*\(required, or\s+--survival\)/);
    const size = commands.find((command) => command.name() === 'sample-size')!.helpInformation();
    expect(size).not.toMatch(/required, or/);
  });
});
