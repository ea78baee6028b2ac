import { readFileSync } from 'node:fs';
import { contentHash } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { exportSample, exportSamples, sampleFeeds } from './export-samples.ts';
import { compileTraining, loadModel } from './index.ts';
import { inspectModel } from './model-bytes.ts';
import { mean } from './operators.ts';
import { adamW } from './optimizers.ts';

const names = ['cnn', 'uNet', 'transformer'] as const;
/** Of the same float32 numbers in another order of additions, by a largest value of 1. */
const tolerance = 1e-5;

/** The outputs as the training graph has them before its first update. */
async function inTraining(name: (typeof names)[number], batch: number) {
  const { outputs, parameters } = exportSamples[name].build(batch);
  const loss = mean(Object.values(outputs)[0]!);
  const session = await compileTraining({ loss, parameters, metrics: outputs, optimizer: adamW() });
  const feeds = Object.entries(sampleFeeds(name, batch)).map(([key, { data }]) => [key, data] as const);
  const { metrics } = await session.step(Object.fromEntries(feeds), { learningRate: 0 });
  await session.close();
  return metrics as Record<string, Float32Array>;
}

describe.each(names)('the exported %s', (name) => {
  it(`gives what the training graph gives to ${tolerance}, for batches of 1, 3 and 7, whatever it was written for`, async () => {
    const models = await Promise.all(
      [1, 7].map((batch) => loadModel(exportSample(exportSamples[name], batch))),
    );
    for (const batch of [1, 3, 7]) {
      const expected = await inTraining(name, batch);
      for (const model of models) {
        const found = await model.run(sampleFeeds(name, batch));
        for (const [key, values] of Object.entries(expected)) {
          const differences = values.map((value, place) => Math.abs(value - found[key]!.data[place]!));
          expect(found[key]!.data.length).toBe(values.length);
          expect(Math.max(...differences)).toBeLessThan(tolerance);
        }
      }
    }
    await Promise.all(models.map((model) => model.close()));
  });

  it('holds standard operators only, and no operator of training', () => {
    const { operators } = inspectModel(exportSample(exportSamples[name]));
    expect(operators.length).toBeGreaterThan(3);
  });

  it('is the file that ONNX itself has checked', () => {
    const record = JSON.parse(
      readFileSync(new URL('../../../reference/autodiff/onnx-check.json', import.meta.url), 'utf8'),
    ) as { models: Record<string, { sha256: string; difference: number; largest: number }> };
    const { sha256, difference, largest } = record.models[name]!;
    expect(
      contentHash(exportSample(exportSamples[name])),
      'the exported bytes have changed: run `npx tsx reference/autodiff/export-models.ts scratch/onnx` and `python reference/autodiff/check_onnx.py scratch/onnx`',
    ).toBe(sha256);
    expect(difference).toBeLessThan(tolerance * Math.max(1, largest));
  });
});
