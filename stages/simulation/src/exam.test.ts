import { describe, expect, it } from 'vitest';
import { createSubject, groundTruth, subjectIds } from './cohort.ts';
import { contractionAt, matrixSize, sliceSpacingMm } from './exam.ts';

const config = { patients: 10, centres: 4, seed: 3 };

describe('the labels behind an exam', () => {
  const exams = subjectIds(config).map((id) => ({
    patient: createSubject(config, id).patient,
    exam: groundTruth(config, id),
  }));

  const volumeMl = (exam: (typeof exams)[number]['exam'], phase: number, label: number) => {
    const perPhase = exam.slices * matrixSize ** 2;
    const labels = exam.cine!.label.subarray(phase * perPhase, (phase + 1) * perPhase);
    const voxels = labels.reduce((count, value) => count + (value === label ? 1 : 0), 0);
    return (voxels * exam.spacingMm ** 2 * sliceSpacingMm) / 1000;
  };

  it('enclose the EDV within 5 % and the ESV within 16 % (slices of 10 mm), without bias beyond 6 %', () => {
    const ratios = exams
      .filter(({ exam }) => exam.cine)
      .map(({ exam }) => [
        volumeMl(exam, 0, 3) / exam.anatomy.edvMl,
        volumeMl(exam, 4, 3) / exam.anatomy.esvMl,
      ]);
    expect(ratios.length).toBeGreaterThan(6);
    for (const [ed, es] of ratios) {
      expect(Math.abs(ed! - 1)).toBeLessThan(0.05);
      expect(Math.abs(es! - 1)).toBeLessThan(0.16);
    }
    const bias = ratios.reduce((sum, [, es]) => sum + es! - 1, 0) / ratios.length;
    expect(Math.abs(bias)).toBeLessThan(0.06);
  });

  it('hold the infarct within 4 points and the MVO within 3 points of what was asked', () => {
    const scanned = exams.filter(({ exam }) => exam.lge);
    expect(scanned.length).toBeGreaterThan(6);
    for (const { exam, patient } of scanned) {
      const count = [0, 0, 0, 0, 0];
      for (const label of exam.lge!.label) count[label]!++;
      const wall = count[2]! + count[3]! + count[4]!;
      const infarct = (100 * (count[3]! + count[4]!)) / wall;
      expect(Math.abs(infarct - patient.injury.infarctPercent)).toBeLessThan(4);
      expect(Math.abs((100 * count[4]!) / wall - patient.injury.mvoPercent)).toBeLessThan(3);
    }
  });

  it('show the smallest cavity at phase 4 of 10, and the whole beat closes', () => {
    expect(contractionAt(0.4)).toBeCloseTo(1, 12);
    expect(contractionAt(0)).toBe(0);
    expect(contractionAt(1)).toBeCloseTo(0, 12);
    const { exam } = exams.find((entry) => entry.exam.cine)!;
    const volumes = Array.from({ length: 10 }, (_, phase) => volumeMl(exam, phase, 3));
    expect(volumes.indexOf(Math.min(...volumes))).toBe(4);
    expect(volumes.indexOf(Math.max(...volumes))).toBe(0);
  });
});
