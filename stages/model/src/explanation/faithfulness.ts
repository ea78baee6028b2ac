import type { Random } from '@myocast/base';
import { bootstrapInterval } from '@myocast/survival/resampling';
import type { CurveSummary, FaithfulnessRecord } from '../records.ts';
import { contributions } from './contributions.ts';
import { type Player, playersBy, variableName } from './players.ts';
import { allBut, type InputSet, type RiskModel } from './risk-model.ts';

export interface FaithfulnessConfig {
  /** Pairs of random orders for a subject's Shapley values */
  readonly pairs: number;
  /** Orders drawn at random, with which a subject's order is compared */
  readonly randomOrders: number;
  /** Places of a curve after its start */
  readonly steps: number;
  /** Draws of the permutation test, and of the bootstrap */
  readonly draws: number;
}

export const faithfulnessDefaults: FaithfulnessConfig = {
  pairs: 8,
  randomOrders: 10,
  steps: 20,
  draws: 1999,
};

/** One sort of curve by the explanation's order and by random ones. */
export interface CurveComparison extends CurveSummary {
  /** [steps + 1] mean |change of risk| by share of inputs, from none to all */
  readonly curves: { readonly explained: readonly number[]; readonly random: readonly number[] };
}

/** Whether what the explanations name first is what the forecasts hang on. */
export interface Faithfulness {
  readonly subjects: number;
  /** Subjects with fewer than two inputs, who have no order */
  readonly leftOut: number;
  readonly randomOrders: number;
  /** Inputs are hidden, the most important first: |risk - risk with everything| */
  readonly deletion: CurveComparison;
  /** Inputs are shown, the most important first: |risk - risk with nothing| */
  readonly insertion: CurveComparison;
}

/** How important each player is to a subject's forecast; the sign does not matter. */
export type Scores = (subject: number, players: readonly Player[]) => Promise<readonly number[]>;

/**
 * Deletion and insertion curves of the model's Shapley values (absolute risk, missing state) against random orders with as
 * many inputs hidden or shown at every place.
 *
 * @param subjects held out from training, where there are any
 *
 * Source: petsiuk2018 (docs/references.bib), with |change of risk| in place of the class's score.
 */
export async function faithfulness(
  model: RiskModel,
  subjects: readonly number[],
  random: Random,
  config: Partial<FaithfulnessConfig> = {},
): Promise<Faithfulness> {
  const found = await explanationCurves(model, subjects, random, config);
  return compareOrders(found, subjects.length - found.length, random, config);
}

/** The curves of each subject with two inputs or more, by the model's Shapley values and by random orders. */
export async function explanationCurves(
  model: RiskModel,
  subjects: readonly number[],
  random: Random,
  config: Partial<FaithfulnessConfig> = {},
): Promise<SubjectCurves[]> {
  const { pairs } = { ...faithfulnessDefaults, ...config };
  const scores: Scores = async (subject, players) => {
    const stream = random.fork(`shapley ${model.subjects[subject]!}`);
    const { scales } = await contributions(model, subject, players, { pairs, background: 'missing' }, stream);
    return scales[0]!.contributions.map(({ value }) => value);
  };
  return curvesByScores(model, subjects, scores, random, config);
}

/** The same by any scores. */
export async function curvesByScores(
  model: RiskModel,
  subjects: readonly number[],
  scores: Scores,
  random: Random,
  config: Partial<FaithfulnessConfig> = {},
): Promise<SubjectCurves[]> {
  const { randomOrders, steps } = { ...faithfulnessDefaults, ...config };
  const found: SubjectCurves[] = [];
  for (const subject of subjects) {
    const players = playersBy(model.inputsOf(subject), variableName);
    if (players.length < 2) continue;
    const own = rank(await scores(subject, players));
    const stream = random.fork(`orders ${model.subjects[subject]!}`);
    const others = Array.from({ length: randomOrders }, () => stream.permutation(players.length));
    found.push(await curvesOf(model, subject, players, [own, ...others], steps));
  }
  return found;
}

/**
 * Subjects' curves, of one model or of several, by the explanation's order against random ones. A subject's area is
 * compared with the mean area of its random orders. In the test the explanation's order changes places with one
 * of the random ones, each as likely: exact for scores that have nothing to do with the model.
 *
 * @param leftOut subjects who had no order
 * @throws RangeError without a subject
 *
 * Source: phipson2010 for the p-value (docs/references.bib).
 */
export function compareOrders(
  found: readonly SubjectCurves[],
  leftOut: number,
  random: Random,
  config: Partial<FaithfulnessConfig> = {},
): Faithfulness {
  const settings = { ...faithfulnessDefaults, ...config };
  if (found.length === 0) throw new RangeError('faithfulness: expected a subject with two inputs, got none');
  const compare = (kind: keyof SubjectCurves) =>
    compareCurves(
      found.map((curves) => curves[kind]),
      settings,
      random.fork(kind),
    );
  return {
    subjects: found.length,
    leftOut,
    randomOrders: found[0]!.deletion.length - 1,
    deletion: compare('deletion'),
    insertion: compare('insertion'),
  };
}

/** Players, the one with the largest score of either sign first; ties in their own order. */
function rank(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => Math.abs(scores[b]!) - Math.abs(scores[a]!) || a - b);
}

/** [orders][steps + 1] of one subject, the explanation's order first */
export interface SubjectCurves {
  readonly deletion: readonly (readonly number[])[];
  readonly insertion: readonly (readonly number[])[];
}

async function curvesOf(
  model: RiskModel,
  subject: number,
  players: readonly Player[],
  orders: readonly (readonly number[])[],
  steps: number,
): Promise<SubjectCurves> {
  const inputsOf = (chosen: readonly number[]) => chosen.flatMap((player) => players[player]!.inputs);
  const without = (inputs: readonly number[]): InputSet => ({
    subject,
    shown: allBut(model, subject, inputs),
    hidden: 'missing',
  });
  const sets = orders.flatMap((order) =>
    Array.from({ length: steps + 1 }, (_, step) => {
      const count = Math.round((step * players.length) / steps);
      return [without(inputsOf(order.slice(0, count))), without(inputsOf(order.slice(count)))];
    }).flat(),
  );
  const risk = await model.risk(sets);
  const curve = (order: number, kind: 0 | 1) => {
    const values = Array.from(
      { length: steps + 1 },
      (_, step) => risk[2 * (order * (steps + 1) + step) + kind]!,
    );
    return values.map((value) => Math.abs(value - values[0]!));
  };
  return {
    deletion: orders.map((_, order) => curve(order, 0)),
    insertion: orders.map((_, order) => curve(order, 1)),
  };
}

/** Area by the trapezoid rule under a curve over a share from 0 to 1. */
function areaUnder(curve: readonly number[]): number {
  const inner = curve.slice(1, -1).reduce((sum, value) => sum + value, 0);
  return (inner + (curve[0]! + curve.at(-1)!) / 2) / (curve.length - 1);
}

/** @param curves [subjects][orders][steps + 1] */
function compareCurves(
  curves: readonly (readonly (readonly number[])[])[],
  { draws }: FaithfulnessConfig,
  random: Random,
): CurveComparison {
  const areas = curves.map((orders) => orders.map(areaUnder));
  const differences = areas.map((own) => differenceOf(own, 0));
  const difference = meanOf(differences);
  const { low, high } = bootstrapInterval(
    areas.length,
    (rows) => meanOf(Array.from(rows, (row) => differences[row]!)),
    {
      random: random.fork('bootstrap'),
      resamples: draws,
    },
  );
  const meanCurve = (of: (orders: readonly (readonly number[])[]) => readonly (readonly number[])[]) =>
    curves[0]![0]!.map((_, step) =>
      meanOf(curves.flatMap((orders) => of(orders).map((curve) => curve[step]!))),
    );
  return {
    explained: meanOf(areas.map(([own]) => own!)),
    random: meanOf(areas.map((own) => meanOf(own.slice(1)))),
    difference,
    low,
    high,
    pValue: permutationP(areas, difference, draws, random.fork('permutation')),
    better: differences.filter((value) => value > 0).length,
    curves: {
      explained: meanCurve((orders) => orders.slice(0, 1)),
      random: meanCurve((orders) => orders.slice(1)),
    },
  };
}

/** The area of one order less the mean area of the others. */
function differenceOf(areas: readonly number[], chosen: number): number {
  const total = areas.reduce((sum, area) => sum + area, 0);
  return areas[chosen]! - (total - areas[chosen]!) / (areas.length - 1);
}

function permutationP(
  areas: readonly (readonly number[])[],
  difference: number,
  draws: number,
  random: Random,
): number {
  const edge = difference - 1e-12 * (1 + Math.abs(difference));
  let asLarge = 0;
  for (let draw = 0; draw < draws; draw++) {
    const drawn = meanOf(areas.map((own) => differenceOf(own, random.integer(own.length))));
    if (drawn >= edge) asLarge++;
  }
  return (1 + asLarge) / (1 + draws);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What a person reads of it, two lines. */
export function faithfulnessLines({
  subjects,
  randomOrders,
  deletion,
  insertion,
}: Omit<FaithfulnessRecord, 'heldOut' | 'horizonDays' | 'leftOut'>): string[] {
  const line = (name: string, { explained, random, difference, low, high, pValue, better }: CurveSummary) => {
    const points = (value: number) => (100 * value).toFixed(2);
    const interval = low === null || high === null ? '' : ` (${points(low)} to ${points(high)})`;
    return `${name}: ${points(explained)} against ${points(random)} points of risk in random order, difference ${points(difference)}${interval}, p ${pValue < 0.001 ? '< 0.001' : pValue.toFixed(3)}, ${better} of ${subjects} subjects`;
  };
  return [
    `faithfulness of explanations, mean |change of risk|, ${randomOrders} random orders a subject`,
    `  ${line('deletion', deletion)}`,
    `  ${line('insertion', insertion)}`,
  ];
}
