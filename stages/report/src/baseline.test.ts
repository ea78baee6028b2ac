import { parseHTML } from 'linkedom';
import type { FrozenDataSet } from '@myocast/study';
import { describe, expect, it } from 'vitest';
import { baselineOf } from './baseline.ts';
import { baselineTable } from './sections/baseline-table.ts';
import { summariseDataSet } from './summaries.ts';

const subject = (
  name: string,
  cause: string | null,
  values: FrozenDataSet['subjects'][number]['values'],
) => ({
  subject: name,
  centre: 'A',
  values,
  followUp: { days: 10, cause },
});
const dataSet: FrozenDataSet = {
  study: 's',
  hash: 'h',
  variables: [
    { name: 'age', label: 'Age', kind: 'continuous', unit: 'a', predictor: true },
    { name: 'diabetes', label: 'Diabetes', kind: 'binary', unit: null, predictor: true },
    {
      name: 'sex',
      label: 'Sex',
      kind: 'category',
      unit: null,
      categories: ['male', 'female'],
      predictor: true,
    },
    { name: 'killip', label: 'Killip class', kind: 'ordinal', unit: null, predictor: true },
    { name: 'lvef', label: 'LVEF', kind: 'continuous', unit: '%', predictor: false },
  ],
  causes: ['death', 'other'],
  compositeCauses: ['death'],
  compositeName: 'MACE',
  subjects: [
    subject('a', 'death', { age: 70, diabetes: 1, sex: 'male', killip: 2 }),
    subject('b', 'death', { age: 80, diabetes: 0, sex: 'male' }),
    subject('c', null, { age: 50, sex: 'female', killip: 1 }),
    subject('d', 'other', { diabetes: 1, sex: 'male', killip: 10 }),
    subject('e', null, { age: 60, diabetes: 0, sex: 'male', killip: 1 }),
  ],
};

describe('the predictors by event status', () => {
  it('have quartiles or counts in all, with and without the event, and their missing values', () => {
    const [age, diabetes, , killip, ...others] = baselineOf(dataSet);
    expect(others).toEqual([]);
    expect(age!.cells).toEqual([
      { known: 4, missing: 1, quartiles: [57.5, 65, 72.5], counts: {} },
      { known: 2, missing: 0, quartiles: [72.5, 75, 77.5], counts: {} },
      { known: 2, missing: 1, quartiles: [52.5, 55, 57.5], counts: {} },
    ]);
    expect(diabetes!.cells.map(({ known, missing, counts }) => [known, missing, counts['1']])).toEqual([
      [4, 1, 2],
      [2, 0, 1],
      [2, 1, 1],
    ]);
    expect(killip!.levels).toEqual(['1', '2', '10']);
  });

  it('are a table that counts a competing event as none', () => {
    const page = `<!doctype html><body>${baselineTable(summariseDataSet(dataSet))!.markup}</body>`;
    const rows = [...parseHTML(page).document.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows[0]).toEqual([
      'Age, a',
      '65.0 (57.5 to 72.5)',
      '75.0 (72.5 to 77.5)',
      '55.0 (52.5 to 57.5)',
      '0, 1',
    ]);
    expect(rows[1]).toEqual(['Diabetes', '2 (50 %)', '1 (50 %)', '1 (50 %)', '0, 1']);
    expect(rows[2]).toEqual(['Sex: male', '4 (80 %)', '2 (100 %)', '2 (67 %)', '0, 0']);
    expect(rows[3]![4]).toBe('');
    expect(rows[4]!.slice(0, 2)).toEqual(['Killip class: 1', '2 (50 %)']);
  });

  it('count a yes/no outcome', () => {
    const yesNo = dataSet.subjects.map((one, place) => ({
      ...one,
      followUp: null,
      event: place === 0,
    }));
    const [age] = baselineOf({ ...dataSet, subjects: yesNo });
    expect(age!.cells.map(({ known }) => known)).toEqual([4, 1, 3]);
    const { markup } = baselineTable(summariseDataSet({ ...dataSet, subjects: yesNo }))!;
    expect(markup).toContain('MACE<small>1</small>');
  });
});
