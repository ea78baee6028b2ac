import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '@myocast/simulation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestExam } from '../ingest/ingest.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { quantifyExam } from './quantify.ts';

const subjects = ['V1-0001', 'V2-0001', 'V1-0002'];
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'myocast-truth-'));
  const sequences = ['cine-sax', 'lge-sax', 't2-sax'] as const;
  const config = { patients: 3, centres: 2, seed: 33, truthMasks: true, imaging: { sequences } };
  const done = await simulate(config, root, { workers: 0 });
  expect(done.ok).toBe(true);
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Columns of truth.csv by name, their units left out. */
async function truth(subject: string): Promise<Record<string, number>> {
  const [header, ...rows] = (await readFile(join(root, 'truth.csv'), 'utf8')).trim().split('\n');
  const names = header!.split(',').map((name) => name.split(' ')[0]!);
  const row = rows.map((line) => line.split(',')).find(([id]) => id === subject)!;
  return Object.fromEntries(names.map((name, at) => [name, Number(row[at])]));
}

describe('the true masks of virtual patients', () => {
  it('give back ejection fraction, infarct and MVO of the truth to 0.1 points', async () => {
    let compared = 0;
    for (const subject of subjects) {
      const quantified = await quantifyExam(join(root, 'exams', subject), join(root, 'truth-masks'), {
        subject,
      });
      if (!quantified.ok) throw new Error(JSON.stringify(quantified.issues));
      const { cine, lge } = quantified.value;
      const known = await truth(subject);
      if (cine) {
        compared++;
        expect(Math.abs(cine.ejectionFractionPercent - known['ejection_fraction_percent']!)).toBeLessThan(
          0.1,
        );
        expect(cine.edPhase).toBe(0);
        expect(cine.esPhase).toBe(4);
      }
      if (lge) {
        compared++;
        expect(Math.abs(lge.infarctPercent - known['infarct_percent']!)).toBeLessThan(0.1);
        expect(Math.abs(lge.mvoPercent - known['mvo_percent']!)).toBeLessThan(0.1);
      }
      expect(quantified.value.segmentReference).toBe('rv-insertion');
    }
    expect(compared).toBeGreaterThan(3);
  });

  it('lie on the volumes that their DICOM files make', async () => {
    const subject = subjects[0]!;
    const exam = await ingestExam(join(root, 'exams', subject), { subject });
    if (!exam.ok) throw new Error(JSON.stringify(exam.issues));
    // The mask of an oedema image has the name of its labels, whatever the technique is.
    const maskOf = { 'cine-sax': 'cine-sax', 'lge-sax': 'lge-sax', 't2-stir': 't2-sax' } as const;
    for (const kind of ['cine-sax', 'lge-sax', 't2-stir'] as const) {
      const volume = exam.value.volumes[kind]!;
      const mask = await maskAt(join(root, 'truth-masks', subject, `${maskOf[kind]}.nii.gz`));
      if (!mask.ok) throw new Error(JSON.stringify(mask.issues));
      expect(mask.value.shape).toEqual(volume.shape);
      for (const [at, value] of volume.affine!.entries())
        expect(mask.value.affine![at]).toBeCloseTo(value, 2);
    }
    expect(Object.keys(exam.value.volumes).sort()).toEqual(Object.keys(maskOf));
  });
});
