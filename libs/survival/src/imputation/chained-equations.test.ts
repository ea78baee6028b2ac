import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { impute, type ImputationConfig, type Imputed } from './chained-equations.ts';
import type { ImputationColumn } from './column.ts';
import { fitRowImputation, imputeRows } from './row-imputation.ts';

/** A column with null where it is missing. */
export function columnOf(
  name: string,
  cells: readonly (number | null)[],
  more: Partial<ImputationColumn> = {},
): ImputationColumn {
  return {
    name,
    kind: 'numeric',
    values: Float64Array.from(cells, (cell) => cell ?? 0),
    observed: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)),
    ...more,
  };
}

function completed(columns: readonly ImputationColumn[], config: Partial<ImputationConfig> = {}): Imputed {
  const found = impute({ columns }, { imputations: 3, iterations: 4, random: new Random(1), ...config });
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return found.value;
}

/** Columns of every sort that hang together, a fifth of the cells missing. */
function mixed(n: number, seed = 'mixed'): ImputationColumn[] {
  const random = new Random(seed);
  const rows = Array.from({ length: n }, () => {
    const z = random.normal();
    return [
      z,
      50 + 10 * (0.7 * z + 0.7 * random.normal()),
      random.chance(1 / (1 + Math.exp(-z))) ? 1 : 0,
      random.integer(3),
      Math.max(0, Math.min(3, Math.round(1.5 + z + random.normal()))),
    ];
  });
  const kinds = ['numeric', 'numeric', 'binary', 'unordered', 'ordered'] as const;
  return kinds.map((kind, at) =>
    columnOf(
      `c${at}`,
      rows.map((row) => (random.chance(0.2) ? null : row[at]!)),
      { kind },
    ),
  );
}

describe('imputation by chained equations', () => {
  const columns = mixed(120);
  const got = completed(columns);

  it('fills every missing cell with a value of its column, and touches no other', () => {
    expect(got.completed.length).toBe(3);
    for (const table of got.completed)
      for (const [place, column] of columns.entries()) {
        const seen = new Set(column.values.filter((_, row) => column.observed[row] === 1));
        for (const [row, value] of table[place]!.entries())
          if (column.observed[row]) expect(value).toBe(column.values[row]);
          else expect(seen.has(value)).toBe(true); // matching takes observed values, a category is one
      }
  });
  it('reports what was missing and how it was imputed', () => {
    expect(got.columns.map(({ method }) => method)).toEqual([
      'pmm',
      'pmm',
      'logistic',
      'polytomous',
      'proportional-odds',
    ]);
    for (const [place, { observed, missing, predictors }] of got.columns.entries()) {
      expect(missing).toBe(columns[place]!.observed.filter((mark) => mark === 0).length);
      expect(observed + missing).toBe(120);
      expect(predictors).toBe([7, 7, 7, 6, 5][place]); // three numbers, two and three indicators, less the own ones
    }
    expect(got.emptyRows).toBe(
      columns[0]!.values.filter((_, row) => columns.every(({ observed }) => !observed[row])).length,
    );
  });
  it('traces the mean of the imputed cells; the last is that of the completed table', () => {
    for (const { name, means } of got.traces) {
      const place = columns.findIndex((column) => column.name === name);
      for (const [m, trace] of means.entries()) {
        const cells = got.completed[m]![place]!.filter((_, row) => !columns[place]!.observed[row]);
        const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
        expect(trace.length).toBe(4);
        expect(trace[3]).toBeCloseTo(mean, 10);
      }
    }
  });
  it('gives the same bytes again, whatever else the generator has drawn and however many tables there are', () => {
    const random = new Random(1);
    random.normal();
    expect(completed(columns, { random, imputations: 2 }).completed).toEqual(got.completed.slice(0, 2));
    expect(completed(columns, { random: new Random(2) }).completed).not.toEqual(got.completed);
  });
  it('imputes by the sequence that is asked for', () => {
    const order = ['c4', 'c3', 'c2', 'c1', 'c0'];
    expect(completed(columns, { sequence: order }).traces.map(({ name }) => name)).toEqual(order);
    expect(() => completed(columns, { sequence: ['c0'] })).toThrow('c1 in the sequence');
    expect(() => completed(columns, { sequence: ['x'] })).toThrow('got x');
  });
  it('keeps a normal draw within its limits and counts those that were cut', () => {
    const cells = mixed(120)[1]!;
    const result = completed([columns[0]!, { ...cells, method: 'norm', low: 45, high: 55 }]);
    const cut = result.completed.flatMap((table) =>
      Array.from(table[1]!.filter((_, row) => !cells.observed[row])),
    );
    expect(Math.min(...cut)).toBe(45);
    expect(Math.max(...cut)).toBe(55);
    expect(result.columns[1]!.limited).toBe(cut.filter((value) => value === 45 || value === 55).length);
  });
  it('recomputes derived columns and does not use them for what they are made of', () => {
    const [a, b] = [columns[0]!, columns[1]!];
    const seen: number[][] = [];
    const derived = [
      {
        name: 'sum',
        from: ['c0', 'c1'],
        compute: (x: number, y: number) => {
          seen.push([x, y]);
          return x + y;
        },
      },
    ];
    const found = impute(
      { columns: [a, b, columns[2]!], derived },
      { imputations: 2, iterations: 2, random: new Random(1) },
    );
    if (!found.ok) throw new Error('expected tables');
    expect(found.value.columns.map(({ predictors }) => predictors)).toEqual([2, 2, 3]);
    // the sum is a combination of its parts, which the third column has as well
    expect(found.value.notes).toContainEqual({ column: 'c2', what: 'collinear', predictor: 'c1', times: 4 });
    expect(seen.length).toBeGreaterThan(120);
  });
});

describe('columns that are hard to impute', () => {
  const x = Array.from({ length: 40 }, (_, row) => Math.sin(row));
  const hide = (cells: readonly number[]) => cells.map((cell, row) => (row % 4 === 1 ? null : cell));

  it('refuses a column without an observed value by its name, and categories that are too many', () => {
    const empty = impute(
      {
        columns: [
          columnOf('a', x),
          columnOf(
            'nothing',
            x.map(() => null),
          ),
        ],
      },
      { imputations: 2, iterations: 1, random: new Random(1) },
    );
    expect(!empty.ok && empty.issues[0]).toMatchObject({ kind: 'empty-input', path: 'nothing' });
    const many = columnOf('many', [...x.map((_, row) => row), null], { kind: 'unordered' });
    const wide = impute(
      { columns: [columnOf('a', [...x, 1]), many] },
      { imputations: 2, iterations: 1, random: new Random(1) },
    );
    expect(!wide.ok && wide.issues[0]!.message).toContain('found 40');
  });
  it('leaves out constant and collinear predictors, and says so', () => {
    const { notes, completed: tables } = completed([
      columnOf('y', hide(x.map((value, row) => value + Math.cos(3 * row)))),
      columnOf(
        'flat',
        x.map(() => 3),
      ),
      columnOf('a', x),
      columnOf(
        'twice',
        x.map((value) => 2 * value + 1),
      ),
    ]);
    expect(notes).toEqual([
      { column: 'y', what: 'constant', predictor: 'flat', times: 12 },
      { column: 'y', what: 'collinear', predictor: 'twice', times: 12 },
    ]);
    expect(tables.flat(2).every((column) => [...column].every(Number.isFinite))).toBe(true);
  });
  it('puts a ridge on predictors that are all but collinear', () => {
    const { notes } = completed([
      columnOf('y', hide(x.map((value, row) => value + Math.cos(3 * row)))),
      columnOf('a', x),
      columnOf(
        'nearly',
        x.map((value, row) => value + 1e-4 * Math.cos(7 * row)),
      ),
    ]);
    expect(notes).toEqual([{ column: 'y', what: 'ridge', predictor: null, times: 12 }]);
  });
  it('fills a column that does not vary with its one value', () => {
    const { notes, completed: tables } = completed([columnOf('y', hide(x.map(() => 7))), columnOf('a', x)]);
    expect(notes).toEqual([{ column: 'y', what: 'no-variation', predictor: null, times: 12 }]);
    expect(new Set(tables[0]![0])).toEqual(new Set([7]));
  });
  it('imputes exactly what follows exactly, and says so', () => {
    const truth = x.map((value) => 3 - 2 * value);
    const { notes, completed: tables } = completed([
      columnOf('y', hide(truth), { method: 'norm' }),
      columnOf('a', x),
    ]);
    expect(notes).toEqual([{ column: 'y', what: 'perfectly-predicted', predictor: null, times: 12 }]);
    for (const [row, value] of tables[2]![0]!.entries()) expect(value).toBeCloseTo(truth[row]!, 6);
  });
  it('stays finite where a predictor tells a category perfectly', () => {
    const codes = x.map((value) => (value > 0 ? 1 : 0));
    const { completed: tables, notes } = completed([
      columnOf('y', hide(codes), { kind: 'binary' }),
      columnOf('a', x),
    ]);
    expect(notes).toEqual([]);
    const wrong = tables.flatMap((table) => [...table[0]!].filter((value, row) => value !== codes[row]));
    expect(wrong.length).toBeLessThan(10); // of 30 cells; near 0 either can be
  });
  it('takes more predictors than rows, and a row with nothing observed', () => {
    const random = new Random('wide');
    const wide = Array.from({ length: 12 }, (_, at) =>
      columnOf(
        `w${at}`,
        Array.from({ length: 8 }, (__, row) => (row === 7 || (row + at) % 5 === 0 ? null : random.normal())),
      ),
    );
    const got = completed(wide);
    expect(got.emptyRows).toBe(1);
    expect(got.notes.some(({ what }) => what === 'few-rows')).toBe(true);
    expect(got.completed.flat(2).every((column) => [...column].every(Number.isFinite))).toBe(true);
  });
  it('tells the caller what is wrong with the call', () => {
    const a = columnOf('a', hide(x));
    const config = { imputations: 2, iterations: 1, random: new Random(1) };
    const bad =
      (columns: ImputationColumn[], more = {}) =>
      () =>
        impute({ columns }, { ...config, ...more });
    expect(bad([a], { imputations: 1 })).toThrow('2 or more imputations');
    expect(bad([a], { iterations: 0 })).toThrow('1 or more iterations');
    expect(bad([a, a])).toThrow('a twice');
    expect(bad([a, { ...a, name: 'b', kind: 'binary' }])).toThrow('0 or 1 in row 2 of b');
    expect(
      bad([
        a,
        columnOf(
          'c',
          x.map(() => 2),
          { kind: 'ordered' },
        ),
      ]),
    ).toThrow('without gaps, got none of 0');
    expect(bad([a, columnOf('short', [1])])).toThrow('expected 40 values of short');
    expect(bad([{ ...a, values: a.values.map(() => Number.NaN) }])).toThrow('a finite number in row 0');
    const complete = impute({ columns: [columnOf('a', x)] }, config);
    expect(!complete.ok && complete.issues[0]!.message).toContain('with a missing cell');
  });
});

describe('imputation of new rows', () => {
  const train = mixed(150, 'train');
  const random = new Random('outcome');
  const followUp = {
    days: Float64Array.from(train[0]!.values, () => random.exponential()),
    event: Uint8Array.from(train[0]!.values, () => random.integer(3)),
  };
  const input = { columns: train, followUp };
  const imputed = impute(input, { imputations: 3, iterations: 3, random: new Random(1) });
  if (!imputed.ok) throw new Error('expected tables');
  const models = fitRowImputation(input, imputed.value, { random: new Random('models') });
  const fresh = mixed(12, 'fresh');
  const nothing = (columns: readonly ImputationColumn[]) =>
    columns.map((column) => ({
      ...column,
      observed: column.observed.map((mark, row) => (row === 3 ? 0 : mark)),
    }));

  it('needs no outcome, keeps what is observed, and draws values of the training table', () => {
    const tables = imputeRows(models, nothing(fresh), { random: new Random(5) });
    expect(tables.length).toBe(3);
    for (const table of tables)
      for (const [place, column] of nothing(fresh).entries())
        for (const [row, value] of table[place]!.entries())
          if (column.observed[row]) expect(value).toBe(column.values[row]);
          else expect(train[place]!.values.includes(value)).toBe(true);
  });
  it('imputes a row the same whoever is beside it', () => {
    const ids = Array.from({ length: 12 }, (_, row) => `subject ${row}`);
    const all = imputeRows(models, fresh, { random: new Random(5), ids });
    const order = [7, 3, 11];
    const some = fresh.map((column) => ({
      ...column,
      values: Float64Array.from(order, (row) => column.values[row]!),
      observed: Uint8Array.from(order, (row) => column.observed[row]!),
    }));
    const few = imputeRows(models, some, { random: new Random(5), ids: order.map((row) => ids[row]!) });
    for (const [m, table] of few.entries())
      for (const [place, column] of table.entries())
        expect([...column]).toEqual(order.map((row) => all[m]![place]![row]));
  });
  it('knows nothing of the outcome of the rows: the models have no such predictor', () => {
    const other = imputeRows(models, fresh, { random: new Random(5) });
    expect(imputeRows(models, fresh, { random: new Random(5) })).toEqual(other);
    const sizes = models.models[0]!.flatMap((model) =>
      'coefficients' in model ? [model.coefficients.slopes.length] : [],
    );
    expect(sizes).toEqual([7, 7]);
  });
  it('refuses other columns and unknown categories', () => {
    expect(() => imputeRows(models, fresh.slice(1), { random: new Random(1) })).toThrow(
      'expected the columns c0',
    );
    const unknown = fresh.map((column) =>
      column.kind === 'unordered' ? { ...column, values: column.values.map(() => 3) } : column,
    );
    expect(() => imputeRows(models, unknown, { random: new Random(1) })).toThrow('codes of c3 below 3');
  });
});
