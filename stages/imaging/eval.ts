import { writeFileSync } from 'node:fs';
import { findDataset, heldOutCases } from './src/segmentation/dataset.ts';
import { openSegmenter } from './src/segmentation/segmenter.ts';
import { segment } from './src/segmentation/segment.ts';
import { dice } from './src/segmentation/dice.ts';
import { contactSheet } from './src/segmentation/overlay.ts';
const [kind, weights, folder] = process.argv.slice(2) as ['cine-sax', string, string];
const s = await openSegmenter(weights, { threads: 2 });
if (!s.ok) throw s.issues[0]!.message;
const set = (await findDataset(folder, kind))!;
const held = heldOutCases(set.stacks);
console.log(held.join());
const groups: [string, number[]][] =
  kind === 'cine-sax'
    ? [
        ['rv', [1]],
        ['myo', [2]],
        ['lv', [3]],
      ]
    : [
        ['lv', [1]],
        ['myo', [2, 3, 4]],
        ['infarct', [3, 4]],
        ['mvo', [4]],
      ];
const sums = new Map<string, number[]>();
let ms = 0,
  n = 0;
for (const st of set.stacks) {
  if (!held.includes(st.name)) continue;
  const v = await st.read(),
    m = await st.readMask!();
  if (!v.ok || !m.ok) throw 1;
  const t = performance.now();
  const r = await segment(v.value, s.value, st.name);
  ms += performance.now() - t;
  n += v.value.shape[1];
  if (!r.ok) {
    console.log(st.name, st.part, r.issues);
    continue;
  }
  const d = groups.map(([g, l]) => {
    const x = dice(r.value.mask.data, m.value.data, l);
    if (x !== null) {
      const k = `${g}${st.part}`;
      sums.set(k, [...(sums.get(k) ?? []), x]);
    }
    return x?.toFixed(3) ?? '-';
  });
  console.log(st.name, st.part, d.join(' '), r.value.confidence.toFixed(3));
  writeFileSync(`/tmp/ov-${st.name}-${st.part}.png`, contactSheet(v.value, r.value.mask));
}
console.log(
  [...sums]
    .map(([k, v]) => `${k} ${(v.reduce((a, b) => a + b) / v.length).toFixed(3)} (${v.length})`)
    .join('\n'),
  (ms / n).toFixed(1),
  'ms/slice',
);
