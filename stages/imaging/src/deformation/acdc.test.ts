import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mask, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { findSegmentReference } from '../quantification/rv-insertion.ts';
import { maskAt, volumeAt } from '../segmentation/dataset.ts';
import { shortAxisStrain } from './short-axis-strain.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/data/acdc');
const there = existsSync(join(folder, 'reference.csv'));
if (!there)
  process.stderr.write('skipped: strain of real patients needs ../shared/data, which is not here\n');

/** End-diastole and end-systole of a patient as a cine of two phases. */
async function twoPhases(patient: string): Promise<{ image: Volume; mask: Mask }> {
  const read = async <Value>(checked: Promise<{ ok: boolean; value?: Value }>) => (await checked).value!;
  const at = (name: string) => join(folder, patient, `${name}.nii.gz`);
  const [ed, es] = [await read<Volume>(volumeAt(at('ed'))), await read<Volume>(volumeAt(at('es')))];
  const [edMask, esMask] = [
    await read<Mask>(maskAt(at('ed_label'))),
    await read<Mask>(maskAt(at('es_label'))),
  ];
  const [, z, y, x] = ed.shape;
  const shape = [2, z, y, x] as const;
  const data = new Float32Array(2 * ed.data.length);
  data.set(ed.data);
  data.set(es.data, ed.data.length);
  const labels = new Uint8Array(2 * edMask.data.length);
  labels.set(edMask.data);
  labels.set(esMask.data, edMask.data.length);
  return {
    image: { ...ed, shape, data, triggerTimesMs: null },
    mask: { shape, data: labels, affine: edMask.affine },
  };
}

async function strainOf(patient: string) {
  const { image, mask } = await twoPhases(patient);
  const reference = findSegmentReference(mask, 0);
  const checked = shortAxisStrain({ image, mask, edPhase: 0, esPhase: 1, reference, timesMs: null });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked;
}

describe.skipIf(!there)('strain between two phases of real patients', () => {
  it('is that of healthy hearts in healthy ones, and less in dilated ones, with a flag', async () => {
    // Dilated cardiomyopathy, and no disease.
    const dilated = [
      await strainOf('patient001'),
      await strainOf('patient003'),
      await strainOf('patient005'),
    ];
    const normal = [await strainOf('patient061'), await strainOf('patient063'), await strainOf('patient065')];
    for (const { value, issues } of [...dilated, ...normal]) {
      expect(issues.some(({ message }) => message.includes('at least 10 phases, found 2'))).toBe(true);
      expect(value.quality.from).toBe('image and contours');
      expect(value.quality.returnErrorMm).toBeLessThan(2);
    }
    for (const { value } of normal) {
      expect(value.circumferential.endSystolicPercent!).toBeLessThan(-12);
      expect(value.radial.endSystolicPercent!).toBeGreaterThan(20);
    }
    for (const { value } of dilated) expect(value.circumferential.endSystolicPercent!).toBeGreaterThan(-10);
  });
});
