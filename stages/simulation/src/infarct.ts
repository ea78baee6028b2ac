import type { Random } from '@myocast/base';
import { drawWaves, roughField } from './rough-field.ts';
import { type Culprit, territoryExposure } from './territory.ts';
import { fieldAngles, fieldCells, fieldLevels } from './wall-grid.ts';

export type { Culprit } from './territory.ts';
export { fieldAngles, fieldLevels } from './wall-grid.ts';

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

/** An unhurt wall. */
export function noInfarct(): InfarctField {
  return {
    transmurality: new Float32Array(fieldCells),
    mvoFrom: new Float32Array(fieldCells),
    mvoTo: new Float32Array(fieldCells),
    bledTo: new Float32Array(fieldCells),
    atRisk: new Float32Array(fieldCells),
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
  const peak = highest(exposure, edge + 1e-6);
  const patchiness = random.uniform(0, 0.55);
  const patches = roughField(drawWaves(random, 5));
  const depth = new Float32Array(fieldCells);
  const perDepth = 1 / (0.4 * (peak - edge));
  for (let cell = 0; cell < fieldCells; cell++) {
    const x = Math.min(1, (exposure[cell]! - edge) * perDepth);
    if (x > 0) depth[cell] = Math.max(0, x * x * (3 - 2 * x) * (1 + patchiness * patches[cell]!));
  }
  fillInfarct(field, depth, weights, plan.infarctPercent / 100);
  fillMvo(field, depth, weights, plan.mvoPercent / 100, random);
  fillAtRisk(field, exposure, edge, peak);
  const bledShare = plan.bledShare ?? 0;
  for (let cell = 0; cell < fieldCells; cell++) {
    const from = field.mvoFrom[cell]!;
    field.bledTo[cell] = from + bledShare * (field.mvoTo[cell]! - from);
  }
  return field;
}

/** Oedema runs through the wall; within a few millimetres of its border it thins out. */
function fillAtRisk(field: InfarctField, exposure: Float32Array, edge: number, peak: number): void {
  const perBorder = 1 / (2 * 0.06 * (peak - edge));
  for (let cell = 0; cell < fieldCells; cell++) {
    const share = Math.min(1, Math.max(0, 0.5 + (exposure[cell]! - edge) * perBorder));
    field.atRisk[cell] = Math.max(share, field.transmurality[cell]!);
  }
}

/** Depths beyond this factor would make the thinnest border transmural. */
const steepest = 40;

/**
 * Necrosis min(1, scale · depth) with the scale at which it is as large as planned. The size is concave and
 * piecewise linear in the scale, so that Newton's steps from below reach it and end exactly.
 */
function fillInfarct(field: InfarctField, depth: Float32Array, weights: Float32Array, goal: number): void {
  const hurt: number[] = [];
  for (let cell = 0; cell < fieldCells; cell++) if (depth[cell]! > 0) hurt.push(cell);
  let scale = 0;
  for (;;) {
    let size = 0;
    let slope = 0;
    for (const cell of hurt) {
      if (scale * depth[cell]! < 1) slope += weights[cell]! * depth[cell]!;
      else size += weights[cell]!;
    }
    const next = Math.min(steepest, slope > 0 ? (goal - size) / slope : steepest);
    if (!(next > scale)) break;
    scale = next;
  }
  for (const cell of hurt) field.transmurality[cell] = Math.min(1, scale * depth[cell]!);
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
  const waves = drawWaves(random, 6);
  if (goal <= 0) return;
  const fill = random.uniform(0.45, 0.75);
  const pattern = roughField(waves);
  const score = field.transmurality.slice();
  for (let cell = 0; cell < fieldCells; cell++)
    score[cell]! *= (0.4 + depth[cell]!) * Math.max(0.05, 1 + roughness * pattern[cell]!);
  const order = necroticByScore(score);
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

/**
 * Cells with a score, the highest first and of equal ones the first. Sorted as plain numbers, which is several times
 * faster than by a comparison: the bits of a positive float rise with its value.
 */
function necroticByScore(score: Float32Array): Float64Array {
  const bits = new Uint32Array(score.buffer);
  const keys = new Float64Array(fieldCells);
  let count = 0;
  for (let cell = 0; cell < fieldCells; cell++)
    if (score[cell]! > 0) keys[count++] = (2 ** 32 - bits[cell]!) * keyStep + cell;
  const order = keys.subarray(0, count).sort();
  for (let at = 0; at < count; at++) order[at]! %= keyStep;
  return order;
}

/** More than there are cells. */
const keyStep = 2 ** 11;

function cellWeights(levelWeights: ArrayLike<number>): Float32Array {
  const weights = new Float32Array(fieldCells);
  for (let row = 0; row < fieldLevels; row++)
    weights.fill(levelWeights[row]! / fieldAngles, row * fieldAngles, (row + 1) * fieldAngles);
  return weights;
}

function highest(values: Float32Array, least: number): number {
  let most = least;
  for (let cell = 0; cell < values.length; cell++) if (values[cell]! > most) most = values[cell]!;
  return most;
}

/** Steps of the value in which the weight is counted before any cell is sorted. */
const steps = 1024;

/** The value above which this share of the weight lies; values of 0 and more. */
function weightedThreshold(values: Float32Array, weights: Float32Array, share: number): number {
  const perStep = steps / (highest(values, 0) * (1 + 1e-6));
  const stepOf = (cell: number) => (values[cell]! * perStep) | 0;
  const counted = new Float64Array(steps);
  for (let cell = 0; cell < fieldCells; cell++) counted[stepOf(cell)]! += weights[cell]!;
  let above = 0;
  let step = steps - 1;
  while (step > 0 && above + counted[step]! < share) above += counted[step--]!;
  const inside: number[] = [];
  for (let cell = 0; cell < fieldCells; cell++) if (stepOf(cell) === step) inside.push(cell);
  let edge = 0;
  for (const cell of inside.sort((a, b) => values[b]! - values[a]!)) {
    edge = values[cell]!;
    above += weights[cell]!;
    if (above >= share) break;
  }
  return edge;
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
