import type { ModelCard } from '@myocast/model';
import { patientKey } from '@myocast/model/explanation';
import { describe, expect, it } from 'vitest';
import { differencesOf, inSampleNote, trainedOnNote } from './model-and-study.ts';
import type { StudySource } from './study-source.ts';

const card = {
  dataSet: 'trained',
  study: { name: 'A', timeZero: 'the CMR exam', definition: 'd1' },
  outcome: { compositeName: 'MACE', causes: ['death', 'mi'], horizonDays: 900 },
  predictors: [
    { column: 'age', unit: 'a', logarithm: false },
    { column: 'log crp', unit: 'mg/L', logarithm: true },
  ],
} as unknown as ModelCard;
const source = (other: object = {}, units = ['a', 'ln(mg/L)']) =>
  ({
    name: 'A',
    dataSet: 'frozen again',
    timeZero: 'the CMR exam',
    definition: 'd1',
    table: {
      columns: [
        { name: 'age', unit: units[0] },
        { name: 'log crp', unit: units[1] },
      ],
    },
    outcome: { compositeName: 'MACE', causes: ['death', 'mi'] },
    ...other,
  }) as unknown as StudySource;

describe('a model asked of a study', () => {
  it('says where time zero, outcome, study or protocol are others', () => {
    expect(differencesOf(card, source())).toEqual([]);
    const other = source({
      name: 'B',
      timeZero: null,
      outcome: { compositeName: 'death', causes: ['death'] },
    });
    expect(differencesOf(card, other)).toEqual([
      'study: trained on A, asked of B',
      'time zero: trained from the CMR exam, here a day that the protocol does not name',
      "outcome: the forecast is of MACE (death, mi), this study's is death (death)",
    ]);
    expect(differencesOf(card, source({ definition: 'd2' }))).toEqual([
      expect.stringMatching(/^protocol: variables or their limits/),
    ]);
    expect(differencesOf({ ...card, study: null }, source())).toEqual([
      expect.stringContaining('columns match by their names alone'),
    ]);
  });

  it('is refused where a column of the same name has another unit', () => {
    expect(() => differencesOf(card, source({}, ['a', 'ln(mg/dL)']))).toThrow(
      /column log crp: expected ln\(mg\/L\) as the model was trained with, found ln\(mg\/dL\)/,
    );
    expect(() => differencesOf(card, source({ dataSet: 'trained' }, ['mo', 'ln(mg/L)']))).toThrow(
      'column age',
    );
  });

  it('says of a subject of the training set that the forecast is in-sample, also in another freeze', () => {
    const patients = { dataSet: 'trained', keys: [patientKey('trained', 's1')] } as never;
    const away = { whyNot: 'not here' };
    expect(trainedOnNote(card, { name: 'A', dataSet: 'trained' }, away)('s1')).toBe(inSampleNote);
    expect(trainedOnNote(card, { name: 'A', dataSet: 'later' }, patients)('s1')).toBe(inSampleNote);
    expect(trainedOnNote(card, { name: 'A', dataSet: 'later' }, patients)('s2')).toBeNull();
    expect(trainedOnNote(card, { name: 'A', dataSet: 'later' }, away)('s1')).toMatch(/is not known$/);
    expect(trainedOnNote(card, { name: 'B', dataSet: 'other' }, away)('s1')).toBeNull();
  });
});
