import type { Random } from '@myocast/base';

/** How resamples are drawn: at random, or as the rows of a matrix that is given. */
export type Resampling = {
  readonly resamples: number;
} & (RandomResampling | { readonly rows: (resample: number) => Int32Array });

export interface RandomResampling {
  /** Each resample has a stream of its own, so that their order and number change nothing. */
  readonly random: Random;
  /** [n] each stratum keeps its number of subjects (or of clusters) */
  readonly strata?: ArrayLike<number>;
  /** [n] rows with one number, such as those of a centre, are drawn together; the number of rows then varies */
  readonly cluster?: ArrayLike<number>;
}

/** Resamples of n rows. */
export interface Draws {
  readonly n: number;
  readonly resamples: number;
  /** The rows of one resample: a row drawn twice is there twice */
  readonly rows: (resample: number) => Int32Array;
  /** What is drawn: rows, or clusters; of a given matrix the rows */
  readonly units: () => readonly Unit[];
}

/** A row, or the rows of a cluster, with its stratum. */
export interface Unit {
  readonly rows: Int32Array;
  readonly stratum: number;
}

/**
 * Bootstrap resamples: n of n rows with replacement, within strata where there are any; with clusters as
 * many clusters as there are, each with all of its rows.
 *
 * @throws RangeError when there are no rows or no resamples, lengths differ, a cluster lies in two strata, or
 * a row of a given matrix is none of the n
 *
 * Source: efron1993 (docs/references.bib).
 */
export function bootstrapDraws(n: number, resampling: Resampling): Draws {
  const { resamples } = resampling;
  if (!(n >= 1 && resamples >= 1))
    throw new RangeError(`bootstrapDraws: expected subjects and resamples, got ${n} and ${resamples}`);
  if (!('random' in resampling)) return givenDraws(n, resamples, resampling.rows);
  const { random, strata, cluster } = resampling;
  checkCodes('strata', strata, n);
  checkCodes('clusters', cluster, n);
  const units = () => unitsOf(n, strata, cluster);
  if (!strata && !cluster)
    return { n, resamples, rows: (resample) => plainRows(n, random.fork(resample)), units };
  const all = units();
  const slots = slotsByStratum(all);
  return { n, resamples, rows: (resample) => drawnRows(all, slots, random.fork(resample)), units };
}

function givenDraws(n: number, resamples: number, rows: (resample: number) => Int32Array): Draws {
  const checked = (resample: number) => {
    const drawn = rows(resample);
    const wrong = drawn.find((row) => row < 0 || row >= n);
    if (wrong !== undefined)
      throw new RangeError(`bootstrapDraws: expected rows of 0 to ${n - 1}, got ${wrong}`);
    return drawn;
  };
  return { n, resamples, rows: checked, units: () => unitsOf(n) };
}

/** Every row once, in order. */
export function allRows(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let row = 0; row < n; row++) rows[row] = row;
  return rows;
}

/** The rows that a resample left out, in order. */
export function leftOut(n: number, drawn: Int32Array): Int32Array {
  const isDrawn = new Uint8Array(n);
  for (const row of drawn) isDrawn[row] = 1;
  return allRows(n).filter((row) => isDrawn[row] === 0);
}

function plainRows(n: number, stream: Random): Int32Array {
  const rows = new Int32Array(n);
  for (let at = 0; at < n; at++) rows[at] = stream.integer(n);
  return rows;
}

function drawnRows(units: readonly Unit[], slots: readonly (readonly number[])[], stream: Random) {
  const drawn = slots.flatMap((same) => same.map(() => units[same[stream.integer(same.length)]!]!.rows));
  const rows = new Int32Array(drawn.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of drawn) {
    rows.set(part, at);
    at += part.length;
  }
  return rows;
}

/** The units of each stratum, by their number. */
function slotsByStratum(units: readonly Unit[]): number[][] {
  const slots = new Map<number, number[]>();
  for (const [at, { stratum }] of units.entries()) {
    const same = slots.get(stratum);
    if (same) same.push(at);
    else slots.set(stratum, [at]);
  }
  return [...slots.values()];
}

/** The rows, or the clusters in the order of their first rows. */
function unitsOf(n: number, strata?: ArrayLike<number>, cluster?: ArrayLike<number>): Unit[] {
  if (!cluster)
    return Array.from({ length: n }, (_, row) => ({ rows: Int32Array.of(row), stratum: strata?.[row] ?? 0 }));
  const members = new Map<number, number[]>();
  for (let row = 0; row < n; row++) {
    const same = members.get(cluster[row]!);
    if (same) same.push(row);
    else members.set(cluster[row]!, [row]);
  }
  return [...members].map(([code, rows]) => {
    const stratum = strata?.[rows[0]!] ?? 0;
    if (strata && rows.some((row) => strata[row] !== stratum))
      throw new RangeError(
        `bootstrapDraws: expected a cluster in one stratum, got cluster ${code} in several`,
      );
    return { rows: Int32Array.from(rows), stratum };
  });
}

function checkCodes(what: string, codes: ArrayLike<number> | undefined, n: number): void {
  if (codes && codes.length !== n)
    throw new RangeError(`bootstrapDraws: expected ${n} codes of ${what}, got ${codes.length}`);
}
