/** Ticks at 1, 2 or 5 times a power of ten, about this many, within the limits. */
export function roundTicks(low: number, high: number, about: number): number[] {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** A share as a percentage without its sign, for an axis that names it. */
export function percentTicks(share: number): string {
  return String(Number((share * 100).toPrecision(4)));
}

/** The least multiple of a round step that is this value or more: where an axis may end. */
export function roundUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value)) / 2;
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12));
}
