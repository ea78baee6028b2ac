import { type Exam, trueStrain, trueStrainOf } from '@myocast/simulation';
import { describe, expect, it } from 'vitest';
import { findSegmentReference } from '../quantification/rv-insertion.ts';
import { deformation } from './exam-deformation.ts';
import type { DeformationQuantities } from './records.ts';
import { ringPoints } from './ring-contour.ts';
import { type TrackedSlice, trackSlice } from './track-slices.ts';
import { type VirtualExam, virtualExam } from './virtual-exam.fixture.ts';
import { middleOfWall, pieces } from './wall-lengths.ts';

const phases = 10;
const es = 4;
const sectorDegrees = 30;
const perSector = (ringPoints * sectorDegrees) / 360;

/** Measured and true strain at end-systole of a sector of a slice, as its plane shows it. */
interface SectorStrain {
  readonly level: number;
  readonly measured: number;
  readonly truth: number;
}

function followSax({ exam, series }: VirtualExam, imageAlone = false): SectorStrain[] {
  const { image, mask } = series('cine-sax');
  const length = mask.data.length / phases;
  const edAlone = { ...mask, data: mask.data.map((label, at) => (at < length ? label : 0)) };
  const reference = findSegmentReference(mask, 0);
  const input = {
    image,
    mask: imageAlone ? edAlone : mask,
    edPhase: 0,
    esPhase: es,
    reference,
    timesMs: null,
  };
  const drawn = Array.from({ length: phases }, (_, phase) => !imageAlone || phase === 0);
  return Array.from({ length: mask.shape[1] }, (_, z) => z).flatMap((z) => {
    const level = (exam.scene.firstSliceMm + 10 * z) / exam.scene.lengthMm;
    // Nearer to the base the plane leaves the ventricle in systole, nearer to the apex a pixel is a tenth of the radius.
    if (level < 0.3 || level > 0.75) return [];
    const slice = trackSlice(input, z, drawn, es);
    return slice === null || slice === 'lost' ? [] : sectorsOf(exam, slice, level);
  });
}

function sectorsOf(exam: Exam, { bands }: TrackedSlice, level: number): SectorStrain[] {
  const [rest, now] = [0, es].map((phase) => pieces(middleOfWall(bands[phase]!), true));
  const turn = (exam.placement.turn * 180) / Math.PI;
  const sum = (lengths: Float64Array, sector: number) =>
    lengths.subarray(sector * perSector, (sector + 1) * perSector).reduce((total, value) => total + value, 0);
  return Array.from({ length: ringPoints / perSector }, (_, sector) => {
    // Rays turn as the rows grow downwards, the heart's angles the other way.
    const from = -sectorDegrees * (sector + 1) - turn;
    const patch = { levels: [level, level], degrees: [from, from + sectorDegrees] } as const;
    return {
      level,
      measured: 100 * (sum(now!, sector) / sum(rest!, sector) - 1),
      truth: trueStrainOf(exam.scene.heart, 1, patch, 'plane').circumferential,
    };
  });
}

function agreement(strains: readonly SectorStrain[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [strains.map((one) => one.measured), strains.map((one) => one.truth)];
  const [mx, my] = [mean(x), mean(y)];
  const product = (a: readonly number[], ma: number, b: readonly number[], mb: number) =>
    mean(a.map((value, at) => (value - ma) * (b[at]! - mb)));
  return {
    bias: mx - my,
    sd: Math.sqrt(mean(x.map((value, at) => (value - y[at]! - mx + my) ** 2))),
    r: product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my)),
  };
}

const plan = { cinePhases: phases, matrix: 128 } as const;
const infarcted = ['V2-0001', 'V3-0001'].map((subject) =>
  virtualExam(11, subject, { ...plan, sequences: ['cine-sax'] }),
);
const healthy = virtualExam(
  11,
  'V1-0001',
  { ...plan, sequences: ['cine-sax', 'cine-2ch', 'cine-3ch', 'cine-4ch'] },
  true,
);

function wholeOf({ series }: VirtualExam): DeformationQuantities {
  const of = (sequence: Parameters<typeof series>[0]) => ({
    ...series(sequence),
    timesMs: series(sequence).image.triggerTimesMs,
  });
  const views = { 'cine-2ch': of('cine-2ch'), 'cine-3ch': of('cine-3ch'), 'cine-4ch': of('cine-4ch') };
  const short = of('cine-sax');
  const sax = { ...short, edPhase: 0, esPhase: es, reference: findSegmentReference(short.mask, 0) };
  return deformation({ sax, longAxes: views, bsaM2: null });
}

describe('strain of virtual patients, whose motion is known', () => {
  it('agrees in sectors of 30° over infarct and sound wall, by images and contours and by images alone', () => {
    const both = agreement(infarcted.flatMap((one) => followSax(one)));
    expect(Math.abs(both.bias)).toBeLessThan(1);
    expect(both.sd).toBeLessThan(4);
    expect(both.r).toBeGreaterThan(0.93);
    const image = agreement(infarcted.flatMap((one) => followSax(one, true)));
    expect(Math.abs(image.bias)).toBeLessThan(2);
    expect(image.r).toBeGreaterThan(0.88);
  });

  it('ranks every sector that does not contract below every one that does', () => {
    for (const one of infarcted) {
      const sectors = followSax(one);
      const akinetic = sectors.filter(({ truth }) => truth > -1).map(({ measured }) => measured);
      const sound = sectors.filter(({ truth }) => truth < -12).map(({ measured }) => measured);
      expect(akinetic.length).toBeGreaterThan(3);
      expect(sound.length).toBeGreaterThan(3);
      expect(Math.min(...akinetic)).toBeGreaterThan(Math.max(...sound));
    }
  });

  it('is that of the muscle, not of the planes, where long axes say how it moves through them', () => {
    const { shortAxis, globalLongitudinalPercent, mapseMm, longAxes } = wholeOf(healthy);
    const { heart, lengthMm } = healthy.exam.scene;
    const truth = trueStrain(heart, 1);
    const planes = shortAxis!.circumferential.endSystolicPercent!;
    const muscle = shortAxis!.circumferentialFollowedPercent!;
    expect(planes - truth.circumferential).toBeGreaterThan(1.5);
    expect(Math.abs(muscle - truth.circumferential)).toBeLessThan(1.5);
    expect(Math.abs(shortAxis!.radial.endSystolicPercent! - truth.radial)).toBeLessThan(6);
    expect(longAxes.map(({ view }) => view)).toEqual(['cine-2ch', 'cine-3ch', 'cine-4ch']);
    expect(Math.abs(globalLongitudinalPercent! - truth.longitudinal)).toBeLessThan(3);
    expect(Math.abs(mapseMm! - heart.contraction.longitudinal * lengthMm)).toBeLessThan(2);
  });
});
