import { describe, expect, it } from 'vitest';
import { createSubject, type SimulationConfig, subjectIds, subjectRandom } from './cohort.ts';
import { createExam } from './exam.ts';
import { noFaults } from './faults.ts';
import { sliceSpacingMm } from './scene.ts';

const config: SimulationConfig = { patients: 8, centres: 4, seed: 3 };
const plan = { sequences: ['cine-sax', 'lge-sax', 't2-sax'] } as const;

describe('the labels behind an exam', () => {
  const exams = subjectIds(config).map((id) => {
    const { patient, centre } = createSubject(config, id);
    return {
      patient,
      exam: createExam(subjectRandom(config, id).fork('exam'), patient, centre, plan, noFaults),
    };
  });
  type One = (typeof exams)[number]['exam'];

  const voxelMl = (exam: One) => (exam.spacingMm ** 2 * sliceSpacingMm) / 1000;
  const voxels = (exam: One, phase: number, label: number) => {
    const perPhase = exam.cine!.label.length / exam.cine!.phases;
    const labels = exam.cine!.label.subarray(phase * perPhase, (phase + 1) * perPhase);
    return labels.reduce((count, value) => count + (value === label ? 1 : 0), 0);
  };

  it('enclose the EDV and the ESV to the voxel, and the ejection fraction to 0.1 points', () => {
    for (const { exam, patient } of exams) {
      const [edv, esv] = [0, 4].map((phase) => voxels(exam, phase, 3) * voxelMl(exam)) as [number, number];
      expect(Math.abs(edv - exam.anatomy.edvMl)).toBeLessThanOrEqual(0.5 * voxelMl(exam) + 1e-6);
      expect(Math.abs(esv - exam.anatomy.esvMl)).toBeLessThanOrEqual(0.5 * voxelMl(exam) + 1e-6);
      expect(Math.abs((100 * (edv - esv)) / edv - patient.injury.ejectionFractionPercent)).toBeLessThan(0.1);
    }
  });

  it('needed only voxels that are half and half for that: less than 6 % of the end-systolic cavity', () => {
    for (const { exam } of exams) {
      expect(exam.cine!.labelsMoved * voxelMl(exam)).toBeLessThan(0.06 * exam.anatomy.esvMl);
    }
  });

  it('enclose RV volumes within 8 % of the heart’s, and its wall within 6 %', () => {
    for (const { exam, patient } of exams) {
      const { heart } = exam.scene;
      expect(Math.abs((voxels(exam, 0, 1) * voxelMl(exam)) / heart.rvEdvMl - 1)).toBeLessThan(0.08);
      expect(Math.abs((voxels(exam, 4, 1) * voxelMl(exam)) / heart.rvEsvMl - 1)).toBeLessThan(0.14);
      const massG = 1.05 * voxels(exam, 0, 2) * voxelMl(exam);
      expect(massG / patient.bsaM2).toBeGreaterThan(30);
      expect(massG / patient.bsaM2).toBeLessThan(115);
    }
  });

  it('hold infarct, MVO and area at risk of the record to half a voxel', () => {
    for (const { exam, patient } of exams) {
      const count = (label: Uint8Array, labels: readonly number[]) =>
        label.reduce((sum, value) => sum + (labels.includes(value) ? 1 : 0), 0);
      const lge = exam.lge!.label;
      const half = 50 / count(lge, [2, 3, 4]) + 1e-9;
      const percent = (label: Uint8Array, part: readonly number[], all: readonly number[]) =>
        (100 * count(label, part)) / count(label, all);
      const { infarctPercent, mvoPercent, areaAtRiskPercent } = patient.injury;
      expect(Math.abs(percent(lge, [3, 4], [2, 3, 4]) - infarctPercent)).toBeLessThanOrEqual(half);
      expect(Math.abs(percent(lge, [4], [2, 3, 4]) - mvoPercent)).toBeLessThanOrEqual(half);
      const t2 = exam.series.find(({ sequence }) => sequence === 't2-sax')!.label;
      expect(Math.abs(percent(t2, [3], [2, 3]) - areaAtRiskPercent)).toBeLessThanOrEqual(2 * half);
    }
  });

  it('show the smallest cavity at phase 4 of 10 and the largest at phase 0', () => {
    for (const { exam } of exams) {
      const volumes = Array.from({ length: 10 }, (_, phase) => voxels(exam, phase, 3));
      expect(volumes.indexOf(Math.min(...volumes))).toBe(4);
      expect(volumes.indexOf(Math.max(...volumes))).toBe(0);
    }
  });

  it('keep the cavity inside the myocardium, closed towards the apex, and the RV on the septum', () => {
    for (const { exam } of exams) {
      const { matrix } = exam.scene.plan;
      const area = matrix ** 2;
      const ed = exam.cine!.label.subarray(0, exam.slices * area);
      let [inside, open, touching, rv] = [0, 0, 0, 0];
      // Where the oblique base crosses the ventricle the outflow tract opens it.
      const belowBase = Math.ceil((8 - exam.scene.firstSliceMm) / sliceSpacingMm) * area;
      for (let at = belowBase; at < ed.length - matrix; at++) {
        const around = [ed[at - 1]!, ed[at + 1]!, ed[at - matrix]!, ed[at + matrix]!];
        if (ed[at] === 3) {
          inside++;
          if (around.some((label) => label === 0 || label === 1)) open++;
        }
        if (ed[at] === 1) {
          rv++;
          if (around.includes(2)) touching++;
        }
      }
      expect(open / inside).toBeLessThan(0.002);
      expect(touching / rv).toBeGreaterThan(0.03);
      // The stack ends where the cavity does: its last slice holds little of it, and most of it wall or as much.
      const perSlice = Array.from({ length: exam.slices }, (_, z) => {
        const slice = ed.subarray(z * area, (z + 1) * area);
        const count = (label: number) => slice.reduce((sum, value) => sum + (value === label ? 1 : 0), 0);
        return { wall: count(2), cavity: count(3) };
      });
      const last = perSlice.findLast(({ wall }) => wall > 0)!;
      expect(last.cavity).toBeLessThan(1.25 * last.wall);
      const largest = Math.max(...perSlice.map(({ cavity }) => cavity));
      expect(last.cavity).toBeLessThan(0.45 * largest);
    }
  });
});
