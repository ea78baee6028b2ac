import type { Random } from '@myocast/base';
import type { Patient } from './clinical.ts';
import { createInfarct, type InfarctField } from './infarct.ts';
import { clamp } from './injury.ts';
import {
  atRest,
  chamberVolumesMl,
  type Contraction,
  diastolicRadii,
  emptyPlane,
  unhurt,
  type VentricleShape,
  ventricleLengthMm,
  wallOfVolume,
} from './ventricle.ts';
import { fieldAngles, fieldCells, fieldLevels } from './wall-grid.ts';

/** The shape of a patient's heart and where its infarct sits. */
export interface Anatomy {
  readonly shape: VentricleShape;
  readonly infarct: InfarctField;
  readonly edvMl: number;
  readonly esvMl: number;
}

/** Myocardial density in g/mL (DOMAIN C5). */
const densityGPerMl = 1.05;

/** The heart of a patient: cavity to the EDV, wall to a mass drawn for sex and body size, infarct to the injury. */
export function createAnatomy(random: Random, { clinical, injury, bsaM2 }: Patient): Anatomy {
  const edvMl = injury.edviMlPerM2 * bsaM2;
  const male = clinical.sex === 'male';
  // LV mass index 65 ± 14 in men, 52 ± 11 g/m² in women (DOMAIN B3, recalled), once no wall is too thin to be drawn.
  const massG = clamp(random.normal(male ? 64.7 : 51, male ? 14 : 12), 30, 110) * bsaM2;
  const shape = fitWall(createShape(random, edvMl), massG / densityGPerMl);
  const infarct = createInfarct(random, {
    culprit: clinical.culprit,
    riskPercent: injury.areaAtRiskPercent,
    infarctPercent: injury.infarctPercent,
    mvoPercent: injury.mvoPercent,
    bledShare: injury.mvoPercent > 0 ? injury.haemorrhagePercent / injury.mvoPercent : 0,
    levelWeights: wallByLevel(shape),
  });
  return { shape, infarct, edvMl, esvMl: injury.esviMlPerM2 * bsaM2 };
}

/**
 * A truncated ellipsoid of this volume: π R² A (2/3 + e - e³/3) with A = q R and
 * the base e·A above the centre. Long axis 85 to 100 mm at a normal volume
 * (DOMAIN C4); a dilated ventricle is rounder.
 */
function createShape(random: Random, edvMl: number): VentricleShape {
  const ratio = clamp(random.normal(2.55 - (0.25 * (edvMl - 140)) / 60, 0.15), 2, 3);
  const offset = random.uniform(0.28, 0.38);
  const ovality = [
    random.normal(0, 0.025),
    random.uniform(0, Math.PI),
    random.normal(0, 0.012),
    random.uniform(0, Math.PI),
  ] as const;
  const meanSquare = 1 + (ovality[0] ** 2 + ovality[2] ** 2) / 2;
  const radiusMm = Math.cbrt(
    (edvMl * 1000) / (Math.PI * ratio * meanSquare * (2 / 3 + offset - offset ** 3 / 3)),
  );
  return {
    radiusMm,
    halfLengthMm: ratio * radiusMm,
    offset,
    wallMm: 9,
    apexWallMm: random.uniform(4, 6),
    ovality,
    rvWidthMm: radiusMm * random.uniform(1.15, 1.55),
    rvHalfAngle: random.uniform(1.15, 1.5),
    rvWallMm: random.uniform(2.5, 3.5),
    fatMm: random.uniform(2, 7),
  };
}

/** The wall of 4.5 to 18 mm with this volume. */
function fitWall(shape: VentricleShape, volumeMl: number): VentricleShape {
  return { ...shape, wallMm: clamp(wallOfVolume(shape, volumeMl), 4.5, 18) };
}

function wallByLevel(shape: VentricleShape): Float64Array {
  const length = ventricleLengthMm(shape);
  const areas = Float64Array.from({ length: fieldLevels }, (_, level) => {
    const { endo, epi } = diastolicRadii(shape, ((level + 0.5) / fieldLevels) * length);
    return epi ** 2 - endo ** 2;
  });
  const total = areas.reduce((sum, area) => sum + area, 0);
  return areas.map((area) => area / total);
}

/** A heart that beats: its shape fitted to the volumes, and the motion that empties it. */
export interface Heart {
  readonly shape: VentricleShape;
  readonly infarct: InfarctField;
  readonly contraction: Contraction;
  readonly edvMl: number;
  readonly esvMl: number;
  readonly rvEdvMl: number;
  readonly rvEsvMl: number;
}

/**
 * Fits the shape to the EDV, and the motion to the ESV, each to 0.1 %: the base
 * descends with the ejection fraction (14 mm at 60 %, DOMAIN C4: 12 to 15), the
 * apex turns against the base (-4° and 9° at 60 %), then the healthy wall shortens
 * as much as is still needed - it compensates for the infarct.
 *
 * The RV ejects what the LV ejects, without shunt or leaking valve: its ejection
 * fraction is 57 ± 8 (DOMAIN B3), and its volume follows, within 45 to 130 mL/m².
 */
export function createHeart(random: Random, anatomy: Anatomy, { bsaM2 }: Patient): Heart {
  const { infarct, edvMl, esvMl } = anatomy;
  const plane = emptyPlane();
  const strokeMl = edvMl - esvMl;
  const rvEdvMl = clamp(strokeMl / clamp(random.normal(0.57, 0.08), 0.3, 0.75) / bsaM2, 45, 130) * bsaM2;
  const rvEsvMl = Math.max(rvEdvMl - strokeMl, 0.25 * rvEdvMl);
  const fitted = fitRadius(anatomy.shape, edvMl);
  const volumeAt = (rvWidthMm: number) =>
    chamberVolumesMl({ ...fitted, rvWidthMm }, unhurt, atRest, 0, plane).rv;
  const shape = { ...fitted, rvWidthMm: widthFor(rvEdvMl, volumeAt, 20) };
  const ejection = 1 - esvMl / edvMl;
  const still: Contraction = {
    radial: 0,
    longitudinal: 0.245 * ejection,
    rv: 0,
    twist: [(-4 * ejection) / 0.6 + random.normal(0, 0.8), (9 * ejection) / 0.6 + random.normal(0, 1.5)],
  };
  const radial = solveRadial(
    esvMl,
    (k) => chamberVolumesMl(shape, infarct, { ...still, radial: k }, 1, plane).lv,
  );
  const moving = { ...still, radial };
  const narrowed = (rvWidthMm: number) =>
    chamberVolumesMl({ ...shape, rvWidthMm }, infarct, moving, 1, plane).rv;
  const rv = clamp(1 - widthFor(rvEsvMl, narrowed, 20) / shape.rvWidthMm, 0.05, 0.75);
  return { shape, infarct, contraction: { ...moving, rv }, edvMl, esvMl, rvEdvMl, rvEsvMl };
}

function fitRadius(shape: VentricleShape, edvMl: number): VentricleShape {
  let fitted = shape;
  for (let step = 0; step < 2; step++) {
    const { lv } = chamberVolumesMl(fitted, unhurt, atRest, 0);
    fitted = { ...fitted, radiusMm: fitted.radiusMm * Math.sqrt(edvMl / lv) };
  }
  return fitted;
}

/** The volume of the crescent is a w + b w² in its width w: two widths tell a and b. */
function widthFor(volumeMl: number, volumeAt: (widthMm: number) => number, probe: number): number {
  const [one, two] = [volumeAt(probe), volumeAt(2 * probe)];
  const b = (two - 2 * one) / (2 * probe * probe);
  const a = one / probe - b * probe;
  return (-a + Math.sqrt(a * a + 4 * b * volumeMl)) / (2 * b);
}

/** The endocardial shortening that leaves this volume: regula falsi, to 0.02 %; at most 0.85. */
function solveRadial(goalMl: number, volumeAt: (radial: number) => number): number {
  let [low, high] = [0, 0.85];
  let [above, below] = [volumeAt(low) - goalMl, volumeAt(high) - goalMl];
  if (above <= 0) return low;
  if (below >= 0) return high;
  for (let step = 0; step < 30; step++) {
    const middle = low + ((high - low) * above) / (above - below);
    const left = volumeAt(middle) - goalMl;
    if (Math.abs(left) < 2e-4 * goalMl) return middle;
    if (left > 0) {
      low = middle;
      above = left;
      below /= 2;
    } else {
      high = middle;
      below = left;
      above /= 2;
    }
  }
  return (low + high) / 2;
}

/** AHA segment (index 0 to 15) of each cell, 16 for the apex (segment 17). */
const segmentOfCell = Uint8Array.from({ length: fieldCells }, (_, cell) =>
  segmentOf(
    (Math.floor(cell / fieldAngles) + 0.5) / fieldLevels,
    (((cell % fieldAngles) + 0.5) * 360) / fieldAngles,
  ),
);
const cellsOfSegment = Array.from(
  { length: 16 },
  (_, segment) => segmentOfCell.filter((own) => own === segment).length,
);

/**
 * Depth of necrosis by AHA segment 1 to 16 (index 0 to 15): mean over the
 * segment's wall, 0 to 1, of the infarct and of the MVO.
 */
export function segmentInjury({ transmurality, mvoFrom, mvoTo }: InfarctField): {
  infarct: Float64Array;
  mvo: Float64Array;
} {
  const infarct = new Float64Array(17);
  const mvo = new Float64Array(17);
  for (let cell = 0; cell < fieldCells; cell++) {
    const segment = segmentOfCell[cell]!;
    infarct[segment]! += transmurality[cell]!;
    mvo[segment]! += mvoTo[cell]! - mvoFrom[cell]!;
  }
  const mean = (sum: number, segment: number) => sum / cellsOfSegment[segment]!;
  return { infarct: infarct.subarray(0, 16).map(mean), mvo: mvo.subarray(0, 16).map(mean) };
}

/** AHA segment (index 0 to 15) at a level (0 base to 1 apex) and angle (degrees, 90 anterior, 180 septal); 16 at the apex (17). */
function segmentOf(level: number, angle: number): number {
  if (level > 0.93) return 16;
  if (level > 0.66) return 12 + (Math.floor((angle - 45 + 360) / 90) % 4);
  return (level > 0.34 ? 6 : 0) + (Math.floor((angle - 60 + 360) / 60) % 6);
}
