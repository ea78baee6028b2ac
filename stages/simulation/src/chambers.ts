import type { Random } from '@myocast/base';
import { clamp } from './injury.ts';
import { type Tissue, tissueCode } from './tissue.ts';

/**
 * What lies above the base plane, in the ventricle's frame (mm; x to the lateral
 * wall, y anterior, z towards the apex): the atria as ellipsoids between a roof that
 * stands still and the base plane that moves and cuts them off, the roots of the aorta
 * and of the pulmonary trunk as oblique tubes.
 */
export interface Chambers {
  /** Left atrium at its largest (end-systole) and smallest (end-diastole). */
  readonly leftMaxMl: number;
  readonly leftMinMl: number;
  /** Share of its emptying that the atrial kick does. */
  readonly boosterShare: number;
  /** Distance of the atria's roof from the base plane at end-diastole. */
  readonly roofMm: number;
  readonly leftCentre: readonly [x: number, y: number];
  readonly rightCentre: readonly [x: number, y: number];
  readonly rightMaxMl: number;
  readonly rightMinMl: number;
  readonly aortaMm: number;
  readonly pulmonaryMm: number;
}

/**
 * Left atrium: 41 ± 8 mL/m² at its largest; the strains 28 ± 8 (reservoir) and
 * 12.5 ± 4.5 (booster) of DOMAIN B3 are of lengths, an emptying of about 48 % of
 * the volume and a booster share of 0.45 (derived). Right atrium about as large;
 * aortic root 30 ± 3 mm and pulmonary trunk 26 ± 2.5 mm wide (recalled).
 */
export function createChambers(random: Random, bsaM2: number): Chambers {
  const leftMaxMl = clamp(random.normal(41, 8), 22, 70) * bsaM2;
  const rightMaxMl = leftMaxMl * random.uniform(0.9, 1.25);
  return {
    leftMaxMl,
    leftMinMl: leftMaxMl * (1 - clamp(random.normal(0.48, 0.08), 0.25, 0.65)),
    boosterShare: clamp(random.normal(0.45, 0.1), 0.2, 0.7),
    roofMm: random.uniform(40, 50),
    leftCentre: [random.normal(4, 2), random.normal(-11, 2)],
    rightCentre: [random.normal(-50, 3), random.normal(-10, 3)],
    rightMaxMl,
    rightMinMl: rightMaxMl * random.uniform(0.45, 0.6),
    aortaMm: clamp(random.normal(30, 3), 22, 38) / 2,
    pulmonaryMm: clamp(random.normal(26, 2.5), 20, 33) / 2,
  };
}

/**
 * The atria are ellipsoids cut off by the valve's plane at this share of the half-axis
 * beyond their widest circle; volume π r² h (2/3 + s - s³/3), h the half-axis.
 */
const valveShare = 0.6;
const bowl = 2 / 3 + valveShare - valveShare ** 3 / 3;

/** An elliptic cross-section of a chamber or vessel in a plane. */
export interface CrossSection {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly wallMm: number;
  readonly tissue: number;
}

/** Volume of the left atrium at a filling (0 smallest to 1 largest). */
export function leftAtriumMl({ leftMinMl, leftMaxMl }: Chambers, filling: number): number {
  return leftMinMl + (leftMaxMl - leftMinMl) * filling;
}

/**
 * The cross-sections at z, the base plane standing at `base`.
 *
 * @param filling of the atria, 0 smallest to 1 largest
 */
export function crossSections(chambers: Chambers, z: number, base: number, filling: number): CrossSection[] {
  const { roofMm, leftCentre, rightCentre, rightMinMl, rightMaxMl } = chambers;
  const above = base - z;
  const tube = (x: number, y: number, radius: number, tissue: Tissue): CrossSection => ({
    x,
    y,
    rx: radius,
    ry: 1.15 * radius,
    wallMm: 1.5,
    tissue: tissueCode[tissue],
  });
  const sections: CrossSection[] = [];
  const atria = [
    [leftCentre, leftAtriumMl(chambers, filling), 1.12, 'leftAtrium'],
    [rightCentre, rightMinMl + (rightMaxMl - rightMinMl) * filling, 0.9, 'rightAtrium'],
  ] as const;
  for (const [[x, y], volumeMl, aspect, tissue] of atria) {
    const half = (base + roofMm) / (1 + valveShare);
    const fromCentre = (z + roofMm) / half - 1;
    if (fromCentre <= -1 || above < 0) continue;
    const radius = Math.sqrt(((1000 * volumeMl) / (Math.PI * half * bowl)) * (1 - fromCentre ** 2));
    sections.push({
      x,
      y,
      rx: radius * aspect,
      ry: radius / aspect,
      wallMm: 2,
      tissue: tissueCode[tissue],
    });
  }
  if (above > -3 && above < 60) {
    sections.push(tube(-14 - 0.1 * above, 15 + 0.5 * above, chambers.aortaMm, 'greatVessel'));
    sections.push(tube(-22 + 0.25 * above, 42 + 0.45 * above, chambers.pulmonaryMm, 'greatVessel'));
  }
  return sections;
}
