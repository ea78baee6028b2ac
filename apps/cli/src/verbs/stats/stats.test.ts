import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/survival/golden-r.json', import.meta.url), 'utf8'),
);
const header = 'days,cause,event,x1,x2,risk,survival,group';
const goldenRows: string[] = golden.days.map((days: number, row: number) =>
  [
    days,
    golden.cause[row],
    golden.cause[row] === 1 ? 1 : 0,
    golden.x1[row],
    golden.x2[row],
    golden.risk[row],
    1 - golden.risk[row] / 4,
    golden.group[row],
  ].join(','),
);

/** The document that `myocast stats …` gives for these rows. */
async function stats(rows: readonly string[], ...words: string[]): Promise<Record<string, never>> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-stats-')), 'a.csv');
  await writeFile(path, `${[header, ...rows].join('\n')}\n`);
  const results: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const terminal = {
      ...openTerminal(true),
      list: () => {},
      result: (document: unknown) => results.push(document),
    };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', words[0]!, path, '--time', 'days', ...words.slice(1)], { from: 'user' });
  return results[0] as Record<string, never>;
}

describe('myocast stats', () => {
  it('cox gives the coefficients, log-likelihood and concordance of R', async () => {
    const got = (await stats(goldenRows, 'cox', '--event', 'event', '--covariates', 'x1,x2')) as never as {
      coefficients: { name: string; estimate: number; se: number }[];
      logLikelihood: { null: number; fitted: number };
    };
    for (const [j, row] of got.coefficients.entries()) {
      expect(row.name).toBe(['x1', 'x2'][j]);
      expect(Math.abs(row.estimate - golden.efron.coefficients[j])).toBeLessThan(1e-6);
      expect(Math.abs(row.se - golden.efron.standardErrors[j])).toBeLessThan(1e-6);
    }
    expect(Math.abs(got.logLikelihood.fitted - golden.efron.logLikelihood[1])).toBeLessThan(1e-6);
  });
  it('cox takes strata, clusters, an offset and tests its assumption', async () => {
    const words = ['cox', '--event', 'event', '--covariates', 'x1'];
    const got = await stats(
      goldenRows,
      ...words,
      '--strata',
      'group',
      '--offset',
      'x2',
      '--zph',
      '--at',
      '20,40',
    );
    const { tests, proportionalHazards, survival } = got as never as {
      tests: { score: { degreesOfFreedom: number } };
      proportionalHazards: { global: { chiSquare: number }; terms: { name: string; chiSquare: number }[] };
      survival: { stratum: string; day: number; survival: number }[];
    };
    expect(tests.score.degreesOfFreedom).toBe(1);
    expect(proportionalHazards.terms[0]!.chiSquare).toBeCloseTo(proportionalHazards.global.chiSquare, 10);
    expect(survival.map(({ stratum, day }) => `${stratum} ${day}`)).toEqual(
      [...new Set<number>(golden.group)]
        .toSorted((a, b) => a - b)
        .flatMap((group) => [`${group} 20`, `${group} 40`]),
    );
    expect(survival[1]!.survival).toBeLessThan(survival[0]!.survival);
    const each = await stats(goldenRows, ...words, '--cluster', 'days');
    const plain = await stats(goldenRows, ...words);
    const [first] = each['coefficients'] as never as { estimate: number; se: number; naiveSe: number }[];
    const [naive] = plain['coefficients'] as never as { estimate: number; se: number }[];
    expect([first!.estimate, first!.naiveSe]).toEqual([naive!.estimate, naive!.se]);
    expect(first!.se).not.toBe(naive!.se);
    await expect(stats(goldenRows, ...words, '--ties', 'exact', '--zph')).rejects.toThrow('--zph needs');
  });
  it('concordance, km, cif and logrank give what R gives', async () => {
    const index = await stats(goldenRows, 'concordance', '--event', 'event', '--risk', 'risk');
    expect(index['harrell']).toBeCloseTo(golden.harrell.index, 12);
    expect(index['uno']).toBeCloseTo(golden.unoR.index, 12);
    const bySurvival = await stats(goldenRows, 'concordance', '--event', 'event', '--survival', 'survival');
    expect(bySurvival['harrell']).toBe(index['harrell']);
    const km = await stats(goldenRows, 'km', '--event', 'event');
    expect(km['survival']).toEqual(
      golden.kaplanMeier.survival.map((value: number) => expect.closeTo(value, 10)),
    );
    const cif = await stats(goldenRows, 'cif', '--event', 'cause', '--cause', '2');
    expect(cif['incidence']).toEqual(
      golden.aalenJohansen.incidence2.map((value: number) => expect.closeTo(value, 10)),
    );
    const test = await stats(goldenRows, 'logrank', '--event', 'event', '--group', 'group');
    expect(test['chiSquare']).toBeCloseTo(golden.logRank.chiSquare, 9);
  });
  it('brier takes a survival at a day, with the same interval for the same seed', async () => {
    const words = [
      '--event',
      'event',
      '--survival',
      'survival',
      '--at',
      '33',
      '--bootstrap',
      '50',
      '--seed',
      '7',
    ];
    const one = await stats(goldenRows, 'brier', ...words);
    expect(one['brier']).toBeGreaterThan(0);
    expect(await stats(goldenRows, 'brier', ...words)).toEqual(one);
  });
  it('leaves out rows with missing cells and counts them', async () => {
    const got = await stats([...goldenRows, ',0,0,1,1,1,1,1', '9,0,NA,1,1,1,1,1'], 'km', '--event', 'event');
    expect(got['subjects']).toBe(24);
    expect(got['rowsLeftOut']).toBe(2);
  });
  it.each([
    ['a column that is not there', goldenRows, ['km', '--event', 'dead'], 'a.csv: expected a column "dead"'],
    [
      'a negative time',
      ['-3,0,1,1,1,1,1,1'],
      ['km', '--event', 'event'],
      'a.csv row 2 column days: expected 0 or more, found -3',
    ],
    [
      'a cell that is no number',
      ['3,0,maybe,1,1,1,1,1'],
      ['km', '--event', 'event'],
      'a.csv row 2 column event: expected 0 or 1 (or --cause dead --censored alive), found maybe',
    ],
    [
      'a covariate that does not vary',
      ['3,0,1,1,2,1,1,1', '4,0,1,1,5,1,1,1'],
      ['cox', '--event', 'event', '--covariates', 'x1'],
      'x1: expected a predictor that varies',
    ],
    ['codes beyond 1 without a cause', goldenRows, ['km', '--event', 'cause'], 'expected 0 or 1'],
  ])('stops at %s, and names it', async (_, rows, words, message) => {
    await expect(stats(rows, ...words)).rejects.toThrow(message);
  });
  it('takes a missing --risk as wrong usage', async () => {
    await expect(stats(goldenRows, 'concordance', '--event', 'event')).rejects.toThrow(
      'expected --risk COLUMN',
    );
  });
});
