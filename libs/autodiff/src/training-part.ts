import ort from 'onnxruntime-node';
import { encodeModel } from './onnx.ts';
import { type GraphPlan, onnxGraph } from './onnx-graph.ts';
import { showShape, sizeOf } from './tensor.ts';

/** A graph that a training session runs. */
export interface Part {
  readonly plan: GraphPlan;
  readonly session: ort.InferenceSession;
  /** The inputs of the model, without the session's own. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
}
export type Feeds = Readonly<Record<string, Float32Array>>;
export type OpenSession = (bytes: Uint8Array) => Promise<ort.InferenceSession>;

export async function openPart(plan: GraphPlan, open: OpenSession): Promise<Part> {
  const graph = onnxGraph(plan);
  const inputs = graph.inputs
    .filter(({ name }) => !name.startsWith(':'))
    .map(({ name, shape }) => [name, shape as readonly number[]] as const);
  return { plan, session: await open(encodeModel({ graph, metadata: {} })), inputs: new Map(inputs) };
}

/**
 * The caller's arrays as the inputs of a model.
 *
 * @throws RangeError when one is missing, unknown or has the wrong length
 */
export function feedTensors({ inputs }: Pick<Part, 'inputs'>, feeds: Feeds): Record<string, ort.Tensor> {
  const unknown = Object.keys(feeds).find((name) => !inputs.has(name));
  if (unknown !== undefined)
    throw new RangeError(`step: no input "${unknown}"; the model takes ${[...inputs.keys()].join(', ')}`);
  const entries = [...inputs].map(([name, shape]) => {
    const data = feeds[name];
    if (data?.length !== sizeOf(shape))
      throw new RangeError(
        `step: input "${name}" ${showShape(shape)}: expected ${sizeOf(shape)} values, got ${data?.length ?? 'none'}`,
      );
    return [name, new ort.Tensor('float32', data, shape)] as const;
  });
  return Object.fromEntries(entries);
}

/** Numbers as the session's own scalar inputs, those that this part takes. */
export function scalarTensors(
  { session }: Part,
  scalars: Readonly<Record<string, number>>,
): Record<string, ort.Tensor> {
  const taken = Object.entries(scalars).filter(([name]) => session.inputNames.includes(`:${name}`));
  return Object.fromEntries(
    taken.map(([name, value]) => [`:${name}`, new ort.Tensor('float32', Float32Array.of(value), [])]),
  );
}
