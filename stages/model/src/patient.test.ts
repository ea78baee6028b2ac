import type { PredictorColumn } from '@myocast/predictors';
import type { Variable } from '@myocast/study';
import { describe, expect, it } from 'vitest';
import { patientTable } from './patient.ts';
import { predictorDefinitions } from './predictor-definitions.ts';

const variables: readonly Variable[] = [
  { name: 'age', label: 'Age', kind: 'continuous', unit: 'a', low: 18, high: 110, predictor: true },
  {
    name: 'creatinine',
    label: 'Creatinine',
    kind: 'continuous',
    unit: 'umol/L',
    analyte: 'creatinine',
    low: 10,
    high: 2000,
    predictor: true,
  },
  {
    name: 'nt_probnp',
    label: 'NT-proBNP',
    kind: 'continuous',
    unit: 'ng/L',
    analyte: 'nt-probnp',
    low: 0.1,
    high: 500_000,
    scale: 'log',
    predictor: true,
  },
  { name: 'diabetes', label: 'Diabetes', kind: 'binary', unit: null, predictor: true },
  { name: 'killip', label: 'Killip class', kind: 'ordinal', unit: null, low: 1, high: 3, predictor: true },
  {
    name: 'culprit',
    label: 'Culprit artery',
    kind: 'category',
    unit: null,
    categories: ['LAD', 'RCA', 'LCx'],
    predictor: true,
  },
];
const column = (
  name: string,
  unit: string | null = null,
  kind: PredictorColumn['kind'] = 'continuous',
  source: PredictorColumn['source'] = 'clinical',
): PredictorColumn => ({ name, label: name, unit, kind, source });
const columns = [
  column('age', 'a'),
  column('creatinine', 'umol/L'),
  column('log nt_probnp', 'ln(ng/L)'),
  column('diabetes', null, 'binary'),
  column('killip'),
  column('culprit=RCA', null, 'binary'),
  column('culprit=LCx', null, 'binary'),
  column('edv_index', 'ml/m2', 'continuous', 'cmr'),
  column('peak_filling_rate', '1/s', 'continuous', 'cmr'),
];
const names = columns.map(({ name }) => name);
const planOf = (of: readonly string[]) => ({ scaler: { columns: of.map((name) => ({ name })) } });
const predictors = predictorDefinitions(planOf(names), columns, variables);

function read(values: Record<string, unknown>) {
  const checked = patientTable(predictors, [{ subject: 'p', values }]);
  if (!checked.ok) throw new Error('expected a table');
  const { observed, values: cells } = checked.value;
  return {
    cells: Object.fromEntries(names.flatMap((name, j) => (observed[j] ? [[name, cells[j]!]] : []))),
    issues: checked.issues.map(({ kind, path, message }) => `${kind} ${path}: ${message}`),
  };
}

describe('the definitions of predictors', () => {
  it('have the unit, limits and analyte of the variable that a column is made of', () => {
    const of = (name: string) => predictors.find((entry) => entry.column === name);
    expect(of('log nt_probnp')).toEqual({
      column: 'log nt_probnp',
      variable: 'nt_probnp',
      label: 'NT-proBNP',
      kind: 'continuous',
      source: 'clinical',
      unit: 'ng/L',
      analyte: 'nt-probnp',
      logarithm: true,
      low: 0.1,
      high: 500_000,
      category: null,
      categories: null,
    });
    expect(of('culprit=LCx')).toMatchObject({
      variable: 'culprit',
      category: 'LCx',
      categories: ['LAD', 'RCA', 'LCx'],
      unit: null,
    });
    expect(of('edv_index')).toMatchObject({ variable: 'edv_index', unit: 'ml/m2', source: 'cmr', low: null });
  });

  it('of a bare table have neither unit nor limits, and categories by their names', () => {
    const [sex, log] = predictorDefinitions(
      planOf(['sex=male', 'log x']),
      [column('sex=male', null, 'binary'), column('log x')],
      [],
    );
    expect(sex).toMatchObject({ variable: 'sex', category: 'male', categories: null });
    expect(log).toMatchObject({ variable: 'log x', logarithm: false, category: null });
    expect(() => predictorDefinitions(planOf(['y']), [], [])).toThrow('expected a column y');
  });
});

describe('a typed patient', () => {
  it('gives numbers in the unit of the model', () => {
    expect(read({ age: 61, creatinine: 80, nt_probnp: 1000, diabetes: true, culprit: 'RCA' })).toEqual({
      cells: {
        age: 61,
        creatinine: 80,
        'log nt_probnp': Math.log(1000),
        diabetes: 1,
        'culprit=RCA': 1,
        'culprit=LCx': 0,
      },
      issues: [],
    });
  });

  it('gives values in other units, which are converted', () => {
    const { cells, issues } = read({
      age: { value: 732, unit: 'mo' },
      creatinine: { value: 1.2, unit: 'mg/dL' },
      nt_probnp: { value: 100, unit: 'pmol/L' },
      edv_index: { value: 90, unit: 'mL/m2' },
      peak_filling_rate: { value: 2.5, unit: '1/s' },
      killip: { value: 2 },
    });
    expect(issues).toEqual([]);
    expect(cells['age']).toBeCloseTo(61, 12);
    // 1.2 mg/dL = 12 mg/L; over 113.12 g/mol that is 106.08 µmol/L.
    expect(cells['creatinine']).toBeCloseTo(12_000 / 113.12, 9);
    // 1 pmol/L of NT-proBNP is 8.457 ng/L.
    expect(cells['log nt_probnp']).toBeCloseTo(Math.log(845.7), 12);
    expect([cells['edv_index'], cells['peak_filling_rate'], cells['killip']]).toEqual([90, 2.5, 2]);
  });

  it.each([
    [
      { creatinine: { value: 80, unit: 'mmHg' } },
      /^unknown-unit p: creatinine: expected umol\/L or a unit that converts, found 80 mmHg$/,
    ],
    [
      { age: { value: 61, unit: 'stone' } },
      /^unknown-unit p: age: expected years or a unit that converts, found 61 stone$/,
    ],
    [{ age: { value: 61, unit: 7 } }, /^unknown-unit p: age: .*found 61 in the unit 7$/],
    [
      { killip: { value: 2, unit: 'a' } },
      /^unknown-unit p: killip: expected a value without a unit, found 2 years$/,
    ],
    [
      { culprit: { value: 'RCA', unit: 'a' } },
      /^unknown-unit p: culprit: expected a category without a unit/,
    ],
    // 80 mg/dL is 7072 µmol/L: a value in the model's unit under the wrong name.
    [
      { creatinine: { value: 80, unit: 'mg/dL' } },
      /^bad-value p: creatinine: expected at most 2000 umol\/L, found 80 mg\/dL \(7072 umol\/L\)$/,
    ],
    [{ age: 12 }, /^bad-value p: age: expected at least 18 years, found 12$/],
    [{ nt_probnp: -3 }, /^bad-value p: nt_probnp: expected more than 0 ng\/L/],
    [{ diabetes: 2 }, /^bad-value p: diabetes: expected 0 or 1/],
    [{ culprit: 'RCX' }, /^bad-value p: culprit: expected one of LAD, RCA, LCx, found RCX$/],
    [{ age: 'old' }, /^bad-value p: age: expected a number, found "old"$/],
    [{ age: { value: 61, units: 'a' } }, /^bad-value p: age: expected a number/],
    [{ age: [61] }, /^bad-value p: age: expected a number/],
    [
      { age: { value: 71, unit: 'mo' } },
      /^bad-value p: age: expected at least 18 years, found 71 months \(5\.917 years\)$/,
    ],
    [
      { shoe_size: 43 },
      /^unknown-column p: shoe_size: expected a predictor of the model, found none of this name$/,
    ],
    [{ cretinine: 80 }, /^unknown-column p: cretinine: .*; the nearest is creatinine$/],
  ])('has a value that is not taken: %j', (values, expected) => {
    const { cells, issues } = read(values);
    expect(cells).toEqual({});
    expect(issues).toEqual([expect.stringMatching(expected)]);
  });

  it('takes units of time, and categories, as people write them', () => {
    for (const unit of ['years', 'year', 'y', 'yr', 'Years', 'a'])
      expect(read({ age: { value: 61, unit } })).toEqual({ cells: { age: 61 }, issues: [] });
    const lower = read({ culprit: 'rca' });
    expect(lower).toEqual({ cells: { 'culprit=RCA': 1, 'culprit=LCx': 0 }, issues: [] });
    const sex = predictorDefinitions(
      planOf(['sex=female']),
      [column('sex=female', null, 'binary')],
      [
        {
          name: 'sex',
          label: 'Sex',
          kind: 'category',
          unit: null,
          categories: ['male', 'female'],
          predictor: true,
        },
      ],
    );
    for (const [text, female] of [
      ['F', 1],
      ['f', 1],
      ['M', 0],
      ['Female', 1],
      ['male', 0],
    ] as const) {
      const checked = patientTable(sex, [{ subject: 'p', values: { sex: text } }]);
      expect(checked.ok && [...checked.value.values]).toEqual([female]);
      expect(checked.issues).toEqual([]);
    }
  });

  it('may name a column itself: a logarithm, or yes or no to a category', () => {
    const found = read({ 'log nt_probnp': 6.5, 'culprit=LCx': 1, culprit: null, age: '' });
    expect(found).toEqual({ cells: { 'log nt_probnp': 6.5, 'culprit=LCx': 1 }, issues: [] });
  });
});
