import type { Random } from '@myocast/base';

export type Culprit = 'LAD' | 'RCA' | 'LCx';

/** Levels from base (0) to apex, angles as in `Plane` but coarser: the grid on which necrosis is drawn. */
export const fieldLevels = 20;
export const fieldAngles = 60;

/**
 * Necrosis of the LV wall as depth by place, [level, angle]. Depth is the share
 * of the wall's volume counted from the endocardium, so that the mean over the
 * wall is the infarct size, and contraction does not change it.
 */
export interface InfarctField {
  readonly transmurality: Float32Array;
  /** The microvascular obstruction occupies this band of depths (none where both are equal). */
  readonly mvoFrom: Float32Array;
  readonly mvoTo: Float32Array;
  /** Where the obstructed core bled: from `mvoFrom` to here, never beyond `mvoTo`. */
  readonly bledTo: Float32Array;
  /** Depth of the oedema, 0 outside of the area at risk, 1 through the wall; never less than the necrosis. */
  readonly atRisk: Float32Array;
}

export interface InfarctPlan {
  readonly culprit: Culprit;
  /** Area at risk, infarct and microvascular obstruction as % of LV wall volume. */
  readonly riskPercent: number;
  readonly infarctPercent: number;
  readonly mvoPercent: number;
  /** Share of the obstructed core that bled, 0 to 1. */
  readonly bledShare?: number;
  /** Share of the wall's volume in each level; adds up to 1. */
  readonly levelWeights: ArrayLike<number>;
}

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

/** An unhurt wall. */
export function noInfarct(): InfarctField {
  const cells = fieldLevels * fieldAngles;
  return {
    transmurality: new Float32Array(cells),
    mvoFrom: new Float32Array(cells),
    mvoTo: new Float32Array(cells),
    bledTo: new Float32Array(cells),
    atRisk: new Float32Array(cells),
  };
}

/**
 * Draws an infarct of the planned size: a territory by culprit, necrosis that
 * starts below the endocardium and is deepest in the territory's core while its
 * lateral borders stay near those of the area at risk (wavefront, DOMAIN C4),
 * and a dark core of microvascular obstruction inside.
 */
export function createInfarct(random: Random, plan: InfarctPlan): InfarctField {
  const field = noInfarct();
  if (plan.infarctPercent <= 0) return field;
  const exposure = territoryExposure(random, plan.culprit);
  const weights = cellWeights(plan.levelWeights);
  const risk = Math.max(plan.riskPercent, 1.15 * plan.infarctPercent + 2) / 100;
  const edge = weightedThreshold(exposure, weights, Math.min(0.95, risk));
  const peak = exposure.reduce((most, value) => Math.max(most, value), edge + 1e-6);
  const patchiness = random.uniform(0, 0.55);
  const patches = roughField(random, 5);
  const depth = exposure.map((value, cell) => {
    const x = Math.min(1, Math.max(0, (value - edge) / (0.4 * (peak - edge))));
    return Math.max(0, x * x * (3 - 2 * x) * (1 + patchiness * patches[cell]!));
  });
  fillInfarct(field, depth, weights, plan.infarctPercent / 100);
  fillMvo(field, depth, weights, plan.mvoPercent / 100, random);
  fillAtRisk(field, exposure, edge, peak);
  for (let cell = 0; cell < depth.length; cell++) {
    const [from, to] = [field.mvoFrom[cell]!, field.mvoTo[cell]!];
    field.bledTo[cell] = from + (plan.bledShare ?? 0) * (to - from);
  }
  return field;
}

/** Oedema runs through the wall; within a few millimetres of its border it thins out. */
function fillAtRisk(field: InfarctField, exposure: Float32Array, edge: number, peak: number): void {
  const border = 0.06 * (peak - edge);
  for (let cell = 0; cell < exposure.length; cell++) {
    const share = Math.min(1, Math.max(0, 0.5 + (exposure[cell]! - edge) / (2 * border)));
    field.atRisk[cell] = Math.max(share, field.transmurality[cell]!);
  }
}

function fillInfarct(field: InfarctField, depth: Float32Array, weights: Float32Array, goal: number): void {
  let low = 0;
  let high = 40;
  for (let step = 0; step < 24; step++) {
    const scale = (low + high) / 2;
    let size = 0;
    for (let cell = 0; cell < depth.length; cell++)
      size += weights[cell]! * Math.min(1, scale * depth[cell]!);
    if (size < goal) low = scale;
    else high = scale;
  }
  for (let cell = 0; cell < depth.length; cell++) field.transmurality[cell] = Math.min(1, low * depth[cell]!);
}

/** The deepest, most central necrosis loses its capillaries: one core, or several where the pattern is rough. */
function fillMvo(
  field: InfarctField,
  depth: Float32Array,
  weights: Float32Array,
  goal: number,
  random: Random,
): void {
  const roughness = random.choice([0.15, 0.9]);
  const pattern = roughField(random, 6);
  if (goal <= 0) return;
  const fill = random.uniform(0.45, 0.75);
  const score = field.transmurality.map(
    (t, cell) => t * (0.4 + depth[cell]!) * Math.max(0.05, 1 + roughness * pattern[cell]!),
  );
  const order = Array.from(score.keys()).sort((a, b) => score[b]! - score[a]! || a - b);
  let rest = goal;
  // Where the deep necrosis has no room for so much of it, the core reaches further: never beyond the infarct.
  for (const [least, share] of [
    [0.3, fill],
    [0.1, 0.82],
    [0, 0.9],
  ] as const)
    for (const cell of order) {
      if (rest <= 0) return;
      const t = field.transmurality[cell]!;
      if (t <= least) continue;
      // A rim below the endocardium is spared.
      const from = Math.min(0.08, 0.25 * t);
      const there = field.mvoTo[cell]! - field.mvoFrom[cell]!;
      const room = Math.max(0, t * (from + share) - from - there);
      const thick = Math.min(room, rest / weights[cell]!);
      if (thick === 0) continue;
      field.mvoFrom[cell] = from;
      field.mvoTo[cell] = from + there + thick;
      rest -= thick * weights[cell]!;
    }
}

function territoryExposure(random: Random, culprit: Culprit): Float32Array {
  const { angle, angleSpread, level, levelSpread, width, apicalWidth, reach } = territories[culprit];
  const centreAngle = random.normal(angle, angleSpread);
  const centreLevel = random.normal(level, levelSpread);
  const spread = random.uniform(0.8, 1.25);
  const rough = roughField(random, 4);
  const exposure = new Float32Array(fieldLevels * fieldAngles);
  for (let row = 0; row < fieldLevels; row++) {
    const u = (row + 0.5) / fieldLevels;
    const along = Math.exp(-0.5 * ((u - centreLevel) / (reach * spread)) ** 2);
    const sigma = width / spread + apicalWidth * u * u;
    for (let column = 0; column < fieldAngles; column++) {
      const away = Math.abs(((((column + 0.5) * 360) / fieldAngles - centreAngle + 540) % 360) - 180);
      const cell = row * fieldAngles + column;
      exposure[cell] = along * Math.exp(-0.5 * (away / sigma) ** 2) * (1 + 0.16 * rough[cell]!);
    }
  }
  return exposure;
}

/** A smooth random field of about unit variance on the grid, with up to `waves` waves round the wall. */
function roughField(random: Random, waves: number): Float32Array {
  const terms = Array.from({ length: 6 }, () => ({
    around: 1 + random.integer(waves),
    along: random.uniform(-waves / 2, waves / 2),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const field = new Float32Array(fieldLevels * fieldAngles);
  for (let cell = 0; cell < field.length; cell++) {
    const u = Math.floor(cell / fieldAngles) / fieldLevels;
    const angle = ((cell % fieldAngles) / fieldAngles) * 2 * Math.PI;
    let sum = 0;
    for (const { around, along, phase } of terms)
      sum += Math.cos(around * angle + along * 2 * Math.PI * u + phase);
    field[cell] = sum / Math.sqrt(terms.length / 2);
  }
  return field;
}

function cellWeights(levelWeights: ArrayLike<number>): Float32Array {
  return Float32Array.from(
    { length: fieldLevels * fieldAngles },
    (_, cell) => levelWeights[Math.floor(cell / fieldAngles)]! / fieldAngles,
  );
}

/** The value above which this share of the weight lies. */
function weightedThreshold(values: Float32Array, weights: Float32Array, share: number): number {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  let sum = 0;
  for (const cell of order) {
    sum += weights[cell]!;
    if (sum >= share) return values[cell]!;
  }
  return 0;
}

/**
 * Fills tables by angle (any number of bins) with the necrosis at a level: linear
 * between levels and angles.
 *
 * @param twist turn of the wall against the scanner, in degrees anticlockwise
 */
export function sampleField(field: InfarctField, level: number, into: InfarctField, twist = 0): void {
  sampleRow(field.transmurality, level, into.transmurality, twist);
  sampleRow(field.mvoFrom, level, into.mvoFrom, twist);
  sampleRow(field.mvoTo, level, into.mvoTo, twist);
  sampleRow(field.bledTo, level, into.bledTo, twist);
  sampleRow(field.atRisk, level, into.atRisk, twist);
}

/** The row of a level, and its first cell again behind the last. */
const mixed = new Float32Array(fieldAngles + 1);

function sampleRow(values: Float32Array, level: number, into: Float32Array, twist: number): void {
  const row = Math.min(fieldLevels - 1, Math.max(0, level * fieldLevels - 0.5));
  const above = Math.floor(row);
  const below = Math.min(fieldLevels - 1, above + 1);
  const share = row - above;
  let any = 0;
  for (let column = 0; column < fieldAngles; column++) {
    const value =
      (1 - share) * values[above * fieldAngles + column]! + share * values[below * fieldAngles + column]!;
    mixed[column] = value;
    any += value;
  }
  if (any === 0) {
    into.fill(0);
    return;
  }
  mixed[fieldAngles] = mixed[0]!;
  const perBin = fieldAngles / into.length;
  const shift = 2 * fieldAngles - 0.5 - (twist * fieldAngles) / 360;
  for (let bin = 0; bin < into.length; bin++) {
    let column = bin * perBin + shift;
    while (column >= fieldAngles) column -= fieldAngles;
    const left = column | 0;
    const weight = column - left;
    into[bin] = (1 - weight) * mixed[left]! + weight * mixed[left + 1]!;
  }
}
