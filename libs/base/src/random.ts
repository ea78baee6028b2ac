import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * A seeded stream of random numbers. `fork` derives an independent stream from
 * the seed and a label alone, never from how many numbers were drawn, so that
 * subject 17 gets the same numbers whichever worker draws them, and in any order.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded from SHA-256.
 */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spareNormal: number | null = null;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    const words = new DataView(sha256(utf8ToBytes(this.#seed)).buffer);
    this.#a = words.getUint32(0);
    this.#b = words.getUint32(4);
    this.#c = words.getUint32(8);
    this.#counter = 1;
    for (let warmUp = 0; warmUp < 12; warmUp++) this.#next();
  }

  /** The stream of this label, independent of what was drawn here. */
  fork(label: string | number): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  /** Uniform on [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.#next() >>> 5) * 67108864 + (this.#next() >>> 6)) * 2 ** -53;
  }

  /** Uniform on 0, 1, …, count - 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Gaussian (Marsaglia's polar method). */
  normal(mean = 0, standardDeviation = 1): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return mean + standardDeviation * spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = v * scale;
      return mean + standardDeviation * u * scale;
    }
  }

  /** Exponential with this rate. */
  exponential(rate = 1): number {
    return -Math.log(1 - this.uniform()) / rate;
  }

  /** One of the choices, each with a weight; the weights need not add up to 1. */
  choice<Choice>(choices: readonly Choice[], weights?: readonly number[]): Choice {
    if (choices.length === 0) throw new RangeError('Random.choice: expected at least one choice, got none');
    if (!weights) return choices[this.integer(choices.length)]!;
    let rest = this.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return choices[index]!;
    }
    return choices.at(-1)!;
  }

  /** 0 … count - 1 in random order (Fisher-Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
  }

  #next(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    this.#c |= 0;
    return result >>> 0;
  }
}
