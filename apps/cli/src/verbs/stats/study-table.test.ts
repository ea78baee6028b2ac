import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStudyTable, type TableRequest } from './study-table.ts';
import { names } from './table-verb.ts';
import { splitTerms } from './terms.ts';

async function read(lines: readonly string[], more: Partial<TableRequest> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-table-')), 'a.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return readStudyTable(path, { time: 't', event: 'e', ...more });
}

describe('the event column', () => {
  it('may be words, true and false, or numbers with a decimal point', async () => {
    const words = await read(['t,e', '1,alive', '2,dead', '3,moved'], { cause: 'dead', censored: 'alive' });
    expect([...words.followUp.event]).toEqual([0, 1, 2]);
    expect([...(await read(['t,e', '1,TRUE', '2,False', '3,1.0'])).followUp.event]).toEqual([1, 0, 1]);
  });
  it('of 1 and 2 alone is read as R reads it, and a note says so', async () => {
    const table = await read(['t,e', '1,1', '2,2']);
    expect([...table.followUp.event]).toEqual([0, 1]);
    expect(table.notes.join()).toContain('took 1 as censored');
    expect([...(await read(['t,e', '1,1', '2,2'], { cause: '1' })).followUp.event]).toEqual([1, 2]);
  });
  it('keeps competing codes apart, in ascending order', async () => {
    const { followUp, codes } = await read(['t,e', '1,10', '2,9', '3,1', '4,0'], { cause: '1' });
    expect([...followUp.event]).toEqual([3, 2, 1, 0]);
    expect(codes.competing).toEqual(['9', '10']);
  });
  it('stops at a code that is neither', async () => {
    await expect(read(['t,e', '1,0', '2,2'])).rejects.toThrow('a.csv row 3 column e: expected 0 or 1');
    await expect(read(['t,e', '1,0', '2,1.5'], { cause: '1' })).rejects.toThrow('found 1.5');
  });
});

describe('late entry and weights', () => {
  it('leave out a row under observation for no time, and stop at an entry after the time', async () => {
    const table = await read(['t,e,s,w', '5,1,2,1', '3,0,3,2'], { entry: 's', weights: 'w' });
    expect([...table.followUp.entryDays!]).toEqual([2]);
    expect([...table.followUp.weights!]).toEqual([1]);
    expect(table.dropped.map(({ path }) => path)).toEqual(['a.csv row 3 column s']);
    await expect(read(['t,e,s', '5,1,6'], { entry: 's' })).rejects.toThrow('row 2 column s');
    await expect(read(['t,e,w', '5,1,-1'], { weights: 'w' })).rejects.toThrow('row 2 column w');
  });
});

describe('covariate terms', () => {
  it('are columns, logarithms, and categories named as R names them', async () => {
    const table = await read(['t,e,x,sex,g', '1,1,1,m,2', '2,0,4,f,10'], {
      covariates: ['x', 'log(x)', 'sqrt(x)', 'sex', 'factor(g)'],
    });
    const design = table.design();
    expect(design.names).toEqual(['x', 'log(x)', 'sqrt(x)', 'sexm', 'factor(g)10']);
    expect([...design.predictors]).toEqual([1, 0, 1, 1, 0, 4, Math.log(4), 2, 0, 1]);
    expect(design.references).toEqual({ sex: 'f', g: '2' });
  });
  it('stop at a column of numbers and words, at a logarithm of 0, and at a single category', async () => {
    const failing = async (cells: string, term: string) =>
      (
        await read(['t,e,x', ...cells.split(' ').map((cell) => `1,1,${cell}`)], { covariates: [term] })
      ).design();
    await expect(failing('1 two', 'x')).rejects.toThrow(
      'a.csv row 3 column x: expected a number, found "two"',
    );
    await expect(failing('1 0', 'log(x)')).rejects.toThrow('expected a number above 0, found "0"');
    await expect(failing('a a', 'x')).rejects.toThrow('expected at least two categories');
  });
});

/** A table of so many rows with this column `x`. */
const withColumn = (count: number, cell: (row: number) => string, covariates: readonly string[] = ['x']) =>
  read(['t,e,x', ...Array.from({ length: count }, (_, row) => `${row + 1},${row % 2},${cell(row)}`)], {
    covariates,
  });

describe('decimal commas and categories', () => {
  it('names the column and first row of numbers with decimal commas, and what to do', async () => {
    await expect(withColumn(4, (row) => `"${60 + row},0"`)).rejects.toThrow(
      'a.csv row 2 column x: expected a number, found "60,0"; write a decimal point',
    );
    await expect(withColumn(3, (row) => (row === 0 ? 'NA' : `"1.23${row},5"`))).rejects.toThrow(
      'a.csv row 3 column x: expected a number, found "1.231,5"',
    );
    await expect(read(['t,e', '"1,5",1'])).rejects.toThrow('row 2 column t: expected a number, found "1,5";');
    const table = await withColumn(4, (row) => (row === 1 ? '"60,5"' : '60'));
    expect(() => table.design()).toThrow('row 3 column x: expected a number, found "60,5"; write');
  });
  it('says how many categories a column has become, unless factor() says so', async () => {
    const many = (row: number) => `c${row % 13}`;
    expect((await withColumn(40, many)).notes).toEqual([
      'x read as 13 categories (write factor(x) to say so)',
    ]);
    expect((await withColumn(40, many, ['factor(x)'])).notes).toEqual([]);
    expect((await withColumn(40, (row) => `c${row % 12}`)).notes).toEqual([]);
  });
  it('stops where more than half of the rows have a category of their own', async () => {
    await expect(withColumn(20, (row) => `c${row % 11}`)).rejects.toThrow(
      'row 2 column x: expected numbers, or categories that recur, found "c0" and 10 more words in 20 rows',
    );
    expect((await withColumn(20, (row) => `c${row % 10}`)).design().names).toHaveLength(9);
    expect((await withColumn(20, (row) => `c${row}`, ['factor(x)'])).design().names).toHaveLength(19);
    expect((await withColumn(5, (row) => `c${row}`)).design().names).toHaveLength(4);
  });
  it('says how many more cells are wrong, under the kind of those that are shown', async () => {
    const rows = Array.from({ length: 8 }, () => '-1,1');
    await expect(read(['t,e', ...rows])).rejects.toThrow(
      /row 6 column t: .* \(negative-time\)\na\.csv: and 3 more cells like these \(negative-time\)$/,
    );
    const table = await withColumn(8, (row) => (row < 2 ? '1' : 'one'));
    expect(() => table.design()).toThrow(
      /row 8 column x: .*\na\.csv: and 1 more cell like these \(bad-value\)$/,
    );
  });
});

describe('a file with other delimiters', () => {
  it('of semicolons has numbers with decimal commas, and notes say so', async () => {
    const table = await read(['t;e;x;y', '1,5;1;0,25;1', '2;0;-3;1,5', 'NA;0;1;2.5'], {
      covariates: ['x'],
    });
    expect([...table.followUp.days]).toEqual([1.5, 2]);
    expect([...table.design().predictors]).toEqual([0.25, -3]);
    expect(table.labels('y')).toEqual(['1', '1,5']);
    expect(table.notes).toEqual([
      'a.csv: columns are separated by semicolons',
      'a.csv: read decimal commas in t, x',
    ]);
  });
  it('of tabs is read too', async () => {
    const table = await read(['t\te', '1\t1', '2\t0']);
    expect([...table.followUp.event]).toEqual([1, 0]);
    expect(table.notes).toEqual(['a.csv: columns are separated by tabs']);
  });
});

describe('terms', () => {
  it.each([
    ['poly(x,2)', 'poly is not a term'],
    ['x:g', 'x:g is not a term'],
    ['x*g', 'x*g is not a term'],
    ['x+g', 'x+g is not a term'],
    ['I(x^2)', 'I is not a term'],
    ['log(x*g)', 'log(x*g) is not a term'],
    ['log(sqrt(x))', 'log(sqrt(x)) is not a term'],
  ])('that no table has are named with those that it may have: %s', async (term, message) => {
    const rows = ['t,e,x,g', '1,1,2,3', '2,0,3,4'];
    await expect(read(rows, { covariates: [term] })).rejects.toThrow(
      `a.csv: ${message}; known: column, log(column)`,
    );
  });
  it('have 3 to 7 knots', async () => {
    const rows = ['t,e,x', '1,1,2', '2,0,3'];
    for (const term of ['rcs(x,2)', 'rcs(x, 8)', 'rcs(x,3.5)', 'rcs(x,-3)'])
      await expect(read(rows, { covariates: [term] })).rejects.toThrow(
        `expected 3 to 7 knots, found ${term}`,
      );
  });
  it('may be columns that look like a formula', async () => {
    const table = await read(['t,e,x:g,"poly(x,2)"', '1,1,2,3', '2,0,3,4'], {
      covariates: names('x:g,"poly(x,2)",log(x:g)'),
    });
    expect(table.design().names).toEqual(['x:g', 'poly(x,2)', 'log(x:g)']);
  });
  it('are separated by commas outside parentheses and CSV quotes', async () => {
    expect(splitTerms('a, rcs(b, 3),"c, d" ,log("e, (f")')).toEqual([
      'a',
      'rcs(b, 3)',
      'c, d',
      'log("e, (f")',
    ]);
    expect(splitTerms('"a ""b"", c","d"')).toEqual(['a "b", c', 'd']);
    expect(splitTerms('say "hi",b')).toEqual(['say "hi"', 'b']);
    expect(splitTerms('"open,b')).toEqual(['"open', 'b']);
    const rows = Array.from({ length: 20 }, (_, row) => `1,${row % 2},${row + 1},${row}`);
    const table = await read(['t,e,"a, b","say ""hi"""', ...rows], {
      covariates: names('"a, b",log("a, b"),rcs("say ""hi""",3)'),
    });
    expect(table.design().names).toEqual(['a, b', 'log("a, b")', 'say "hi"', `say "hi"'`]);
    expect(() => names('a,,b')).toThrow('names separated by commas');
  });
});
