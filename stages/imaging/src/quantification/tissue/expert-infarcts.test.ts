import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findDataset } from '../../segmentation/dataset.ts';
import { quantifyLge } from '../lge-quantities.ts';
import { assumedReference } from '../segments.ts';
import { quantifyEnhancement } from './enhancement.ts';
import { type ComparedExam, compareMethods } from './method-agreement.ts';
import { wallOf } from './wall.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../../../shared/data/emidec');
const present = existsSync(folder);
if (!present) process.stderr.write('skipped: expert infarcts need ../shared/data, which is not here\n');

/** The patients with disease; their images keep the sign of the signal (air is grey). */
async function patients(): Promise<ComparedExam[]> {
  const dataset = (await findDataset(folder, 'lge-sax'))!;
  const exams: ComparedExam[] = [];
  for (const { name, read, readMask } of dataset.stacks) {
    if (!name.includes('_P')) continue;
    const [image, mask] = [await read(), await readMask!()];
    if (!image.ok || !mask.ok) throw new Error(name);
    const reference = assumedReference(mask.value);
    const lge = quantifyLge(mask.value, reference);
    if (!lge.ok) throw new Error(name);
    exams.push({
      infarctPercent: lge.value.infarctPercent,
      enhancement: quantifyEnhancement(wallOf(mask.value, reference), image.value, 'phase-sensitive'),
    });
  }
  return exams;
}

describe.skipIf(!present)("experts' infarcts of EMIDEC", () => {
  it('come nearest to half of the maximum; two SD overestimate them, six SD miss some', async () => {
    const exams = await patients();
    expect(exams.length).toBe(37);
    const rows = new Map(compareMethods(exams).map((row) => [row.method, row]));
    const limits = (method: 'fwhm' | '2-sd' | '6-sd') => rows.get(method)!.limits!;
    expect(limits('2-sd').bias).toBeGreaterThan(15);
    expect(limits('6-sd').bias).toBeLessThan(-5);
    expect(Math.abs(limits('fwhm').bias)).toBeLessThan(3);
    expect(limits('fwhm').sd).toBeLessThan(8);
    expect(rows.get('fwhm')!.dice!).toBeGreaterThan(0.7);
    expect(rows.get('fwhm')!.notEstimable).toBeLessThan(8);
    for (const method of ['2-sd', '3-sd', '4-sd', '5-sd', '6-sd', 'otsu'] as const)
      expect(rows.get('fwhm')!.dice!, method).toBeGreaterThan(rows.get(method)!.dice!);
  });
});
