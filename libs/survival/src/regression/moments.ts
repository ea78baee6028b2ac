/** Sums over a set of subjects of w exp(η), w exp(η) x and, below the diagonal, w exp(η) x xᵀ. */
export class Moments {
  zero = 0;
  size = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly p: number;
  constructor(p: number) {
    this.p = p;
    this.first = new Float64Array(p);
    this.second = new Float64Array(p * p);
  }
  add(risk: number, x: Float64Array, offset: number, sign = 1): void {
    const { p, first, second } = this;
    this.size += sign;
    if (this.size === 0) return this.clear();
    const signed = sign * risk;
    this.zero += signed;
    for (let j = 0; j < p; j++) {
      const weighted = signed * x[offset + j]!;
      first[j]! += weighted;
      for (let k = 0, at = j * p; k <= j; k++, at++) second[at]! += weighted * x[offset + k]!;
    }
  }
  clear(): void {
    if (this.size === 0 && this.zero === 0) return;
    this.zero = 0;
    this.size = 0;
    this.first.fill(0);
    this.second.fill(0);
  }
}
