import { Random } from '@myocast/base';
import { conv, dense, transformerBlock, uNet } from './layers.ts';
import type { ModelCard, TensorCard } from './model-card.ts';
import { input, mean, relu } from './operators.ts';
import { Parameters } from './parameters.ts';
import { exportOnnx } from './model.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** A small network of each family, for everything that looks at exported models. */
export interface ExportSample {
  readonly card: ModelCard;
  /** The network for this many images or patients, with the same parameters for every number. */
  readonly build: (batch: number) => {
    readonly outputs: Readonly<Record<string, Tensor>>;
    readonly parameters: Parameters;
  };
}

const provenance = {
  data: 'none: random weights',
  codeVersion: '0.1.0',
  trainingRecordHash: '0'.repeat(64),
};
const image: TensorCard = {
  axes: ['n', 'c', 'y', 'x'],
  unit: '1',
  description: 'intensities, mean 0 and deviation 1',
};
const scores = (axes: readonly string[], description: string): TensorCard => ({
  axes,
  unit: '1',
  description,
});
const card = (name: string, inputs: ModelCard['inputs'], outputs: ModelCard['outputs']): ModelCard => ({
  name,
  description: `A ${name} of the size of a test.`,
  licence: 'Apache-2.0',
  provenance,
  inputs,
  outputs,
});

export const exportSamples: Readonly<Record<'cnn' | 'uNet' | 'transformer', ExportSample>> = {
  cnn: {
    card: card('CNN', { image }, { logits: scores(['n', 'class'], 'scores before softmax') }),
    build(batch) {
      const parameters = new Parameters(new Random('cnn'));
      let x: Tensor = input('image', [batch, 1, 16, 16]);
      for (const [place, channels] of [4, 8, 8, 16].entries())
        x = relu(conv(parameters, `conv${place}`, x, channels, { stride: place < 3 ? 2 : 1 }));
      return { outputs: { logits: dense(parameters, 'head', mean(x, { axes: [2, 3] }), 3) }, parameters };
    },
  },
  uNet: {
    card: card(
      'U-Net',
      { image },
      {
        logits: scores(['n', 'class', 'y', 'x'], 'scores before softmax'),
        bottleneck: scores(['n', 'c', 'y', 'x'], 'the deepest map'),
      },
    ),
    build(batch) {
      const parameters = new Parameters(new Random('u-net'));
      const x = input('image', [batch, 1, 16, 16]);
      const { logits, bottleneck } = uNet(parameters, 'net', x, { base: 2, levels: 3, classes: 3 });
      return { outputs: { logits, bottleneck }, parameters };
    },
  },
  transformer: {
    card: card(
      'transformer block',
      {
        tokens: scores(['n', 'token', 'd'], 'features'),
        mask: { axes: ['n', 'token'], unit: '1', description: '1 = present, 0 = absent', range: [0, 1] },
      },
      { mixed: scores(['n', 'token', 'd'], 'features after the block') },
    ),
    build(batch) {
      const parameters = new Parameters(new Random('transformer'));
      const [tokens, mask] = [input('tokens', [batch, 4, 6]), input('mask', [batch, 4])];
      const mixed = transformerBlock(parameters, 'block', tokens, mask, { heads: 2, hidden: 8 });
      return { outputs: { mixed }, parameters };
    },
  },
};

/** The sample as the bytes of an ONNX file for any batch size. */
export function exportSample({ build, card }: ExportSample, writtenFor = 1): Uint8Array {
  const { outputs, parameters } = build(writtenFor);
  const values = parameters.list.map(({ attributes }) => [attributes.name, attributes.values] as const);
  return exportOnnx({ outputs, parameters: Object.fromEntries(values), card, freeBatch: true });
}

/** Numbers to feed to a sample: normal, and 0 or 1 for a mask. */
export function sampleFeeds(name: keyof typeof exportSamples, batch: number) {
  const random = new Random('feeds').fork(name).fork(batch);
  const shapes: Readonly<Record<string, readonly number[]>> =
    name === 'transformer' ? { tokens: [batch, 4, 6], mask: [batch, 4] } : { image: [batch, 1, 16, 16] };
  const feeds = Object.entries(shapes).map(([key, shape]) => {
    const draw = () => (key === 'mask' ? Number(random.chance(0.7)) : random.normal());
    return [key, { data: Float32Array.from({ length: sizeOf(shape) }, draw), shape }] as const;
  });
  return Object.fromEntries(feeds);
}
