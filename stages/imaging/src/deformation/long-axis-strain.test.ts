import type { Affine, Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { longAxisStrain } from './long-axis-strain.ts';
import { endocardiumMm, evenLongAxis, motionAt, movingLongAxis } from './moving-heart.fixture.ts';

/** Columns to the patient's left and back, rows to the feet: a four-chamber view whose apex is below. */
const fourChambers: Affine = [1.13, 0, 0, 0, 1.13, 0, 7, 0, 0, -1.6, 0, 0, 0, 0, 0, 1];
const moving = movingLongAxis(evenLongAxis, fourChambers);
const base = { view: 'cine-4ch', edPhase: null, esPhase: null, reference: null } as const;

function valueOf(more: object) {
  const checked = longAxisStrain({
    ...base,
    image: moving.image,
    mask: moving.mask,
    timesMs: moving.image.triggerTimesMs,
    ...more,
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return { ...checked.value, issues: checked.issues };
}

function drawnIn(mask: Mask, phases: readonly number[]): Mask {
  const length = mask.data.length / mask.shape[0];
  return {
    ...mask,
    data: mask.data.map((label, at) => (phases.includes(Math.floor(at / length)) ? label : 0)),
  };
}

const truth = (phase: number) =>
  100 * (endocardiumMm(evenLongAxis, motionAt(phase, 12)) / endocardiumMm(evenLongAxis, 0) - 1);

describe('a long axis with a known motion', () => {
  it('shortens as it does, and its insertions go as far as they do', () => {
    const { strain } = valueOf({});
    for (let phase = 0; phase < 12; phase++)
      expect(Math.abs(strain.longitudinal.percent[phase]! - truth(phase))).toBeLessThan(1);
    expect(strain).toMatchObject({ edPhase: 0, esPhase: 6 });
    expect(strain.longitudinal.peakPhase).toBe(6);
    expect(strain.mapseMm!.map(({ wall }) => wall).sort()).toEqual(['lateral', 'septal']);
    for (const { mm } of strain.mapseMm!) expect(Math.abs(mm - 80 * 0.16)).toBeLessThan(1.2);
    expect(strain.quality).toMatchObject({ from: 'image and contours', phasesRejected: 0 });
    expect(strain.quality.returnErrorMm).toBeLessThan(1);
  });

  it('has no strain where its valve goes further than that of any heart', () => {
    const far = fourChambers.map((value, at) => (at % 4 < 3 && at < 12 ? 2.6 * value : value));
    const [image, mask] = [
      { ...moving.image, affine: far },
      { ...moving.mask, affine: far },
    ];
    const checked = longAxisStrain({ ...base, image, mask, timesMs: null });
    expect(checked.ok).toBe(false);
    // 80 mm × 0.16 × 2.6
    expect(checked.issues[0]!.message).toMatch(
      /^expected a mitral way of at most 30 mm, found 3[2-5]\.\d mm \((septal|lateral)\)$/,
    );
  });

  it('is followed by the image where end-diastole alone has contours, or by contours alone', () => {
    const byImage = valueOf({ mask: drawnIn(moving.mask, [0]) });
    expect(byImage.strain.quality.from).toBe('image');
    // A wall is hard to see sliding: what is found is less than what is there, which the flag says.
    expect(byImage.strain.longitudinal.percent[6]! - truth(6)).toBeLessThan(4.5);
    expect(byImage.strain.longitudinal.percent[6]!).toBeGreaterThan(truth(6));
    expect(byImage.issues.some(({ message }) => message.includes('underestimated'))).toBe(true);
    const byContours = valueOf({ image: null });
    expect(byContours.strain.quality.from).toBe('contours');
    expect(Math.abs(byContours.strain.longitudinal.percent[6]! - truth(6))).toBeLessThan(1);
    expect(byContours.issues.some(({ message }) => message.includes('contours alone'))).toBe(true);
  });

  it('names the septum on the side of the patient’s right, and the AHA segments of its view', () => {
    const segmentsOf = (affine: Affine | null) =>
      valueOf({
        image: { ...moving.image, affine },
        mask: { ...moving.mask, affine },
      }).strain;
    const named = segmentsOf(fourChambers);
    const seen = named.segments.flatMap((curve, at) => (curve === null ? [] : [at + 1]));
    expect(seen).toEqual([3, 6, 9, 12, 14, 16, 17]);
    expect(named.mapseMm![0]!.wall).not.toBe(named.mapseMm![1]!.wall);
    const mirrored = fourChambers.map((value, at) => (at % 4 === 0 ? -value : value));
    expect(segmentsOf(mirrored).mapseMm![0]!.wall).toBe(named.mapseMm![1]!.wall);
    const nowhere = segmentsOf(null);
    expect(nowhere.mapseMm).toBeNull();
    expect(nowhere.segments.every((curve) => curve === null)).toBe(true);
    // Without geometry a voxel counts as 1 mm: the strain is the same.
    expect(Math.abs(nowhere.longitudinal.peakPercent - truth(6))).toBeLessThan(2);
  });

  it('is refused with one phase, without a wall, or with nothing to follow it by', () => {
    const refusal = (more: object) => {
      const checked = longAxisStrain({ ...base, ...moving, timesMs: null, ...more });
      return checked.ok ? null : checked.issues[0]!.message;
    };
    const one = { shape: [1, 1, 100, 100] as const, affine: fourChambers };
    const first = { image: null, mask: { ...one, data: moving.mask.data.slice(0, 10_000) } };
    expect(refusal(first)).toMatch(/at least 2 phases, found 1/);
    const wallless = { ...moving.mask, data: moving.mask.data.map((label) => (label === 2 ? 0 : label)) };
    expect(refusal({ mask: wallless })).toMatch(/expected a wall around the cavity/);
    expect(refusal({ image: null, mask: drawnIn(moving.mask, [0]) })).toMatch(/found neither/);
    const flat = { ...moving.image, data: new Float32Array(moving.image.data.length).fill(3) };
    expect(refusal({ image: flat, mask: drawnIn(moving.mask, [0]) })).toMatch(/found neither/);
    expect(refusal({ mask: { ...moving.mask, data: new Uint8Array(moving.mask.data.length) } })).toMatch(
      /wall/,
    );
  });
});
