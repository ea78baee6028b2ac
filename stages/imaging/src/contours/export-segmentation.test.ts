import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataset, text } from '@myocast/dicom';
import { readSegmentation } from '@myocast/dicom/objects';
import { describe, expect, it } from 'vitest';
import { maskNames } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import {
  at,
  corrected,
  examPlace,
  type ExamPlace,
  fileOf,
  imported,
  smallHeart,
  softwareVersion,
  subject,
  valueOf,
} from './corrected-exam.fixture.ts';
import { correctionsFolder } from './corrections-record.ts';
import { contoursSegmentation } from './export-contours.ts';

const orderOf = ({ exam, masks }: ExamPlace) => ({ examFolder: exam, maskFolder: masks, softwareVersion });

const written = async (place: ExamPlace) =>
  valueOf(await contoursSegmentation(orderOf(place), 'cine-sax', at));

function drawers(bytes: Uint8Array) {
  const { segments } = valueOf(readSegmentation(bytes, 'seg'));
  return segments.map(
    ({ name, algorithmType, algorithmName }) => `${name}: ${algorithmType} ${algorithmName}`,
  );
}

const creator = (bytes: Uint8Array) => text(valueOf(readDataset(bytes, 'seg')), 'ContentCreatorName');

describe('contours as a DICOM segmentation', () => {
  it.each(maskNames)('of %s come back voxel by voxel', async (name) => {
    const place = await examPlace(smallHeart(), 'aaaaaaaaaa', name);
    const bytes = valueOf(await contoursSegmentation(orderOf(place), name, at));
    const path = await fileOf(place, 'out.dcm', bytes);
    const done = valueOf(await imported(place, [path], { kind: name }));
    expect([done.from, done.changedVoxels]).toEqual(['dicom-seg', 0]);
    expect(done.labels.every(({ voxelsAfter }) => voxelsAfter > 0)).toBe(name !== 'lge-sax');
  });

  it('say what is missing: the mask, the source of its images, a label', async () => {
    const place = await examPlace();
    const message = async (name: 'cine-sax' | 'cine-4ch') => {
      const { ok, issues } = await contoursSegmentation(orderOf(place), name, at);
      expect(ok).toBe(false);
      return issues[0]!.message;
    };
    expect(await message('cine-4ch')).toContain('expected contours of cine-4ch, found none');
    const empty = { ...place.automatic, data: place.automatic.data.map(() => 0) };
    const file = join(place.masks, subject, 'cine-sax.nii.gz');
    await writeFile(file, writeNifti(empty));
    expect(await message('cine-sax')).toContain('expected contours in the mask, found none');
    await writeFile(file, writeNifti(place.automatic));
    await rm(join(place.exam, 'cine-sax.sources.json'));
    expect(await message('cine-sax')).toContain('--references original');
  });

  it('name the network for what is its own, both for what was changed, the reader for what is new', async () => {
    const heart = smallHeart();
    const noRight = { ...heart, data: heart.data.map((label) => (label === 1 ? 0 : label)) };
    const place = await examPlace(noRight);
    const before = await written(place);
    expect(drawers(before)).toEqual([
      'RV cavity: AUTOMATIC net c0ffee',
      'LV myocardium: AUTOMATIC net c0ffee',
      'LV cavity: AUTOMATIC net c0ffee',
    ]);
    expect(creator(before)).toBe('');
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(heart))]));
    const drawn = await written(place);
    expect(drawers(drawn)).toEqual([
      'RV cavity: MANUAL ',
      'LV myocardium: AUTOMATIC net c0ffee',
      'LV cavity: AUTOMATIC net c0ffee',
    ]);
    expect(creator(drawn)).toBe('reader 2');
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(corrected(heart)))]));
    expect(drawers(await written(place)).slice(1)).toEqual([
      'LV myocardium: SEMIAUTOMATIC net c0ffee',
      'LV cavity: SEMIAUTOMATIC net c0ffee',
    ]);
  });

  it('are a person’s where an expert drew them or nothing was there, and of both where the network’s are lost', async () => {
    const place = await examPlace();
    const mask = await fileOf(place, 'm.nii.gz', writeNifti(corrected(place.automatic)));
    const done = valueOf(await imported(place, [mask]));
    await rm(join(correctionsFolder(place.masks, subject), done.automatic!.mask));
    const lost = await contoursSegmentation(orderOf(place), 'cine-sax', at);
    expect(drawers(valueOf(lost)).every((line) => line.includes('SEMIAUTOMATIC net c0ffee'))).toBe(true);
    expect(lost.issues.length).toBe(1);
    const expert = { subject, series: [], contours: { 'cine-sax': 'expert' } };
    await writeFile(join(place.masks, subject, 'segmentation.json'), JSON.stringify(expert));
    valueOf(await imported(place, [mask]));
    const manual = ['RV cavity: MANUAL ', 'LV myocardium: MANUAL ', 'LV cavity: MANUAL '];
    expect(drawers(await written(place))).toEqual(manual);
    await rm(join(place.masks, subject, 'cine-sax.nii.gz'));
    valueOf(await imported(place, [mask]));
    expect(drawers(await written(place))).toEqual(manual);
  });
});
