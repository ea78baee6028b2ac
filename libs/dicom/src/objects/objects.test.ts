import { describe, expect, it } from 'vitest';
import { readDataset, text } from '../dataset.ts';
import { readElements } from '../read-elements.ts';
import type { Mask } from '../volume.ts';
import { elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import { cielabValue } from './cielab.ts';
import { code } from './code.ts';
import { derivedUid } from './derived-uid.ts';
import { type ReportSource, readMeasurementReport, writeMeasurementReport } from './measurement-report.ts';
import { readSegmentation } from './read-segmentation.ts';
import { type Segment, type SegmentationSource, writeSegmentation } from './segmentation.ts';
import type { SourceStack } from './source-stack.ts';

const identity = {
  StudyInstanceUID: '1.2.3',
  StudyDate: '20240102',
  StudyTime: '090000',
  StudyID: '1',
  StudyDescription: 'CMR',
  AccessionNumber: 'A1',
  ReferringPhysicianName: '',
  PatientName: 'Müller^Änne',
  PatientID: 'P1',
  PatientBirthDate: '',
  PatientSex: 'F',
};
const maker = { softwareVersion: '0.1.0', at: new Date('2024-02-03T04:05:06Z') };

/** Two phases, three slices of 3 × 5 pixels: 45 bits a label, so that frames do not end with a byte. */
function stackOf(phases: number): SourceStack {
  const slices = 3;
  return {
    shape: [phases, slices, 3, 5],
    frameOfReferenceUid: '1.2.9',
    orientation: [1, 0, 0, 0, 0, -1],
    pixelSpacingMm: [1.5, 1.25],
    sliceThicknessMm: 8,
    sliceSpacingMm: 10,
    positions: [0, 10, 20].map((mm) => [-20.125, mm, 33.3]),
    instances: Array.from({ length: phases * slices }, (_, index) => ({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: `1.2.3.4.${index + 1}`,
      seriesInstanceUid: '1.2.3.4',
      frame: null,
    })),
  };
}

function maskOf(stack: SourceStack, labelAt: (index: number) => number): Mask {
  const length = stack.shape.reduce((product, size) => product * size, 1);
  return {
    shape: stack.shape,
    data: Uint8Array.from({ length }, (_, index) => labelAt(index)),
    affine: null,
  };
}

const segment = (name: string, labels: readonly number[]): Segment => ({
  name,
  labels,
  category: code('91723000', 'SCT', 'Anatomical Structure'),
  type: code('87878005', 'SCT', 'Left ventricle'),
  region: null,
  colour: [255, 90, 80],
});
const segments = [segment('one', [1]), segment('two', [2, 3]), segment('three', [3])];

function sourceOf(stack: SourceStack, mask: Mask): SegmentationSource {
  return {
    identity,
    stack,
    mask,
    segments,
    algorithms: segments.map(() => ({ type: 'AUTOMATIC', name: 'network 1a2b' })),
    creator: null,
    seriesNumber: 900,
    seriesDescription: 'Cine masks',
  };
}

const scattered = (index: number) => (index * 7 + (index % 11) * 3) % 4;

describe('writeSegmentation', () => {
  it('is read back voxel by voxel on the grid of the images, phases and overlapping segments included', () => {
    const stack = stackOf(2);
    const mask = maskOf(stack, scattered);
    const { bytes } = writeSegmentation(sourceOf(stack, mask), maker);
    const read = readSegmentation(bytes, 'seg', { stack, nested: true });
    expect(read.issues).toEqual([]);
    expect(read.ok && [...read.value.mask.data]).toEqual([...mask.data]);
    expect(read.ok && read.value.segments.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  });

  it('says of each segment who drew it, and whether a person did, in other UIDs', () => {
    const stack = stackOf(1);
    const source = sourceOf(stack, maskOf(stack, scattered));
    const algorithms = [
      { type: 'AUTOMATIC', name: 'network 1a2b' },
      { type: 'SEMIAUTOMATIC', name: 'network 1a2b' },
      { type: 'MANUAL' },
    ] as const;
    const written = writeSegmentation({ ...source, algorithms, creator: 'reader 2' }, maker);
    const read = readSegmentation(written.bytes, 'seg', { stack, nested: true });
    if (!read.ok) throw new Error(read.issues[0]!.message);
    expect(
      read.value.segments.map(({ algorithmType, algorithmName }) => [algorithmType, algorithmName]),
    ).toEqual([
      ['AUTOMATIC', 'network 1a2b'],
      ['SEMIAUTOMATIC', 'network 1a2b'],
      ['MANUAL', ''],
    ]);
    const dataset = readDataset(written.bytes, 'seg');
    expect(dataset.ok && text(dataset.value, 'ContentCreatorName')).toBe('reader 2');
    expect(written.sopInstanceUid).not.toBe(writeSegmentation(source, maker).sopInstanceUid);
    expect(() => writeSegmentation({ ...source, algorithms: [{ type: 'MANUAL' }] }, maker)).toThrow(
      'expected 3 algorithms, got 1',
    );
  });

  it('packs the first pixel into the lowest bit, frames without a gap', () => {
    const stack = stackOf(1);
    // Slice 0: pixel 0 and 14 (the last); slice 1: pixel 0. Frames of 15 bits: bits 0, 14, 15.
    const mask = maskOf(stack, (index) => (index === 0 || index === 14 || index === 15 ? 1 : 0));
    const { bytes } = writeSegmentation(sourceOf(stack, mask), maker);
    const pixels = bytes.subarray(bytes.length - 4);
    expect([...pixels]).toEqual([0b00000001, 0b11000000, 0, 0]);
  });

  it('gives the same bytes and UIDs for the same mask, others for another', () => {
    const stack = stackOf(2);
    const first = writeSegmentation(sourceOf(stack, maskOf(stack, scattered)), maker);
    const again = writeSegmentation(sourceOf(stack, maskOf(stack, scattered)), maker);
    const other = writeSegmentation(
      sourceOf(
        stack,
        maskOf(stack, (index) => index % 4),
      ),
      maker,
    );
    expect(Buffer.from(again.bytes).equals(first.bytes)).toBe(true);
    expect(again.sopInstanceUid).toBe(first.sopInstanceUid);
    expect(other.sopInstanceUid).not.toBe(first.sopInstanceUid);
    const later = writeSegmentation(sourceOf(stack, maskOf(stack, scattered)), { ...maker, at: new Date(0) });
    expect(later.sopInstanceUid).toBe(first.sopInstanceUid);
  });

  it('keeps the names of the patient and the exam, in UTF-8', () => {
    const stack = stackOf(1);
    const { bytes } = writeSegmentation(sourceOf(stack, maskOf(stack, scattered)), maker);
    const read = readDataset(bytes, 'seg');
    expect(read.ok && text(read.value, 'PatientName')).toBe('Müller^Änne');
    expect(read.ok && text(read.value, 'StudyInstanceUID')).toBe('1.2.3');
    expect(read.ok && text(read.value, 'AccessionNumber')).toBe('A1');
  });

  it('refuses a mask on another grid, an unknown label and an empty mask', () => {
    const stack = stackOf(1);
    const write = (mask: Mask) => () => writeSegmentation(sourceOf(stack, mask), maker);
    expect(write(maskOf(stackOf(2), scattered))).toThrow(RangeError);
    expect(write(maskOf(stack, (index) => (index === 3 ? 4 : 0)))).toThrow(/got 4/);
    expect(write(maskOf(stack, () => 0))).toThrow(RangeError);
  });
});

/** The same file with some attributes changed. */
function changed(bytes: Uint8Array, values: Parameters<typeof elementsFrom>[0]): Uint8Array {
  const dataset = readDataset(bytes, 'seg');
  if (!dataset.ok) throw new Error('unreadable');
  const elements = readElements(dataset.value);
  if (!elements.ok) throw new Error('unreadable');
  const own = elementsFrom(values);
  const kept = elements.value.filter(({ tag }) => !own.some((element) => element.tag === tag));
  return writeElements([...kept, ...own], explicitLittleEndian);
}

describe('readSegmentation', () => {
  const stack = stackOf(2);
  const mask = maskOf(stack, scattered);
  const { bytes } = writeSegmentation(sourceOf(stack, mask), maker);

  it('finds the grid from the frames alone', () => {
    const read = readSegmentation(bytes, 'seg', { nested: true });
    expect(read.ok && read.value.mask.shape).toEqual([2, 3, 3, 5]);
    expect(read.ok && [...read.value.mask.data]).toEqual([...mask.data]);
    // Columns run along x, rows along -z, slices along +y.
    const affine = read.ok ? read.value.mask.affine! : [];
    expect(affine.map((value) => value + 0)).toEqual([
      1.25, 0, 0, -20.125, 0, 0, 10, 0, 0, -1.5, 0, 33.3, 0, 0, 0, 1,
    ]);
  });

  it('counts the voxels in which segments overlap, and takes the higher label', () => {
    const read = readSegmentation(bytes, 'seg', { stack });
    const threes = mask.data.filter((label) => label === 3).length;
    expect(read.issues).toHaveLength(1);
    expect(read.issues[0]!.message).toContain(`found ${threes} voxels in several`);
  });

  it('maps segments to labels by what they are, and leaves out those without one', () => {
    const labelOf = ({ name }: { readonly name: string }) => (name === 'one' ? 7 : null);
    const read = readSegmentation(bytes, 'seg', { stack, labelOf });
    expect(read.ok && [...read.value.mask.data]).toEqual(
      [...mask.data].map((label) => (label === 1 ? 7 : 0)),
    );
  });

  it('places frames by the images they name where no phase is stated', () => {
    const parsed = readDataset(bytes, 'seg');
    const elements = parsed.ok ? readElements(parsed.value) : null;
    if (!elements?.ok) throw new Error('unreadable');
    const temporal = 0x00209128;
    const without = elements.value.map((element) =>
      element.tag === 0x52009230 && 'items' in element
        ? {
            ...element,
            items: element.items.map((groups) =>
              groups.map((group) =>
                'items' in group
                  ? { ...group, items: group.items.map((list) => list.filter(({ tag }) => tag !== temporal)) }
                  : group,
              ),
            ),
          }
        : element,
    );
    const file = writeElements(without, explicitLittleEndian);
    const read = readSegmentation(file, 'seg', { stack, nested: true });
    expect(read.ok && [...read.value.mask.data]).toEqual([...mask.data]);
    const blind = readSegmentation(file, 'seg');
    expect(blind.issues[0]!.kind).toBe('bad-geometry');
  });

  it('refuses fractional segmentations and other objects by name', () => {
    const fractional = readSegmentation(changed(bytes, { SegmentationType: 'FRACTIONAL' }), 'seg');
    expect(fractional.ok).toBe(false);
    expect(fractional.issues[0]!.message).toContain('found FRACTIONAL');
    const image = changed(bytes, { SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' });
    expect(readSegmentation(image, 'seg').issues[0]!.message).toContain('found MR Image Storage');
  });

  it('refuses frames that are not on the grid of the images', () => {
    const shifted = { ...stack, positions: stack.positions.map(([x, y, z]) => [x! + 2, y!, z!]) };
    expect(readSegmentation(bytes, 'seg', { stack: shifted }).issues[0]!.kind).toBe('bad-geometry');
    const turned = { ...stack, orientation: [0, 1, 0, 0, 0, -1] };
    expect(readSegmentation(bytes, 'seg', { stack: turned }).issues[0]!.kind).toBe('bad-geometry');
  });

  it('ends in an issue wherever the file is cut, and whatever byte is changed', () => {
    for (let end = 0; end < bytes.length; end += 97)
      expect(readSegmentation(bytes.subarray(0, end), 'seg').ok).toBe(false);
    for (let at = 132; at < bytes.length; at += 53) {
      const wrong = bytes.slice();
      wrong[at] = wrong[at]! ^ 0xff;
      expect(() => readSegmentation(wrong, 'seg', { stack })).not.toThrow();
    }
  });
});

describe('writeMeasurementReport', () => {
  const stack = stackOf(1);
  const segmentation = writeSegmentation(sourceOf(stack, maskOf(stack, scattered)), maker);
  const ml = code('mL', 'UCUM', 'milliliter');
  const source: ReportSource = {
    identity,
    procedure: code('241620005', 'SCT', 'Magnetic resonance imaging of heart'),
    stacks: [stack],
    segmentations: [segmentation],
    seriesNumber: 910,
    groups: [
      {
        trackingIdentifier: 'Left ventricle',
        finding: code('87878005', 'SCT', 'Left ventricle'),
        site: null,
        segment: {
          sopClassUid: segmentation.sopClassUid,
          sopInstanceUid: segmentation.sopInstanceUid,
          segment: 1,
        },
        sourceSeriesUid: '1.2.3.4',
        measurements: [
          {
            name: code('8821-1', 'LN', 'Left Ventricular ED Volume'),
            value: 1000 / 7,
            unit: ml,
            method: code('SUM', '99MYOCAST', 'Summation of slices'),
          },
        ],
      },
      {
        trackingIdentifier: 'AHA segment 1',
        finding: code('49848007', 'SCT', 'Left Ventricle Myocardium'),
        site: code('264850008', 'SCT', 'left ventricle basal anterior segment'),
        segment: null,
        sourceSeriesUid: null,
        measurements: [{ name: code('T', '99MYOCAST', 'Thickness'), value: 0, unit: ml, method: null }],
      },
    ],
  };
  const written = writeMeasurementReport(source, maker);

  it('is read back with every number to the last bit, unit, code and reference', () => {
    const read = readMeasurementReport(written.bytes, 'sr');
    expect(read.ok && read.value.groups).toEqual(source.groups);
    expect(read.ok && read.value.sopInstanceUid).toBe(written.sopInstanceUid);
  });

  it('refuses a report without numbers and a number that is none', () => {
    const valued = (value: number) => ({
      ...source,
      groups: source.groups.map((group) => ({
        ...group,
        measurements: group.measurements.map((one) => ({ ...one, value })),
      })),
    });
    expect(() => writeMeasurementReport(valued(Number.NaN), maker)).toThrow(RangeError);
    expect(() => writeMeasurementReport({ ...source, groups: [] }, maker)).toThrow(RangeError);
  });

  it('is told from other objects', () => {
    expect(readMeasurementReport(segmentation.bytes, 'seg').issues[0]!.kind).toBe('unsupported');
    for (let end = 0; end < written.bytes.length; end += 61)
      expect(() => readMeasurementReport(written.bytes.subarray(0, end), 'sr')).not.toThrow();
  });
});

describe('derivedUid', () => {
  it('is a UUID of version 8 in decimals, and keeps parts apart', () => {
    const uid = derivedUid('a', 'bc');
    const hex = BigInt(uid.slice(5)).toString(16).padStart(32, '0');
    expect([hex[12], '89ab'.includes(hex[16]!)]).toEqual(['8', true]);
    expect(uid.length).toBeLessThanOrEqual(44);
    expect(derivedUid('ab', 'c')).not.toBe(uid);
    expect(derivedUid('a', 'bc')).toBe(uid);
  });
});

describe('cielabValue', () => {
  it('is 0, middle, middle for black and the whole lightness for white', () => {
    const [black, white] = [cielabValue(0, 0, 0), cielabValue(255, 255, 255)];
    expect(black).toEqual([0, 32896, 32896]);
    expect(white[0]).toBe(65535);
    expect(Math.abs(white[1] - 32896)).toBeLessThanOrEqual(2);
  });
});
