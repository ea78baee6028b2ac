// Writes the sample networks as ONNX, with what our runtime makes of them, for check_onnx.py to look at.
// Usage: npx tsx reference/autodiff/export-models.ts FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportSample, exportSamples, sampleFeeds } from '../../libs/autodiff/src/export-samples.ts';
import { loadModel, type Values } from '../../libs/autodiff/src/index.ts';

const folder = process.argv[2];
if (folder === undefined) throw new RangeError('expected a folder to write to');
mkdirSync(folder, { recursive: true });
const plain = (values: Readonly<Record<string, Values>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, { data, shape }]) => [name, { shape, values: [...data] }]),
  );
for (const name of ['cnn', 'uNet', 'transformer'] as const) {
  const bytes = exportSample(exportSamples[name]);
  const model = await loadModel(bytes);
  const runs = [];
  for (const batch of [1, 3, 7]) {
    const feeds = sampleFeeds(name, batch);
    runs.push({ inputs: plain(feeds), outputs: plain(await model.run(feeds)) });
  }
  await model.close();
  writeFileSync(join(folder, `${name}.onnx`), bytes);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(runs));
}
