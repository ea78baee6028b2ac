/** Length of a line of points [n, 2]; of a closed one with the way from its last point to its first. */
export function lineLength(line: Float64Array, closed = false): number {
  let length = 0;
  const count = line.length / 2;
  for (let n = closed ? 0 : 1; n < count; n++) {
    const before = (n + count - 1) % count;
    length += Math.hypot(line[2 * n]! - line[2 * before]!, line[2 * n + 1]! - line[2 * before + 1]!);
  }
  return length;
}

/** Points at even distances along an open line, its two ends among them. */
export function resampled(line: Float64Array, count: number): Float64Array {
  const total = lineLength(line);
  const points = new Float64Array(2 * count);
  let [at, passed] = [1, 0];
  const last = line.length / 2 - 1;
  for (let n = 0; n < count; n++) {
    const goal = (total * n) / (count - 1);
    let piece = pieceLength(line, at);
    while (at < last && passed + piece < goal) {
      passed += piece;
      at++;
      piece = pieceLength(line, at);
    }
    const share = piece > 0 ? Math.min(1, (goal - passed) / piece) : 0;
    for (const axis of [0, 1]) {
      const [a, b] = [line[2 * at - 2 + axis]!, line[2 * at + axis]!];
      points[2 * n + axis] = a + share * (b - a);
    }
  }
  return points;
}

function pieceLength(line: Float64Array, at: number): number {
  return Math.hypot(line[2 * at]! - line[2 * at - 2]!, line[2 * at + 1]! - line[2 * at - 1]!);
}

/** Every point between its neighbours, so many times; the ends stay. */
export function smoothed(line: Float64Array, times: number): Float64Array {
  let smooth = line.slice();
  for (let time = 0; time < times; time++) {
    const before = smooth;
    smooth = before.slice();
    for (let at = 2; at < line.length - 2; at++)
      smooth[at] = before[at - 2]! / 4 + before[at]! / 2 + before[at + 2]! / 4;
  }
  return smooth;
}

/** Area within a closed line, positive where it turns as the axes do. */
export function enclosedArea(line: Float64Array): number {
  let twice = 0;
  const count = line.length / 2;
  for (let n = 0; n < count; n++) {
    const behind = (n + 1) % count;
    twice += line[2 * n]! * line[2 * behind + 1]! - line[2 * behind]! * line[2 * n + 1]!;
  }
  return twice / 2;
}
