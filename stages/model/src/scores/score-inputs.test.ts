import type { QuantitiesRecord } from '@myocast/imaging';
import type { PredictorColumn, PredictorInput, PredictorTable } from '@myocast/predictors';
import { predictorsOf } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import { itemNames, scoreItems } from './items.ts';
import { fedItems, scoreInputs, variablesWithoutItem } from './score-inputs.ts';
import { studyFacts } from './study-facts.ts';
import { wholeRecord } from './whole-record.ts';

type Cell = readonly [name: string, unit: string | null, value: number | null];

/** A table of one subject. */
function tableOf(cells: readonly Cell[], mvoSegments?: readonly (number | null)[]): PredictorTable {
  const columns = cells.map(([name, unit]): PredictorColumn => {
    return { name, label: name, unit, kind: 'continuous', source: 'clinical' };
  });
  return {
    subjects: ['s1'],
    centres: ['A'],
    columns,
    values: Float64Array.from(cells, ([, , value]) => value ?? 0),
    observed: Uint8Array.from(cells, ([, , value]) => Number(value !== null)),
    segments: mvoSegments
      ? [
          {
            name: 'mvo',
            unit: '%',
            values: Float64Array.from(mvoSegments, (value) => value ?? 0),
            observed: Uint8Array.from(mvoSegments, (value) => Number(value !== null)),
          },
        ]
      : [],
    slices: [[]],
  };
}
const itemsOf = (cells: readonly Cell[], segments?: readonly (number | null)[]) =>
  scoreInputs(tableOf(cells, segments)).given[0]!;
const sixteen = (...first: readonly (number | null)[]) =>
  Array.from({ length: 16 }, (_, index) => (index < first.length ? first[index]! : 0));

describe('the items of a row', () => {
  it('are in the units of the tables', () => {
    // 113.12 g/mol: 1 mg/dL is 10 mg/L, 88.4017 µmol/L
    expect(itemsOf([['creatinine', 'umol/L', 88.4017]]).creatinine).toBeCloseTo(1, 6);
    expect(itemsOf([['creatinine', 'mg/dL', 1.2]]).creatinine).toBe(1.2);
    expect(itemsOf([['creatinine', 'mmol/L', 0.0884017]]).creatinine).toBeCloseTo(1, 6);
    expect(itemsOf([['peak_troponin_t', 'ng/L', 3500]]).peak_troponin_t).toBe(3.5);
    expect(itemsOf([['ejection_fraction', '%', 39.5]]).lvef).toBe(39.5);
    expect(itemsOf([['symptom_to_balloon', 'h', 4.15]]).symptom_to_balloon).toBe(249);
  });

  it('are not read where the unit is not told, does not convert, or should not be there', () => {
    expect(itemsOf([['creatinine', null, 88]])).toEqual({});
    expect(itemsOf([['creatinine', 'mmHg', 88]])).toEqual({});
    expect(itemsOf([['haemorrhage', '%', 1]])).toEqual({});
  });

  it('come back from logarithms to the digit, so that no bound is missed', () => {
    for (let minutes = 1; minutes <= 3000; minutes++) {
      const cell: Cell = ['log symptom_to_balloon', 'ln(min)', Math.log(minutes)];
      expect(itemsOf([cell]).symptom_to_balloon).toBe(minutes);
    }
  });

  it('tell the reference category from a missing one', () => {
    const culprit = (rca: number | null, lcx: number | null) =>
      itemsOf([
        ['culprit=RCA', null, rca],
        ['culprit=LCx', null, lcx],
      ]).culprit_lad;
    expect(culprit(0, 0)).toBe(1);
    expect(culprit(1, 0)).toBe(0);
    expect(culprit(null, null)).toBeUndefined();
  });

  it('are calculated where they are not recorded: weight, clearance, anaemia, vessels', () => {
    const person: Cell[] = [
      ['age', 'a', 60.7],
      ['sex=female', null, 0],
      ['bmi', 'kg/m2', 25],
      ['height', 'cm', 180],
      ['creatinine', 'mg/dL', 1],
      ['haemoglobin', 'g/L', 125],
    ];
    // 25 · 1.8² = 81; (140 - 60) · 81 / 72 = 90
    expect(itemsOf(person)).toMatchObject({ weight: 81, anaemia: 1 });
    expect(itemsOf(person).creatinine_clearance).toBeCloseTo(90, 9);
    const woman = person.map((cell): Cell => (cell[0] === 'sex=female' ? ['sex=female', null, 1] : cell));
    expect(itemsOf(woman).creatinine_clearance).toBeCloseTo(76.5, 9);
    expect(itemsOf(woman).anaemia).toBe(0);
    expect(itemsOf(person.filter(([name]) => name !== 'height')).creatinine_clearance).toBeUndefined();
    expect(itemsOf([...person, ['weight', 'kg', 72]]).creatinine_clearance).toBeCloseTo(80, 9);
    expect(itemsOf([['haemoglobin', 'g/dL', 12.5]])).toEqual({});
    expect(itemsOf([['multivessel', null, 0]]).three_vessel).toBe(0);
    expect(itemsOf([['multivessel', null, 1]]).three_vessel).toBeUndefined();
  });

  it('count segments with obstruction only as far as they were seen', () => {
    expect(itemsOf([['mvo', '%', 3]], sixteen(10, 2, 2.1, 5)).mvo_segments).toBe(3);
    expect(itemsOf([['mvo', '%', 0]]).mvo_segments).toBe(0);
    expect(itemsOf([['mvo', '%', 3]], sixteen(10, null)).mvo_segments).toBeUndefined();
    expect(itemsOf([['mvo', '%', 3]], sixteen(10, 10, null)).mvo_segments).toBe(2);
    expect(itemsOf([['mvo', '%', 3]]).mvo_segments).toBeUndefined();
  });

  it('leave out what cannot be, with an issue', () => {
    const { given, issues } = scoreInputs(
      tableOf([
        ['killip', null, 5],
        ['systolic_bp', 'mmHg', 900],
      ]),
    );
    expect(given).toEqual([{}]);
    expect(issues.map(({ kind, path, message }) => [kind, path, message])).toEqual([
      ['bad-value', 's1: systolic_bp', 'expected 0 to 350 mmHg, found 900; taken as missing'],
      ['bad-value', 's1: killip', 'expected a whole number from 1 to 4, found 5; taken as missing'],
    ]);
  });

  it('take facts of the study where there is no record, and count them', () => {
    const facts = { ...studyFacts('NCT07277400'), lbbb: 0, killip: 1 };
    const { given, facts: counted, notFed } = scoreInputs(tableOf([['killip', null, 3]]), facts);
    expect(given).toEqual([
      { killip: 3, lbbb: 0, st_deviation: 1, elevated_enzymes: 1, prior_mi: 0, in_hospital_pci: 1 },
    ]);
    expect(counted).toEqual({
      lbbb: 1,
      st_deviation: 1,
      elevated_enzymes: 1,
      prior_mi: 1,
      in_hospital_pci: 1,
    });
    expect(notFed).toContain('age');
    expect(notFed).not.toContain('lbbb');
    expect(studyFacts('WHAS500')).toEqual({});
  });
});

describe('the whole record of a study', () => {
  const variable = (name: string, unit: string | null, rest = {}) =>
    ({ name, label: name, kind: 'continuous', unit, predictor: false, ...rest }) as const;
  const dataSet: PredictorInput['dataSet'] = {
    study: 'NCT07277400',
    hash: 'abc',
    variables: [
      { ...variable('age', 'a'), predictor: true },
      variable('cardiac_arrest', null, { kind: 'binary' }),
      variable('symptom_to_balloon', 'min', { scale: 'log', low: 1 }),
      variable('sex', null, { kind: 'category', categories: ['male', 'female'] }),
      variable('hs_crp', 'mg/L'),
    ],
    causes: ['death'],
    compositeCauses: ['death'],
    compositeName: 'death',
    subjects: ['S1', 'S2'].map((subject, row) => ({
      subject,
      centre: 'A',
      values:
        row === 0 ? { age: 61.5, cardiac_arrest: 1, symptom_to_balloon: 240, sex: 'female', hs_crp: 3 } : {},
      followUp: { days: 10, cause: null },
    })),
  };
  const quantities = {
    cine: {
      slices: 9,
      ejectionFractionPercent: 44,
      edvMl: 1,
      esvMl: 1,
      massG: 1,
      wallThicknessMm: sixteen(),
      wallThickeningPercent: sixteen(),
    },
    lge: {
      infarctPercent: 20,
      mvoPercent: 2,
      transmuralityPercent: sixteen(),
      mvoSegmentPercent: sixteen(10, 10),
    },
    tissue: { enhancement: null, oedema: null, maps: [], haemorrhage: { present: false } },
  } as unknown as QuantitiesRecord;
  const of = (subject: string) => (subject === 'S1' ? quantities : null);

  it('holds what the models are not offered, and the exam', () => {
    const { given } = scoreInputs(wholeRecord(dataSet, of));
    expect(given).toEqual([
      {
        age: 61.5,
        cardiac_arrest: 1,
        symptom_to_balloon: 240,
        lvef: 44,
        infarct: 20,
        mvo: 2,
        mvo_segments: 2,
        haemorrhage: 0,
      },
      {},
    ]);
    const predictors = predictorsOf({ dataSet, quantities: of, slices: () => [] });
    expect(scoreInputs(predictors).given[0]).toEqual({
      age: 61.5,
      lvef: 44,
      infarct: 20,
      mvo: 2,
      mvo_segments: 2,
    });
  });

  it('says which variables no score asks for, and which items nothing feeds', () => {
    const { columns } = wholeRecord(dataSet, of);
    expect(variablesWithoutItem(columns)).toEqual(['hs_crp', 'edv', 'esv', 'lv_mass', 'wall_thickening']);
    const fed = fedItems(columns);
    expect(itemNames.filter((name) => fed.has(name))).toEqual([
      'age',
      'cardiac_arrest',
      'symptom_to_balloon',
      'lvef',
      'infarct',
      'mvo',
      'mvo_segments',
      'haemorrhage',
    ]);
    expect(Object.keys(scoreItems)).toEqual([...itemNames]);
  });
});
