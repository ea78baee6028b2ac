import type { Rule } from './gradients/rule.ts';
import { gradients } from './gradients.ts';
import { inLayer, inPass } from './layer.ts';
import { add, constant } from './operators.ts';
import { type OpName, showShape, type Tensor } from './tensor.ts';

/** Every tensor these depend on, each after its inputs; the order depends on the graph alone. */
export function inOrder(outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const order: Tensor[] = [];
  // An explicit stack: a training graph is deeper than the call stack.
  const stack: { tensor: Tensor; next: number }[] = [];
  const visit = (tensor: Tensor) => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    stack.push({ tensor, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const following = top.tensor.inputs[top.next++];
      if (following) visit(following);
      else order.push(stack.pop()!.tensor);
    }
  }
  return order;
}

/**
 * Reverse-mode derivative of a scalar: d loss / d x for each x, as new tensors of
 * the same shapes. Zero for an x the loss does not depend on.
 *
 * @throws RangeError when the loss is not a scalar
 */
export function gradient(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0)
    throw new RangeError(`gradient: expected a scalar loss, got ${showShape(loss.shape)}`);
  return inPass('backward', () => backward(loss, wrt));
}

/** Every tensor of the derivative carries the layer of the tensor it is the cotangent of, or helps to make. */
function backward(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const order = inOrder([loss]);
  const moving = new Set<Tensor>(wrt);
  for (const tensor of order) if (tensor.inputs.some((x) => moving.has(x))) moving.add(tensor);
  const cotangents = new Map<Tensor, Tensor>([[loss, constant(1)]]);
  const accumulate = (x: Tensor, part: Tensor) => {
    const sofar = cotangents.get(x);
    cotangents.set(x, sofar ? inLayer(x.layer, () => add(sofar, part)) : part);
  };
  for (const y of order.toReversed()) {
    const dy = cotangents.get(y);
    if (!dy || !moving.has(y)) continue;
    const rule = gradients[y.op] as Rule<OpName>;
    const parts: readonly (Tensor | null)[] = inLayer(y.layer, () =>
      rule({ dy, y, inputs: y.inputs, attributes: y.attributes }),
    );
    for (const [place, part] of parts.entries()) {
      const x = y.inputs[place]!;
      if (part && moving.has(x)) accumulate(x, part);
    }
  }
  return wrt.map((x) => cotangents.get(x) ?? constant(0, x.shape));
}
