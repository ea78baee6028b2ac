import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mask, Volume } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackMask, plan } from '../quantification/stack.fixture.ts';
import { quantifyExam } from '../quantification/quantify.ts';
import { cineLabel } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { maskAt, volumeAt } from './dataset.ts';
import { dice } from './dice.ts';
import { imagesOf, segmenterOfLabels } from './known-labels.fixture.ts';
import { segment } from './segment.ts';
import { chooseWeights, segmentExam, type Segmenters, weightsName } from './segment-exam.ts';
import { segmentationFlags } from './segmentation-flags.ts';
import { weightsFolder } from './segmenter.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'segment-exam-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const cine = stackMask(plan);
/** The heart in one phase, with the labels of late enhancement or T2: cavity 1, wall 2, a lesion 3. */
function lesionMask(slices = cine.shape[1]): Mask {
  const [, , rows, columns] = cine.shape;
  const data = cine.data.slice(0, slices * rows * columns).map((label, at) => {
    if (label === cineLabel.leftVentricle) return 1;
    if (label !== cineLabel.myocardium) return 0;
    return at % columns < columns / 2 - 12 ? 3 : 2;
  });
  return { shape: [1, slices, rows, columns], data, affine: cine.affine };
}

async function writeExam(name: string, volumes: Readonly<Record<string, Volume>>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  for (const [kind, volume] of Object.entries(volumes))
    await writeFile(join(folder, `${kind}.nii.gz`), writeNifti(volume));
  const series = Object.keys(volumes).map((kind) => ({ kind, file: `${kind}.nii.gz` }));
  await writeFile(join(folder, 'exam.json'), JSON.stringify({ subject: name, series }));
  return folder;
}

const two: Segmenters = {
  'cine-sax': segmenterOfLabels('cine-sax', 3),
  'lge-sax': segmenterOfLabels('lge-sax', 3),
};
const all: Segmenters = {
  ...two,
  't2-sax': segmenterOfLabels('t2-sax', 3),
  'cine-lax': segmenterOfLabels('cine-lax', 3),
};

describe('segmenting an exam', () => {
  const volumes = {
    'cine-sax': imagesOf(cine),
    'lge-sax': imagesOf(lesionMask()),
    't2-stir': imagesOf(lesionMask()),
    'cine-4ch': imagesOf(lesionMask(1)),
  };

  it('draws every series there is a network for, and writes masks, certainty and insertions', async () => {
    const exam = await writeExam('whole', volumes);
    const out = join(root, 'masks', 'whole');
    const done = await segmentExam(exam, out, all, { uncertainty: true });
    if (!done.ok) throw new Error('refused');
    const { series, notSegmented, contours } = done.value;
    expect(series.map(({ mask, kind }) => [mask, kind])).toEqual([
      ['cine-sax', 'cine-sax'],
      ['lge-sax', 'lge-sax'],
      ['t2-sax', 't2-sax'],
      ['cine-4ch', 'cine-lax'],
    ]);
    expect(notSegmented.map(({ mask }) => mask)).toEqual(['cine-2ch', 'cine-3ch']);
    expect(notSegmented[0]!.why).toContain('no series cine-2ch');
    expect(contours).toMatchObject({ 't2-sax': 'network of t2-sax', 'cine-4ch': 'network of cine-lax' });
    const files = await readdir(out);
    for (const name of ['cine-sax', 'lge-sax', 't2-sax', 'cine-4ch'])
      expect(files).toEqual(expect.arrayContaining([`${name}.nii.gz`, `${name}-uncertainty.nii.gz`]));
    const [found, unsure] = [
      await maskAt(join(out, 't2-sax.nii.gz')),
      await volumeAt(join(out, 'cine-sax-uncertainty.nii.gz')),
    ];
    expect(found.ok && dice(found.value.data, lesionMask().data, [3])).toBeGreaterThan(0.85);
    expect(unsure.ok && unsure.value.shape).toEqual(cine.shape);
    expect(unsure.ok && unsure.value.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const [short] = series;
    expect(short!.certainty.structures['left ventricle']!.expectedDice).toBeGreaterThan(0.8);
    const { value, low, high } = short!.certainty.ejectionFractionPercent!;
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    expect(short!.rvInsertions!.length).toBeGreaterThan(4);
    const quantified = await quantifyExam(exam, join(root, 'masks'), { subject: 'whole' });
    expect(quantified.ok && quantified.value.cine!.edvMl).toBeGreaterThan(50);
  });

  it('goes on without weights for oedema and long axes, and says so once', async () => {
    const exam = await writeExam('fewer', volumes);
    const done = await segmentExam(exam, join(root, 'masks', 'fewer'), two);
    if (!done.ok) throw new Error('refused');
    expect(done.value.series.map(({ mask }) => mask)).toEqual(['cine-sax', 'lge-sax']);
    const why = Object.fromEntries(done.value.notSegmented.map(({ mask, why: reason }) => [mask, reason]));
    expect(why['t2-sax']).toBe('there are no weights for t2-sax');
    expect(why['cine-4ch']).toBe('there are no weights for cine-lax');
    expect(done.issues.filter(({ kind }) => kind !== 'quality-flag')).toEqual([]);
    const record = JSON.parse(
      await readFile(join(root, 'masks', 'fewer', 'segmentation.json'), 'utf8'),
    ) as object;
    expect(record).toEqual(JSON.parse(JSON.stringify(done.value)));
  });

  it('looks where the cine shows the heart, and flags images in which it is elsewhere', async () => {
    const there = imagesOf(lesionMask());
    const [, slices, rows, columns] = there.shape;
    const data = new Float32Array(there.data.length);
    // Something like a heart, 55 mm off, and nothing where the heart is.
    for (let z = 0; z < slices; z++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          if (Math.hypot(row - 8, column - 8) < 8)
            data[(z * rows + row) * columns + column] = 1 + (column % 3);
    const exam = await writeExam('elsewhere', {
      'cine-sax': volumes['cine-sax'],
      'lge-sax': { ...there, data },
    });
    const done = await segmentExam(exam, join(root, 'masks', 'elsewhere'), two);
    const messages = done.issues.map(({ message }) => message).join('\n');
    expect(messages).toMatch(/no heart was found where the cine shows it|expected a heart/);
  });

  it('refuses a folder that is no exam, and segments nothing where no series is there', async () => {
    expect((await segmentExam(join(root, 'nowhere'), join(root, 'masks', 'x'), two)).ok).toBe(false);
    const exam = await writeExam('empty', {});
    const done = await segmentExam(exam, join(root, 'masks', 'empty'), two);
    expect(done.ok && done.value.series).toEqual([]);
    expect(done.ok && done.value.notSegmented).toHaveLength(6);
  });
});

it('names weights by kind and set', () => {
  expect(weightsName('lge-sax', 'real')).toBe('lge-sax');
  expect(weightsName('lge-sax', 'phantom')).toBe('lge-phantom');
  expect(weightsName('t2-sax', 'real')).toBe('t2-phantom');
  expect(weightsName('t2-sax', 'phantom')).toBe('t2-phantom');
  expect(weightsName('cine-lax', 'phantom')).toBe('lax-phantom');
});

it('takes own weights for what their card says they draw, and those of a set for the rest', async () => {
  const own = weightsFolder('lge-phantom');
  const chosen = await chooseWeights(['real', 'phantom', own]);
  expect(chosen.ok && chosen.value).toEqual({ set: 'phantom', names: { 'lge-sax': own } });
  const twice = await chooseWeights([own, 'lge-sax']);
  expect(twice.issues[0]!.message).toBe(`expected one set of weights for lge-sax, found ${own} too`);
  expect((await chooseWeights(['nowhere'])).ok).toBe(false);
});

it('flags what looked like infarct and was not called one, but not specks', async () => {
  const truth = lesionMask();
  const images = imagesOf(truth);
  const found = await segment(images, segmenterOfLabels('lge-sax', 4), 'x');
  if (!found.ok) throw new Error('refused');
  const { mask, repairs } = found.value;
  const wall = mask.data.filter((label) => label >= 2).length;
  const flags = (share: number) => {
    const notCalled = { infarct: Math.round(share * wall), obstruction: 0 };
    const given = { ...found.value, repairs: { ...repairs, notCalled } };
    return segmentationFlags(images, given, 'lge-sax', 'x').map(({ message }) => message);
  };
  expect(flags(0.005)).toEqual([]);
  expect(flags(0.03)).toEqual([
    '3.0 % of the myocardium looked like infarct and was not called one, as it was small or unsure: look at it',
  ]);
});
