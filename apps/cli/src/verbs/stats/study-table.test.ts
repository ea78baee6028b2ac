import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStudyTable, type TableRequest } from './study-table.ts';

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
