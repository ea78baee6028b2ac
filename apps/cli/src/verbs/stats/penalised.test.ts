import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Issue } from '@myocast/base';
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

interface Document {
  readonly names: readonly string[];
  readonly path: readonly { lambda: number; nonZero: number; coefficients: number[]; relaxed: number[] }[];
  readonly crossValidation: { deviance: { mean: number[]; lambdaBest: number; lambdaOneSe: number } };
  readonly chosen: readonly {
    by: string;
    lambda: number;
    coefficients: { name: string; estimate: number }[];
    survival: { day: number; ofRows: number[] }[];
  }[];
  readonly causes: readonly { cause: string; eventCount: number; coefficients: { estimate: number }[] }[];
  readonly risk: readonly { day: number; causes: number[][]; free: number[] }[];
  readonly predicted: { at: { day: number; survival: number[]; low: number[]; high: number[] }[] };
  readonly proportionalHazards: { global: { chiSquare: number } };
}

async function stats(path: string, words: string): Promise<{ document: Document; issues: readonly Issue[] }> {
  const [verb, ...rest] = words.split(' ');
  const results: unknown[] = [];
  const issues: Issue[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const result = (document: unknown, lines: readonly string[]) => {
      expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
      results.push(JSON.parse(JSON.stringify(document)));
    };
    const list = (found: readonly Issue[]) => issues.push(...found);
    const terminal = { ...openTerminal(true), list, say: () => {}, result };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return { document: results[0] as Document, issues };
}

async function written(rows: readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-penalised-')), 'a.csv');
  await writeFile(path, rows.join('\n'));
  return path;
}

const columns = '--time days --event status';
const rows = ['3,1,2,5', '5,0,1,5', '6,1,3,5', '8,1,1,5', '9,0,4,5', '11,1,2,5', '12,0,1,5', '15,1,0,5'];
const table = () => written(['days,status,x,y', ...rows]);

describe('myocast stats elastic-net', () => {
  it('lists constant covariates and goes on', async () => {
    const { document, issues } = await stats(
      await table(),
      `elastic-net ${columns} --covariates x,y --lambda 0.01`,
    );
    expect(issues.map(({ path }) => path)).toEqual(['y']);
    expect(document.chosen[0]!.by).toBe('lambda');
    expect(document.chosen[0]!.coefficients[1]!.estimate).toBe(0);
  });
  it.each([
    ['--penalty-factors 1', 'expected 2 factors'],
    ['--penalty-factors 0,0', 'not all 0'],
    ['--folds 9', 'at most 8'],
    ['--folds 8', 'expected an event in the fold'],
  ])('says what is wrong with %s', async (words, message) => {
    await expect(stats(await table(), `elastic-net ${columns} --covariates x,y ${words}`)).rejects.toThrow(
      message,
    );
  });
  it.each(['--alpha 1.5', '--lambda-ratio 2', '--folds 1', '--lambda 1 --lambdas 1,2'])(
    'does not take %s',
    async (words) => {
      await expect(
        stats(await table(), `elastic-net ${columns} --covariates x,y ${words}`),
      ).rejects.toThrow();
    },
  );
});

describe('myocast stats cause-specific', () => {
  it('needs a word for censored where events are words', async () => {
    const path = await written(['days,status,x', '3,dead,1', '4,alive,2', '5,dead,0', '7,reinfarction,1']);
    const words = `cause-specific ${columns} --covariates x --cause dead`;
    await expect(stats(path, words)).rejects.toThrow('expected --censored');
  });
  it('names the cause that has no estimate', async () => {
    const path = await written(['days,status,x', '3,1,1', '4,0,2', '5,1,0', '7,2,3', '8,0,1']);
    await expect(stats(path, `cause-specific ${columns} --covariates x`)).rejects.toThrow('cause 2: x');
  });
});

describe.skipIf(!existsSync(shared))('myocast stats on cohorts', () => {
  const whasWords = '--time lenfol --event fstat';
  const all = 'age,gender,hr,sysbp,diasbp,bmi,cvd,afb,sho,chf,av3,miord,mitype';
  it('elastic-net has the path of glmnet, and folds that depend on the seed alone', async () => {
    const { lambda, places, coefficients } = golden('elastic-net').paths.half;
    const words = `elastic-net ${whasWords} --covariates ${all} --alpha 0.5 --lambda-count 40 --lambda-ratio 0.01`;
    const { document } = await stats(whas, `${words} --folds 5 --seed 7 --relax --at 365`);
    expect(document.path.length).toBe(lambda.length);
    for (const [at, k] of (places as number[]).entries())
      for (const [j, value] of (coefficients[at] as number[]).entries())
        expect(document.path[k]!.coefficients[j]).toBeCloseTo(value, 6);
    const [min, oneSe] = document.chosen;
    expect(min!.lambda).toBe(document.crossValidation.deviance.lambdaBest);
    expect(oneSe!.lambda).toBeGreaterThan(min!.lambda);
    expect(min!.survival[0]!.ofRows.length).toBe(500);
    expect(document.path.at(-1)!.relaxed.every(Number.isFinite)).toBe(true);
    const again = await stats(whas, `${words} --folds 5 --seed 7 --relax --at 365`);
    expect(again.document).toEqual(document);
    const other = await stats(whas, `${words} --folds 5 --seed 8`);
    expect(other.document.crossValidation.deviance.mean).not.toEqual(document.crossValidation.deviance.mean);
  });
  it('cause-specific has the risks of riskRegression', async () => {
    const pbc = fileURLToPath(new URL('pbc.csv', shared));
    const { productLimit, rows: places } = golden('cause-specific').pbc;
    const { document } = await stats(
      pbc,
      'cause-specific --time time --event status --cause 2 --covariates age,log(bili),albumin --ties breslow --at 500,1500,3000',
    );
    expect(document.causes.map(({ cause, eventCount }) => `${cause} ${eventCount}`)).toEqual([
      '2 161',
      '1 25',
    ]);
    for (const [k, { causes, free }] of document.risk.entries())
      for (const [i, row] of (places as number[]).entries()) {
        for (const c of [0, 1]) expect(causes[c]![row]).toBeCloseTo(productLimit[c][i][k], 6);
        expect(causes[0]![row]! + causes[1]![row]! + free[row]!).toBeCloseTo(1, 9);
      }
  });
  it('cox has curves of the rows with intervals, and its test on other scales of time', async () => {
    const words = `cox ${whasWords} --covariates age,chf --predict-at 365,1000 --zph`;
    const { document } = await stats(whas, words);
    const { survival, low, high } = document.predicted.at[0]!;
    for (const [row, value] of survival.entries()) {
      expect(low[row]).toBeLessThan(value);
      expect(high[row]).toBeGreaterThan(value);
      expect(document.predicted.at[1]!.survival[row]).toBeLessThan(value);
    }
    const log = await stats(whas, `${words} --zph-scale log`);
    expect(log.document.proportionalHazards.global.chiSquare).not.toBe(
      document.proportionalHazards.global.chiSquare,
    );
  });
});
