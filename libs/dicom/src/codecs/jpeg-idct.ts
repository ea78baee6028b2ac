/** Square roots and cosines × 2^13, as libjpeg rounds them. */
const c0298 = 2446;
const c0390 = 3196;
const c0541 = 4433;
const c0765 = 6270;
const c0899 = 7373;
const c1175 = 9633;
const c1501 = 12299;
const c1847 = 15137;
const c1961 = 16069;
const c2053 = 16819;
const c2562 = 20995;
const c3072 = 25172;
const scaleBits = 13;

/**
 * The inverse cosine transform of one block of 8 × 8, with the integer arithmetic of
 * libjpeg's "islow" method (Loeffler, Ligtenberg and Moschytz), so that lossy pixels
 * equal those of the libraries built on it bit for bit.
 *
 * @param work the 64 dequantized coefficients in natural order; overwritten
 * @param precision 8 or 12 bits of a sample
 */
export function inverseDct(
  work: Int32Array,
  precision: number,
  samples: Uint8Array | Uint16Array,
  at: number,
  stride: number,
): void {
  const extraBits = precision === 8 ? 2 : 1;
  for (let column = 0; column < 8; column++) transform(work, column, 8, scaleBits - extraBits);
  for (let row = 0; row < 64; row += 8) transform(work, row, 1, scaleBits + extraBits + 3);
  const largest = (1 << precision) - 1;
  const centre = 1 << (precision - 1);
  // libjpeg looks its limits up in a table that repeats itself; only damaged data reach so far.
  const wrap = 32 - precision - 2;
  for (let index = 0; index < 64; index++) {
    const value = ((work[index]! << wrap) >> wrap) + centre;
    samples[at + (index >> 3) * stride + (index & 7)] = value < 0 ? 0 : value > largest ? largest : value;
  }
}

/** One row or column, in place; the sums are 13 bits longer than the values. */
function transform(work: Int32Array, at: number, step: number, shift: number): void {
  const [i1, i2, i3] = [at + step, at + 2 * step, at + 3 * step];
  const [i4, i5, i6, i7] = [at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step];
  const half = 1 << (shift - 1);

  const turned = Math.imul(work[i2]! + work[i6]!, c0541);
  const even2 = turned - Math.imul(work[i6]!, c1847);
  const even3 = turned + Math.imul(work[i2]!, c0765);
  const even0 = ((work[at]! + work[i4]!) << scaleBits) + half;
  const even1 = ((work[at]! - work[i4]!) << scaleBits) + half;
  const [e0, e3, e1, e2] = [even0 + even3, even0 - even3, even1 + even2, even1 - even2];

  const [o7, o5, o3, o1] = [work[i7]!, work[i5]!, work[i3]!, work[i1]!];
  const all = Math.imul(o7 + o3 + o5 + o1, c1175);
  const z1 = -Math.imul(o7 + o1, c0899);
  const z2 = -Math.imul(o5 + o3, c2562);
  const z3 = all - Math.imul(o7 + o3, c1961);
  const z4 = all - Math.imul(o5 + o1, c0390);
  const s0 = Math.imul(o7, c0298) + z1 + z3;
  const s1 = Math.imul(o5, c2053) + z2 + z4;
  const s2 = Math.imul(o3, c3072) + z2 + z3;
  const s3 = Math.imul(o1, c1501) + z1 + z4;

  work[at] = (e0 + s3) >> shift;
  work[i7] = (e0 - s3) >> shift;
  work[i1] = (e1 + s2) >> shift;
  work[i6] = (e1 - s2) >> shift;
  work[i2] = (e2 + s1) >> shift;
  work[i5] = (e2 - s1) >> shift;
  work[i3] = (e3 + s0) >> shift;
  work[i4] = (e3 - s0) >> shift;
}
