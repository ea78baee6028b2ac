import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import type { Patient } from '../clinical.ts';
import { createSubject } from '../cohort.ts';
import { measureCmr } from './measured-cmr.ts';

const { patient, centre, massIndexGPerM2 } = createSubject({ patients: 4, centres: 2, seed: 1 }, 'V1-0002');
const good = {
  ...patient,
  injury: { ...patient.injury, infarctPercent: 25, mvoPercent: 3, ejectionFractionPercent: 45 },
  exam: { ...patient.exam, cine: true, lge: true, t2Stir: true, quality: 4 as const },
};
const readings = (of: Patient = good) =>
  Array.from({ length: 3000 }, (_, index) =>
    measureCmr(new Random(`reading ${index}`), of, centre, massIndexGPerM2),
  );
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

describe('a reading of the exam', () => {
  it('is right on average, with the spread of DOMAIN C5', () => {
    const size = readings().map(({ infarct_size }) => infarct_size!);
    expect(Math.abs(mean(size) - 25)).toBeLessThan(0.25);
    expect(Math.abs(sd(size) / 25 - 0.144)).toBeLessThan(0.01);
    const lvef = readings().map((own) => own.lvef!);
    expect(Math.abs(mean(lvef) - 45)).toBeLessThan(0.2);
    expect(Math.abs(sd(lvef) - 3)).toBeLessThan(0.15);
    for (const { edvi, esvi, lvef: own } of readings().slice(0, 50))
      expect(Math.abs(1 - esvi! / edvi! - own! / 100)).toBeLessThan(1e-12);
  });

  it('is worse of poor images, empty of missing ones, and then the same in all else', () => {
    const poor = readings({ ...good, exam: { ...good.exam, quality: 2 } });
    expect(sd(poor.map(({ infarct_size }) => infarct_size!)) / 25).toBeGreaterThan(0.19);
    const [whole] = readings();
    const [without] = readings({ ...good, exam: { ...good.exam, lge: false } });
    expect(without!.infarct_size).toBeNull();
    expect(without!.mvo).toBeNull();
    expect(without!.salvage_index).toBeNull();
    expect(without!.lvef).toBe(whole!.lvef);
    expect(without!.area_at_risk).toBe(whole!.area_at_risk);
  });
});
