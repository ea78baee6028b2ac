import { describe, expect, it } from 'vitest';
import type { QuantitiesRecord } from '../records.ts';
import { knownBefore } from './known-before.ts';

const person = { ageYears: 61, sex: 'female', heightCm: 165, weightKg: 70 } as const;

const record = (ventricles: object | null, volume: object | null = null) =>
  ({ ventricles, tissue: { extracellularVolume: volume } }) as unknown as QuantitiesRecord;

describe('knownBefore', () => {
  it('gives person, heart rate and haematocrit that were said, and not what the images say', () => {
    const ventricles = { person, heartRatePerMin: 72, leftRates: { periodSource: 'given' } };
    const blood = { haematocrit: 0.4, haematocritFrom: 'blood test' };
    expect(knownBefore(record(ventricles, blood))).toEqual({ person, heartRatePerMin: 72, haematocrit: 0.4 });
    const read = { ...ventricles, leftRates: null, rightRates: { periodSource: 'header' } };
    const synthetic = { haematocrit: 0.4, haematocritFrom: 'native T1 of blood' };
    expect(knownBefore(record(read, synthetic))).toEqual({
      person,
      heartRatePerMin: null,
      haematocrit: null,
    });
  });

  it('knows nobody where there were no ventricles', () => {
    const { person: found, ...others } = knownBefore(record(null));
    expect(Object.values(found)).toEqual([null, null, null, null]);
    expect(others).toEqual({ heartRatePerMin: null, haematocrit: null });
  });
});
