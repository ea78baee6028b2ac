const digitBits = 11;
const buckets = 1 << digitBits;
const digits = 6;
const fewValues = 64;

/**
 * The places of ascending values; equal values stay in their order, and -0 equals 0.
 *
 * A radix sort on the bits of the numbers: a comparison function costs ten times as much.
 *
 * @param values finite
 */
export function ascendingOrder(values: Float64Array): Int32Array {
  const n = values.length;
  if (n < fewValues) return Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const keys = sortableKeys(values);
  const counts = digitCounts(keys, n);
  let order = new Int32Array(n);
  for (let at = 0; at < n; at++) order[at] = at;
  let next = new Int32Array(n);
  for (let digit = 0; digit < digits; digit++) {
    const start = counts.subarray(digit * buckets, (digit + 1) * buckets);
    if (start[digitOf(keys, order[0]!, digit)] === n) continue; // all alike here
    let sum = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = start[bucket]!;
      start[bucket] = sum;
      sum += count;
    }
    for (let at = 0; at < n; at++) {
      const place = order[at]!;
      next[start[digitOf(keys, place, digit)]!++] = place;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Equal values have equal ranks, from 0 without gaps. */
export function denseRanks(values: Float64Array): { rank: Int32Array; ranks: number } {
  const order = ascendingOrder(values);
  const rank = new Int32Array(values.length);
  let current = -1;
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || values[order[at - 1]!] !== values[order[at]!]) current++;
    rank[order[at]!] = current;
  }
  return { rank, ranks: current + 1 };
}

/** Words of 32 bits, the low one first, that ascend as unsigned integers where the values ascend. */
function sortableKeys(values: Float64Array): Uint32Array {
  const words = new Uint32Array(values.map((value) => value + 0).buffer); // -0 + 0 is 0
  const high = bigEndian ? 0 : 1;
  const keys = new Uint32Array(words.length);
  for (let at = 0; at < words.length; at += 2) {
    const negative = words[at + high]! >>> 31 === 1;
    keys[at] = negative ? ~words[at + 1 - high]! : words[at + 1 - high]!;
    keys[at + 1] = words[at + high]! ^ (negative ? 0xffffffff : 0x80000000);
  }
  return keys;
}

const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** Three digits to a word, the last one of ten bits. */
function digitOf(keys: Uint32Array, at: number, digit: number): number {
  const word = keys[2 * at + (digit < 3 ? 0 : 1)]!;
  return (word >>> (digitBits * (digit < 3 ? digit : digit - 3))) & (buckets - 1);
}

function digitCounts(keys: Uint32Array, n: number): Int32Array {
  const counts = new Int32Array(digits * buckets);
  for (let digit = 0; digit < digits; digit++)
    for (let at = 0; at < n; at++) counts[digit * buckets + digitOf(keys, at, digit)]!++;
  return counts;
}
