import { readFileSync } from 'node:fs';
import type { Mask, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { assumedReference } from '../quantification/segments.ts';
import { evenRing, motionAt, movingRing, ringAt, type RingPlan } from './moving-heart.fixture.ts';
import { rayAngle } from './ring-contour.ts';
import { shortAxisStrain } from './short-axis-strain.ts';
import { type ShortAxisInput, trackSlice } from './track-slices.ts';
import type { WallBand } from './wall-band.ts';
import { middleOfWall, pieces } from './wall-lengths.ts';

const reference = new URL('../../../../reference/imaging/ring-registration.json', import.meta.url);

const inputOf = (
  heart: { image: Volume | null; mask: Mask },
  more: Partial<ShortAxisInput> = {},
): ShortAxisInput => ({
  image: heart.image,
  mask: heart.mask,
  edPhase: 0,
  esPhase: heart.mask.shape[0] / 2,
  reference: assumedReference(heart.mask),
  timesMs: heart.image?.triggerTimesMs ?? null,
  ...more,
});

/** The mask with contours in some phases alone. */
function drawnIn(mask: Mask, phases: readonly number[]): Mask {
  const length = mask.data.length / mask.shape[0];
  return {
    ...mask,
    data: mask.data.map((label, at) => (phases.includes(Math.floor(at / length)) ? label : 0)),
  };
}

function valueOf(input: ShortAxisInput) {
  const checked = shortAxisStrain(input);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked;
}

/** Still over 30° to either side of 30°, which is the middle of a segment of the assumed reference. */
function stillInPart(angle: number): number {
  const away = Math.atan2(Math.sin(angle - Math.PI / 6), Math.cos(angle - Math.PI / 6));
  return 0.28 * (1 - Math.exp(-((away / 0.75) ** 6)));
}

/** The true strains of an even ring at a share of its motion. */
function truth(plan: RingPlan, share: number) {
  const [now, rest] = [ringAt(plan, 0, share), ringAt(plan, 0, 0)];
  return { around: 100 * (now.middleMm / rest.middleMm - 1), across: 100 * (now.wallMm / rest.wallMm - 1) };
}

describe('the strain of a ring with a known motion', () => {
  const even = movingRing(evenRing);

  it('is found in every phase, by images and contours, by images and one contour, and by contours alone', () => {
    const found = {
      both: valueOf(inputOf(even)).value,
      image: valueOf(inputOf({ ...even, mask: drawnIn(even.mask, [0]) })).value,
      contours: valueOf(inputOf({ ...even, image: null })).value,
    };
    for (const [from, tolerance] of [
      ['both', 0.6],
      ['image', 1],
      ['contours', 0.8],
    ] as const) {
      const { circumferential, radial } = found[from];
      for (let phase = 0; phase < 12; phase++) {
        const { around, across } = truth(evenRing, motionAt(phase, 12));
        expect(Math.abs(circumferential.percent[phase]! - around)).toBeLessThan(tolerance);
        expect(Math.abs(radial.percent[phase]! - across)).toBeLessThan(5 * tolerance);
      }
      expect(circumferential.peakPhase).toBe(6);
      expect(circumferential.peakPercent).toBeLessThan(-8);
    }
    expect(found.both.quality.from).toBe('image and contours');
    expect(found.image.quality.from).toBe('image');
    expect(found.contours.quality.from).toBe('contours');
    expect(found.both.quality.returnErrorMm).toBeLessThan(0.5);
    expect(found.both.circumferential.timeToPeakMs).toBeCloseTo(400, 6);
    expect(found.both.segmentCircumferential.every((one) => one !== null)).toBe(true);
    expect(found.both.endocardialCircumferential.peakPercent).toBeCloseTo(-25, 0);
  });

  it('follows a wall that does not contract, and ranks it lowest', () => {
    const plan = { ...evenRing, shortening: stillInPart, pattern: 0 };
    const { segmentCircumferential: around, segmentRadial: across } = valueOf(
      inputOf(movingRing(plan)),
    ).value;
    const [strains, thickening] = [around, across].map((curves) =>
      curves.slice(0, 6).map((curve) => curve!.endSystolicPercent!),
    ) as [number[], number[]];
    const lowest = strains.indexOf(Math.max(...strains));
    expect(thickening.indexOf(Math.min(...thickening))).toBe(lowest);
    expect(strains[lowest]!).toBeGreaterThan(-2);
    expect(thickening[lowest]!).toBeLessThan(25);
    const others = strains.filter((_, at) => at !== lowest);
    expect(Math.max(...others)).toBeLessThan(strains[lowest]! - 4);
    expect(Math.min(...others)).toBeLessThan(-9);
  });

  it('sees the pattern of the muscle turn, and is not changed by a shift of the heart', () => {
    const plan = { ...evenRing, turnDegrees: 7, pattern: 0.3 };
    const input = inputOf(movingRing(plan));
    const slice = trackSlice(input, 1, Array<boolean>(12).fill(true), 6);
    if (slice === null || slice === 'lost') throw new Error('expected a slice');
    const middle = (35.5 * 1.5 * 2) / 2;
    const turned = Array.from({ length: 72 }, (_, point) => {
      const band = slice.bands[6]!;
      const angle = Math.atan2(
        band.inner[2 * point + 1]! + band.outer[2 * point + 1]! - 2 * middle,
        band.inner[2 * point]! + band.outer[2 * point]! - 2 * middle,
      );
      const turn = angle - rayAngle(point);
      return (180 / Math.PI) * Math.atan2(Math.sin(turn), Math.cos(turn));
    });
    expect(turned.reduce((sum, value) => sum + value, 0) / 72).toBeGreaterThan(4.5);
    const shifted = valueOf(inputOf(movingRing({ ...evenRing, shiftMm: 4 }))).value;
    const { around } = truth(evenRing, 1);
    expect(Math.abs(shifted.circumferential.endSystolicPercent! - around)).toBeLessThan(0.6);
  });
});

describe('the motion of a ring beside another program’s', () => {
  /** SimpleITK's free-form registration of the same images, without any contour. */
  const golden = JSON.parse(readFileSync(reference, 'utf8')) as {
    rings: { [name: string]: { [phase: string]: { global: number; sectors: number[] } } };
  };
  const sectors = (band: WallBand, rest: WallBand) => {
    const [now, before] = [band, rest].map((one) => pieces(middleOfWall(one), true)) as [
      Float64Array,
      Float64Array,
    ];
    const sum = (lengths: Float64Array, at: number) =>
      lengths.subarray(12 * at, 12 * at + 12).reduce((total, value) => total + value, 0);
    return Array.from({ length: 6 }, (_, at) => 100 * (sum(now, at) / sum(before, at) - 1));
  };

  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** The true strain of 60° of the middle of the wall. */
  const trueSector = (plan: RingPlan, sector: number, share: number) => {
    const length = (at: number) => {
      const points = Array.from({ length: 61 }, (_, n) => {
        const angle = ((60 * sector + n) * Math.PI) / 180;
        const { middleMm } = ringAt(plan, angle, at);
        return [middleMm * Math.cos(angle), middleMm * Math.sin(angle)];
      });
      return pieces(Float64Array.from(points.flat()), false).reduce((sum, value) => sum + value, 0);
    };
    return 100 * (length(share) / length(0) - 1);
  };

  it('agrees with it round an even ring, and is nearer to the truth over the sectors of both', () => {
    for (const [name, shortening] of [
      ['even', evenRing.shortening],
      ['still in part', stillInPart],
    ] as const) {
      const { image, mask } = movingRing({ ...evenRing, shortening });
      const slice = trackSlice(
        inputOf({ image, mask: drawnIn(mask, [0]) }),
        0,
        Array.from({ length: 12 }, (_, phase) => phase === 0),
        6,
      );
      if (slice === null || slice === 'lost') throw new Error('expected a slice');
      for (const phase of [2, 4, 6]) {
        const ours = sectors(slice.bands[phase]!, slice.bands[0]!);
        const { global, sectors: theirs } = golden.rings[name]![phase]!;
        const truth = ours.map((_, at) => trueSector({ ...evenRing, shortening }, at, motionAt(phase, 12)));
        const error = (values: readonly number[]) =>
          Math.hypot(...values.map((value, at) => value - truth[at]!)) / Math.sqrt(6);
        for (const [at, value] of ours.entries()) expect(Math.abs(value - truth[at]!)).toBeLessThan(1.5);
        expect(error(ours)).toBeLessThan(error(theirs));
        if (name === 'even') expect(Math.abs(mean(ours) - global)).toBeLessThan(0.6);
      }
    }
  });
});

describe('short axes that allow little', () => {
  const even = movingRing(evenRing);
  const taken = (phases: readonly number[]) => {
    const [, z, y, x] = even.mask.shape;
    const shape = [phases.length, z, y, x] as const;
    const length = z * y * x;
    const cut = <Data extends Float32Array | Uint8Array>(data: Data) =>
      phases.flatMap((phase) => [...data.subarray(phase * length, (phase + 1) * length)]);
    return {
      image: { ...even.image, shape, data: Float32Array.from(cut(even.image.data)), triggerTimesMs: null },
      mask: { ...even.mask, shape, data: Uint8Array.from(cut(even.mask.data)) },
    };
  };

  it('of end-diastole and end-systole alone give the strain between them, with a flag', () => {
    const two = taken([0, 6]);
    const { value, issues } = valueOf(inputOf(two, { esPhase: 1 }));
    expect(Math.abs(value.circumferential.endSystolicPercent! - truth(evenRing, 1).around)).toBeLessThan(0.6);
    expect(value.circumferential).toMatchObject({ timeToPeakMs: null, systolicRatePerS: null });
    expect(value.quality.disagreementMm).toBeNull();
    expect(issues.map(({ kind, message }) => [kind, message.includes('found 2')])).toContainEqual([
      'quality-flag',
      true,
    ]);
  });

  it('of one phase, without contours at end-diastole or without anything to follow are refused', () => {
    const refusal = (input: ShortAxisInput) => {
      const checked = shortAxisStrain(input);
      return checked.ok ? null : checked.issues.map(({ kind, message }) => `${kind}: ${message}`).join();
    };
    expect(refusal(inputOf(taken([0]), { esPhase: 0 }))).toMatch(
      /not-estimable: expected at least 2 phases, found 1/,
    );
    expect(refusal(inputOf({ ...even, mask: drawnIn(even.mask, [6]) }))).toMatch(
      /expected contours at end-diastole/,
    );
    const one = { image: null, mask: drawnIn(even.mask, [0]) };
    expect(refusal(inputOf(one))).toMatch(/expected images, or contours of a second phase/);
    const flat = {
      mask: one.mask,
      image: { ...even.image, data: new Float32Array(even.image.data.length).fill(7) },
    };
    expect(refusal(inputOf(flat))).toMatch(/expected slices whose wall can be followed/);
    const other = { ...even, image: taken([0, 6]).image };
    expect(refusal(inputOf(other))).toMatch(/expected an image of \[12, 3, 72, 72\], found \[2, 3, 72, 72\]/);
  });

  it('with an image of one value go by their contours, and say so', () => {
    const flat = {
      ...even,
      image: { ...even.image, data: new Float32Array(even.image.data.length).fill(7) },
    };
    const { value, issues } = valueOf(inputOf(flat));
    expect(value.quality.from).toBe('contours');
    expect(issues.some(({ message }) => message.includes('contours alone'))).toBe(true);
  });

  it('leave out a slice whose wall is gone at end-systole, and count it', () => {
    const { mask } = even;
    const area = 72 * 72;
    const data = mask.data.map((label, at) => (Math.floor(at / area) === 3 * 6 ? 0 : label));
    const { value } = valueOf(inputOf({ ...even, mask: { ...mask, data } }));
    expect([value.slices, value.slicesLeftOut]).toEqual([2, 1]);
    expect(value.segmentCircumferential.filter((one) => one === null).length).toBeGreaterThan(3);
  });

  it('give the same bytes whenever they are computed', () => {
    expect(JSON.stringify(valueOf(inputOf(even)))).toBe(JSON.stringify(valueOf(inputOf(even))));
  });
});
