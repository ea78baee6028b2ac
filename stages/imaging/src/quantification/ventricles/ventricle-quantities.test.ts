import type { Mask } from '@myocast/dicom';
import { groundTruth } from '@myocast/simulation';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CineQuantities, cineLabel } from '../../records.ts';
import { measureCine } from '../cine-quantities.ts';
import { plan, stackMask } from '../stack.fixture.ts';
import { beatUnknown } from './beat.ts';
import { nobodyKnown } from './body-size.ts';
import { quantifyVentricles } from './ventricle-quantities.ts';
import type { Beat, Person, VentricleQuantities } from './ventricle-records.ts';

function measure(mask: Mask, beat: Beat = beatUnknown, person: Person = nobodyKnown) {
  const cine = measureCine(mask);
  if (!cine.ok) throw new Error(cine.issues[0]!.message);
  const ventricles = quantifyVentricles(mask, cine.value, beat, person);
  if (!ventricles.ok) throw new Error(ventricles.issues[0]!.message);
  return { cine: cine.value.cine, ventricles: ventricles.value, issues: ventricles.issues };
}

/** Half axes of the cavity across and along, and of the wall's outer surface, by phase. */
type Ellipsoid = readonly [across: number, along: number];
interface Shell {
  readonly inner: Ellipsoid;
  readonly outer: Ellipsoid;
}

const [mm, sliceMm, size, slices] = [1, 4, 96, 24];
const middleSlice = (slices - 1) / 2;

/** Radius of an ellipsoid of revolution at a height over its middle; 0 beyond its end. */
const radiusAt = ([across, along]: Ellipsoid, height: number) =>
  across * Math.sqrt(Math.max(0, 1 - (height / along) ** 2));

function shellMask(shells: readonly Shell[]): Mask {
  const data = new Uint8Array(shells.length * slices * size * size);
  for (let at = 0; at < data.length; at++) {
    const r = Math.hypot((at % size) - (size - 1) / 2, (Math.floor(at / size) % size) - (size - 1) / 2) * mm;
    const height = ((Math.floor(at / size ** 2) % slices) - middleSlice) * sliceMm;
    const { inner, outer } = shells[Math.floor(at / (size ** 2 * slices))]!;
    if (r < radiusAt(inner, height)) data[at] = cineLabel.leftVentricle;
    else if (r < radiusAt(outer, height)) data[at] = cineLabel.myocardium;
  }
  return {
    shape: [shells.length, slices, size, size],
    data,
    affine: [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, sliceMm, 0, 0, 0, 0, 1],
  };
}

const ellipsoidMl = ([across, along]: Ellipsoid) => ((4 / 3) * Math.PI * across ** 2 * along) / 1000;
const man: Person = { ageYears: 58, sex: 'male', heightCm: 180, weightKg: 80 };

describe('quantifyVentricles of an ellipsoid', () => {
  const shells: readonly Shell[] = [
    { inner: [24, 40], outer: [33, 44] },
    { inner: [18, 36], outer: [31, 43] },
  ];
  let found: ReturnType<typeof measure>;
  beforeAll(() => {
    found = measure(shellMask(shells), { triggerTimesMs: null, rrMs: 1000, rrSource: 'given' }, man);
  });
  const close = (value: number | null, expected: number, share: number) =>
    expect(Math.abs(value! / expected - 1)).toBeLessThan(share);

  it('gives volumes, ratios and output in closed form', () => {
    const [edv, esv] = [ellipsoidMl(shells[0]!.inner), ellipsoidMl(shells[1]!.inner)];
    const muscle = ellipsoidMl(shells[0]!.outer) - edv;
    const { cine, ventricles } = found;
    close(cine.edvMl, edv, 0.01);
    close(cine.esvMl, esv, 0.01);
    close(ventricles.massToVolumeGPerMl, (1.05 * muscle) / edv, 0.02);
    close(ventricles.globalFunctionIndexPercent, (100 * (edv - esv)) / ((edv + esv) / 2 + muscle), 0.02);
    close(ventricles.cardiacOutputLPerMin, (60 * (edv - esv)) / 1000, 0.02);
    expect(ventricles.heartRatePerMin).toBe(60);
    // The slices of the cavity reach from end to end to within a slice.
    expect(Math.abs(ventricles.longAxisMm! - 80)).toBeLessThanOrEqual(2 * ventricles.longAxisErrorMm!);
    close(ventricles.sphericityIndex, edv / ellipsoidMl([40, 40]), 0.16);
    const systolic = 1.05 * (ellipsoidMl(shells[1]!.outer) - esv);
    close(ventricles.systolicMassG, systolic, 0.01);
  });

  it('divides by the body surface of Mosteller, here 2 m²', () => {
    const { cine, ventricles } = found;
    expect(ventricles.bodySurfaceM2).toBe(2);
    expect(ventricles.bodySurfaceDuBoisM2).toBeCloseTo(0.007184 * 180 ** 0.725 * 80 ** 0.425, 12);
    expect(ventricles.indexed).toMatchObject({
      edvMlPerM2: cine.edvMl / 2,
      massGPerM2: cine.massG / 2,
      rvEdvMlPerM2: null,
      cardiacIndexLPerMinPerM2: ventricles.cardiacOutputLPerMin! / 2,
    });
  });

  it('gives each third of the wall the mean width of its slices, thickening, and no apex', () => {
    const { wall } = found.ventricles;
    const covered = Array.from({ length: slices }, (_, z) => (z - middleSlice) * sliceMm);
    const widthOf = ({ inner, outer }: Shell, third: number) => {
      const heights = covered.filter((height) => radiusAt(inner, height) > 0);
      const own = heights.filter((_, order) => Math.floor((3 * (order + 0.5)) / heights.length) === third);
      return own.reduce((sum, h) => sum + radiusAt(outer, h) - radiusAt(inner, h), 0) / own.length;
    };
    for (const [at, third] of [
      [1, 0],
      [7, 1],
      [10, 1],
      [14, 2],
    ] as const) {
      const [ed, es] = shells.map((shell) => widthOf(shell, third));
      expect(Math.abs(wall.meanThicknessMm[at]! - ed!)).toBeLessThan(0.12);
      expect(Math.abs(wall.systolicThicknessMm[at]! - es!)).toBeLessThan(0.15);
      expect(Math.abs(wall.thickeningPercent[at]! - (100 * (es! - ed!)) / ed!)).toBeLessThan(2.5);
      expect(wall.greatestThicknessMm[at]!).toBeGreaterThanOrEqual(wall.meanThicknessMm[at]!);
    }
    for (const values of Object.values(wall)) {
      expect(values.length).toBe(17);
      expect(values[16]).toBeNull();
    }
  });

  it('compares with men, marks the age, and says what is missing', () => {
    const { ventricles } = found;
    const position = (name: string, of: VentricleQuantities = ventricles) =>
      of.comparisons.find(({ quantity }) => quantity === name);
    expect(position('edvMlPerM2')).toMatchObject({ position: 'below', z: null, ageOutside: false });
    expect(position('ejectionFractionPercent')!.z).toBeCloseTo(
      (found.cine.ejectionFractionPercent - 58) / 5,
      10,
    );
    expect(position('rvEdvMl')).toBeUndefined();
    expect(ventricles.errors.find(({ quantity }) => quantity === 'edvMl')!.error).toBeCloseTo(
      0.049 * found.cine.edvMl,
      10,
    );
    expect(ventricles.notAvailable.map(({ quantity }) => quantity)).toEqual([
      'rvStrokeVolumeMl',
      'leftRates',
      'rightRates',
      'wall segment 17',
    ]);
    // True with and without long axes in the folder: strain of the apex comes from them, thickness does not.
    expect(ventricles.notAvailable.at(-1)!.why).toBe(
      'the wall is measured in short axes, which do not cut the apex: long axes give its strain, not its thickness',
    );
  });
});

describe('quantifyVentricles of what is not whole', () => {
  it('of nobody: no index, no comparison, no output, each with its reason', () => {
    const { ventricles, issues } = measure(stackMask(plan));
    expect(issues).toEqual([]);
    expect(ventricles).toMatchObject({
      indexed: null,
      bodySurfaceM2: null,
      cardiacOutputLPerMin: null,
      heartRatePerMin: null,
      comparisons: [],
      leftRates: null,
    });
    const named = ventricles.notAvailable.map(({ quantity }) => quantity);
    for (const quantity of ['indexed', 'comparisons', 'cardiacOutputLPerMin', 'leftRates'])
      expect(named).toContain(quantity);
    expect(ventricles.errors.length).toBeGreaterThan(5);
    expect(JSON.stringify(ventricles)).not.toMatch('NaN');
  });

  it('of one slice: neither length nor comparison nor error of a whole ventricle', () => {
    const whole = stackMask(plan);
    const data = whole.data.map((label, at) => (Math.floor(at / 96 ** 2) % 9 === 4 ? label : 0));
    const { ventricles } = measure({ ...whole, data }, beatUnknown, man);
    expect(ventricles).toMatchObject({
      sphericityIndex: null,
      longAxisMm: null,
      comparisons: [],
      errors: [],
    });
    expect(JSON.stringify(ventricles)).not.toMatch(/NaN|Infinity/);
  });

  it('of a person no adult can be: the value is refused, not used', () => {
    const metres: Person = { ...man, heightCm: 1.8 };
    const { ventricles, issues } = measure(stackMask(plan), beatUnknown, metres);
    expect(ventricles.indexed).toBeNull();
    expect(issues.map(({ kind, message }) => [kind, message])).toEqual([
      ['bad-value', 'expected heightCm of an adult, 120 to 230, found 1.8'],
    ]);
  });

  it('of a contour that fails in end-systole: rates without it, and a flag that names it', () => {
    const phases = 20;
    const cavity = (phase: number) => 21 + 4 * Math.cos((2 * Math.PI * phase) / phases);
    const mask = stackMask({
      ...plan,
      slices: 6,
      size: 80,
      phases,
      cavityMm: (_, phase) => cavity(phase) - (phase === 10 ? 7 : 0),
      wallMm: () => 8,
    });
    const triggerTimesMs = Array.from({ length: phases }, (_, phase) => phase * 40);
    const { cine, ventricles, issues } = measure(mask, { triggerTimesMs, rrMs: 800, rrSource: 'header' });
    expect(cine.esPhase).toBe(10);
    expect(ventricles.leftRates!.phasesLeftOut).toEqual([10]);
    expect(issues[0]!.message).toBe(
      'expected LV volumes along a smooth curve, found phase 11 off it, end-systole among them',
    );
    // V = π L r², dV/dt = 2 π L r dr/dt with r = 21 + 4 cos.
    const perSecond = Array.from({ length: 800 }, (_, ms) => {
      const angle = (2 * Math.PI * ms) / 800;
      const r = 21 + 4 * Math.cos(angle);
      return (2 * Math.PI * 48 * r * 4 * Math.sin(angle) * ((2 * Math.PI) / 0.8)) / 1000;
    });
    expect(Math.abs(ventricles.leftRates!.peakEjectionRateMlPerS / Math.max(...perSecond) - 1)).toBeLessThan(
      0.05,
    );
  });
});

describe('quantifyVentricles of a virtual patient', () => {
  const phases = 15;
  const exam = groundTruth(
    {
      patients: 1,
      centres: 1,
      seed: 5,
      imaging: { sequences: ['cine-sax'], cinePhases: phases, matrix: 96 },
    },
    'V1-0001',
  );
  const series = exam.cine!;
  const width = exam.scene.plan.matrix;
  const mask: Mask = {
    shape: [phases, series.slices, width, width],
    data: series.label,
    affine: [exam.spacingMm, 0, 0, 0, 0, exam.spacingMm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1],
  };
  const triggerTimesMs = Array.from({ length: phases }, (_, phase) => (phase / phases) * exam.rrMs);
  let found: { cine: CineQuantities; ventricles: VentricleQuantities };
  beforeAll(() => {
    found = measure(mask, { triggerTimesMs, rrMs: exam.rrMs, rrSource: 'header' });
  });

  it("finds the wall of the phantom's own ellipsoids", () => {
    const { shape } = exam.scene.heart;
    const widths = series.sliceIndices.map((index) => {
      const fromCentre = exam.scene.firstSliceMm + 10 * index - shape.offset * shape.halfLengthMm;
      const share = (half: number) => Math.sqrt(Math.max(0, 1 - (fromCentre / half) ** 2));
      return (
        (shape.radiusMm + shape.wallMm) * share(shape.halfLengthMm + shape.apexWallMm) -
        shape.radiusMm * share(shape.halfLengthMm)
      );
    });
    // The middle third of the slices with cavity; the wall is round but for a few per cent, on average none.
    const own = widths.slice(Math.ceil(found.cine.slices / 3), Math.floor((2 * found.cine.slices) / 3));
    const truth = own.reduce((sum, one) => sum + one, 0) / own.length;
    const mid = found.ventricles.wall.meanThicknessMm.slice(6, 12) as number[];
    const mean = mid.reduce((sum, one) => sum + one, 0) / mid.length;
    expect(Math.abs(mean - truth)).toBeLessThan(0.35);
  });

  it('finds the ejection and filling rates of the phantom from 15 phases', () => {
    // The volume as a function of the contraction, through the phases; the contraction's own slope.
    const { volumeCurveMl, edPhase, esPhase } = found.cine;
    const stroke = volumeCurveMl[edPhase]! - volumeCurveMl[esPhase]!;
    const seconds = exam.rrMs / 1000;
    const ejection = (stroke * Math.PI) / 2 / 0.4 / seconds;
    const filling = (0.78 * stroke * Math.PI) / 2 / (0.45 * 0.6) / seconds;
    const rates = found.ventricles.leftRates!;
    expect(rates.phasesLeftOut).toEqual([]);
    expect(Math.abs(rates.peakEjectionRateMlPerS / ejection - 1)).toBeLessThan(0.1);
    expect(Math.abs(rates.peakFillingRateMlPerS / filling - 1)).toBeLessThan(0.1);
    expect(Math.abs(rates.timeToPeakEjectionMs - 0.2 * exam.rrMs)).toBeLessThan(exam.rrMs / phases);
    expect(found.ventricles.rightRates!.peakEjectionRateMlPerS).toBeGreaterThan(50);
  });
});
