import { readFileSync, readdirSync } from 'node:fs';
import { volumeAt } from './src/segmentation/dataset.ts';
import { openSegmenter } from './src/segmentation/segmenter.ts';
import { segment } from './src/segmentation/segment.ts';
import { voxelVolumeMm3 } from '@myocast/dicom';
const set = process.argv[2] ?? 'phantom';
const c = await openSegmenter(set === 'phantom' ? 'cine-phantom' : 'cine-sax'),
  l = await openSegmenter(set === 'phantom' ? 'lge-phantom' : 'lge-sax');
if (!c.ok || !l.ok) throw 1;
const rows = readFileSync('/tmp/imgstudy/source/truth.csv', 'utf8')
  .trim()
  .split('\n')
  .map((r) => r.split(','));
const h = rows[0]!.map((x) => x.split(' ')[0]!);
const sizes: number[] = [];
const run = c.value.run;
const cw = {
  ...c.value,
  run: (x: any, s: number, q: number) => {
    sizes.push(s);
    return run(x, s, q);
  },
};
for (const r of rows.slice(1)) {
  const t = (k: string) => Number(r[h.indexOf(k)]).toFixed(1);
  const id = r[h.indexOf('subject')]!;
  const v = await volumeAt(`/tmp/imgstudy/exams/${id}/cine-sax.nii.gz`),
    g = await volumeAt(`/tmp/imgstudy/exams/${id}/lge-sax.nii.gz`);
  if (!v.ok || !g.ok) throw 1;
  const t0 = performance.now();
  sizes.length = 0;
  const s = await segment(v.value, cw as any, id);
  const s2 = await segment(g.value, l.value, id);
  if (!s.ok || !s2.ok) {
    console.log(id, s.issues, s2.issues);
    continue;
  }
  const ms = performance.now() - t0;
  const ml = voxelVolumeMm3(v.value.affine!) / 1000;
  const n = v.value.data.length / v.value.shape[0];
  const vol = (lab: number) =>
    Array.from({ length: v.value.shape[0] }, (_, p) => {
      let k = 0;
      for (let i = p * n; i < (p + 1) * n; i++) if (s.value.mask.data[i] === lab) k++;
      return k * ml;
    });
  const lv = vol(3),
    my = vol(2);
  const cnt = (q: number) => s2.value.mask.data.filter((x) => x === q).length;
  const tot = cnt(2) + cnt(3) + cnt(4);
  console.log(
    id,
    `EDV ${Math.max(...lv).toFixed(1)}/${t('edv_ml')} ESV ${Math.min(...lv).toFixed(1)}/${t('esv_ml')} mass ${(1.05 * my[0]!).toFixed(0)}/${t('mass_g')} inf ${((100 * (cnt(3) + cnt(4))) / tot).toFixed(1)}/${t('infarct_percent')} mvo ${((100 * cnt(4)) / tot).toFixed(2)}/${t('mvo_percent')}`,
    Math.min(...sizes),
    ms.toFixed(0),
  );
}
