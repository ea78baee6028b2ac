import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { Random } from '@myocast/base';
import { phantomSample } from '@myocast/simulation';
import { exportSegmenter, segmenterDefaults, trainSegmenter } from './src/segmentation/train-segmenter.ts';
import { parametersOf } from './src/segmentation/onnx-parameters.ts';
const [kind, from, out, steps, lr] = process.argv.slice(2) as [
  'cine-sax' | 'lge-sax',
  string,
  string,
  string,
  string,
];
const classes = kind === 'cine-sax' ? 4 : 5;
const window = { size: 80, fineMm: 1.85, searchMm: 2.9 };
const config = {
  ...segmenterDefaults,
  classes,
  turns: kind === 'lge-sax',
  steps: Number(steps),
  learningRate: Number(lr),
  window,
  batch: 12,
};
const all = parametersOf(readFileSync(`weights/${from}/network.onnx`));
const start = { parameters: all };
const began = Date.now();
let recent = 0;
const save = (w: any) => {
  mkdirSync('/tmp/imgfast', { recursive: true });
  writeFileSync(`/tmp/imgfast/${out}.onnx`, exportSegmenter(w, config, new Random(1), { name: out, kind }));
};
const w = await trainSegmenter(
  (r) => {
    const s = phantomSample(r.fork('phantom'), kind);
    return {
      pixels: s.image,
      labels: s.label,
      rows: s.size,
      columns: s.size,
      pixelMm: [s.spacingMm, s.spacingMm],
    };
  },
  config,
  new Random(`segmenter/${out}`),
  {
    start,
    onStep: (step, loss) => {
      recent = recent === 0 ? loss : 0.95 * recent + 0.05 * loss;
      if (step % 50 === 0)
        console.log(step, recent.toFixed(4), ((Date.now() - began) / 1000).toFixed(0) + 's');
    },
  },
);
save(w);
