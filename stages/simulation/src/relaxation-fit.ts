/**
 * Relaxation time of a decay S = S0 e^(-t/T), by the straight line of ln S, each
 * point weighted by S² as the noise of ln S is 1/S; 0 where nothing decays.
 *
 * @param most longest time that is told apart
 */
export function decayTimeMs(signal: ArrayLike<number>, timesMs: readonly number[], most: number): number {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const [index, time] of timesMs.entries()) {
    const value = Math.max(1e-6, signal[index]!);
    const weight = value * value;
    const y = Math.log(value);
    w += weight;
    wx += weight * time;
    wy += weight * y;
    wxx += weight * time * time;
    wxy += weight * time * y;
  }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return slope < -1 / most ? -1 / slope : slope < 0 ? most : 0;
}

/**
 * T1 of a Look-Locker recovery S = A - B e^(-t/T1*) with its sign, corrected for
 * the read-out: T1 = T1* (B/A - 1). For every T1* the best A and B are those of a
 * straight line, so that only T1* is searched (golden section on 100 to 3000 ms).
 * DOMAIN C3. 0 where nothing recovers.
 */
export function recoveryTimeMs(signal: ArrayLike<number>, timesMs: readonly number[]): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [100, 3000];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [atLeft, atRight] = [lineOf(signal, timesMs, left), lineOf(signal, timesMs, right)];
  for (let step = 0; step < 14; step++) {
    if (atLeft.error < atRight.error) {
      high = right;
      [right, atRight] = [left, atLeft];
      left = high - golden * (high - low);
      atLeft = lineOf(signal, timesMs, left);
    } else {
      low = left;
      [left, atLeft] = [right, atRight];
      right = low + golden * (high - low);
      atRight = lineOf(signal, timesMs, right);
    }
  }
  const apparent = (low + high) / 2;
  const { a, b } = lineOf(signal, timesMs, apparent);
  const t1 = a > 0 && b > a ? apparent * (b / a - 1) : 0;
  return Number.isFinite(t1) ? Math.min(t1, 4000) : 0;
}

function lineOf(signal: ArrayLike<number>, timesMs: readonly number[], apparent: number) {
  const n = timesMs.length;
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let index = 0; index < n; index++) {
    const e = Math.exp(-timesMs[index]! / apparent);
    const s = signal[index]!;
    x += e;
    y += s;
    xx += e * e;
    xy += e * s;
    yy += s * s;
  }
  const slope = (n * xy - x * y) / (n * xx - x * x);
  const a = (y - slope * x) / n;
  return { a, b: -slope, error: yy - a * y - slope * xy };
}
