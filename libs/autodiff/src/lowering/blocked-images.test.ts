import { Random } from '@myocast/base';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { gradient, inOrder } from '../graph.ts';
import { conv, dense, transposedConv, uNet } from '../layers.ts';
import { crossEntropy, diceCrossEntropy } from '../losses.ts';
import { encodeModel } from '../onnx.ts';
import { onnxGraph } from '../onnx-graph.ts';
import {
  add,
  avgPool,
  avgPool2,
  conv2d,
  input,
  maxPool,
  mean,
  mul,
  relu,
  resizeLinear,
  sum,
  tanh,
  upsample,
} from '../operators.ts';
import { Parameters } from '../parameters.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { blockSize } from './block-size.ts';

/** The loss and the gradient of every parameter and input. */
async function derivatives(loss: Tensor, block: number) {
  const leaves = inOrder([loss]).filter(({ op }) => op === 'Parameter' || op === 'Input') as Tensor<
    'Parameter' | 'Input'
  >[];
  const parts = gradient(loss, leaves);
  const graph = onnxGraph({
    name: 'derivatives',
    outputs: {
      loss,
      ...Object.fromEntries(leaves.map((x, place) => [`d ${x.attributes.name}`, parts[place]!])),
    },
    parameters: Object.fromEntries(
      leaves.flatMap((x) => ('values' in x.attributes ? [[x.attributes.name, x.attributes.values]] : [])),
    ),
    block,
  });
  const session = await ort.InferenceSession.create(encodeModel({ graph, metadata: {} }), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const random = new Random('feeds');
  const feeds = leaves
    .filter(({ op, attributes }) => op === 'Input' && session.inputNames.includes(attributes.name))
    .map(({ attributes: { name }, shape }) => {
      const values = random.fork(name);
      const data = Float32Array.from({ length: sizeOf(shape) }, () =>
        name === 'targets' ? Number(values.chance(0.3)) : values.normal(0.2),
      );
      return [name, new ort.Tensor('float32', data, shape)] as const;
    });
  const found = await session.run(Object.fromEntries(feeds));
  await session.release();
  return {
    values: Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data as Float32Array])),
    blockedConvolutions: graph.nodes.filter(({ opType, domain }) => opType === 'Conv' && domain).length,
  };
}

/** Largest difference, in parts of the largest value of the tensor. */
function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  let [difference, size] = [0, 1e-6];
  for (const [place, value] of a.entries()) {
    difference = Math.max(difference, Math.abs(value - b[place]!));
    size = Math.max(size, Math.abs(b[place]!));
  }
  return difference / size;
}

const networks: Record<string, (parameters: Parameters) => Tensor> = {
  'a U-Net': (parameters) =>
    diceCrossEntropy(
      uNet(parameters, 'net', input('x', [2, 1, 24, 16]), { base: 16, levels: 3, classes: 3 }).logits,
      input('targets', [2, 3, 24, 16]),
    ),
  'a CNN with biases and strides': (parameters) => {
    let h: Tensor = input('x', [3, 1, 15, 22]);
    for (const [place, channels] of [16, 32, 64].entries())
      h = relu(conv(parameters, `conv${place}`, h, channels, { stride: place > 0 ? 2 : 1 }));
    return crossEntropy(dense(parameters, 'out', mean(h, { axes: [2, 3] }), 5), input('targets', [3, 5]));
  },
  'strides of 2 with other kernels and borders': (parameters) => {
    let h: Tensor = relu(conv(parameters, 'a', input('x', [2, 1, 20, 24]), 16));
    for (const [kernel, padding] of [
      [2, 0],
      [5, 2],
      [3, 1],
    ] as const) {
      const w = parameters.get(`w${kernel}`, [16, 16, kernel, kernel], 'he');
      h = relu(add(conv2d(h, w, { stride: 2, padding }), 0.1));
    }
    return sum(mul(h, input('targets', h.shape)));
  },
  'images as large as one block of the batch': (parameters) => {
    const h = relu(conv(parameters, 'a', input('x', [16, 16, 6, 6]), 32));
    return mean(mul(conv(parameters, 'b', h, 16, { kernel: 1 }), input('targets', [16, 16, 6, 6])));
  },
  'images larger than the cache keeps': (parameters) => {
    const h = tanh(conv(parameters, 'a', input('x', [2, 32, 21, 22]), 16, { kernel: 5 }));
    return mean(mul(conv(parameters, 'b', h, 64), input('targets', [2, 64, 21, 22])));
  },
  'pooling and products of images': (parameters) => {
    const h = conv(parameters, 'a', input('x', [2, 3, 8, 8]), 16);
    const gate = conv(parameters, 'b', input('x', [2, 3, 8, 8]) && h, 16, { bias: false });
    return sum(mul(avgPool2(mul(h, gate)), input('targets', [2, 16, 4, 4])));
  },
  'pooling with borders, and every way to a larger image': (parameters) => {
    let h = relu(conv(parameters, 'a', input('x', [2, 1, 13, 10]), 16));
    for (const countPadding of [true, false]) {
      h = avgPool(h, { kernel: [3, 2], stride: [2, 1], padding: [1, [0, 1]], countPadding });
      h = conv(parameters, `after${countPadding}`, h, 16);
    }
    h = conv(parameters, 'b', maxPool(h, { kernel: 3, stride: 1, padding: 1 }), 32, { groups: 2 });
    h = conv(parameters, 'c', transposedConv(parameters, 'up', upsample(h, [1, 2]), 16), 16);
    return mean(mul(resizeLinear(h, { size: [11, 17] }), input('targets', [2, 16, 11, 17])));
  },
  'channels that fill no block': (parameters) =>
    mean(mul(conv(parameters, 'b', relu(conv(parameters, 'a', input('x', [2, 16, 7, 7]), 5)), 16), 2)),
  'a dilated convolution': (parameters) => {
    const w = parameters.get('w', [16, 16, 3, 3], 'he');
    const h = relu(conv(parameters, 'a', input('x', [2, 2, 12, 11]), 16));
    return mean(mul(conv2d(h, w, { dilation: 2, padding: 2 }), input('targets', [2, 16, 12, 11])));
  },
  'depthwise convolutions': (parameters) => {
    let h = relu(conv(parameters, 'a', input('x', [2, 1, 12, 10]), 16));
    for (const stride of [1, 2]) {
      const w = parameters.get(`w${stride}`, [16, 1, 3, 3], 'he');
      h = relu(conv2d(h, w, { groups: 16, stride }));
    }
    return mean(mul(h, input('targets', [2, 16, 6, 5])));
  },
};

describe('images in blocked layout', () => {
  it.each(Object.keys(networks))('%s: the same loss and gradients as in plain layout', async (name) => {
    const block = await blockSize();
    if (block === 0) {
      process.stderr.write('skipped: this processor has no blocked layout\n');
      return;
    }
    const build = () => networks[name]!(new Parameters(new Random('weights')));
    const plain = await derivatives(build(), 0);
    const blocked = await derivatives(build(), block);
    expect(plain.blockedConvolutions).toBe(0);
    expect(blocked.blockedConvolutions).toBeGreaterThan(2);
    for (const [key, values] of Object.entries(plain.values))
      expect(farthest(blocked.values[key]!, values), key).toBeLessThan(2e-5);
  });
});
