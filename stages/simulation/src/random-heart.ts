import type { Random } from '@myocast/base';
import { createChambers, type Chambers } from './chambers.ts';
import { createRelief, smoothRelief, type Relief } from './heart-table.ts';
import { type Culprit, createInfarct, fieldLevels, type InfarctField, noInfarct } from './infarct.ts';
import type { LabelledKind } from './tissue.ts';
import type { Contraction, VentricleShape } from './ventricle.ts';

/** A heart to be cut anywhere, of no patient. */
export interface RandomHeart {
  readonly shape: VentricleShape;
  readonly infarct: InfarctField;
  readonly contraction: Contraction;
  readonly chambers: Chambers;
  readonly relief: Relief;
}

/** Shapes, motions and infarcts drawn far wider than in patients. */
export function randomHeart(random: Random, kind: LabelledKind): RandomHeart {
  return {
    shape: randomShape(random),
    infarct: random.chance(kind.startsWith('cine') ? 0.5 : 0.8) ? randomInfarct(random) : noInfarct(),
    contraction: {
      radial: random.uniform(0.05, 0.5),
      longitudinal: random.uniform(0.02, 0.2),
      rv: random.uniform(0.1, 0.5),
      twist: [random.uniform(-8, 2), random.uniform(-2, 14)],
    },
    chambers: createChambers(random, random.uniform(1.4, 2.4)),
    relief: random.chance(0.85) ? createRelief(random) : smoothRelief,
  };
}

function randomShape(random: Random): VentricleShape {
  const radiusMm = random.uniform(15, 36);
  return {
    radiusMm,
    halfLengthMm: Math.min(90, Math.max(48, radiusMm * random.uniform(2, 3.2))),
    offset: random.uniform(0.15, 0.45),
    wallMm: random.chance(0.2) ? random.uniform(11, 18) : random.uniform(5, 11),
    apexWallMm: random.uniform(3, 8),
    ovality: [
      random.normal(0, 0.05),
      random.uniform(0, Math.PI),
      random.normal(0, 0.03),
      random.uniform(0, Math.PI),
    ],
    rvWidthMm: random.uniform(14, 55),
    rvHalfAngle: random.uniform(1.0, 1.65),
    rvWallMm: random.uniform(1.5, 4.5),
    fatMm: random.uniform(0, 10),
    baseHeightMm: random.uniform(1, 5),
  };
}

function randomInfarct(random: Random): InfarctField {
  const infarctPercent = 2 + 48 * random.uniform() ** 1.5;
  return createInfarct(random, {
    culprit: random.choice<Culprit>(['LAD', 'RCA', 'LCx']),
    riskPercent: random.uniform(20, 60),
    infarctPercent,
    mvoPercent: random.chance(0.55) ? infarctPercent * random.uniform(0.03, 0.4) : 0,
    bledShare: random.chance(0.5) ? random.uniform(0.3, 1) : 0,
    levelWeights: new Float32Array(fieldLevels).fill(1 / fieldLevels),
  });
}
