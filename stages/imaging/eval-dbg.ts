import { findDataset } from './src/segmentation/dataset.ts';
import { openSegmenter } from './src/segmentation/segmenter.ts';
import { segment } from './src/segmentation/segment.ts';
const s = await openSegmenter('cine-sax', { threads: Number(process.argv[2]) });
if (!s.ok) throw 1;
const run = s.value.run;
const w = {
  ...s.value,
  run: async (x: Float32Array, size: number, lane: number) => {
    const r = await run(x, size, lane);
    let mx = -1e9;
    for (const v of r.logits) mx = Math.max(mx, v);
    let ma = 0;
    for (const v of x) ma = Math.max(ma, v);
    console.log(size, lane, x.length / size / size, 'in', ma, 'out', mx, r.logits.length);
    return r;
  },
};
const set = (await findDataset('../../../../shared/data/acdc', 'cine-sax'))!;
for (const st of set.stacks.slice(16, 19)) {
  const v = await st.read();
  if (!v.ok) throw 1;
  const r = await segment(v.value, w as any, st.name);
  console.log(st.name, r.ok);
}
