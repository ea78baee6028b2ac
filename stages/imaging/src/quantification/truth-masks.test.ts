import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { voxelVolumeMm3 } from '@myocast/dicom';
import { groundTruth, simulate, trueStrain } from '@myocast/simulation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestExam } from '../ingest/ingest.ts';
import type { QuantitiesRecord } from '../records.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { quantifyExam } from './quantify.ts';

const subjects = ['V1-0001', 'V2-0001', 'V1-0002'];
const sequences = ['cine-sax', 'cine-2ch', 'cine-3ch', 'cine-4ch', 'lge-sax', 't2-sax'] as const;
const config = { patients: 3, centres: 2, seed: 33, truthMasks: true, imaging: { sequences } };
let root = '';
const quantified = new Map<string, QuantitiesRecord>();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'myocast-truth-'));
  const done = await simulate(config, root, { workers: 0 });
  expect(done.ok).toBe(true);
  for (const subject of subjects) {
    const options = { subject };
    const record = await quantifyExam(join(root, 'exams', subject), join(root, 'truth-masks'), options);
    if (!record.ok) throw new Error(JSON.stringify(record.issues));
    quantified.set(subject, record.value);
  }
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Columns of truth.csv by name, their units left out. */
async function truth(subject: string): Promise<Record<string, number>> {
  const [header, ...rows] = (await readFile(join(root, 'truth.csv'), 'utf8')).trim().split('\n');
  const names = header!.split(',').map((name) => name.split(' ')[0]!);
  const row = rows.map((line) => line.split(',')).find(([id]) => id === subject)!;
  return Object.fromEntries(names.map((name, at) => [name, Number(row[at])]));
}

/** Of the short axes, which have one grid. */
async function voxelMl(subject: string): Promise<number> {
  const mask = await maskAt(join(root, 'truth-masks', subject, 'lge-sax.nii.gz'));
  if (!mask.ok) throw new Error(JSON.stringify(mask.issues));
  return voxelVolumeMm3(mask.value.affine!) / 1000;
}

describe('the true masks of virtual patients', () => {
  it('give back volumes, infarct and MVO of the truth to half a voxel: whole voxels come no nearer', async () => {
    let compared = 0;
    for (const subject of subjects) {
      const { cine, lge, segmentReference } = quantified.get(subject)!;
      const known = await truth(subject);
      // truth.csv has four decimals.
      const half = 0.5 * (await voxelMl(subject)) + 1e-4;
      const close = (ml: number, trueMl: number) => expect(Math.abs(ml - trueMl)).toBeLessThanOrEqual(half);
      if (cine) {
        compared++;
        close(cine.edvMl, known['edv_ml']!);
        close(cine.esvMl, known['esv_ml']!);
        const share = 1 - cine.esvMl / cine.edvMl;
        expect(cine.ejectionFractionPercent).toBeCloseTo(100 * share, 9);
        expect(Math.abs(100 * share - known['ejection_fraction_percent']!)).toBeLessThan(0.05);
        expect(cine.edPhase).toBe(0);
        expect(cine.esPhase).toBe(4);
      }
      if (lge) {
        compared++;
        const wallMl = lge.myocardiumMl!;
        close(lge.infarctMl!, (wallMl * known['infarct_percent']!) / 100);
        close(lge.mvoMl!, (wallMl * known['mvo_percent']!) / 100);
      }
      expect(segmentReference).toBe('rv-insertion');
    }
    expect(compared).toBeGreaterThan(3);
  });

  it('give the strain of the long axes that the phantom has', () => {
    let compared = 0;
    for (const subject of subjects) {
      const { longAxes, globalLongitudinalPercent, leftAtrium } = quantified.get(subject)!.deformation!;
      const { heart } = groundTruth({ ...config, imaging: { sequences: [] } }, subject).scene;
      const strain = trueStrain(heart, 1).longitudinal;
      expect(Math.abs(globalLongitudinalPercent! - strain)).toBeLessThan(2.5);
      expect(leftAtrium!.method).toBe('biplane');
      compared += longAxes.length;
    }
    expect(compared).toBeGreaterThan(6);
  });

  it('lie on the volumes that their DICOM files make', async () => {
    const subject = subjects[0]!;
    const exam = await ingestExam(join(root, 'exams', subject), { subject });
    if (!exam.ok) throw new Error(JSON.stringify(exam.issues));
    // The mask of an oedema image has the name of its labels, whatever the technique is.
    const maskOf = {
      'cine-2ch': 'cine-2ch',
      'cine-3ch': 'cine-3ch',
      'cine-4ch': 'cine-4ch',
      'cine-sax': 'cine-sax',
      'lge-sax': 'lge-sax',
      't2-stir': 't2-sax',
    } as const;
    for (const kind of Object.keys(maskOf) as (keyof typeof maskOf)[]) {
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
