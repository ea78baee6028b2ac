import { gradient, inOrder } from './graph.ts';
import { inLayer, inPass } from './layer.ts';
import type { GraphPlan } from './onnx-graph.ts';
import { add, concat, input, mul, reshape, slice, sub } from './operators.ts';
import { clipByNorm } from './optimizers/optimizer.ts';
import { sizeOf, type Tensor } from './tensor.ts';
import {
  type Layout,
  type Packed,
  type StepGraph,
  stateNames,
  type TrainingSettings,
} from './training-plan.ts';

// Inputs and outputs of the session's own start with ":", those of the model do not.
const after = (name: string): string => `:${name} next`;

/**
 * Forward pass, loss, backward pass and update as one graph.
 *
 * All parameters stand in one vector, so that the update is a dozen operators whatever the model.
 */
export function wholeStep(plan: TrainingSettings, layout: Layout, graph: StepGraph): GraphPlan {
  const step = differentiated(layout, graph);
  const { norm, next } = updated(plan, layout, step.parameters, step.gradient);
  return {
    ...step.plan,
    name: 'training step',
    outputs: { ':loss': graph.loss, ':gradientNorm': norm, ...next, ...step.plan.outputs },
  };
}

/** Forward pass, loss, backward pass; the gradient times `:weight` is added to what was accumulated. */
export function microStep(layout: Layout, graph: StepGraph): GraphPlan {
  const step = differentiated(layout, graph);
  const sum = inPass('update', () =>
    add(input(':accumulated', [layout.parameters.length]), mul(step.gradient, input(':weight', []))),
  );
  return {
    ...step.plan,
    name: 'part of a training step',
    outputs: { ':loss': graph.loss, [after('accumulated')]: sum, ...step.plan.outputs },
  };
}

/** The update alone, from the accumulated gradient. */
export function updateStep(plan: TrainingSettings, layout: Layout): GraphPlan {
  const vector = (name: string) => input(`:${name}`, [layout.parameters.length]);
  const { norm, next } = updated(plan, layout, vector('parameters'), vector('accumulated'));
  return { name: 'update', outputs: { ':gradientNorm': norm, ...next } };
}

/** The gradient as one vector; parameters and buffers are cut out of theirs. */
function differentiated({ parameters, buffers }: Layout, { loss, metrics = {}, updates = [] }: StepGraph) {
  const theta = input(':parameters', [parameters.length]);
  const substitutes = new Map(cut(theta, parameters));
  const next = new Map(updates);
  const outputs: Record<string, Tensor> = {};
  if (buffers.length > 0) {
    for (const [buffer, part] of cut(input(':buffers', [buffers.length]), buffers))
      substitutes.set(buffer, part);
    outputs[after('buffers')] = concat(
      buffers.tensors.map((buffer) => reshape(next.get(buffer) ?? buffer, [-1])),
      0,
    );
  }
  for (const [name, tensor] of Object.entries<Tensor>(metrics)) outputs[`:metric ${name}`] = tensor;
  const parts = gradient(loss, parameters.tensors);
  const flat = parts.map((part, place) =>
    inPass('backward', () => inLayer(parameters.tensors[place]!.layer, () => reshape(part, [-1]))),
  );
  return {
    parameters: theta,
    gradient: inPass('update', () => concat(flat, 0)),
    plan: {
      substitutes,
      outputs,
      parameters: frozenValues([loss, ...Object.values(outputs)], substitutes),
    },
  };
}

function cut(vector: Tensor, { tensors, starts }: Packed): (readonly [Tensor, Tensor])[] {
  return tensors.map((tensor, place) => {
    const [start, { shape, layer }] = [starts[place]!, tensor];
    return [tensor, inLayer(layer, () => reshape(slice(vector, 0, start, start + sizeOf(shape)), shape))];
  });
}

function updated(plan: TrainingSettings, { parameters }: Layout, theta: Tensor, whole: Tensor) {
  const { optimizer, ema } = plan;
  const vector = (name: string) => input(`:${name}`, [parameters.length]);
  return inPass('update', () => {
    const { clipped, norm } = clipByNorm(whole, optimizer.clipNorm);
    const scalars = Object.keys(optimizer.scalars(1)).map((name) => [name, input(`:${name}`, [])] as const);
    const moved = optimizer.update({
      parameters: theta,
      gradient: clipped,
      moments: optimizer.moments.map(vector),
      learningRate: input(':learningRate', []),
      scalars: Object.fromEntries(scalars),
      decays: vector('decays'),
    });
    const values = [moved.parameters, ...moved.moments];
    if (ema) {
      const average = vector('average');
      values.push(add(average, mul(sub(moved.parameters, average), 1 - ema.decay)));
    }
    const next = stateNames(plan).map((name, place) => [after(name), values[place]!] as const);
    return { norm, next: Object.fromEntries(next) };
  });
}

/** Parameters the step uses but does not train keep the values they started with. */
function frozenValues(
  outputs: readonly Tensor[],
  moving: ReadonlyMap<Tensor, Tensor>,
): Record<string, Float32Array> {
  const frozen = inOrder(outputs).filter((tensor) => tensor.op === 'Parameter' && !moving.has(tensor));
  return Object.fromEntries(
    (frozen as Tensor<'Parameter'>[]).map(({ attributes: { name, values } }) => [name, values]),
  );
}
