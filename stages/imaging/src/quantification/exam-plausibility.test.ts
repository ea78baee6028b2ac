import { describe, expect, it } from 'vitest';
import type { CineQuantities, LgeQuantities } from '../records.ts';
import { implausibleExam } from './exam-plausibility.ts';

const none = Array.from({ length: 16 }, () => null);
/** LV 150 / 75 ml, RV 160 / 85 ml: both eject 75 ml. */
const cine: CineQuantities = {
  slices: 9,
  edPhase: 0,
  esPhase: 8,
  edvMl: 150,
  esvMl: 75,
  strokeVolumeMl: 75,
  ejectionFractionPercent: 50,
  massG: 105,
  rvEdvMl: 160,
  rvEsvMl: 85,
  rvEjectionFractionPercent: 46.9,
  volumeCurveMl: [150, 75],
  wallThicknessMm: none,
  wallThickeningPercent: none,
};
const lge: LgeQuantities = {
  myocardiumMl: 100,
  infarctMl: 20,
  mvoMl: 0,
  infarctPercent: 20,
  mvoPercent: 0,
  transmuralityPercent: none,
  mvoSegmentPercent: none,
};
const messages = (own: Partial<CineQuantities>, enhanced: LgeQuantities | null = lge) =>
  implausibleExam({ ...cine, ...own }, enhanced).map(({ kind, message }) => `${kind}: ${message}`);

describe('implausibleExam', () => {
  it('says nothing of ventricles that eject alike and of one mass', () => {
    expect(messages({})).toEqual([]);
    expect(implausibleExam(null, lge)).toEqual([]);
  });

  it('flags stroke volumes that are 25 % and 15 ml apart, in either direction', () => {
    // RV 100 ml against 75: 25 ml are 28.6 % of the mean of 87.5.
    expect(messages({ rvEsvMl: 60 })).toEqual([
      'quality-flag: expected stroke volumes of LV and RV within 25 % of each other or 15 ml, found 75.0 and 100.0 ml (29 %): contours, or a shunt or leaking valve that is not known of',
    ]);
    expect(messages({ rvEsvMl: 107 })).toHaveLength(1);
    // 20 ml of 85 are 24 %: within. 14 ml of 33 are 42 %, and too few to tell.
    expect(messages({ rvEsvMl: 65 })).toEqual([]);
    expect(messages({ strokeVolumeMl: 26, rvEdvMl: 80, rvEsvMl: 40 })).toEqual([]);
  });

  it('compares no part of a ventricle, and no RV that was not drawn at both moments', () => {
    expect(messages({ slices: 3, rvEsvMl: 20, massG: 10 })).toEqual([]);
    expect(messages({ rvEsvMl: 0 })).toEqual([]);
  });

  it('flags a mass of the late enhancement that is more than 15 % off the one of the cine', () => {
    expect(messages({}, { ...lge, myocardiumMl: 114 })).toEqual([]);
    expect(messages({}, { ...lge, myocardiumMl: 84 })[0]).toMatch(
      'found 105.0 g in the cine and 88.2 g in the late enhancement (16 %)',
    );
    expect(messages({}, { ...lge, myocardiumMl: 116 })).toHaveLength(1);
    expect(messages({}, { ...lge, myocardiumMl: null })).toEqual([]);
    expect(messages({ massG: 0 })).toEqual([]);
  });
});
