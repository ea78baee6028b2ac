import { type Issue } from '@myocast/base';
import { expect, it } from 'vitest';
import { patientsOrigin, virtualRows } from './data-origin.ts';

const table = (columns: string[], ...rows: string[][]) => ({ path: 'x/t.csv', columns, rows });

it('reads of each row who its patient is, and refuses another word', () => {
  const problems: Issue[] = [];
  const found = virtualRows(
    table(['a', 'data_origin'], ['1', 'virtual'], ['2', 'real'], ['3', ' '], ['4', 'robot']),
    't.csv',
    problems,
  );
  expect(found).toEqual([true, false, false, false]);
  expect(problems).toEqual([
    expect.objectContaining({
      path: 't.csv row 5, data_origin',
      message: 'expected virtual or real, found "robot"',
    }),
  ]);
});

it('goes by the record of a simulation only where the table has no such column', () => {
  const beside = { besideSimulation: true };
  expect(virtualRows({ ...table(['a'], ['1']), ...beside }, 't', [])).toEqual([true]);
  expect(virtualRows({ ...table(['data_origin'], ['real']), ...beside }, 't', [])).toEqual([false]);
  expect(virtualRows(table(['a'], ['1']), 't', [])).toEqual([false]);
});

it('says who all are together', () => {
  expect(patientsOrigin([true, true])).toBe('virtual patients');
  expect(patientsOrigin([true, false])).toBe('virtual and real patients');
  expect(patientsOrigin([false])).toBe('real patients');
});
