import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findDataset, heldOutCases } from '../../segmentation/dataset.ts';
import { quantifyLge } from '../lge-quantities.ts';
import { assumedReference } from '../segments.ts';
import { quantifyEnhancement } from './enhancement.ts';
import { type ComparedExam, compareMethods } from './method-agreement.ts';
import { wallOf } from './wall.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../../../shared/data/emidec');
const present = existsSync(folder);
if (!present) process.stderr.write('skipped: expert infarcts need ../shared/data, which is not here\n');

/** The patients with disease that are kept for measuring: their images keep the sign of the signal. */
async function heldOutPatients(): Promise<ComparedExam[]> {
  const dataset = (await findDataset(folder, 'lge-sax'))!;
  const held = heldOutCases(dataset.stacks).filter((name) => name.includes('_P'));
  const exams: ComparedExam[] = [];
  for (const { name, read, readMask } of dataset.stacks) {
    if (!held.includes(name)) continue;
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
    const exams = await heldOutPatients();
    expect(exams.length).toBeGreaterThan(5);
    const rows = new Map(compareMethods(exams).map((row) => [row.method, row]));
    process.stderr.write(`${JSON.stringify([...rows.values()])}\n`);
    const bias = (method: 'fwhm' | '2-sd' | '6-sd') => rows.get(method)!.limits!.bias;
    expect(bias('2-sd')).toBeGreaterThan(8);
    expect(bias('6-sd')).toBeLessThan(-1);
    expect(Math.abs(bias('fwhm'))).toBeLessThan(4);
    expect(rows.get('fwhm')!.dice!).toBeGreaterThan(0.65);
    for (const method of ['2-sd', '5-sd', '6-sd', 'otsu'] as const)
      expect(rows.get('fwhm')!.dice!, method).toBeGreaterThan(rows.get(method)!.dice!);
  });
});
