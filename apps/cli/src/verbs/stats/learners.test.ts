import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@myocast/base';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

interface Judged {
  readonly subjects: number;
  readonly rowsLeftOut: number;
  readonly rows: readonly number[];
  readonly risk: readonly (number | null)[];
  readonly survival: readonly (readonly (number | null)[])[];
  readonly incidence?: readonly (readonly (number | null)[])[];
  readonly concordance: { readonly index: number | null };
}
interface Document extends Judged {
  readonly outOfBag: { readonly concordance: number | null; readonly leftOut: number };
  readonly apparentConcordance: { readonly index: number | null };
  readonly importance: readonly { readonly name: string; readonly loss: number; readonly se: number }[];
  readonly influence: readonly { readonly name: string; readonly share: number }[];
  readonly coefficients: readonly { readonly name: string; readonly estimate: number }[];
  readonly stages: number;
  readonly harrell: number;
  readonly competingCount: number;
  readonly splitRule: string;
  readonly test: Judged;
}

async function stats(path: string, ...words: string[]): Promise<Document> {
  const [verb, ...rest] = words.flatMap((word) => word.split(' '));
  const results: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const result = (document: unknown, lines: readonly string[]) => {
      expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
      expect(JSON.stringify(document)).not.toContain('NaN');
      results.push(document);
    };
    const terminal = { ...openTerminal(true), list: () => {}, say: () => {}, result };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return results[0] as Document;
}

async function written(rows: readonly string[], head = 'days,status,age,sex,noise'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-learners-')), 'a.csv');
  await writeFile(path, `${[head, ...rows].join('\n')}\n`);
  return path;
}

/** Age hastens the event; codes 0, 1 and, where asked for, 2. */
function rows(label: string, n: number, codes: 2 | 3 = 2): string[] {
  const random = new Random(label);
  return Array.from({ length: n }, () => {
    const age = 40 + random.integer(50);
    const days = Math.ceil(1000 * random.exponential(Math.exp((age - 65) / 12)));
    const status = random.chance(0.3) ? 0 : 1 + random.integer(codes - 1);
    return [days, status, age, random.chance(0.5) ? 'm' : 'f', random.integer(9)].join(',');
  });
}

const columns = '--time days --event status --covariates age,sex,noise';

describe('myocast stats forest', () => {
  it('ranks out of bag, tells what matters, and says the same again', async () => {
    const path = await written([...rows('one', 150), '10,1,,m,2']);
    const words = `forest ${columns} --trees 60 --node-size 8 --importance --at 400,100`;
    const got = await stats(path, words);
    expect(got.subjects).toBe(150);
    expect(got.rowsLeftOut).toBe(1);
    expect(got.outOfBag.concordance).toBeGreaterThan(0.65);
    expect(got.importance.map(({ name }) => name)).toEqual(['age', 'sexm', 'noise']);
    expect(got.importance[0]!.loss).toBeGreaterThan(0.1);
    expect(Math.abs(got.importance[2]!.loss)).toBeLessThan(0.03);
    expect(got.survival.length).toBe(2);
    for (const [row, early] of got.survival[0]!.entries())
      expect(early).toBeGreaterThanOrEqual(got.survival[1]![row]!);
    expect(await stats(path, words)).toEqual(got);
    expect((await stats(path, `${words} --seed 2`)).risk).not.toEqual(got.risk);
  });
  it('judges a second table, in which not every category need be there', async () => {
    const path = await written(rows('one', 150));
    const fresh = await written(rows('two', 80).filter((row) => row.includes(',m,')));
    const out = join(await mkdtemp(join(tmpdir(), 'myocast-learners-')), 'predictions.csv');
    const got = await stats(
      path,
      `forest ${columns} --trees 60 --at 100 --test ${fresh} --predictions ${out}`,
    );
    expect(got.test.concordance.index).toBeGreaterThan(0.65);
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('row,days,event,risk,survival100');
    expect(lines.length).toBe(1 + got.test.subjects);
    expect(Number(lines[1]!.split(',')[3])).toBe(got.test.risk[0]);
    expect(Number(lines[1]!.split(',')[4])).toBe(got.test.survival[0]![0]);
    const judged = await stats(out, 'concordance --time days --event event --risk risk');
    expect(judged.harrell).toBe(got.test.concordance.index);
  });
  it('stops at a category it has not seen, and at a spline, in a second table', async () => {
    const path = await written(rows('one', 60));
    const other = await written([...rows('two', 5), '9,1,60,x,3']);
    await expect(stats(path, `forest ${columns} --trees 5 --test ${other}`)).rejects.toThrow(
      /row 7 column sex: expected a category of the first table \([fm], [fm]\), found x/,
    );
    await expect(
      stats(
        path,
        'forest --time days --event status --trees 5 --covariates',
        'rcs(age,3)',
        `--test ${other}`,
      ),
    ).rejects.toThrow('found a spline');
    const words = await written(['9,1,old,m,3', '8,0,young,f,3']);
    await expect(stats(path, `forest ${columns} --trees 5 --test ${words}`)).rejects.toThrow(
      'column age: expected numbers as in the first table, found words',
    );
  });
  it('gives the incidence of a cause among competing ones', async () => {
    const path = await written(rows('three', 200, 3));
    const got = await stats(path, `forest ${columns} --cause 1 --trees 40 --at 300`);
    expect(got.splitRule).toBe('gray');
    expect(got.competingCount).toBeGreaterThan(20);
    for (const [row, incidence] of got.incidence![0]!.entries())
      expect(incidence! + got.survival[0]![row]!).toBeLessThanOrEqual(1 + 1e-12);
  });
  it.each([
    ['a constant column and one subject', ['5,1,60,m,3'], 'age,noise'],
    ['ties of all', ['5,1,60,m,3', '5,1,60,f,3', '5,0,60,m,3', '5,1,60,f,3'], 'age'],
  ])('does not break on %s', async (_, table, covariates) => {
    const path = await written(table);
    const words = `--time days --event status --covariates ${covariates} --at 5`;
    const got = await stats(path, `forest ${words} --trees 4 --importance`);
    expect(got.survival[0]![0]).toSatisfy(
      (value) => value === null || (Number(value) >= 0 && Number(value) <= 1),
    );
    expect(got.importance[0]!.loss).toBe(0);
    expect(
      (await stats(path, `boosting ${words} --stop never --stages 3`)).risk.every((risk) => risk === 0),
    ).toBe(true);
  });
  it('refuses a table without an event, and numbers out of range', async () => {
    const path = await written(['5,0,60,m,3', '6,0,61,f,3']);
    await expect(stats(path, `forest ${columns}`)).rejects.toThrow('expected an event');
    await expect(stats(path, `boosting ${columns}`)).rejects.toThrow('expected an event');
    await expect(stats(path, `forest ${columns} --trees 0`)).rejects.toThrow('1 or more');
    await expect(stats(path, `boosting ${columns} --rate 2`)).rejects.toThrow('up to 1');
  });
});

describe('myocast stats boosting', () => {
  it('stops by those held out, and judges a second table', async () => {
    const path = await written(rows('one', 150));
    const fresh = await written(rows('two', 100));
    const got = await stats(path, `boosting ${columns} --at 100 --test ${fresh}`);
    expect(got.stages).toBeLessThan(1000);
    expect(got.influence[0]!.share).toBeGreaterThan(0.6);
    expect(got.test.concordance.index).toBeGreaterThan(0.65);
    expect(got.test.survival[0]!.length).toBe(100);
  });
  it('gives the coefficients of lines', async () => {
    const path = await written(rows('one', 150));
    const got = await stats(path, `boosting ${columns} --base linear --stop never --stages 2500`);
    const cox = await stats(path, `cox ${columns} --ties breslow`);
    for (const [j, { name, estimate }] of got.coefficients.entries()) {
      expect(name).toBe(cox.coefficients[j]!.name);
      expect(estimate).toBeCloseTo(cox.coefficients[j]!.estimate, 4);
    }
  });
});

const whas = new URL('../../../../../../shared/data/survival/whas500.csv', import.meta.url);
describe.skipIf(!existsSync(whas))('myocast stats forest on whas500', () => {
  it('ranks as other forests do', async () => {
    const words =
      'forest --time lenfol --event fstat --covariates age,gender,hr,sysbp,diasbp,bmi,chf --trees 200';
    expect((await stats(fileURLToPath(whas), words)).outOfBag.concordance).toBeCloseTo(0.762, 1);
  });
});
