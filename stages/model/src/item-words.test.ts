import { expect, it } from 'vitest';
import type { Bundle } from './bundle/bundle-bytes.ts';
import { missingItems, unusualWords, variableLabel } from './item-words.ts';

const definition = (column: string, variable: string, label: string, category: string | null = null) => ({
  column,
  variable,
  label,
  category,
  kind: category === null && column !== 'shock' ? 'continuous' : 'binary',
});
const names = ['age', 'log hs_crp', 'culprit=RCA', 'culprit=LCx', 'shock', 'sex=female'];
const bundle = {
  card: {
    predictors: [
      definition('age', 'age', 'Age'),
      definition('log hs_crp', 'hs_crp', 'hs-CRP'),
      definition('culprit=RCA', 'culprit', 'Culprit artery: RCA', 'RCA'),
      definition('culprit=LCx', 'culprit', 'Culprit artery: LCx', 'LCx'),
      definition('shock', 'shock', 'Cardiogenic shock'),
      definition('sex=female', 'sex', 'Sex: female', 'female'),
    ],
  },
  plan: {
    curves: [],
    posterior: { slopes: [1, 3, 1, 2, 0.5, 0.1], covariance: [] },
    scaler: {
      columns: names.map((name) => ({ name, mean: name === 'shock' ? 0.034 : 0.4, log: false })),
      segments: [{ name: 'thickness' }],
      slices: [{ kind: 'lge-sax' }],
    },
  },
} as unknown as Bundle;

it('names what is missing as a reader does, each variable once, the most influential first', () => {
  const items = missingItems(bundle, [...names, 'thickness', 'lge-sax', 'ejection fraction at visit 2']);
  expect(items.map(({ label }) => label)).toEqual([
    'hs-CRP',
    'Culprit artery',
    'Age',
    'Cardiogenic shock',
    'Sex',
    'thickness by segment',
    'lge-sax images',
    'ejection fraction at visit 2',
  ]);
  // Slopes² are 1, 9, 1 + 4, 0.25 and 0.01.
  expect(items[1]).toMatchObject({ name: 'culprit', share: expect.closeTo(5 / 15.26, 9) });
  expect(variableLabel(bundle, 'unknown')).toBe('unknown');
});

it('says yes and no in words, and how many of the training patients are so', () => {
  const far = [
    { name: 'shock', deviation: 5.4 },
    { name: 'sex=female', deviation: -0.8 },
    { name: 'log hs_crp', deviation: -2.04 },
  ];
  expect(unusualWords(bundle, { percentile: 50, known: 3, of: 8, far })).toEqual([
    'Cardiogenic shock: yes, as 3 % of them',
    'Sex: not female, as 60 % of them',
    'hs-CRP 2.0 SD below their mean',
  ]);
  expect(unusualWords(bundle, null)).toEqual([]);
});
