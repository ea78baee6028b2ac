export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
