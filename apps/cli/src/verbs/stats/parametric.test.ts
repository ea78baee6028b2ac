import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

const golden = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../../reference/survival/${name}.json`, import.meta.url), 'utf8'),
  );
const shared = new URL('../../../../../../shared/data/survival/', import.meta.url);
const whas = fileURLToPath(new URL('whas500.csv', shared));

interface Coefficients {
  readonly coefficients: readonly { readonly name: string; readonly estimate: number; readonly se: number }[];
  readonly knots: { readonly [column: string]: readonly number[] };
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  readonly survival: readonly (readonly number[])[];
}

async function stats(path: string, words: string): Promise<Coefficients> {
  const [verb, ...rest] = words.split(' ');
  const results: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const result = (document: unknown, lines: readonly string[]) => {
      expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
      results.push(document);
    };
    const terminal = { ...openTerminal(true), list: () => {}, say: () => {}, result };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return results[0] as Coefficients;
}

async function written(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-parametric-')), 'a.csv');
  await writeFile(path, text);
  return path;
}

describe('myocast stats with parametric models', () => {
  it('names the row of an event on day 0, as a spreadsheet counts', async () => {
    const path = await written('days,status,x\n5,1,1\n0,1,2\n7,0,4\n');
    await expect(stats(path, 'aft --time days --event status --covariates x')).rejects.toThrow('row 3');
    await expect(stats(path, 'royston-parmar --time days --event status --covariates x')).rejects.toThrow(
      'row 3',
    );
  });
  it.each(['aft', 'royston-parmar --knots 1'])(
    '%s refuses a table without events and a constant column',
    async (verb) => {
      const rows = ['4,1,2', '5,1,2', '7,0,2', '9,1,2', '10,1,2'];
      const words = `${verb} --time days --event status --covariates x`;
      const constant = await written(['days,status,x', ...rows].join('\n'));
      await expect(stats(constant, words)).rejects.toThrow('expected a predictor that varies');
      const without = await written(['days,status,x', '4,0,1', '5,0,2', '7,0,3'].join('\n'));
      await expect(stats(without, words)).rejects.toThrow('expected an event');
    },
  );
});

describe.skipIf(!existsSync(shared))('myocast stats with parametric models on whas500', () => {
  const table = '--time lenfol --event fstat';
  it.each(['exponential', 'weibull', 'log-logistic', 'log-normal'])(
    'aft has the numbers of survreg: %s',
    async (name) => {
      const expected = golden('aft').fits.find(
        (fit: { table: string; distribution: string }) =>
          fit.table === 'whas500' && fit.distribution === name,
      );
      const got = await stats(
        whas,
        `aft ${table} --covariates age,chf,hr --distribution ${name} --at 365,1000`,
      );
      for (const [j, { estimate, se }] of got.coefficients.entries()) {
        expect(estimate).toBeCloseTo(expected.coefficients[j + 1], 6);
        expect(se).toBeCloseTo(expected.standardErrors[j + 1], 6);
      }
      expect(got.logLikelihood.fitted).toBeCloseTo(expected.logLikelihood[1], 6);
      expect(got.survival[1]![0]).toBeCloseTo(expected.survival[1][0], 6);
    },
  );
  it('takes a restricted cubic spline as a term of any regression', async () => {
    const { survreg, knots } = golden('splines').fit;
    const got = await stats(whas, `aft ${table} --covariates rcs(age,4),chf`);
    expect(got.coefficients.map(({ name }) => name)).toEqual(['age', "age'", "age''", 'chf']);
    for (const [k, knot] of got.knots['age']!.entries()) expect(knot).toBeCloseTo(knots[k], 9);
    for (const [j, { estimate }] of got.coefficients.entries())
      expect(estimate).toBeCloseTo(survreg[j + 1], 6);
    await expect(stats(whas, `aft ${table} --covariates rcs(chf,3)`)).rejects.toThrow('distinct knots');
  });
  it.each(['hazard', 'odds', 'normal'])(
    'royston-parmar has the numbers of the written likelihood: %s',
    async (scale) => {
      const expected = golden('royston-parmar').fits.find(
        (fit: { scale: string; innerKnots: number; entry: string | null }) =>
          fit.scale === scale && fit.innerKnots === 2 && fit.entry === null,
      );
      const got = await stats(
        whas,
        `royston-parmar ${table} --covariates age,chf --knots 2 --scale ${scale} --at 100,365`,
      );
      for (const [j, { estimate, se }] of got.coefficients.entries()) {
        expect(estimate).toBeCloseTo(expected.coefficients[j], 6);
        expect(se).toBeCloseTo(expected.standardErrors[j], 5);
      }
      expect(got.logLikelihood.fitted).toBeCloseTo(expected.logLikelihood, 6);
      expect(got.survival[1]!.slice(0, 5)).toEqual(
        expected.survival[1].map((value: number): unknown => expect.closeTo(value, 6)),
      );
    },
  );
});
