import type { Random } from '@myocast/base';

/** Which rows a model is fitted on and which it then predicts, unseen. */
export interface Split {
  /** The held-out centre, or 'fold 1' … */
  readonly name: string;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * Internal-external validation: each centre is held out once, the model is fitted on the others.
 *
 * @param centres [n] the centre of each subject
 * @throws RangeError when there are fewer than two centres
 */
export function centreSplits(centres: readonly string[]): readonly Split[] {
  const names = [...new Set(centres)].sort();
  if (names.length < 2)
    throw new RangeError(`centreSplits: expected at least 2 centres, got ${names.length}; use folds instead`);
  return names.map((name) => splitBy(name, centres.length, (row) => centres[row] === name));
}

/**
 * k folds in which every stratum is spread as evenly as its size allows.
 *
 * @param strata [n] e.g. whether the subject had the event
 * @throws RangeError when k is not between 2 and n
 */
export function stratifiedFolds(
  strata: readonly (string | number)[],
  k: number,
  random: Random,
): readonly Split[] {
  const n = strata.length;
  if (!(k >= 2 && k <= n)) throw new RangeError(`stratifiedFolds: expected 2 to ${n} folds, got ${k}`);
  const fold = new Int32Array(n);
  // Dealt like cards, stratum after stratum, without starting anew: folds differ by one at most.
  let dealt = 0;
  for (const stratum of [...new Set(strata)].map(String).sort()) {
    const rows = [...strata.keys()].filter((row) => String(strata[row]) === stratum);
    for (const at of random.fork(`stratum ${stratum}`).permutation(rows.length))
      fold[rows[at]!] = dealt++ % k;
  }
  return Array.from({ length: k }, (_, index) =>
    splitBy(`fold ${index + 1}`, n, (row) => fold[row] === index),
  );
}

function splitBy(name: string, n: number, held: (row: number) => boolean): Split {
  const rows = Array.from({ length: n }, (_, row) => row);
  return Object.freeze({
    name,
    train: Object.freeze(rows.filter((row) => !held(row))),
    test: Object.freeze(rows.filter(held)),
  });
}
