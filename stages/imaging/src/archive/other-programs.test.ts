import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readMeasurementReport, readSegmentation } from '@myocast/dicom/objects';
import { describe, expect, it } from 'vitest';
import { readExamMask } from './read-masks.ts';
import { referenceResults, referenceStack } from './results.fixture.ts';
import { segmentsOf } from './terms.ts';

const reference = resolve(import.meta.dirname, '../../../../reference/dicom');
const load = <Value>(name: string) => JSON.parse(readFileSync(resolve(reference, name), 'utf8')) as Value;

interface SegmentationRead {
  readonly sha256: string;
  readonly dciodvfyErrors: readonly string[];
  readonly patientName: string;
  readonly creator: string;
  readonly sourceImages: number;
  readonly segments: readonly {
    readonly label: string;
    readonly type: readonly string[];
    readonly algorithm: readonly [type: string, name: string | null];
  }[];
  readonly frames: readonly {
    readonly segment: number;
    readonly phase: number;
    readonly position: readonly number[];
    readonly source: string;
    readonly sha256: string;
  }[];
}
interface ReportRead {
  readonly dsrdumpErrors: readonly string[];
  readonly dsrdumpStatus: number;
  readonly dsrdumpNumbers: number;
  readonly groups: readonly {
    readonly template: string;
    readonly tracking: string;
    readonly finding: readonly string[];
    readonly sites: readonly (readonly string[])[];
    readonly measurements: readonly (readonly [string, string, string, number, string])[];
  }[];
}

// reference/dicom/read_results.py: pydicom 3.0.2, highdicom 0.28.2, dcmtk 3.6.7, dicom3tools 1.00.
const { files } = load<{
  readonly files: {
    readonly [name: string]: SegmentationRead & ReportRead & { readonly pixelSha256: string };
  };
}>('results-read.json');
const { objects, masks, groups, rgb } = referenceResults();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('our results, read by other programs', () => {
  it.each(Object.keys(objects))(
    '%s has the bytes that they read, in which dciodvfy finds no error',
    (name) => {
      expect(sha256(objects[name]!.bytes)).toBe(files[name]!.sha256);
      expect(files[name]!.dciodvfyErrors).toEqual([]);
    },
  );

  it('highdicom finds who drew each segment, and who corrected them', () => {
    const network = 'cine-sax 0123456789ab';
    const { creator, segments } = files['lge-sax-corrected.seg']!;
    expect(creator).toBe('reader 2');
    expect(segments.map(({ algorithm }) => algorithm)).toEqual([
      ['AUTOMATIC', network],
      ['SEMIAUTOMATIC', network],
      ['AUTOMATIC', network],
      ['MANUAL', null],
    ]);
    expect(files['lge-sax.seg']!.creator).toBe('');
  });

  it.each(['cine-sax', 'lge-sax'] as const)(
    'highdicom finds every voxel of the %s mask, its place and source',
    (kind) => {
      const read = files[`${kind}.seg`]!;
      const mask = masks[kind];
      const stack = referenceStack(mask.shape[0], kind === 'cine-sax' ? '2.25.4713' : '2.25.4714');
      const [, slices, rows, columns] = mask.shape;
      expect(read.patientName).toBe('Müller^Änne');
      expect(read.segments.map(({ label, type }) => [label, ...type])).toEqual(
        segmentsOf[kind].map(({ name, type }) => [name, type.value, type.scheme, type.meaning]),
      );
      const seen = new Uint8Array(mask.data.length);
      for (const { segment, phase, position, source, sha256: hash } of read.frames) {
        const { labels } = segmentsOf[kind][segment - 1]!;
        const z = stack.positions.findIndex((one) =>
          one.every((mm, axis) => Math.abs(mm - position[axis]!) < 1e-9),
        );
        const index = (phase - 1) * slices + z;
        expect(stack.instances[index]!.sopInstanceUid).toBe(source);
        const start = index * rows * columns;
        const own = mask.data.subarray(start, start + rows * columns);
        expect(hash).toBe(sha256(own.map((label) => Number(labels.includes(label)))));
        for (const [at, label] of own.entries()) if (labels.includes(label)) seen[start + at] = 1;
      }
      expect(sha256(seen)).toBe(sha256(mask.data.map((label) => Math.min(label, 1))));
    },
  );

  it('highdicom finds every number of the report, dsrdump prints it without an error', () => {
    const read = files['measurements.sr']!;
    expect([read.dsrdumpStatus, read.dsrdumpErrors]).toEqual([0, []]);
    const ours = groups.map(({ trackingIdentifier, finding, site, segment, measurements }) => ({
      template: segment === null ? '1501' : '1411',
      tracking: trackingIdentifier,
      finding: [finding.value, finding.scheme, finding.meaning],
      sites: site === null ? [] : [[site.value, site.scheme, site.meaning]],
      measurements: measurements.map(({ name, value, unit }) => [
        name.value,
        name.scheme,
        name.meaning,
        value,
        unit.value,
      ]),
    }));
    const inOrder = [
      ...ours.filter(({ template }) => template === '1411'),
      ...ours.filter(({ template }) => template === '1501'),
    ];
    expect(read.groups).toEqual(inOrder);
    expect(read.dsrdumpNumbers).toBe(ours.reduce((sum, { measurements }) => sum + measurements.length, 0));
  });

  it('pydicom finds the pixels of the picture', () => {
    expect(files['summary.sc']!.pixelSha256).toBe(sha256(rgb));
  });

  it('we read them back', () => {
    for (const kind of ['cine-sax', 'lge-sax'] as const) {
      const mask = masks[kind];
      const stack = referenceStack(mask.shape[0], kind === 'cine-sax' ? '2.25.4713' : '2.25.4714');
      const read = readExamMask(objects[`${kind}.seg`]!.bytes, kind, kind, stack);
      expect(read.issues).toEqual([]);
      expect(read.ok && sha256(read.value.data)).toBe(sha256(mask.data));
    }
    const report = readMeasurementReport(objects['measurements.sr']!.bytes, 'sr');
    expect(report.ok && report.value.groups).toEqual(groups);
  });
});

describe('segmentations that highdicom wrote', () => {
  const {
    shape,
    labels,
    files: foreign,
  } = load<{
    readonly shape: readonly [number, number, number];
    readonly labels: readonly number[];
    readonly files: { readonly [type: string]: string };
  }>('foreign-segmentations.json');
  const bytesOf = (type: string) => Buffer.from(foreign[type]!, 'base64');

  it.each(['BINARY', 'LABELMAP'])(
    '%s: every voxel is where it was, an empty slice that was left out too',
    (type) => {
      const read = readSegmentation(bytesOf(type), type);
      expect(read.issues).toEqual([]);
      if (!read.ok) return;
      const { mask, segments } = read.value;
      expect(mask.shape).toEqual([1, ...shape]);
      expect([...mask.data]).toEqual(labels);
      expect(mask.affine).toEqual([1.5, 0, 0, -10.5, 0, 1.25, 0, 3.25, 0, 0, 10, 0, 0, 0, 0, 1]);
      const described = segments.filter(({ number }) => number > 0);
      expect(described.map(({ name, type: what }) => [name, what?.value])).toEqual([
        ['segment 1', '87878005'],
        ['segment 2', '87878005'],
      ]);
    },
  );

  it('FRACTIONAL is refused by name', () => {
    const read = readSegmentation(bytesOf('FRACTIONAL'), 'fractional');
    expect(read.ok).toBe(false);
    expect(read.issues[0]!.message).toContain('FRACTIONAL');
  });
});
