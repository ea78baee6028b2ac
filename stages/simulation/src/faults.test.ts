import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createSubject, subjectIds, subjectRandom } from './cohort.ts';
import { createExam } from './exam.ts';
import { drawFaults, type ExamFaults, noFaults } from './faults.ts';
import { clinicalPlan, imagingPlan } from './plan.ts';

const config = { patients: 4, centres: 4, seed: 9 };
const id = subjectIds(config)[1]!;
const { patient, centre } = createSubject(config, id);
const sequences = ['cine-sax', 'lge-sax', 'lge-magnitude'] as const;
const scan = (faults: Partial<ExamFaults>) =>
  createExam(
    subjectRandom(config, id).fork('exam'),
    patient,
    centre,
    { sequences },
    { ...noFaults, ...faults },
  );

const clean = scan({});
type Exam = typeof clean;

/** Mean stored value over the voxels of a label. */
function meanOf(exam: Exam, name: 'cine-sax' | 'lge-sax' | 'lge-magnitude', label: number): number {
  const series = exam.series.find(({ sequence }) => sequence === name)!;
  let [sum, count] = [0, 0];
  for (let at = 0; at < series.label.length; at++) {
    if (series.label[at] !== label) continue;
    sum += series.image[at]!;
    count++;
  }
  return sum / count;
}

describe('faults of an exam', () => {
  it('leave out what is missing, and nothing else', () => {
    const exam = scan({ missing: ['lge-sax'] });
    expect(exam.lge).toBeNull();
    expect(exam.series.map(({ sequence }) => sequence)).toEqual(['cine-sax', 'lge-magnitude']);
    expect(Buffer.compare(Buffer.from(exam.cine!.image.buffer), Buffer.from(clean.cine!.image.buffer))).toBe(
      0,
    );
  });

  it('of nulling lift or lower the remote wall', () => {
    const remote = (exam: Exam) => meanOf(exam, 'lge-sax', 2);
    expect(remote(scan({ tiErrorMs: 60 }))).toBeGreaterThan(remote(clean) + 60);
    expect(remote(scan({ tiErrorMs: -60 }))).toBeLessThan(remote(clean) - 60);
    // A magnitude knows no sign: too short an inversion time makes the wall bright.
    const magnitude = (exam: Exam) => meanOf(exam, 'lge-magnitude', 2);
    expect(magnitude(scan({ tiErrorMs: -60 }))).toBeGreaterThan(magnitude(clean) + 20);
  });

  it('of breath-holds move slices, by more than 5 mm now and then', () => {
    const centres = (exam: Exam) => {
      const { matrix } = exam.scene.plan;
      return Array.from({ length: exam.slices }, (_, slice) => {
        const label = exam.cine!.label.subarray(slice * matrix ** 2, (slice + 1) * matrix ** 2);
        let [sum, count] = [0, 0];
        for (const [at, value] of label.entries())
          if (value === 3) {
            sum += Math.floor(at / matrix);
            count++;
          }
        return count > 40 ? (sum / count) * exam.spacingMm : null;
      }).filter((centre_) => centre_ !== null);
    };
    const steps = (exam: Exam) =>
      centres(exam)
        .slice(1)
        .map((at, n) => Math.abs(at - centres(exam)[n]!));
    expect(Math.max(...steps(clean))).toBeLessThan(8);
    expect(Math.max(...steps(scan({ breathHoldShare: 1 })))).toBeGreaterThan(8);
  });

  it('of off-resonance lay a dark band across the heart in the cine, and in the cine alone', () => {
    const banded = scan({ bandingHz: 165 });
    const darkest = (exam: Exam) => {
      const { image, label } = exam.cine!;
      const cavity = Array.from(image).filter((_, at) => label[at] === 3);
      cavity.sort((a, b) => a - b);
      return cavity[Math.floor(0.1 * cavity.length)]! / cavity[Math.floor(0.9 * cavity.length)]!;
    };
    expect(darkest(banded)).toBeLessThan(0.6 * darkest(clean));
    expect(meanOf(banded, 'cine-sax', 3)).toBeLessThan(meanOf(clean, 'cine-sax', 3));
    expect(meanOf(banded, 'cine-sax', 3)).toBeGreaterThan(0.4 * meanOf(clean, 'cine-sax', 3));
    expect(meanOf(banded, 'lge-sax', 1)).toBeCloseTo(meanOf(clean, 'lge-sax', 1), 6);
  });

  it('of triggering leave the volume curve uneven, and copies in the air', () => {
    const slipped = scan({ misTrigger: 0.08 });
    const curve = (exam: Exam) => {
      const perPhase = exam.cine!.label.length / exam.cine!.phases;
      return Array.from({ length: exam.cine!.phases }, (_, phase) =>
        exam
          .cine!.label.subarray(phase * perPhase, (phase + 1) * perPhase)
          .reduce((count, value) => count + (value === 3 ? 1 : 0), 0),
      );
    };
    const rises = (values: number[]) =>
      values.slice(0, 5).filter((value, n) => n > 0 && value > values[n - 1]!);
    expect(rises(curve(clean))).toEqual([]);
    expect(curve(slipped)).not.toEqual(curve(clean));
    const air = (exam: Exam) => {
      const values = Array.from(exam.cine!.image.subarray(0, exam.scene.plan.matrix ** 2)).sort(
        (a, b) => a - b,
      );
      return values[Math.floor(0.3 * values.length)]!;
    };
    expect(air(slipped)).toBeGreaterThan(air(clean));
  });

  it('come as often as DOMAIN B7 has them', () => {
    const random = new Random('faults');
    const drawn = Array.from({ length: 4000 }, (_, n) => drawFaults(random.fork(n), 1.5));
    const share = (holds: (faults: ExamFaults) => boolean) => drawn.filter(holds).length / drawn.length;
    expect(share(({ missing }) => missing.includes('cine-sax'))).toBeCloseTo(0.01, 1.5);
    expect(Math.abs(share(({ missing }) => missing.includes('t2-sax')) - 0.12)).toBeLessThan(0.02);
    expect(Math.abs(share(({ missing }) => missing.includes('t1-map')) - 0.35)).toBeLessThan(0.03);
    expect(Math.abs(share(({ breathHoldShare }) => breathHoldShare > 0) - 0.15)).toBeLessThan(0.02);
    expect(Math.abs(share(({ misTrigger }) => misTrigger > 0) - 0.08)).toBeLessThan(0.015);
    expect(Math.abs(share(({ tiErrorMs }) => Math.abs(tiErrorMs) >= 30) - 0.07)).toBeLessThan(0.015);
  });
});

describe('a plan', () => {
  it('is refused where it holds no end-systole, or is none', () => {
    expect(imagingPlan().matrix).toBe(128);
    expect(() => imagingPlan({ cinePhases: 12 })).toThrow(RangeError);
    expect(() => imagingPlan({ matrix: 127 })).toThrow(RangeError);
    expect(() => imagingPlan({ sequences: ['flow'] as never })).toThrow(RangeError);
    expect(clinicalPlan.sequences).toHaveLength(10);
  });
});
