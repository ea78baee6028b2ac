import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { originalSources } from '../archive/series-source.ts';
import { ingestExam, writeExam } from '../ingest/ingest.ts';
import { dice } from '../segmentation/dice.ts';
import { findDataset } from '../segmentation/dataset.ts';
import { fillPolygons } from './fill-polygons.ts';
import { importContours } from './import-contours.ts';
import { maskInForce } from './mask-in-force.ts';
import { outlinesOf } from './outline.ts';
import { polygonFault } from './polygon-faults.ts';

const shared = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/data');
const present = existsSync(join(shared, 'dicom/rvsc-patient09'));
if (!present) process.stderr.write('skipped: contours of experts need ../shared/data, which is not here\n');

describe.skipIf(!present)("experts' contours", () => {
  it.each(['acdc', 'emidec'])('of %s are the same mask again as polygons', async (folder) => {
    const dataset = (await findDataset(join(shared, folder), 'cine-sax'))!;
    let slices = 0;
    for (const { readMask } of dataset.stacks.slice(0, 4)) {
      const mask = await readMask!();
      if (!mask.ok) throw new Error(mask.issues[0]!.message);
      const [, , height, width] = mask.value.shape;
      const grid = { width, height };
      for (let start = 0; start < mask.value.data.length; start += width * height) {
        const labels = mask.value.data.subarray(start, start + width * height);
        for (const label of new Set(labels)) {
          const inside = labels.map((value) => (value === label ? 1 : 0));
          const polygons = outlinesOf(inside, grid);
          expect(Buffer.compare(fillPolygons(polygons, grid), inside)).toBe(0);
          expect(
            polygons.map((polygon) => polygonFault(polygon, grid)).find((fault) => fault),
          ).toBeUndefined();
        }
        slices++;
      }
    }
    expect(slices).toBeGreaterThan(15);
  });

  const source = join(shared, 'dicom/rvsc-patient09');
  const images = join(source, 'P09dicom');

  /** Some images of the cine, said to be one: of two phases nothing tells it. */
  async function examOf(numbers: readonly number[]) {
    const work = await mkdtemp(join(tmpdir(), 'myocast-rvsc-'));
    const files = numbers.map((number) => join(images, `P09-00${number}.dcm`));
    const found = await ingestExam(files, { subject: 'P09' });
    if (!found.ok) throw new Error(found.issues[0]!.message);
    const { series, otherSeries } = found.value.record;
    const label = { key: [...series, ...otherSeries][0]!.key, kind: 'cine-sax', by: 'test', at: '' } as const;
    const exam = await ingestExam(files, { subject: 'P09', sources: originalSources, labels: [label] });
    if (!exam.ok) throw new Error(exam.issues[0]!.message);
    const [examFolder, maskFolder] = [join(work, 'exams/P09'), join(work, 'masks')];
    await writeExam(exam.value, examFolder);
    return {
      examFolder,
      maskFolder,
      kind: 'cine-sax',
      by: 'RVSC',
      at: new Date(0),
      softwareVersion: '9.9.9',
    } as const;
  }

  it('of RVSC, text named after DICOM images, find their images in the exam', async () => {
    const order = await examOf([20, 21, 22, 23]);
    const contours = ['20', '22', '23'].map((image) =>
      join(source, 'P09contours-manual', `P09-00${image}-icontour-manual.txt`),
    );
    const done = await importContours({ ...order, files: contours, label: 1, images });
    if (!done.ok) throw new Error(done.issues[0]!.message);
    expect(done.value).toMatchObject({ from: 'text', automatic: null, changedSlices: 3 });
    const found = await maskInForce(join(order.maskFolder, 'P09'), 'P09', 'cine-sax');
    if (!found.ok || !found.value) throw new Error('expected a mask');
    const { mask } = found.value;
    const area = 256 * 216;
    const slices = Array.from({ length: 4 }, (_, at) => mask.data.subarray(at * area, (at + 1) * area));
    const filled = slices.map((slice) => slice.reduce((sum, label) => sum + label, 0));
    expect(filled.toSorted((a, b) => a - b)).toEqual([0, 4485, 6898, 7111]);
    // The data set's own mask of image 20 is turned by a quarter, and takes pixels on the line as inside.
    const text = await readFile(join(source, 'endocardium-p09-0020.mask'), 'utf8');
    const turned = Uint8Array.from(text.trim().split(/\s+/), Number);
    const own = turned.map((_, at) => turned[(215 - (at % 216)) * 256 + Math.floor(at / 216)]!);
    expect(dice(slices[filled.indexOf(7111)]!, own, [1])).toBeGreaterThan(0.98);
  });

  it('of an image that is not in the exam, or for a label that is none, are refused', async () => {
    const order = await examOf([20, 21]);
    const files = [join(source, 'P09contours-manual', 'P09-0023-ocontour-manual.txt')];
    const said = async (more: object) =>
      (await importContours({ ...order, files, ...more })).issues[0]!.message;
    expect(await said({ label: 1, images })).toContain(
      'expected the image P09-0023 in the cine-sax of the exam',
    );
    expect(await said({ label: 4, images })).toContain('expected a label of 1 to 3');
    expect(await said({ label: 1, images: source })).toContain('expected one image P09-0023');
    expect(existsSync(join(order.maskFolder, '../corrections'))).toBe(false);
  });
});
