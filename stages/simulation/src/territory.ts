import type { Random } from '@myocast/base';
import { drawWaves, roughField } from './rough-field.ts';
import { fieldAngles, fieldCells, fieldLevels } from './wall-grid.ts';

export type Culprit = 'LAD' | 'RCA' | 'LCx';

/**
 * Centre and spread of the territories, after the AHA segments of each culprit
 * (LAD 1,2,7,8,13,14; RCA 3,4,9,10,15; LCx 5,6,11,12,16: DOMAIN C4). Real
 * territories are fuzzy (23 % of segments discordant, ortizperez2008), hence the
 * spreads. Angles in degrees: 0 lateral, 90 anterior, 180 septal, 270 inferior.
 */
const territories = {
  LAD: {
    angle: 118,
    angleSpread: 14,
    level: 0.72,
    levelSpread: 0.13,
    width: 46,
    apicalWidth: 55,
    reach: 0.42,
  },
  RCA: {
    angle: 245,
    angleSpread: 14,
    level: 0.42,
    levelSpread: 0.13,
    width: 44,
    apicalWidth: 14,
    reach: 0.45,
  },
  LCx: {
    angle: 352,
    angleSpread: 16,
    level: 0.42,
    levelSpread: 0.14,
    width: 42,
    apicalWidth: 10,
    reach: 0.42,
  },
} as const;

/** How much each cell of the wall hangs on the culprit, highest in the core of its territory. */
export function territoryExposure(random: Random, culprit: Culprit): Float32Array {
  const { angle, angleSpread, level, levelSpread, width, apicalWidth, reach } = territories[culprit];
  const centreAngle = random.normal(angle, angleSpread);
  const centreLevel = random.normal(level, levelSpread);
  const spread = random.uniform(0.8, 1.25);
  const rough = roughField(drawWaves(random, 4));
  const away = Float64Array.from({ length: fieldAngles }, (_, column) =>
    Math.abs(((((column + 0.5) * 360) / fieldAngles - centreAngle + 540) % 360) - 180),
  );
  const exposure = new Float32Array(fieldCells);
  for (let row = 0; row < fieldLevels; row++) {
    const u = (row + 0.5) / fieldLevels;
    const along = Math.exp(-0.5 * ((u - centreLevel) / (reach * spread)) ** 2);
    const sigma = width / spread + apicalWidth * u * u;
    for (let column = 0; column < fieldAngles; column++) {
      const cell = row * fieldAngles + column;
      exposure[cell] = along * Math.exp(-0.5 * (away[column]! / sigma) ** 2) * (1 + 0.16 * rough[cell]!);
    }
  }
  return exposure;
}
