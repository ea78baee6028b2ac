import { nobodyKnown } from '../quantification/ventricles/body-size.ts';
import type { Person } from '../quantification/ventricles/ventricle-records.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantifyExam } from '../quantification/quantify.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { evenLongAxis, evenRing, movingLongAxis, movingRing } from './moving-heart.fixture.ts';

const ring = movingRing({ ...evenRing, slices: 6 });
const view = movingLongAxis(evenLongAxis, [1.13, 0, 0, 0, 1.13, 0, 7, 0, 0, -1.6, 0, 0, 0, 0, 0, 1]);
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'myocast-deformation-'));
  for (const folder of ['exams/S1', 'masks/S1', 'masks/S2', 'masks/S3'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'exams/S1/cine-sax.nii.gz'), writeNifti(ring.image));
  await writeFile(join(root, 'exams/S1/cine-4ch.nii.gz'), writeNifti(view.image));
  for (const subject of ['S1', 'S2', 'S3'])
    await writeFile(join(root, `masks/${subject}/cine-sax.nii.gz`), writeNifti(ring.mask));
  await writeFile(join(root, 'masks/S1/cine-4ch.nii.gz'), writeNifti(view.mask));
  const strange = { ...view.mask, data: view.mask.data.map((label) => 2 * label) };
  await writeFile(join(root, 'masks/S3/cine-4ch.nii.gz'), writeNifti(strange));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** 180 cm and 72.2 kg have a body surface of 1.9 m² (Mosteller). */
const person: Person = { ageYears: null, sex: null, heightCm: 180, weightKg: 72.2 };

async function quantified(subject: string, known: Person = nobodyKnown) {
  const options = { subject, personOf: () => known };
  const record = await quantifyExam(join(root, 'exams', subject), join(root, 'masks'), options);
  if (!record.ok) throw new Error(JSON.stringify(record.issues));
  return record.value;
}

describe('the deformation of an exam', () => {
  it('is measured with its quantities, from its images and its masks', async () => {
    const { cine, deformation } = await quantified('S1', person);
    expect(deformation!.shortAxis).toMatchObject({
      edPhase: cine!.edPhase,
      esPhase: cine!.esPhase,
      slices: 6,
      slicesLeftOut: 0,
      quality: { from: 'image and contours' },
    });
    expect(deformation!.shortAxis!.circumferential.timeToPeakMs).toBeCloseTo(400, 0);
    expect(deformation!.longAxes.map((one) => one.view)).toEqual(['cine-4ch']);
    expect(deformation!.globalLongitudinalPercent).toBe(deformation!.longAxes[0]!.longitudinal.peakPercent);
    expect(deformation!.leftAtrium).toMatchObject({ method: 'single plane' });
    expect(deformation!.leftAtrium!.maxMlPerM2).toBeCloseTo(deformation!.leftAtrium!.maxMl / 1.9, 9);
    expect(deformation!.software).toMatch(/^Myocast/);
    expect(
      deformation!.flags.some(({ path, message }) => path === 'left-atrium' && message.includes('alone')),
    ).toBe(true);
    expect(JSON.stringify(deformation)).not.toMatch(/NaN|Infinity/);
  });

  it('without images is that of the contours, and a flag says so', async () => {
    const { deformation } = await quantified('S2');
    expect(deformation!.shortAxis!.quality.from).toBe('contours');
    expect(deformation).toMatchObject({ longAxes: [], globalLongitudinalPercent: null, leftAtrium: null });
    expect(
      deformation!.flags.some(
        ({ path, message }) => path === 'cine-sax' && message.includes('contours alone'),
      ),
    ).toBe(true);
  });

  it('is null where no cine has a mask', async () => {
    await mkdir(join(root, 'masks/S4'), { recursive: true });
    expect((await quantified('S4')).deformation).toBeNull();
  });

  it('leaves out a mask with labels of something else', async () => {
    const { deformation } = await quantified('S3');
    expect(deformation!.longAxes).toEqual([]);
    expect(deformation!.flags.find(({ kind }) => kind === 'bad-value')!.message).toBe(
      'expected labels 0 to 3, found 6',
    );
  });
});
