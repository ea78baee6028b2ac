import type ort from 'onnxruntime-node';
import { inOrder } from './graph.ts';
import { encodeModel } from './onnx.ts';
import { type GraphPlan, onnxGraph } from './onnx-graph.ts';
import { concat, mul, reshape, sum } from './operators.ts';
import { type Execution, openSession } from './providers.ts';
import { sizeOf, type Tensor } from './tensor.ts';

type Inputs = Readonly<Record<string, ort.Tensor>>;

/**
 * Why a step gave a value that is not finite: the first operator whose result was
 * not, in the order forward, backward, update. Null when taking the step again shows none.
 *
 * The step is taken again with one number for every tensor, the sum of its elements
 * times zero, which is 0 unless one is not finite; in parts, so that memory stays bounded.
 */
export async function faultOf(
  plan: GraphPlan,
  inputs: Inputs,
  parameters: Readonly<Record<string, Float32Array>>,
  execution: Execution,
): Promise<string | null> {
  for (const [name, { data }] of Object.entries(inputs).filter(([input]) => !input.startsWith(':'))) {
    const place = firstBad(data as Float32Array);
    if (place >= 0) return `input "${name}" holds ${String(data[place])}`;
  }
  for (const [name, values] of Object.entries(parameters)) {
    const place = firstBad(values);
    if (place >= 0) return `parameter "${name}" holds ${values[place]}`;
  }
  const first = await firstFault(plan, inputs, execution);
  return first && describe(plan, first, inputs, execution);
}

const leaves: readonly string[] = ['Input', 'Parameter', 'Constant'];

/**
 * The first tensor that is not finite though all it was made from is, among those
 * that pass it on to the loss or the gradient: what a mask takes away does no harm.
 * An infinity that was written down (a constant, a padding) is no fault by itself;
 * what it is passed on to counts only where nothing else is found.
 */
async function firstFault(plan: GraphPlan, inputs: Inputs, execution: Execution): Promise<Tensor | null> {
  const results = [':loss', ':gradientNorm', ':accumulated next'].flatMap((name) => plan.outputs[name] ?? []);
  const all = inOrder(results);
  const made = all.filter(({ op }) => !leaves.includes(op));
  const bad: Tensor[] = [];
  for (const chunk of chunks(made)) {
    const signs = chunk.map((tensor) => reshape(sum(mul(tensor, 0)), [1]));
    const { signs: found } = await evaluate(plan, { signs: concat(signs, 0) }, inputs, execution);
    bad.push(...chunk.filter((_, place) => !Number.isFinite(found![place]!)));
  }
  const harmful = new Set<Tensor>(results);
  for (const tensor of bad.toReversed())
    if (harmful.has(tensor)) for (const x of tensor.inputs) harmful.add(x);
  const guilty = bad.filter((tensor) => harmful.has(tensor));
  const spoilt = new Set<Tensor>([...bad, ...all.filter(writtenInfinity)]);
  const origin = guilty.find(
    (tensor) => !writtenInfinity(tensor) && !tensor.inputs.some((x) => spoilt.has(x)),
  );
  return origin ?? guilty[0] ?? null;
}

/** In their order, so many at a time that all of them together take at most 256 MB beside what the step takes. */
function chunks(tensors: readonly Tensor[]): Tensor[][] {
  const made: Tensor[][] = [[]];
  let elements = 0;
  for (const tensor of tensors) {
    elements += sizeOf(tensor.shape);
    if (elements > 2 ** 26 && made.at(-1)!.length > 0) {
      made.push([]);
      elements = sizeOf(tensor.shape);
    }
    made.at(-1)!.push(tensor);
  }
  return made;
}

function writtenInfinity({ op, attributes }: Tensor): boolean {
  if (op === 'Constant') return firstBad((attributes as { readonly values: Float32Array }).values) >= 0;
  return Object.values(attributes).some((value) => typeof value === 'number' && !Number.isFinite(value));
}

/** `first at Log of layer "head" (forward), whose input Sub held -2`. */
async function describe(
  plan: GraphPlan,
  tensor: Tensor,
  inputs: Inputs,
  execution: Execution,
): Promise<string> {
  const from = [...new Set<Tensor>(tensor.inputs)];
  const asked = Object.fromEntries([tensor, ...from].map((each, place) => [`value ${place}`, each]));
  const values = await evaluate(plan, asked, inputs, execution);
  const place = firstBad(values['value 0']!);
  const held = from.map(
    (x, index) => `${nameOf(x)} held ${valueAt(x, values[`value ${index + 1}`]!, tensor, place)}`,
  );
  const where = tensor.layer ? ` of layer "${tensor.layer}"` : '';
  return `first at ${tensor.op}${where} (${tensor.pass}), whose ${from.length > 1 ? 'inputs' : 'input'} ${held.join(' and ')}`;
}

function nameOf({ op, attributes }: Tensor): string {
  const named = attributes as { readonly name?: string };
  if (op === 'Input') return `"${named.name}"`;
  if (op === 'Parameter') return `parameter "${named.name}"`;
  return op;
}

/** Operators whose every element comes from one element of each input. */
const elementwise: readonly string[] = (
  'Add Sub Mul Div Pow Minimum Maximum Neg Exp Log Log1p Expm1 Reciprocal Sin Cos Atan Sqrt Tanh Sigmoid ' +
  'Relu LeakyRelu Elu Erf Softplus Abs Clip Where'
).split(' ');

/** The element of an input that lines up with this element of the result; the range where none does. */
function valueAt(x: Tensor, values: Float32Array, y: Tensor, place: number): string {
  const missing = y.shape.length - x.shape.length;
  if (elementwise.includes(y.op)) {
    let [rest, source, stride] = [place, 0, 1];
    for (const [axis, length] of [...y.shape.entries()].reverse()) {
      const own = axis >= missing ? x.shape[axis - missing]! : 1;
      if (own > 1) source += (rest % length) * stride;
      stride *= own;
      rest = Math.floor(rest / length);
    }
    return short(values[source]!);
  }
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return sizeOf(x.shape) === 1 ? short(low) : `${short(low)} to ${short(high)}`;
}

const short = (value: number): string => String(Number(value.toPrecision(6)));

const firstBad = (values: Float32Array): number => values.findIndex((value) => !Number.isFinite(value));

async function evaluate<Name extends string>(
  plan: GraphPlan,
  outputs: Readonly<Record<Name, Tensor>>,
  inputs: Inputs,
  execution: Execution,
): Promise<Record<Name, Float32Array>> {
  const graph = onnxGraph({ ...plan, name: 'search', outputs });
  const session = await openSession(encodeModel({ graph, metadata: {} }), execution);
  const taken = session.inputNames.map((name) => [name, inputs[name]!] as const);
  const found = await session.run(Object.fromEntries(taken));
  await session.release();
  return Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, data as Float32Array]),
  ) as Record<Name, Float32Array>;
}
