import { contentHash } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { exportSample, exportSamples } from './export-samples.ts';
import { cardKeys, exportOnnx, input, loadModel, type ModelCard } from './index.ts';
import { exp } from './operators.ts';

const x = input('x', [2, 3]);
const plan = { outputs: { y: exp(x) }, parameters: {} };
const card: ModelCard = {
  name: 'growth',
  description: 'The exponential of a length.',
  licence: 'Apache-2.0',
  provenance: { data: 'none', codeVersion: '0.1.0', trainingRecordHash: contentHash('record') },
  inputs: { x: { axes: ['n', 'p'], unit: 'mm', description: 'a length', range: [0, null] } },
  outputs: { y: { axes: ['n', 'p'], unit: '1', description: 'its exponential' } },
};

describe('a model card', () => {
  it('is written into the file and read back as it was', async () => {
    const model = await loadModel(exportOnnx({ ...plan, card, metadata: { seed: '7' } }));
    await model.close();
    expect(model.card).toEqual(card);
    expect(Object.keys(model.metadata)).toEqual([...cardKeys, 'seed']);
    expect(model.metadata['card.outputs']).toBe(
      '{"y":{"axes":["n","p"],"description":"its exponential","unit":"1"}}',
    );
  });

  it('stands in the words of the file, with lengths, units and range', () => {
    const text = new TextDecoder().decode(exportOnnx({ ...plan, card, freeBatch: true }));
    expect(text).toContain('[n=batch, p=3], unit mm, 0 to no upper bound: a length');
    expect(text).toContain('The exponential of a length.\nLicence: Apache-2.0\nTrained on: none');
  });

  it('a file without a card has none, and other metadata', async () => {
    const model = await loadModel(exportOnnx({ ...plan, metadata: { seed: '7' } }));
    await model.close();
    expect([model.card, model.metadata]).toEqual([null, { seed: '7' }]);
  });

  const { x: ofX } = card.inputs;
  const wrong: [ModelCard, string][] = [
    [{ ...card, inputs: {} }, 'card.inputs: expected "x", which the graph has, got none'],
    [
      { ...card, outputs: { ...card.outputs, z: ofX! } },
      'card.outputs: "z" is not in the graph, which has y',
    ],
    [{ ...card, licence: ' ' }, 'card.licence: expected words, got " "'],
    [{ ...card, inputs: { x: { ...ofX!, unit: '' } } }, 'card.inputs.x.unit: expected words, got ""'],
    [{ ...card, inputs: { x: { ...ofX!, axes: ['n'] } } }, 'card.inputs.x.axes: expected 2 names, got 1'],
    [
      { ...card, inputs: { x: { ...ofX!, range: [2, 1] } } },
      'card.inputs.x.range: expected low to high, got 2 to 1',
    ],
    [
      { ...card, inputs: { x: { ...ofX!, range: [Number.NaN, 1] } } },
      'card.inputs.x.range: expected two finite',
    ],
    [{ ...card, provenance: { ...card.provenance, data: '' } }, 'card.provenance.data: expected words'],
  ];
  it.each(wrong)('%#: one that does not fit its graph is refused', (bad, message) => {
    expect(() => exportOnnx({ ...plan, card: bad })).toThrow(RangeError);
    expect(() => exportOnnx({ ...plan, card: bad })).toThrow(message);
  });

  it('metadata may not stand where the card stands', () => {
    expect(() => exportOnnx({ ...plan, metadata: { 'card.name': 'other' } })).toThrow(
      '"card.name" is the card\'s',
    );
  });

  it('a file whose card is of another graph is refused in one line', async () => {
    const bytes = exportSample(exportSamples.cnn);
    const at = Buffer.from(bytes).lastIndexOf('"logits":');
    const changed = bytes.slice();
    changed.set(Buffer.from('"lagits":'), at);
    await expect(loadModel(changed)).rejects.toThrow(
      /^cannot open the ONNX model: card\.outputs: expected "logits", which the graph has, got none$/,
    );
  });
});
