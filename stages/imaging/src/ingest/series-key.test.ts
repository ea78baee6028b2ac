import {
  type DicomElements,
  groupSeries,
  type ImageHeader,
  readImageHeaders,
  writeDicom,
} from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { seriesKeys } from './series-key.ts';

const cine: DicomElements = {
  SeriesInstanceUID: '2.25.1',
  SeriesDescription: 'cine',
  FlipAngle: 50,
  EchoTime: 1.2,
};

/** Seven slices of `phases` images. */
function stack(phases: number, more: DicomElements, pixel = 1): readonly ImageHeader[] {
  const images: ImageHeader[] = [];
  for (let z = 0; z < 7; z++)
    for (let t = 0; t < phases; t++) {
      const elements: DicomElements = {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
        SOPInstanceUID: `${(more.SeriesInstanceUID ?? '2.25.1') as string}.${z}.${t}`,
        Modality: 'MR',
        Rows: 2,
        Columns: 2,
        PixelSpacing: [2, 2],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        ImagePositionPatient: [0, 0, z * 10],
        ...(phases > 1 ? { TriggerTime: t * 40 } : {}),
        ...more,
      };
      const pixels = Uint16Array.of(pixel + z, pixel + t, pixel, pixel * 2);
      const read = readImageHeaders(writeDicom(elements, pixels), `${z}-${t}`);
      if (!read.ok) throw new Error(read.issues[0]!.message);
      images.push(...read.value);
    }
  return images;
}

const keysOf = (...images: readonly ImageHeader[]) => seriesKeys(groupSeries(images));
const [key] = keysOf(...stack(10, cine));

describe('the key of a series', () => {
  it('holds under other stored pixels, UIDs, dates and names, and with files that come twice', () => {
    expect(key).toMatch(/^[0-9a-f]{10}$/);
    const moved = { ...cine, SeriesInstanceUID: '2.25.77', StudyDate: '20200101', PatientName: 'A^B' };
    expect(keysOf(...stack(10, moved, 900))).toEqual([key]);
    expect(keysOf(...stack(10, cine), ...stack(10, cine, 900))).toEqual([key]);
    expect(keysOf(...stack(10, cine).toReversed())).toEqual([key]);
    const renamed = stack(10, { ...cine, SOPInstanceUID: '2.25.9' }, 900);
    expect(keysOf(...stack(10, cine), ...renamed)).toEqual([key]);
    const [still] = keysOf(...stack(1, cine));
    expect(keysOf(...stack(1, cine), ...stack(1, cine, 900))).toEqual([still]);
  });

  it('holds for the same images in one enhanced file', () => {
    const frames = Array.from({ length: 70 }, (_, index) => [Math.floor(index / 10), index % 10] as const);
    const bytes = writeDicom(
      {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1',
        SOPInstanceUID: '2.25.8.1',
        SeriesInstanceUID: '2.25.8',
        SeriesDescription: 'cine',
        Modality: 'MR',
        NumberOfFrames: 70,
        Rows: 2,
        Columns: 2,
        SharedFunctionalGroupsSequence: [
          {
            PixelMeasuresSequence: [{ PixelSpacing: [2, 2] }],
            PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
            MREchoSequence: [{ EffectiveEchoTime: 1.2 }],
            MRTimingAndRelatedParametersSequence: [{ FlipAngle: 50 }],
          },
        ],
        PerFrameFunctionalGroupsSequence: frames.map(([z, t]) => ({
          PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z * 10] }],
          CardiacSynchronizationSequence: [{ NominalCardiacTriggerDelayTime: t * 40 }],
        })),
      },
      new Uint16Array(280),
    );
    const read = readImageHeaders(bytes, 'enhanced');
    if (!read.ok) throw new Error(read.issues[0]!.message);
    expect(read.value).toHaveLength(70);
    expect(keysOf(...read.value)).toEqual([key]);
  });

  it('differs with phases, times, angle, place, orientation and part', () => {
    const others = [
      stack(9, cine),
      stack(10, { ...cine, EchoTime: 1.4 }),
      stack(10, { ...cine, FlipAngle: 45 }),
      stack(10, { ...cine, InversionTime: 300 }),
      stack(10, { ...cine, RepetitionTime: 3 }),
      stack(10, { ...cine, ImageOrientationPatient: [1, 0, 0, 0, 0, -1] }),
      stack(10, { ...cine, ImageType: ['ORIGINAL', 'PRIMARY', 'P'] }),
      stack(10, cine).filter(({ plane }) => plane!.position[2] > 0),
    ].map((images) => keysOf(...images)[0]);
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  it('is told apart by the order of SeriesNumber where series are equal, whatever their UIDs', () => {
    const numbered = (uid: string, SeriesNumber: number) =>
      stack(10, { ...cine, SeriesInstanceUID: uid, SeriesNumber });
    const byNumber = (images: readonly ImageHeader[]) => {
      const groups = groupSeries(images);
      const keys = seriesKeys(groups);
      return groups.map((group, index) => [group.images[0]!.dataset, keys[index]] as const);
    };
    for (const [first, second] of [
      ['2.25.3', '2.25.4'],
      ['2.25.4', '2.25.3'],
    ] as const) {
      const early = numbered(first, 7);
      const found = byNumber([...numbered(second, 12), ...early]);
      const ofEarly = found.find(([dataset]) => early.some((image) => image.dataset === dataset));
      expect(ofEarly![1]).toBe(key);
      expect(new Set(found.map(([, one]) => one))).toEqual(new Set([key, `${key}-2`]));
    }
  });
});
