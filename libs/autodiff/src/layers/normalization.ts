import {
  add,
  div,
  mean,
  mul,
  reshape,
  sqrt,
  standardize,
  stopGradient,
  sub,
  transpose,
  variance,
} from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, sizeOf, type Tensor } from '../tensor.ts';

/** Each vector of the last axis to mean 0 and variance 1, then scale and shift. */
export function layerNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  return parameters.layer(name, (scope) => {
    const width = [x.shape.at(-1)!];
    return add(
      mul(standardize(x, -1), scope.get('scale', width, 'ones')),
      scope.get('shift', width, 'zeros'),
    );
  });
}

/** Each channel of each image [n, c, …] to mean 0 and variance 1 over its elements, then scale and shift by channel. */
export function instanceNorm(parameters: Parameters, name: string, x: Tensor): Tensor {
  return parameters.layer(name, (scope) => {
    checkImage('instanceNorm', name, x);
    return affine(scope, standardize(x, 2));
  });
}

/**
 * Channels in groups, each group of each image [n, c, …] to mean 0 and variance 1
 * over its channels and elements, then scale and shift by channel.
 *
 * @throws RangeError when the channels do not divide by the groups
 *
 * Source: wu2018 (docs/references.bib).
 */
export function groupNorm(
  parameters: Parameters,
  name: string,
  x: Tensor,
  { groups }: { groups: number },
): Tensor {
  return parameters.layer(name, (scope) => {
    const [n, c = 0] = x.shape;
    if (c === 0 || c % groups !== 0)
      throw new RangeError(
        `groupNorm ${name}: expected [n, c, …] with c a multiple of ${groups} groups, got ${showShape(x.shape)}`,
      );
    const grouped = reshape(x, [n!, groups, sizeOf(x.shape.slice(1)) / groups]);
    return affine(scope, reshape(standardize(grouped, 2), x.shape));
  });
}

/** What batchNorm gives in training. */
export interface BatchNorm {
  readonly y: Tensor;
  /** Of this batch [c]; no gradient flows through it. */
  readonly mean: Tensor;
  /** Of this batch [c], the sum divided by the count - 1; no gradient flows through it. */
  readonly variance: Tensor;
  /** For the plan's `updates`: the running mean and variance, moved by `momentum` towards the batch's. */
  readonly updates: readonly (readonly [buffer: Tensor, next: Tensor])[];
}

/**
 * Batch normalisation in training: each channel of [n, c, …] to mean 0 and variance
 * 1 over the whole batch, then scale and shift by channel. The running averages are
 * the buffers `mean` and `variance` of the layer, which `batchNormInference` reads.
 *
 * @throws RangeError when a channel has a single element
 *
 * Source: ioffe2015 (docs/references.bib).
 * Agrees with: PyTorch `batch_norm(training=True)`, running averages included.
 */
export function batchNorm(
  parameters: Parameters,
  name: string,
  x: Tensor,
  { momentum = 0.1 }: { readonly momentum?: number } = {},
): BatchNorm {
  return parameters.layer(name, (scope) => {
    const [n, c = 0] = x.shape;
    if (c === 0 || sizeOf(x.shape) <= c)
      throw new RangeError(
        `batchNorm ${name}: expected [n, c, …] with at least two elements a channel, got ${showShape(x.shape)}`,
      );
    // The channel in front, so that what is standardized lies together.
    const order = [1, 0, ...[...x.shape.keys()].slice(2)];
    const byChannel = n === 1 ? reshape(x, [c, -1]) : transpose(x, order);
    const standard = standardize(byChannel, 1);
    const flat = stopGradient(reshape(byChannel, [c, -1]));
    const batch = {
      mean: mean(flat, { axes: [1] }),
      variance: variance(flat, { axes: [1], correction: 1 }),
    };
    const running = averages(scope, c);
    const moved = (buffer: Tensor, now: Tensor) =>
      [buffer, add(mul(buffer, 1 - momentum), mul(now, momentum))] as const;
    return {
      ...batch,
      y: affine(scope, n === 1 ? reshape(standard, x.shape) : transpose(standard, order)),
      updates: [moved(running.mean, batch.mean), moved(running.variance, batch.variance)],
    };
  });
}

/**
 * Batch normalisation in use: by the running `mean` and `variance` [c], buffers
 * of the layer, in place of the batch's own.
 *
 * Agrees with: PyTorch `batch_norm(training=False)`.
 */
export function batchNormInference(parameters: Parameters, name: string, x: Tensor): Tensor {
  return parameters.layer(name, (scope) => {
    const [, c] = x.shape;
    if (c === undefined)
      throw new RangeError(`batchNormInference ${name}: expected [n, c, …], got ${showShape(x.shape)}`);
    const running = averages(scope, c);
    const centred = sub(x, alongChannels(running.mean, x));
    return affine(scope, div(centred, alongChannels(sqrt(add(running.variance, 1e-5)), x)));
  });
}

/** The running averages [c]. */
const averages = (scope: Parameters, c: number) => ({
  mean: scope.buffer('mean', [c], 'zeros'),
  variance: scope.buffer('variance', [c], 'ones'),
});

function checkImage(layer: string, name: string, x: Tensor): void {
  if (x.shape.length < 3)
    throw new RangeError(
      `${layer} ${name}: expected [n, c, …] with a spatial axis, got ${showShape(x.shape)}`,
    );
}

/** [c] so that it broadcasts against [n, c, …]. */
const alongChannels = (values: Tensor, x: Tensor): Tensor =>
  reshape(
    values,
    x.shape.map((length, axis) => (axis === 1 ? length : 1)),
  );

/** Scale and shift by channel. */
function affine(scope: Parameters, x: Tensor): Tensor {
  const channels = [x.shape[1]!];
  const [scale, shift] = [scope.get('scale', channels, 'ones'), scope.get('shift', channels, 'zeros')];
  return add(mul(x, alongChannels(scale, x)), alongChannels(shift, x));
}
