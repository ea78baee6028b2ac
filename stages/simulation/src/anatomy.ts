import type { Random } from '@myocast/base';
import type { Patient } from './clinical.ts';
import { createInfarct, fieldAngles, fieldLevels, type InfarctField } from './infarct.ts';
import { clamp } from './injury.ts';
import {
  cavityVolumeMl,
  type Contraction,
  diastolicRadii,
  emptyPlane,
  solveRising,
  type VentricleShape,
  ventricleLengthMm,
  wallVolumeMl,
} from './ventricle.ts';

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
  // LV mass index 65 ± 14 in men, 52 ± 11 g/m² in women (DOMAIN B3, recalled).
  const massG = clamp(random.normal(male ? 65 : 52, male ? 12 : 10), 36, 105) * bsaM2;
  const shape = fitWall(createShape(random, edvMl), massG / densityGPerMl);
  const infarct = createInfarct(random, {
    culprit: clinical.culprit,
    riskPercent: injury.areaAtRiskPercent,
    infarctPercent: injury.infarctPercent,
    mvoPercent: injury.mvoPercent,
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

function fitWall(shape: VentricleShape, volumeMl: number): VentricleShape {
  const wallMm = solveRising(volumeMl, 5, 18, (wall) => wallVolumeMl({ ...shape, wallMm: wall }));
  return { ...shape, wallMm };
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

/**
 * The motion that empties the ventricle to its ESV: the base descends with the
 * ejection fraction (16 % at 60 %, DOMAIN C4), then the healthy wall shortens as
 * much as is still needed - it compensates for the infarct.
 */
export function solveContraction(random: Random, { shape, infarct, edvMl, esvMl }: Anatomy): Contraction {
  const longitudinal = 0.27 * (1 - esvMl / edvMl);
  const rv = random.uniform(0.38, 0.5);
  const plane = emptyPlane();
  const radial = solveRising(
    -esvMl,
    0,
    0.85,
    (k) => -cavityVolumeMl(shape, infarct, { radial: k, longitudinal, rv }, 1, plane),
  );
  return { radial, longitudinal, rv };
}

/**
 * Depth of necrosis by AHA segment 1 to 16 (index 0 to 15): mean over the
 * segment's wall, 0 to 1, of the infarct and of the MVO.
 */
export function segmentInjury({ transmurality, mvoFrom, mvoTo }: InfarctField): {
  infarct: Float64Array;
  mvo: Float64Array;
} {
  const infarct = new Float64Array(16);
  const mvo = new Float64Array(16);
  const cells = new Float64Array(16);
  for (let cell = 0; cell < transmurality.length; cell++) {
    const segment = segmentOf(
      (Math.floor(cell / fieldAngles) + 0.5) / fieldLevels,
      (((cell % fieldAngles) + 0.5) * 360) / fieldAngles,
    );
    if (segment === null) continue;
    cells[segment]!++;
    infarct[segment] = infarct[segment]! + transmurality[cell]!;
    mvo[segment] = mvo[segment]! + mvoTo[cell]! - mvoFrom[cell]!;
  }
  return {
    infarct: infarct.map((sum, segment) => sum / cells[segment]!),
    mvo: mvo.map((sum, segment) => sum / cells[segment]!),
  };
}

/** AHA segment (index 0 to 15) at a level (0 base to 1 apex) and angle (degrees, 90 anterior, 180 septal); null at the apex (17). */
function segmentOf(level: number, angle: number): number | null {
  if (level > 0.93) return null;
  if (level > 0.66) return 12 + (Math.floor((angle - 45 + 360) / 90) % 4);
  return (level > 0.34 ? 6 : 0) + (Math.floor((angle - 60 + 360) / 60) % 6);
}
