import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatIssue, type Issue } from '@myocast/base';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

/** What `myocast stats …` says of this table: the document, and the lines beside it. */
async function stats(rows: readonly string[], words: string) {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-words-')), 'a.csv');
  await writeFile(path, `${rows.join('\n')}\n`);
  const said: string[] = [];
  let document: { readonly [key: string]: unknown } = {};
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const terminal = {
      ...openTerminal(true),
      list: (issues: readonly Issue[]) => said.push(...issues.map(formatIssue)),
      say: (line: string) => said.push(line),
      result: (found: never) => (document = found),
    };
    const command = args.at(-1) as Command;
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  const [verb, ...rest] = words.split(' ');
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return { document, said };
}

const te = '--time t --event e';
const some = [
  't,e,x,r',
  ...Array.from({ length: 30 }, (_, k) => `${k + 1},${k % 2},${(k * 7) % 11},0.${k + 1}`),
];

describe('a model of log time', () => {
  const onDayZero = ['0,0,3,0.5', '0,0,1,0.5'];
  it.each(['aft', 'royston-parmar --knots 1'])(
    '%s names the rows censored on day 0, which change nothing',
    async (verb) => {
      const words = `${verb} ${te} --covariates x`;
      const { document, said } = await stats([...some, ...onDayZero], words);
      expect(said).toEqual([
        'column t: 2 without the event on day 0, which has no logarithm (rows 32, 33): no part of the likelihood',
      ]);
      const without = await stats(some, words);
      expect(without.said).toEqual([]);
      expect(document['coefficients']).toEqual(without.document['coefficients']);
    },
  );
});

describe('what the library refuses', () => {
  const none = ['t,e,x', '1,0,1', '2,0,2', '3,0,4'];
  it.each(['aft', 'forest', 'boosting', 'royston-parmar'])('%s is of the table', async (verb) => {
    await expect(stats(none, `${verb} ${te} --covariates x`)).rejects.toThrow(
      /^a\.csv: expected an event.*, found none \(too-few-events\)$/,
    );
  });
  it('of a parameter is in the words of the options', async () => {
    await expect(stats(some, `boosting --stop out-of-bag ${te} --covariates x`)).rejects.toThrow(
      /^expected a --sample-share below 1 to stop/,
    );
  });
  it('of a risk of 0 is at its cell', async () => {
    const { said } = await stats(
      [
        't,e,r',
        'NA,1,0.5',
        ...some
          .slice(1)
          .map((row, k) => `${row.split(',').slice(0, 2).join(',')},${k === 4 ? 0 : 0.3 + k / 100}`),
      ],
      `calibration ${te} --risk r --at 20`,
    );
    expect(said.find((line) => line.includes('above 0'))).toMatch(
      /^a\.csv row 7 column r: expected a risk above 0/,
    );
    expect(said.join('\n')).not.toContain('subject');
  });
});

it('takes --bootstrap 0 as no bootstrap', async () => {
  const words = `concordance ${te} --risk r`;
  const { document } = await stats(some, `${words} --bootstrap 0`);
  expect(document).toEqual((await stats(some, words)).document);
  expect(document['bootstrap']).toBeNull();
});

it('says how the event column of a table in words was read', async () => {
  const words = some.map((row) => row.replace(/^(\d+),0/, '$1,alive').replace(/^(\d+),1/, '$1,dead'));
  const { document, said } = await stats(words, `cif ${te} --at 20`);
  expect(said).toEqual([expect.stringMatching('took alive as censored and dead as the event')]);
  const numbers = await stats(some, `cif ${te} --at 20`);
  expect(document).toMatchObject({ cause: 'dead', incidence: numbers.document['incidence'] });
  const risk = `brier ${te} --risk r --at 20`;
  const named = await stats(words, `${risk} --cause dead`);
  expect(named.document['brier']).toEqual((await stats(some, risk)).document['brier']);
});

it('does not impute numbers with decimal commas as categories', async () => {
  const out = join(await mkdtemp(join(tmpdir(), 'myocast-words-')), 'out');
  const rows = ['t,e,x', '1,1,"60,0"', '2,0,NA', '3,1,"61,5"', '4,0,"70,0"'];
  await expect(stats(rows, `impute ${te} --columns x --out ${out}`)).rejects.toThrow(
    'a.csv column x: expected a number, found "60,0"; write a decimal point',
  );
});

it('pools a table with semicolons and decimal commas', async () => {
  const { document, said } = await stats(
    ['centre;c;se', 'A;0,70;0,02', 'B;0,80;0,02'],
    'pool --estimate c --se se --study centre --scale identity',
  );
  expect(said).toContain('a.csv: read decimal commas in c, se');
  expect(document['estimate']).toBeCloseTo(0.75, 10);
});
