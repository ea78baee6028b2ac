import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import {
  assembleVolume,
  classifySeries,
  type DicomElements,
  type DicomImage,
  groupSeries,
  lpsOfVoxel,
  openDicom,
  placePixels,
  emptyVolume,
  planVolume,
  readDicom,
  readImageHeaders,
  writeDicom,
} from './index.ts';
import { columns, elements, image, root, rows, series } from './testing/image-series.ts';

function assembled(images: readonly DicomImage[]) {
  const result = assembleVolume(images, 's');
  if (!result.ok) throw new Error(result.issues[0]!.message);
  return { ...result.value, issues: result.issues };
}

function read(bytes: Uint8Array): DicomImage {
  const found = readDicom(bytes, 'one');
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return found.value;
}

const pixelOf = ({ data, shape }: { data: Float32Array; shape: readonly number[] }, t: number, z: number) =>
  data[(t * shape[1]! + z) * rows * columns + 7];
describe('geometry', () => {
  it('gives the exact affine and voxels of an oblique series, in any order of the files', () => {
    const inOrder = series(4, 3);
    const images = new Random(3).permutation(inOrder.length).map((index) => inOrder[index]!);
    const assembled = assembleVolume(images, 's');
    if (!assembled.ok) throw new Error(assembled.issues[0]!.message);
    const { volume } = assembled.value;
    const expected = [
      root * 1.25,
      0,
      -root * 10,
      -20,
      root * 1.25,
      0,
      root * 10,
      5,
      0,
      -1.5,
      0,
      40,
      0,
      0,
      0,
      1,
    ];
    for (const [index, value] of expected.entries())
      expect(Math.abs(volume.affine![index]! - value)).toBeLessThan(1e-6);
    expect(volume.shape).toEqual([3, 4, rows, columns]);
    expect(volume.triggerTimesMs).toEqual([0.75, 30.75, 60.75]);
    for (let t = 0; t < 3; t++)
      for (let z = 0; z < 4; z++)
        expect(volume.data[(t * 4 + z) * rows * columns + 7]).toBe((z * 10 + t) * 100 + 7);
  });

  it('uses an image that is given twice once', () => {
    const images = series(3, 2);
    const assembled = assembleVolume([...images, images[2]!], 's');
    expect(assembled.ok && assembled.value.volume.shape).toEqual([2, 3, rows, columns]);
    expect(assembled.issues.map(({ kind }) => kind)).toEqual(['duplicate-image']);
    expect(assembled.issues[0]!.message).toBe('expected every image once, given more than once');
  });

  it('says what the headers count and no slice has', () => {
    const counted = (phases: number) =>
      Array.from({ length: phases }, (_, t) =>
        image({ SOPInstanceUID: `2.25.${t + 1}`, TriggerTime: 30 * t, CardiacNumberOfImages: 4 }, t),
      );
    expect(assembled(counted(3)).issues).toMatchObject([
      {
        kind: 'missing-image',
        message: 'expected 4 phases by CardiacNumberOfImages, found 3 in each slice',
      },
    ]);
    expect(assembled(counted(4)).issues).toEqual([]);
  });

  it('keeps an empty slice where one is missing, and says which', () => {
    const { volume, used, issues } = assembled(
      series(6, 2).filter((_, index) => Math.floor(index / 2) !== 3),
    );
    expect(volume.shape).toEqual([2, 6, rows, columns]);
    expect(used).toHaveLength(10);
    expect([0, 1, 2, 3, 4, 5].map((z) => pixelOf(volume, 1, z))).toEqual([107, 1107, 2107, 0, 4107, 5107]);
    expect(issues).toMatchObject([
      { kind: 'missing-image', message: 'expected 6 slices, found none at slice 4: it is empty' },
    ]);
  });

  it('refuses slices with more gaps than slices that are evenly spaced have', () => {
    const kept = [0, 1, 2, 6, 8, 9];
    const result = assembleVolume(
      series(10, 1).filter((_, z) => kept.includes(z)),
      's',
    );
    expect(result.ok).toBe(false);
    expect(result.issues[0]).toMatchObject({
      kind: 'bad-geometry',
      message: 'expected 6 slices 10.00 mm apart, found a gap of 40.00 mm after slice 3',
    });
  });

  it('leaves out a slice that lies between the others', () => {
    const stray = image({
      SOPInstanceUID: '2.25.7',
      ImagePositionPatient: [-20 - root * 24, 5 + root * 24, 40],
    });
    const { volume, issues } = assembled([...series(6, 1), stray]);
    expect(volume.shape).toEqual([1, 6, rows, columns]);
    expect(issues.map(({ kind, path }) => [kind, path])).toEqual([['bad-geometry', '2.25.7']]);
  });

  it('leaves out images of another orientation or without a place, and keeps the others', () => {
    const turned = image({ SOPInstanceUID: '2.25.7', ImageOrientationPatient: [1, 0, 0, 0, 1, 0] });
    const lost = image({ SOPInstanceUID: '2.25.8', ImagePositionPatient: null });
    const { volume, issues } = assembled([turned, lost, ...series(3, 1)]);
    expect(volume.shape[1]).toBe(3);
    expect(issues.map(({ kind }) => kind)).toEqual(['bad-geometry', 'bad-geometry']);
    expect(new Set(issues.map(({ path }) => path))).toEqual(new Set(['2.25.7', '2.25.8']));
  });

  it('leaves out a slice that lacks many phases, and says so', () => {
    const { volume, issues } = assembled(series(4, 3).slice(1));
    expect(volume.shape).toEqual([3, 3, rows, columns]);
    expect(issues[0]?.message).toContain('expected 3 phases in each slice, found 2');
  });

  it('fills a phase that one slice lacks with the nearest in time, and says so', () => {
    const { volume, used, issues } = assembled(series(3, 10).filter((_, index) => index !== 14));
    expect(volume.shape).toEqual([10, 3, rows, columns]);
    expect(used).toHaveLength(29);
    const phases = Array.from({ length: 10 }, (_, t) => (pixelOf(volume, t, 1)! - 7) / 100 - 10);
    expect(phases).toEqual([0, 1, 2, 3, 3, 5, 6, 7, 8, 9]);
    expect(issues).toMatchObject([{ kind: 'missing-image' }]);
    expect(issues[0]!.message).toContain('expected 10 phases, found 9 at');
  });

  it('takes the last take of a slice that was taken again', () => {
    const again = series(4, 1)[2]!;
    const late = image(
      { SOPInstanceUID: '2.25.9', AcquisitionNumber: 8, ImagePositionPatient: [...again.plane!.position] },
      77,
    );
    const { volume, issues } = assembled([late, ...series(4, 1)]);
    expect(volume.shape).toEqual([1, 4, rows, columns]);
    expect(pixelOf(volume, 0, 2)).toBe(7707);
    expect(issues).toMatchObject([{ kind: 'duplicate-image', path: '2.25.1002' }]);
  });

  it('follows permuted and mirrored axes: a pixel stays where it is in the patient', () => {
    // The same slice with rows and columns exchanged, and one of them reversed.
    const turned: DicomElements = {
      Rows: columns,
      Columns: rows,
      PixelSpacing: [1.25, 1.5],
      ImageOrientationPatient: [0, 0, 1, root, root, 0],
      ImagePositionPatient: [-20, 5, 40 - (rows - 1) * 1.5],
    };
    const plain = assembled(series(1, 1)).volume;
    const pixels = new Uint16Array(rows * columns);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) pixels[x * rows + (rows - 1 - y)] = y * columns + x;
    const file = writeDicom({ ...elements, SOPInstanceUID: '2.25.5', ...turned }, pixels);
    const other = assembled([read(file)]).volume;
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        expect(other.data[x * rows + (rows - 1 - y)]).toBe(plain.data[y * columns + x]);
        const here = lpsOfVoxel(other.affine!, [rows - 1 - y, x, 0]);
        for (const [axis, mm] of lpsOfVoxel(plain.affine!, [x, y, 0]).entries())
          expect(here[axis]!).toBeCloseTo(mm, 9);
      }
  });

  it('joins slices that the scanner put into a series each, and no others', () => {
    const pieces = series(5, 3).map((one, index) =>
      image({
        SOPInstanceUID: `2.25.7${index}`,
        SeriesInstanceUID: `2.25.90${Math.floor(index / 3)}`,
        SeriesDescription: `cine_SAX_${Math.floor(index / 3) + 1}`,
        ImagePositionPatient: [...one.plane!.position],
      }),
    );
    const other = image({
      SOPInstanceUID: '2.25.99',
      SeriesInstanceUID: '2.25.980',
      SeriesDescription: 'LGE',
    });
    expect(groupSeries([...pieces, other]).map((group) => group.images.length)).toEqual([15, 1]);
  });

  it('keeps orientations apart and names a cine', () => {
    const other = image({ SOPInstanceUID: '2.25.9', ImageOrientationPatient: [1, 0, 0, 0, 1, 0] });
    const groups = groupSeries([...series(2, 10), other]);
    expect(groups.map(({ images }) => images.length).sort((a, b) => a - b)).toEqual([1, 20]);
    const cine = groups.find(({ images }) => images.length === 20)!;
    expect(classifySeries(cine)).toMatchObject({ kind: 'cine-sax' });
  });
});

function headersOf(bytes: Uint8Array) {
  const found = readImageHeaders(bytes, 'enhanced');
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return found.value;
}

/** One enhanced file of slices × phases, its frames in a random order. */
function enhanced(slices: number, phases: number, perFrame = true): Uint8Array {
  const order = new Random(9).permutation(slices * phases);
  const pixels = new Uint16Array(order.length * rows * columns);
  const frames = order.map((index, frame): DicomElements => {
    const [z, t] = [Math.floor(index / phases), index % phases];
    for (let pixel = 0; pixel < rows * columns; pixel++)
      pixels[frame * rows * columns + pixel] = (z * 10 + t) * 100 + pixel;
    return {
      FrameContentSequence: [{ TemporalPositionIndex: t + 1, FrameAcquisitionNumber: z + 1 }],
      CardiacSynchronizationSequence: [{ NominalCardiacTriggerDelayTime: 30 * t }],
      PlanePositionSequence: [{ ImagePositionPatient: [-20 - root * 10 * z, 5 + root * 10 * z, 40] }],
      PixelValueTransformationSequence: [{ RescaleSlope: z + 1, RescaleIntercept: -t }],
    };
  });
  const { PixelSpacing, ImageOrientationPatient, ImagePositionPatient: _, ...rest } = elements;
  const groups: DicomElements = {
    SharedFunctionalGroupsSequence: [
      {
        PixelMeasuresSequence: [{ PixelSpacing: PixelSpacing!, SliceThickness: 8 }],
        PlaneOrientationSequence: [{ ImageOrientationPatient: ImageOrientationPatient! }],
        MRImageFrameTypeSequence: [{ FrameType: ['ORIGINAL', 'PRIMARY', 'M'] }],
      },
    ],
    ...(perFrame ? { PerFrameFunctionalGroupsSequence: frames } : {}),
  };
  return writeDicom({ ...rest, ...groups, NumberOfFrames: order.length }, pixels);
}

describe('enhanced multi-frame images', () => {
  it('give every frame its place, time and scale, in any order of the frames', () => {
    const bytes = enhanced(4, 3);
    const headers = headersOf(bytes);
    expect(headers).toHaveLength(12);
    expect(groupSeries(headers)).toHaveLength(1);
    const planned = planVolume(headers, 's');
    if (!planned.ok) throw new Error(planned.issues[0]!.message);
    const { shape, affine, triggerTimesMs, places, leftOut } = planned.value;
    expect([shape, triggerTimesMs, leftOut.size]).toEqual([[3, 4, rows, columns], [0, 30, 60], 0]);
    for (const [index, value] of assembled(series(4, 3)).volume.affine!.entries())
      expect(affine![index]).toBeCloseTo(value, 9);
    const opened = openDicom(bytes, 'enhanced');
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    const volume = emptyVolume(planned.value);
    for (const { image: header, start } of places) {
      const stored = opened.value.read(header.frame);
      if (!stored.ok) throw new Error(stored.issues[0]!.message);
      placePixels(volume.data, start, { ...header, stored: stored.value });
    }
    for (let t = 0; t < 3; t++)
      for (let z = 0; z < 4; z++) expect(pixelOf(volume, t, z)).toBe(((z * 10 + t) * 100 + 7) * (z + 1) - t);
  });

  it('without functional groups are one image of many frames, of which no volume is made', () => {
    const headers = headersOf(enhanced(2, 2, false));
    expect(headers.map(({ frames }) => frames)).toEqual([4]);
    expect(planVolume(headers, 's')).toMatchObject({ ok: false, issues: [{ kind: 'bad-geometry' }] });
  });
});

describe('planVolume of slices that were placed one by one', () => {
  /** One image at each distance along the normal. */
  const at = (...mm: number[]) => {
    return mm.map((distance, index) =>
      image({
        SOPInstanceUID: `2.25.${2000 + index}`,
        ImagePositionPatient: [-root * distance, root * distance, 40],
      }),
    );
  };

  it('lays the slices of a map on a grid with empty places, and misses none', () => {
    for (const [distances, places, step] of [
      [[0, 30, 50], [0, 3, 5], 10],
      [[0, 18.2, 41.1], [0, 4, 9], 4.57],
    ] as const) {
      const images = at(...distances);
      expect(planVolume(images, 's').ok).toBe(false);
      const planned = planVolume(images, 's', true);
      if (!planned.ok) throw new Error(planned.issues[0]!.message);
      const { shape, emptySlices, leftOut, affine } = planned.value;
      const found = Array.from({ length: shape[1] }, (_, z) => z).filter((z) => !emptySlices.includes(z));
      expect([found, leftOut.size, planned.issues]).toEqual([places, 0, []]);
      expect(Math.abs(Math.hypot(affine![2]!, affine![6]!, affine![10]!) - step)).toBeLessThan(0.01);
      for (const [index, z] of found.entries()) {
        const [x, y] = lpsOfVoxel(affine!, [0, 0, z]);
        expect(Math.abs(Math.hypot(x, y) - distances[index]!)).toBeLessThan(0.5);
      }
    }
  });

  it('leaves evenly spaced slices on their own grid', () => {
    const planned = planVolume(at(0, 20, 40), 's', true);
    expect(planned.ok && planned.value.shape[1]).toBe(3);
  });
});
