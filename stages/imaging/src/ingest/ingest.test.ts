import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DicomElements, readDicom, writeDicom } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestExam, readNifti, writeExam } from '../index.ts';

const shared = resolve(import.meta.dirname, '../../../../../shared/data/dicom');
const present = existsSync(join(shared, 'MANIFEST.csv'));
if (!present) process.stderr.write('ingest: tests on real files skipped, ../shared/data/dicom is absent\n');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const identity: DicomElements = {
  PatientName: 'ZWETSCHGE^WALTRAUD',
  PatientID: 'PID-774411',
  PatientBirthDate: '19510203',
  InstitutionName: 'SPITAL QUELLENHOF',
  StudyDate: '20260105',
  StudyInstanceUID: '2.25.987654321',
};

/** One series of short-axis slices: `phases` images in each place. */
async function writeSeries(name: string, slices: number, phases: number, more: DicomElements): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  const series = more.SeriesInstanceUID as string;
  for (let z = 0; z < slices; z++)
    for (let t = 0; t < phases; t++)
      await writeFile(
        join(folder, name, `ZWETSCHGE-${series}-${(z * 7 + t * 3) % 1000}-${z}-${t}.dcm`),
        writeDicom(
          {
            ...identity,
            SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
            SOPInstanceUID: `${series}.${z}.${t}`,
            Modality: 'MR',
            Rows: 8,
            Columns: 6,
            PixelSpacing: [1.5, 1.5],
            ImageOrientationPatient: [0.6, 0.8, 0, 0, 0, -1],
            ImagePositionPatient: [-8 * z, 6 * z, 0],
            ...(phases > 1 ? { TriggerTime: t * 40 } : {}),
            ...more,
          },
          Uint16Array.from({ length: 48 }, (_, pixel) => z * 100 + t + pixel * 7),
        ),
      );
}

const cine: DicomElements = { SeriesInstanceUID: '2.25.5551', SeriesDescription: 'cine SAX Waltraud' };
const lge: DicomElements = {
  SeriesInstanceUID: '2.25.5552',
  SeriesDescription: 'LGE SAX',
  InversionTime: 300,
};

describe('an exam', () => {
  it('of a whole cine and LGE is included, and its files carry nothing that identifies', async () => {
    await writeSeries('whole', 7, 10, cine);
    await writeSeries('whole', 7, 1, lge);
    await writeFile(join(folder, 'whole', 'ZWETSCHGE.txt'), 'notes of the day\n'.repeat(20));
    const exam = await ingestExam(join(folder, 'whole'), { subject: 'S1' });
    if (!exam.ok) throw new Error(exam.issues[0]!.message);
    const { record } = exam.value;
    expect(record).toMatchObject({ verdict: 'include', filesRead: 78, filesNotUsed: 1, reasons: [] });
    expect(record.series.map(({ kind, shape }) => [kind, ...shape])).toEqual([
      ['cine-sax', 10, 7, 8, 6],
      ['lge-sax', 1, 7, 8, 6],
    ]);
    const out = join(folder, 'out');
    await writeExam(exam.value, out);
    const names = await readdir(out);
    expect(names.sort()).toEqual(['cine-sax.nii.gz', 'exam.json', 'lge-sax.nii.gz']);
    const said = (await Promise.all(names.map((name) => readFile(join(out, name), 'latin1')))).join('\n');
    for (const secret of ['zwetschge', 'waltraud', '774411', '19510203', 'quellenhof', '20260105', '2.25.'])
      expect(said.toLowerCase()).not.toContain(secret);
    const back = readNifti(await readFile(join(out, 'cine-sax.nii.gz')), 'cine');
    expect(back.ok && back.value.data).toEqual(exam.value.volumes['cine-sax']!.data);
    expect(back.ok && back.value.affine).toEqual(exam.value.volumes['cine-sax']!.affine!.map(Math.fround));
  });

  it('that lies with the whole exam of another patient or day goes to a person, who is told how many, not whom', async () => {
    const whole = async (name: string, more: DicomElements, digit: string) => {
      for (const [images, one] of [
        [10, cine],
        [1, lge],
      ] as const)
        await writeSeries(name, 7, images, {
          ...one,
          ...more,
          SeriesInstanceUID: `${one.SeriesInstanceUID as string}${digit}`,
        });
    };
    await whole('two-patients', {}, '1');
    await whole('two-patients', { PatientID: 'PID-99', StudyInstanceUID: '2.25.5' }, '2');
    const two = await ingestExam(join(folder, 'two-patients'), { subject: 'S1' });
    expect(two.ok && two.value.record).toMatchObject({
      verdict: 'review',
      reasons: [
        'expected images of one patient, found 2 by their PatientID',
        'expected images of one study, found 2 by their StudyInstanceUID',
      ],
    });
    await whole('two-days', {}, '1');
    await whole('two-days', { StudyInstanceUID: '2.25.5' }, '2');
    const days = await ingestExam(join(folder, 'two-days'), { subject: 'S1' });
    expect(days.ok && days.value.record).toMatchObject({
      verdict: 'review',
      reasons: ['expected images of one study, found 2 by their StudyInstanceUID'],
    });
  });

  it('without LGE is excluded, and says why', async () => {
    await writeSeries('cine-only', 7, 10, cine);
    const exam = await ingestExam(join(folder, 'cine-only'), { subject: 'S2' });
    expect(exam.ok && exam.value.record).toMatchObject({
      verdict: 'exclude',
      reasons: ['no short-axis late enhancement that forms a regular volume'],
    });
  });

  it('of no files is refused in one line', async () => {
    await mkdir(join(folder, 'empty'));
    const exam = await ingestExam(join(folder, 'empty'), { subject: 'S3' });
    expect(exam.ok).toBe(false);
    expect(exam.issues).toHaveLength(1);
    expect(exam.issues[0]!.kind).toBe('empty-input');
  });
});

describe.skipIf(!present)('real files', () => {
  it('the RVSC cine has the geometry and pixels that pydicom gives it', async () => {
    const golden = JSON.parse(
      readFileSync(resolve(import.meta.dirname, '../../../../reference/dicom/rvsc-geometry.json'), 'utf8'),
    ) as { shape: number[]; affine: number[]; triggerTimesMs: number[]; pixelSum: number };
    const exam = await ingestExam(join(shared, 'rvsc-patient09/P09dicom'), { subject: 'P09' });
    if (!exam.ok) throw new Error(exam.issues[0]!.message);
    const volume = exam.value.volumes['cine-sax']!;
    expect(volume.shape).toEqual(golden.shape);
    for (const [index, value] of golden.affine.entries())
      expect(Math.abs(volume.affine![index]! - value)).toBeLessThan(1e-6);
    expect(volume.triggerTimesMs).toEqual(golden.triggerTimesMs);
    expect(volume.data.reduce((sum, value) => sum + value, 0)).toBe(golden.pixelSum);
    expect(exam.value.record).toMatchObject({ verdict: 'exclude', filesRead: 24, filesNotUsed: 4 });
    expect(exam.value.record.series[0]!.confidence).toBeGreaterThan(0.9);
  });

  it('the manual RV contours of the RVSC cine lie on edges of the image, column before row', () => {
    for (const name of ['P09-0020', 'P09-0022', 'P09-0023']) {
      const read = readDicom(readFileSync(join(shared, `rvsc-patient09/P09dicom/${name}.dcm`)), name);
      if (!read.ok) throw new Error(read.issues[0]!.message);
      const { stored, columns } = read.value;
      const file = join(shared, `rvsc-patient09/P09contours-manual/${name}-icontour-manual.txt`);
      const points = readFileSync(file, 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
      const right = edgeContrast(points, (x, y) => stored[Math.round(y) * columns + Math.round(x)]!);
      const turned = edgeContrast(points, (x, y) => stored[Math.round(x) * columns + Math.round(y)]!);
      expect(right).toBeGreaterThan(100);
      expect(right).toBeGreaterThan(2 * turned);
    }
  });
});

/** Mean fall of the signal from 4 pixels inside a contour to 4 pixels outside. */
function edgeContrast(
  points: readonly (readonly [number, number])[],
  at: (x: number, y: number) => number,
): number {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  const falls = points.map(([x, y]) => {
    const [across, down] = [
      (4 * (x - x0)) / Math.hypot(x - x0, y - y0),
      (4 * (y - y0)) / Math.hypot(x - x0, y - y0),
    ];
    return at(x - across, y - down) - at(x + across, y + down);
  });
  return falls.reduce((sum, fall) => sum + fall, 0) / falls.length;
}
