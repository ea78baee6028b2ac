import type { Random } from '@myocast/base';

export interface FoldConfig {
  readonly folds: number;
  /** How often the subjects are divided anew; 1 where absent */
  readonly repeats?: number;
  readonly random: Random;
  /** [n] event codes: each fold gets about its share of every code */
  readonly event?: ArrayLike<number>;
  /** [n] rows with one number (a patient's, a centre's) are never in two folds */
  readonly groups?: ArrayLike<number>;
}

/**
 * Folds for repeated cross-validation: each row's fold, 0 to folds - 1, for each repeat.
 *
 * Without groups the rows of each event code are dealt in random order, one fold after the other and on
 * from where the code before ended, so that the folds differ by at most one in size and in every code. With groups the
 * largest go first, each to the fold with the fewest events and then the fewest rows; equals in random order.
 * A repeat depends on the seed and its own number alone.
 *
 * @returns [repeats] of [n]
 * @throws RangeError when there are fewer than two folds, more folds than rows or groups, or lengths differ
 */
export function crossValidationFolds(n: number, config: FoldConfig): Int32Array[] {
  const { folds, repeats = 1, random, event = new Uint8Array(n), groups } = config;
  const members = groups ? membersOf(groups) : null;
  checkFolds(n, config, members?.length ?? n);
  return Array.from({ length: repeats }, (_, repeat) => {
    const stream = random.fork(repeat);
    return members ? dealtGroups(members, event, n, folds, stream) : dealtRows(event, n, folds, stream);
  });
}

function checkFolds(n: number, { folds, event, groups }: FoldConfig, most: number): void {
  for (const [what, codes] of Object.entries({ event, groups }))
    if (codes && codes.length !== n)
      throw new RangeError(`crossValidationFolds: expected ${n} codes of ${what}, got ${codes.length}`);
  if (!Number.isInteger(folds) || folds < 2 || folds > most)
    throw new RangeError(
      `crossValidationFolds: expected 2 to ${most} folds for ${most} ${groups ? 'groups' : 'rows'}, got ${folds}`,
    );
}

/** The rows of each repeat and fold that the model is tested on, and the others, in order. */
export function foldRows(folds: Int32Array): { readonly test: Int32Array; readonly train: Int32Array }[] {
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  const rows = Int32Array.from(folds.keys());
  return Array.from({ length: count }, (_, fold) => ({
    test: rows.filter((row) => folds[row] === fold),
    train: rows.filter((row) => folds[row] !== fold),
  }));
}

function dealtRows(codes: ArrayLike<number>, n: number, folds: number, stream: Random): Int32Array {
  const order = stream.permutation(n).sort((a, b) => codes[b]! - codes[a]!); // stable: random among equals
  const first = stream.integer(folds);
  const dealt = new Int32Array(n);
  for (const [at, row] of order.entries()) dealt[row] = (first + at) % folds;
  return dealt;
}

function membersOf(groups: ArrayLike<number>): number[][] {
  const members = new Map<number, number[]>();
  for (let row = 0; row < groups.length; row++) {
    const same = members.get(groups[row]!);
    if (same) same.push(row);
    else members.set(groups[row]!, [row]);
  }
  return [...members.values()];
}

function dealtGroups(
  members: readonly (readonly number[])[],
  codes: ArrayLike<number>,
  n: number,
  folds: number,
  stream: Random,
): Int32Array {
  const sized = stream
    .permutation(members.length)
    .map((at) => ({
      rows: members[at]!,
      events: members[at]!.filter((row) => codes[row] === 1).length,
    }))
    .sort((a, b) => b.events - a.events || b.rows.length - a.rows.length);
  const loads = Array.from({ length: folds }, (_, fold) => ({ fold, events: 0, rows: 0 }));
  const dealt = new Int32Array(n);
  for (const { rows, events } of sized) {
    const lightest = loads.reduce((best, load) =>
      load.events < best.events || (load.events === best.events && load.rows < best.rows) ? load : best,
    );
    lightest.events += events;
    lightest.rows += rows.length;
    for (const row of rows) dealt[row] = lightest.fold;
  }
  return dealt;
}
