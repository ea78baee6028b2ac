import { volumeAt } from './src/segmentation/dataset.ts';
import { openSegmenter } from './src/segmentation/segmenter.ts';
import { segment } from './src/segmentation/segment.ts';
const s = await openSegmenter('cine-phantom', { threads: 2 });
if (!s.ok) throw 1;
let nn = 0;
const run = s.value.run;
const w = {
  ...s.value,
  run: async (x: Float32Array, size: number, lane: number) => {
    const t = performance.now();
    const r = await run(x, size, lane);
    nn += performance.now() - t;
    return r;
  },
};
const v = await volumeAt('/tmp/imgstudy/exams/V1-0001/cine-sax.nii.gz');
if (!v.ok) throw 1;
for (let i = 0; i < 2; i++) {
  nn = 0;
  const t = performance.now();
  await segment(v.value, w as any, 'x');
  console.log('total', performance.now() - t, 'network', nn);
}
