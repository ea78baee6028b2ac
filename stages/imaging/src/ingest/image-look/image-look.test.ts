import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { type DicomElements, type Volume, writeDicom } from '@myocast/dicom';
import { contrastSample } from '@myocast/simulation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestExam } from '../../index.ts';
import { featureNames, imageFeatures } from './image-features.ts';
import { classProbabilities, imageClasses, lookAt, lookStack } from './image-look.ts';
import { imageLookWeights } from './image-look-weights.ts';

function stackOf(contrast: (typeof imageClasses)[number], seed: string, slices = 3): Volume {
  const samples = Array.from({ length: slices }, (_, z) =>
    contrastSample(new Random(`${seed} ${z}`), contrast),
  );
  const { size, spacingMm } = samples[0]!;
  const data = new Float32Array(slices * size * size);
  for (const [z, { image }] of samples.entries()) data.set(image, z * size * size);
  const affine = [spacingMm, 0, 0, 0, 0, spacingMm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
  return { shape: [1, slices, size, size], data, affine, triggerTimesMs: null };
}

describe('the look of an image', () => {
  it('has a weight for every feature and class', () => {
    expect(imageLookWeights.mean).toHaveLength(featureNames.length);
    expect(imageLookWeights.weights.map((row) => row.length)).toEqual(
      imageClasses.map(() => featureNames.length + 1),
    );
  });

  it('tells most stacks of phantoms it has not seen', () => {
    let right = 0;
    for (const [index, contrast] of imageClasses.entries())
      for (let stack = 0; stack < 4; stack++) {
        const found = lookAt(stackOf(contrast, `test ${contrast} ${stack}`))!;
        right += Number(found.indexOf(Math.max(...found)) === index);
      }
    expect(right).toBeGreaterThanOrEqual(18);
  });

  it('does not depend on the scale of an image that is no map', () => {
    const volume = stackOf('cine', 'scale', 1);
    const larger = { ...volume, data: volume.data.map((value) => value * 4) };
    const features = [volume, larger].map((one) => [...imageFeatures(lookStack(one), 0)!].slice(0, -2));
    for (const [index, value] of features[0]!.entries()) expect(features[1]![index]).toBeCloseTo(value, 5);
  });

  it('gives probabilities, and nothing for an empty image', () => {
    const features = imageFeatures(lookStack(stackOf('t2-map', 'sum', 1)), 0)!;
    const sum = classProbabilities(features, imageLookWeights).reduce((total, one) => total + one, 0);
    expect(sum).toBeCloseTo(1, 12);
    const empty = stackOf('cine', 'empty', 1);
    expect(lookAt({ ...empty, data: empty.data.fill(3) })).toBeNull();
  });
});

describe('a series whose headers are silent', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'look-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function written(contrast: (typeof imageClasses)[number]): Promise<string> {
    const path = join(folder, contrast);
    await mkdir(path);
    const { shape, data } = stackOf(contrast, `silent ${contrast}`, 8);
    const pixels = shape[2] * shape[3];
    const top = data.reduce((most, value) => Math.max(most, value), 0);
    for (let z = 0; z < 8; z++) {
      const elements: DicomElements = {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
        SOPInstanceUID: `2.25.7.${z}`,
        SeriesInstanceUID: '2.25.7',
        Modality: 'MR',
        Rows: shape[2],
        Columns: shape[3],
        PixelSpacing: [1.5, 1.5],
        ImageOrientationPatient: [0.6957, 0.7183, 0, -0.36, 0.3487, -0.8653],
        ImagePositionPatient: [-6.2155 * z, 6.0199 * z, 5.0118 * z],
      };
      const slice = data.subarray(z * pixels, (z + 1) * pixels);
      const stored = Uint16Array.from(slice, (value) => (Math.max(0, value) / top) * 700);
      await writeFile(join(path, `${z}`), writeDicom(elements, stored));
    }
    return path;
  }

  it('is taken for late enhancement by its pixels and the plane of its stack', async () => {
    const exam = await ingestExam(await written('lge-phase-sensitive'), { subject: 'S1' });
    if (!exam.ok) throw new Error('not read');
    const look = exam.value.record.series[0] ?? exam.value.record.otherSeries[0]!;
    expect(look.kind).toBe('lge-sax');
    expect(look.reason).toContain('looks so');
    expect(look.confidence).toBeLessThan(0.9);
  });
});
