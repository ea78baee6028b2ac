import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { readTable } from '@myocast/study';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

interface Coefficient {
  readonly name: string;
  readonly estimate: number;
  readonly se: number;
  readonly fractionMissing: number;
}
type Found = Record<string, unknown>;

describe('myocast stats impute, and cox --imputations', () => {
  let [folder, file] = ['', ''];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'myocast-imputation-'));
    file = join(folder, 'a.csv');
    const random = new Random('imputation verbs');
    const rows = Array.from({ length: 150 }, (_, row) => {
      const age = 60 + 10 * random.normal();
      const marker = Math.exp(0.05 * (age - 60) + 0.5 * random.normal());
      const smoker = random.chance(0.4) ? 'yes' : 'no';
      const days = Math.ceil(400 * random.exponential(marker * (smoker === 'yes' ? 1.5 : 1)));
      const cells = [age.toFixed(1), marker.toFixed(3), smoker, `grade "${random.integer(3)}"`];
      const hidden = cells.map((cell, at) => (at > 0 && random.chance(0.15) ? 'NA' : cell));
      const quoted = hidden.map((cell) => (cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell));
      return [row, Math.min(days, 700), days <= 700 ? 1 + (row % 2) : 0, ...quoted].join(',');
    });
    const late = '150,,1,50,1,yes,NA'; // without a time: left out
    await writeFile(file, `id,time [d],event,age [y],marker,smoker,grade\n${[...rows, late].join('\n')}\n`);
  });

  async function stats(path: string, ...words: string[]): Promise<Found> {
    const results: Found[] = [];
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    statsVerb(program, (run) => async (...args) => {
      const terminal = {
        ...openTerminal(true),
        list: () => {},
        say: () => {},
        result: (document: unknown) => results.push(document as Found),
      };
      await run((args.at(-1) as Command).optsWithGlobals() as never, terminal as never, [args[0] as string]);
    });
    const common = ['--time', 'time', '--event', 'event', '--cause', '1'];
    await program.parseAsync(['stats', words[0]!, path, ...common, ...words.slice(1)], { from: 'user' });
    return results[0]!;
  }
  const few = ['--imputations', '4', '--iterations', '3', '--seed', '7'];

  it('writes completed tables that differ from the table in its missing cells only', async () => {
    const out = join(folder, 'out');
    const terms = 'age,log(marker),smoker,factor(grade)';
    const report = await stats(file, 'impute', '--columns', terms, '--out', out, ...few);
    expect(report['rowsLeftOut']).toBe(1);
    expect((await readdir(out)).sort()).toEqual([...(report['files'] as string[]), 'report.json'].sort());
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(report);
    const given = await readTable(file);
    if (!given.ok) throw new Error('expected a table');
    const columns = report['columns'] as { name: string; missing: number; method: string | null }[];
    expect(columns.map(({ method }) => method)).toEqual([null, 'pmm', 'logistic', 'polytomous']);
    for (const name of report['files'] as string[]) {
      const table = await readTable(join(out, name));
      if (!table.ok) throw new Error('expected a table');
      expect([table.value.columns, table.value.units]).toEqual([given.value.columns, given.value.units]);
      expect(table.value.rows.length).toBe(150);
      for (const [place, column] of given.value.columns.entries()) {
        const seen = new Set(given.value.rows.map((row) => row[place]).filter((cell) => cell !== 'NA'));
        let filled = 0;
        for (const [row, cells] of table.value.rows.entries())
          if (given.value.rows[row]![place] !== 'NA')
            expect(cells[place]).toBe(given.value.rows[row]![place]);
          else {
            filled++;
            expect(seen.has(cells[place]!)).toBe(true);
          }
        expect(filled).toBe(columns.find((one) => one.name === column)?.missing ?? 0);
      }
    }
    // an imputation may replace another one, but not anything else
    await stats(file, 'impute', '--columns', terms, '--out', out, ...few);
    await expect(stats(file, 'impute', '--columns', terms, '--out', folder, ...few)).rejects.toThrow(
      'a.csv in it',
    );
  });

  it('cox --imputations pools what cox says of the completed tables', async () => {
    const out = join(folder, 'pooled');
    await stats(file, 'impute', '--columns', 'age,log(marker),smoker', '--out', out, ...few);
    const covariates = ['--covariates', 'age,log(marker),smoker'];
    const pooled = await stats(file, 'cox', ...covariates, ...few, '--at', '200');
    const tables = (await readdir(out)).filter((name) => name.endsWith('.csv'));
    const each = await Promise.all(
      tables.map((name) => stats(join(out, name), 'cox', ...covariates, '--at', '200')),
    );
    const lists = each.map((one) => one['coefficients'] as Coefficient[]);
    for (const [j, row] of (pooled['coefficients'] as Coefficient[]).entries()) {
      const estimates = lists.map((list) => list[j]!.estimate);
      const mean = estimates.reduce((sum, value) => sum + value, 0) / 4;
      const within = lists.reduce((sum, list) => sum + list[j]!.se ** 2, 0) / 4;
      const between = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
      expect(row.name).toBe(['age', 'log(marker)', 'smokeryes'][j]);
      expect(row.estimate).toBeCloseTo(mean, 10);
      expect(row.se).toBeCloseTo(Math.sqrt(within + 1.25 * between), 10);
      expect(row.fractionMissing).toBeGreaterThan(0);
    }
    expect(pooled['subjects']).toBe(150);
    const survival = each.map((one) => (one['survival'] as { survival: number }[])[0]!.survival);
    const [pooledSurvival] = pooled['survival'] as { survival: number }[];
    expect(pooledSurvival!.survival).toBeGreaterThan(Math.min(...survival));
    expect(pooledSurvival!.survival).toBeLessThan(Math.max(...survival));
    // strata and auxiliary columns take part in the imputation, not in the model
    const wide = await stats(file, 'cox', '--covariates', 'age,smoker', '--auxiliary', 'log(marker)', ...few);
    const { columns } = wide['imputation'] as { columns: { name: string }[] };
    expect(columns.map(({ name }) => name)).toEqual(['age', 'smoker', 'marker']);
    expect((wide['coefficients'] as Coefficient[]).length).toBe(2);
  });

  it('refuses what has no one answer over several tables, and columns that cannot be imputed', async () => {
    const cox = ['cox', '--covariates', 'age,marker'];
    await expect(stats(file, ...cox, ...few, '--zph')).rejects.toThrow('--zph is not for --imputations');
    await expect(stats(file, ...cox, '--auxiliary', 'smoker')).rejects.toThrow(
      '--auxiliary needs --imputations',
    );
    await expect(stats(file, ...cox, '--imputations', '1')).rejects.toThrow('Expected 2 or more');
    const out = ['--out', join(folder, 'none'), ...few];
    const impute = (terms: string) => stats(file, 'impute', '--columns', terms, ...out);
    await expect(impute('age,dose')).rejects.toThrow('expected a column "dose"');
    await expect(impute('marker,log(marker)')).rejects.toThrow('found it twice');
    await expect(impute('age')).rejects.toThrow('with a missing cell');
    const empty = join(folder, 'empty.csv');
    await writeFile(empty, 'time,event,x,y\n1,1,NA,2\n2,0,NA,x\n3,1,,5\n');
    const columns = (terms: string) => stats(empty, 'impute', '--columns', terms, ...out);
    await expect(columns('x,factor(y)')).rejects.toThrow('x: expected at least one observed value');
    const limited = await stats(file, 'impute', '--columns', 'age,norm(marker, 0.5, 2)', ...out);
    const [, marker] = limited['columns'] as { method: string; limited: number }[];
    expect(marker!.method).toBe('norm');
    expect(marker!.limited).toBeGreaterThan(0);
    await expect(columns('y')).rejects.toThrow('row 3 column y: expected a number, found "x"');
  });
});
