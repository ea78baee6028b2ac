import { type Parameters, input, type Tensor } from '@myocast/autodiff';
import { conv, dense, transformerBlock, uNet } from '@myocast/autodiff/layers';
import { binaryCrossEntropy, crossEntropy, diceCrossEntropy } from '@myocast/autodiff/losses';
import { add, conv2d, div, mean, mul, relu, reshape, sum } from '@myocast/autodiff/operators';
import type { Random } from '@myocast/base';

/** One network of the bench; `reference/autodiff/bench_torch.py` holds the same under the same name. */
export interface Network {
  /** Inputs the model sees, and `targets`, which only the loss sees. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  build(parameters: Parameters): { output: Tensor; loss: Tensor };
  batch(random: Random): Record<string, Float32Array>;
}
export type NetworkName = 'cnn' | 'u-net' | 'transformer' | 'depthwise';

const count = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const normal = (random: Random, shape: readonly number[]) =>
  Float32Array.from({ length: count(shape) }, () => random.normal(0, 1));

/** One-hot classes along axis 1 of [n, classes, …], each place drawn alike. */
function oneHot(random: Random, [n = 1, classes = 1, ...rest]: readonly number[]): Float32Array {
  const places = count(rest);
  const targets = new Float32Array(n * classes * places);
  for (let image = 0; image < n; image++)
    for (let place = 0; place < places; place++)
      targets[(image * classes + Math.floor(random.uniform(0, classes))) * places + place] = 1;
  return targets;
}

/** Four convolutions, mean over the image, one dense layer (DESIGN.md, "The training engine"). */
const cnn: Network = {
  shapes: { x: [16, 1, 96, 96], targets: [16, 5] },
  build(parameters) {
    const widths = [16, 32, 64, 128];
    let x: Tensor = input('x', this.shapes['x']!);
    for (const [place, width] of widths.entries())
      x = relu(conv(parameters, `conv${place}`, x, width, { stride: place === 0 ? 1 : 2 }));
    const output = dense(parameters, 'head', mean(x, { axes: [2, 3] }), 5);
    return { output, loss: crossEntropy(output, input('targets', this.shapes['targets']!)) };
  },
  batch: (random) => ({
    x: normal(random.fork('x'), cnn.shapes['x']!),
    targets: oneHot(random.fork('targets'), cnn.shapes['targets']!),
  }),
};

const uNetwork: Network = {
  shapes: { x: [8, 1, 144, 144], targets: [8, 4, 144, 144] },
  build(parameters) {
    const x = input('x', this.shapes['x']!);
    const { logits } = uNet(parameters, 'net', x, { base: 16, levels: 4, classes: 4 });
    return { output: logits, loss: diceCrossEntropy(logits, input('targets', this.shapes['targets']!)) };
  },
  batch: (random) => ({
    x: normal(random.fork('x'), uNetwork.shapes['x']!),
    targets: oneHot(random.fork('targets'), uNetwork.shapes['targets']!),
  }),
};

/** Four pre-norm blocks over 48 tokens, about a quarter absent; the mean of the present ones gives one score. */
const transformer: Network = {
  shapes: { x: [32, 48, 128], mask: [32, 48], targets: [32, 1] },
  build(parameters) {
    const mask = input('mask', this.shapes['mask']!);
    let x: Tensor = input('x', this.shapes['x']!);
    for (let block = 0; block < 4; block++)
      x = transformerBlock(parameters, `block${block}`, x, mask, { heads: 8, hidden: 256 });
    const present = sum(mul(x, reshape(mask, [32, 48, 1])), { axes: [1] });
    const pooled = div(present, sum(mask, { axes: [1], keepDims: true }));
    const output = dense(parameters, 'head', pooled, 1);
    return { output, loss: binaryCrossEntropy(output, input('targets', this.shapes['targets']!)) };
  },
  batch: (random) => ({
    x: normal(random.fork('x'), transformer.shapes['x']!),
    mask: Float32Array.from({ length: 32 * 48 }, (_, place) =>
      place % 48 === 0 || random.uniform(0, 1) < 0.75 ? 1 : 0,
    ),
    targets: Float32Array.from({ length: 32 }, (_, place) => place % 2),
  }),
};

/** Four times a 3 × 3 kernel per channel and a mix of the channels, each with bias and ReLU. */
const depthwise: Network = {
  shapes: { x: [16, 1, 96, 96], targets: [16, 5] },
  build(parameters) {
    const widths = [64, 64, 128, 128];
    let x = relu(conv(parameters, 'stem', input('x', this.shapes['x']!), 32, { stride: 2 }));
    for (const [place, width] of widths.entries()) {
      x = depthwiseConv(parameters, `depthwise${place}`, x, 1 + (place % 2));
      x = relu(conv(parameters, `pointwise${place}`, x, width, { kernel: 1 }));
    }
    const output = dense(parameters, 'head', mean(x, { axes: [2, 3] }), 5);
    return { output, loss: crossEntropy(output, input('targets', this.shapes['targets']!)) };
  },
  batch: (random) => cnn.batch(random),
};

function depthwiseConv(parameters: Parameters, name: string, x: Tensor, stride: number): Tensor {
  return parameters.layer(name, (scope) => {
    const channels = x.shape[1]!;
    const y = conv2d(x, scope.get('weight', [channels, 1, 3, 3], 'he'), { stride, groups: channels });
    return relu(add(y, reshape(scope.get('bias', [channels], 'zeros'), [1, channels, 1, 1])));
  });
}

export const networks: Readonly<Record<NetworkName, Network>> = {
  cnn,
  'u-net': uNetwork,
  transformer,
  depthwise,
};
