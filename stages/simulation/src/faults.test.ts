import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createSubject, subjectIds, subjectRandom } from './cohort.ts';
import { createExam } from './exam.ts';
import { type ExamFaults, examFaults, noFaults } from './faults.ts';
import { clinicalPlan, imagingPlan } from './plan.ts';
import type { ExamConditions } from './record/exam-conditions.ts';
import { createScene } from './scene.ts';

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

  it('are those of the record, and no others', () => {
    const random = new Random('faults');
    const whole: ExamConditions = {
      ...patient.exam,
      cine: true,
      lge: true,
      t2Stir: true,
      t1Map: true,
      t2Map: true,
      t2StarMap: true,
      breathHoldArtefact: false,
      gatingArtefact: false,
      poorNulling: false,
    };
    const drawn = (exam: Partial<ExamConditions>) =>
      Array.from({ length: 300 }, (_, n) => examFaults(random.fork(n), { ...whole, ...exam }, 1.5));
    const every = (exam: Partial<ExamConditions>, holds: (faults: ExamFaults) => boolean) =>
      drawn(exam).every(holds);
    const longAxes = (name: string) => /[234]ch/u.test(name);
    expect(every({}, ({ missing }) => missing.every(longAxes))).toBe(true);
    expect(
      every(
        {},
        (one) => one.breathHoldShare + one.ghost + one.misTrigger === 0 && Math.abs(one.tiErrorMs) < 30,
      ),
    ).toBe(true);
    const lacks = (exam: Partial<ExamConditions>) => drawn(exam)[0]!.missing;
    expect(lacks({ cine: false })).toEqual(['cine-sax', 'cine-2ch', 'cine-3ch', 'cine-4ch']);
    expect(lacks({ lge: false })).toEqual(expect.arrayContaining(['lge-sax', 'lge-magnitude']));
    expect(lacks({ t2Stir: false, t1Map: false })).toEqual(expect.arrayContaining(['t2-sax', 't1-map']));
    expect(lacks({ t2Map: false, t2StarMap: false })).toEqual(
      expect.arrayContaining(['t2-map', 't2star-map']),
    );
    expect(every({ breathHoldArtefact: true }, (one) => one.breathHoldShare > 0 && one.ghost > 0)).toBe(true);
    expect(every({ gatingArtefact: true }, ({ misTrigger }) => misTrigger > 0)).toBe(true);
    expect(every({ poorNulling: true }, ({ tiErrorMs }) => Math.abs(tiErrorMs) >= 30)).toBe(true);
  });

  it('and the haemorrhage of an exam are what the tables say of it', () => {
    const study = { patients: 60, centres: 4, seed: 3 };
    let bled = 0;
    for (const subject of subjectIds(study)) {
      const { patient: who, centre: at } = createSubject(study, subject);
      const random = subjectRandom(study, subject).fork('exam');
      const { faults, anatomy } = createScene(random, who, at, imagingPlan());
      for (const [name, there] of [
        ['cine-sax', who.exam.cine],
        ['lge-sax', who.exam.lge],
        ['t2-sax', who.exam.t2Stir],
        ['t1-map', who.exam.t1Map],
        ['t2-map', who.exam.t2Map],
        ['t2star-map', who.exam.t2StarMap],
      ] as const)
        expect(faults.missing.includes(name)).toBe(!there);
      expect(faults.breathHoldShare > 0).toBe(who.exam.breathHoldArtefact);
      const { mvoFrom, mvoTo, bledTo } = anatomy.infarct;
      const share = who.injury.mvoPercent > 0 ? who.injury.haemorrhagePercent / who.injury.mvoPercent : 0;
      if (share > 0) bled++;
      for (let cell = 0; cell < mvoTo.length; cell++)
        expect(
          Math.abs(bledTo[cell]! - mvoFrom[cell]! - share * (mvoTo[cell]! - mvoFrom[cell]!)),
        ).toBeLessThan(1e-6);
    }
    expect(bled).toBeGreaterThan(10);
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
