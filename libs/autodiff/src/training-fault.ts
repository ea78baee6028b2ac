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
 * times zero, which is 0 unless one is not finite; so memory stays that of a step.
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

async function firstFault(plan: GraphPlan, inputs: Inputs, execution: Execution): Promise<Tensor | null> {
  const results = [':loss', ':gradientNorm', ':accumulated next'].flatMap((name) => plan.outputs[name] ?? []);
  const made = inOrder(results).filter(({ op }) => !leaves.includes(op));
  const signs = made.map((tensor) => reshape(sum(mul(tensor, 0)), [1]));
  const { signs: found } = await evaluate(plan, { signs: concat(signs, 0) }, inputs, execution);
  return made[firstBad(found!)] ?? null;
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
  if (op === 'Input' || op === 'Parameter') return `${op.toLowerCase()} "${named.name}"`;
  return op;
}

/** The element of an input that lines up with this element of the result; the range where none does. */
function valueAt(x: Tensor, values: Float32Array, y: Tensor, place: number): string {
  const missing = y.shape.length - x.shape.length;
  const linesUp =
    missing >= 0 && x.shape.every((length, axis) => length === 1 || length === y.shape[axis + missing]);
  if (linesUp && y.op !== 'MatMul') {
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
