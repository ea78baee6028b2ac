import type { Random } from '@myocast/base';

/** Some of the players, and which of the references stands in for the others. */
export interface Coalition {
  /** [players] 1 where a player takes part */
  readonly members: Uint8Array;
  readonly reference: number;
}

/** A cooperative game; its value may be given on several scales at once. */
export interface Game {
  readonly players: number;
  /** Ways to leave a player out, at least 1; the values are means over them */
  readonly references: number;
  /** [scales][coalitions]; without absentees it must not depend on the reference */
  values(coalitions: readonly Coalition[]): Promise<readonly Float64Array[]>;
}

/** How a value of all players comes about, on one scale. */
export interface ShapleyValues {
  /** Value without any player, mean over the references that were used */
  readonly base: number;
  /** Value of all players: base + sum of the values */
  readonly total: number;
  /** [players] */
  readonly values: readonly number[];
  /** [players] of the sampling; 0 where all coalitions were looked at */
  readonly standardErrors: readonly number[];
}

export interface ShapleyResult {
  readonly method: 'exact' | 'sampled';
  /** Antithetic pairs of permutations; 0 where exact */
  readonly pairs: number;
  /** Coalitions whose value was asked for */
  readonly evaluations: number;
  /** One for each scale of the game */
  readonly scales: readonly ShapleyValues[];
}

/** With more players than this their coalitions do not fit into a list. */
const mostEnumerated = 16;

/**
 * Shapley values: exactly where that takes no more coalitions than the sampling would, else
 * from pairs of permutations.
 *
 * @param pairs antithetic pairs, 2 or more
 */
export async function shapley(game: Game, pairs: number, random: Random): Promise<ShapleyResult> {
  const enumerated = 2 ** game.players * game.references;
  const exact = game.players <= mostEnumerated && enumerated <= sampledEvaluations(game, pairs);
  return exact ? exactShapley(game) : sampledShapley(game, pairs, random);
}

/** One value of all, one without any for each reference used, and what lies between them in each permutation. */
function sampledEvaluations({ players, references }: Game, pairs: number): number {
  return 1 + Math.min(pairs, references) + 2 * pairs * Math.max(0, players - 1);
}

/**
 * Shapley values from all coalitions:
 *
 *   φ(i) = Σ over S without i of |S|! (n - |S| - 1)! / n! × (v(S and i) - v(S)), a mean over the references
 *
 * @throws RangeError for more than 16 players
 *
 * Source: shapley1953 (docs/references.bib).
 * Agrees with: Python shap `explainers.Exact` with an independent masker.
 */
export async function exactShapley(game: Game): Promise<ShapleyResult> {
  const { players: n, references } = game;
  if (n > mostEnumerated)
    throw new RangeError(`exactShapley: expected at most ${mostEnumerated} players, got ${n}`);
  const size = 2 ** n;
  const coalitions = Array.from({ length: size * references }, (_, index) => ({
    members: Uint8Array.from({ length: n }, (__, player) => ((index % size) >> player) & 1),
    reference: Math.floor(index / size),
  }));
  const scales = await game.values(coalitions);
  return {
    method: 'exact',
    pairs: 0,
    evaluations: coalitions.length,
    scales: scales.map((values) => enumerate(meanOverReferences(values, size, references), n)),
  };
}

function meanOverReferences(values: Float64Array, size: number, references: number): Float64Array {
  const means = new Float64Array(size);
  for (const [index, value] of values.entries()) means[index % size]! += value / references;
  return means;
}

/** @param worth [2^n] value of each coalition; bit i says whether player i takes part */
function enumerate(worth: Float64Array, n: number): ShapleyValues {
  // weights[s] = s! (n - s - 1)! / n! = 1 / (n × binomial(n - 1, s))
  const weights = new Float64Array(n);
  for (let s = 0; s < n; s++) weights[s] = s === 0 ? 1 / n : (weights[s - 1]! * s) / (n - s);
  const values = Array.from({ length: n }, (_, player) => {
    let total = 0;
    for (let set = 0; set < worth.length; set++) {
      if ((set >> player) & 1) continue;
      total += weights[bitsOf(set)]! * (worth[set | (1 << player)]! - worth[set]!);
    }
    return total;
  });
  return { base: worth[0]!, total: worth.at(-1)!, values, standardErrors: values.map(() => 0) };
}

function bitsOf(set: number): number {
  let bits = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) bits++;
  return bits;
}

/**
 * Shapley values from random orders of the players: what a player changes when it joins those
 * before it. Every order is also run backwards; the mean of the two is one draw, so that a
 * player's value has an error of its own: sd of the draws / √pairs (Student's t, pairs - 1 degrees
 * of freedom). In each order the changes add up to the difference between all and none, so base +
 * values is the total however few orders there are.
 *
 * The references take turns in a random order; with more references than pairs some are not used.
 *
 * @throws RangeError for fewer than 2 pairs, which have no error
 *
 * Source: strumbelj2014, mitchell2022 (docs/references.bib).
 */
export async function sampledShapley(game: Game, pairs: number, random: Random): Promise<ShapleyResult> {
  if (!(pairs >= 2)) throw new RangeError(`sampledShapley: expected 2 pairs or more, got ${pairs}`);
  const { players: n, references } = game;
  const turns = random.fork('references').permutation(references);
  const orders = Array.from({ length: pairs }, (_, pair) => ({
    order: random.fork(`order ${pair}`).permutation(n),
    reference: turns[pair % references]!,
  }));
  const used = turns.slice(0, pairs);
  const coalitions: Coalition[] = [{ members: new Uint8Array(n).fill(1), reference: turns[0]! }];
  for (const reference of used) coalitions.push({ members: new Uint8Array(n), reference });
  for (const { order, reference } of orders) {
    coalitions.push(...between(order, reference), ...between(order.toReversed(), reference));
  }
  const scales = await game.values(coalitions);
  return {
    method: 'sampled',
    pairs,
    evaluations: coalitions.length,
    scales: scales.map((values) => {
      const emptyOf = (reference: number) => values[1 + used.indexOf(reference)]!;
      return averageOrders(n, orders, values, 1 + used.length, emptyOf);
    }),
  };
}

/** The coalitions between none and all, as the players of an order join one by one. */
function between(order: readonly number[], reference: number): Coalition[] {
  const members = new Uint8Array(order.length);
  return order.slice(0, -1).map((player) => {
    members[player] = 1;
    return { members: members.slice(), reference };
  });
}

function averageOrders(
  n: number,
  orders: readonly { readonly order: readonly number[]; readonly reference: number }[],
  values: Float64Array,
  first: number,
  emptyOf: (reference: number) => number,
): ShapleyValues {
  const total = values[0]!;
  const sums = new Float64Array(n);
  const draws = orders.map(({ order, reference }, pair) => {
    const draw = new Float64Array(n);
    for (const [turn, sequence] of [order, order.toReversed()].entries()) {
      const start = first + (2 * pair + turn) * Math.max(0, n - 1);
      let before = emptyOf(reference);
      for (const [place, player] of sequence.entries()) {
        const now = place === n - 1 ? total : values[start + place]!;
        draw[player]! += (now - before) / 2;
        before = now;
      }
    }
    for (let player = 0; player < n; player++) sums[player]! += draw[player]!;
    return draw;
  });
  const means = Array.from(sums, (sum) => sum / orders.length);
  const base = orders.reduce((sum, { reference }) => sum + emptyOf(reference), 0) / orders.length;
  return {
    base,
    total,
    values: means,
    standardErrors: means.map((mean, player) => {
      const squares = draws.reduce((sum, draw) => sum + (draw[player]! - mean) ** 2, 0);
      return Math.sqrt(squares / (orders.length - 1) / orders.length);
    }),
  };
}
