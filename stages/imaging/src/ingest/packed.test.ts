import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { canonicalJson } from '@myocast/base';
import { type DicomElements, readImageHeaders, writeDicom } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exam, ingestExam, inspectFiles, inputPaths, reportFiles, writeNifti } from '../index.ts';
import { type FixtureEntry, tarOf, zipOf } from './containers/archive.fixture.ts';
import { openLoading, planSeries } from './dicom-exam.ts';

const shared = resolve(import.meta.dirname, '../../../../../shared/data/dicom');
const present = existsSync(join(shared, 'MANIFEST.csv'));
if (!present) process.stderr.write('packed: tests on real files skipped, ../shared/data/dicom is absent\n');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = (z: number): DicomElements => ({
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  Modality: 'MR',
  Rows: 8,
  Columns: 6,
  PixelSpacing: [1.5, 1.5],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  ImagePositionPatient: [0, 0, z * 10],
});

function imageOf(z: number, value: number, more: DicomElements): Uint8Array {
  const pixels = Uint16Array.from({ length: 48 }, (_, index) => value * 50 + index);
  return writeDicom({ ...place(z), ...more }, pixels);
}

/** A cine of 7 × 9 images, late enhancement in 7, a localiser, one image twice, and a note. */
function examFiles(): FixtureEntry[] {
  const files: FixtureEntry[] = [];
  for (let z = 0; z < 7; z++) {
    for (let t = 0; t < 9; t++) {
      const cine = { SeriesInstanceUID: '2.25.1', SeriesDescription: 'cine SAX', TriggerTime: t * 40 };
      const bytes = imageOf(z, z * 9 + t, { ...cine, SOPInstanceUID: `2.25.1${z}${t}` });
      files.push({ name: `cine/${((z * 9 + t) * 31) % 64}/IM`, bytes });
    }
    const lge = { SeriesInstanceUID: '2.25.2', SeriesDescription: 'LGE SAX', InversionTime: 300 };
    files.push({ name: `LGE ${z}`, bytes: imageOf(z, z, { ...lge, SOPInstanceUID: `2.25.2${z}` }) });
  }
  const scout = { SeriesInstanceUID: '2.25.3', SeriesDescription: 'localizer', SOPInstanceUID: '2.25.30' };
  files.push({ name: 'scout', bytes: imageOf(0, 0, scout) });
  files.push({ name: 'copy of LGE 3', bytes: files.find(({ name }) => name === 'LGE 3')!.bytes });
  files.push({ name: '.hidden/note.txt', bytes: Buffer.from('words of the day\n'.repeat(20)) });
  return files;
}

async function write(name: string, files: readonly FixtureEntry[]): Promise<string> {
  for (const file of files) {
    await mkdir(dirname(join(folder, name, file.name)), { recursive: true });
    await writeFile(join(folder, name, file.name), file.bytes);
  }
  return join(folder, name);
}

async function exam(path: string, heldBytes?: number): Promise<Exam> {
  const read = await ingestExam(path, { subject: 'S1', ...(heldBytes === undefined ? {} : { heldBytes }) });
  if (!read.ok) throw new Error(read.issues.map(({ message }) => message).join('; '));
  return read.value;
}

/** Every file found is used or has one reason. */
function expectComplete(one: Exam): void {
  const { found, used, notUsed, reasons } = reportFiles(one);
  expect(used + notUsed).toBe(found);
  expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(notUsed);
  expect(one.record.filesNotUsed).toBe(notUsed);
}

describe('one exam in many packings', () => {
  const files = examFiles();
  let plain: Exam;
  beforeAll(async () => {
    plain = await exam(await write('plain', files));
  });
  const zip = zipOf(files);
  const halves = [files.slice(0, 30), files.slice(30)];
  const packed: Readonly<Record<string, readonly FixtureEntry[]>> = {
    zip: [{ name: 'exam', bytes: zip }],
    tar: [{ name: 'exam.zip', bytes: tarOf(files) }],
    'gzipped tar': [{ name: 'exam', bytes: gzipSync(tarOf(files)) }],
    'zip in a tar in a zip': [
      { name: 'x', bytes: zipOf([{ name: 'y', bytes: tarOf([{ name: 'z', bytes: zip }]) }]) },
    ],
    'two archives of different sorts': [
      { name: 'a', bytes: zipOf(halves[0]!) },
      { name: 'b', bytes: gzipSync(tarOf(halves[1]!)) },
    ],
    'files gzipped one by one': files.map((file) => ({ ...file, bytes: gzipSync(file.bytes) })),
    'other names and another order': files
      .toReversed()
      .map(({ bytes }, index) => ({ name: `${(index * 37) % 101}`, bytes })),
  };

  it('has everything in its place, and a reason for every file besides', () => {
    const one = plain;
    expect(one.record.series.map(({ kind, shape, images }) => [kind, images, ...shape])).toEqual([
      ['cine-sax', 63, 9, 7, 8, 6],
      ['lge-sax', 7, 1, 7, 8, 6],
    ]);
    expect([one.record.filesRead, one.record.filesNotUsed, one.record.verdict]).toEqual([73, 3, 'review']);
    expect(reportFiles(one).reasons.map(({ kind, count }) => [kind, count])).toEqual([
      ['not-readable', 1],
      ['duplicate-image', 1],
      ['missing-series', 1],
    ]);
    expectComplete(one);
  });

  it.each(Object.entries(packed))(
    '%s: the record and the bytes are those of the folder',
    async (name, entries) => {
      const path = await write(name, entries);
      // Kept from the first reading; some of it; read a second time.
      for (const heldBytes of [undefined, 20_000, 0]) {
        const one = await exam(path, heldBytes);
        expect(canonicalJson(one.record)).toBe(canonicalJson(plain.record));
        expect(one.volumes).toEqual(plain.volumes);
        expectComplete(one);
      }
    },
  );

  it('is the same when the archive itself is named, or the same path by a link', async () => {
    await write('named', [{ name: 'exam.zip', bytes: zip }]);
    await symlink(join(folder, 'plain'), join(folder, 'linked'));
    for (const path of [join(folder, 'named', 'exam.zip'), join(folder, 'linked')])
      expect(canonicalJson((await exam(path)).record)).toBe(canonicalJson(plain.record));
  });

  it('writes nothing of an archive to disk', async () => {
    const path = await write('untouched', [
      { name: 'exam.zip', bytes: zipOf([...files, { name: '../out.dcm', bytes: files[0]!.bytes }]) },
    ]);
    const before = await readdir(folder);
    const one = await exam(path);
    expect(one.notUsed.filter(({ kind }) => kind === 'unsafe-entry').map((entry) => entry.path)).toEqual([
      `${path}/exam.zip!/../out.dcm`,
    ]);
    expect([await readdir(folder), await readdir(path)]).toEqual([before, ['exam.zip']]);
    expectComplete(one);
  });
});

describe('what cannot be used', () => {
  const files = examFiles();
  const lgeOf = (z: number) => files.findIndex(({ name }) => name === `LGE ${z}`);
  /** The same image in a transfer syntax that nobody knows. */
  const strange = (bytes: Uint8Array) =>
    Buffer.from(
      Buffer.from(bytes).toString('latin1').replace('1.2.840.10008.1.2.1\0', '1.2.840.10008.9.9.9\0'),
      'latin1',
    );

  it('because its pixels cannot be read is taken out, and the rest of its series is used', async () => {
    const some = files.map((file, index) =>
      index === lgeOf(6) ? { ...file, bytes: strange(file.bytes) } : file,
    );
    const one = await exam(await write('strange end', some));
    expect(one.record.series.map(({ kind, shape }) => [kind, shape[1]])).toEqual([
      ['cine-sax', 7],
      ['lge-sax', 6],
    ]);
    expect(one.notUsed.find(({ path }) => path.endsWith('LGE 6'))?.kind).toBe('unsupported');
    expectComplete(one);
    const middle = files.map((file, index) =>
      index === lgeOf(2) ? { ...file, bytes: strange(file.bytes) } : file,
    );
    const two = await exam(await write('strange middle', middle));
    expect(two.record.series.map(({ kind, emptySlices }) => [kind, emptySlices])).toEqual([
      ['cine-sax', []],
      ['lge-sax', [2]],
    ]);
    expect(two.record.issues.filter(({ kind }) => kind === 'missing-image')).toHaveLength(1);
    expectComplete(two);
  });

  it('because another series is better is said of every image', async () => {
    const again = Array.from({ length: 4 }, (_, z) => ({
      name: `second ${z}`,
      bytes: imageOf(z, z, {
        SeriesInstanceUID: '2.25.7',
        SeriesDescription: 'LGE SAX repeat',
        InversionTime: 300,
        SOPInstanceUID: `2.25.7${z}`,
      }),
    }));
    const one = await exam(await write('second', [...files, ...again]));
    const reasons = one.notUsed.filter(({ path }) => /second \d$/.test(path)).map(({ message }) => message);
    expect(reasons).toEqual(
      Array.from({ length: 4 }, () => 'not used, another lge-sax is used: more slices (7 against 4)'),
    );
    expectComplete(one);
  });

  it('because it changes between the two readings is no image of the volume', () => {
    const header = readImageHeaders(files[lgeOf(0)]!.bytes, 'a');
    if (!header.ok) throw new Error('no header');
    const { planned } = planSeries(header.value);
    const loading = openLoading(planned, false);
    expect([...loading.missing]).toEqual(['a']);
    loading.take({ path: 'a', bytes: files[lgeOf(1)]!.bytes, hash: 'other' }, 'one');
    const failed = [...loading.close()[0]!.failed.values()];
    expect(failed.map(({ message }) => message)).toEqual([
      'expected the file as it was a moment ago, found it changed or gone',
    ]);
    const never = openLoading(planned, false).close()[0]!.failed;
    expect([...never.values()]).toEqual(failed);
  });

  it('images of two patients are used, and the exam goes to review', async () => {
    const other = { SeriesInstanceUID: '2.25.2', SeriesDescription: 'LGE SAX', InversionTime: 300 };
    const mixed = files.map((file, index) => {
      const z = [0, 1, 2, 3, 4, 5, 6].find((one) => lgeOf(one) === index);
      const named = { ...other, SOPInstanceUID: `2.25.2${z}`, PatientID: `P${z! % 2}` };
      return z === undefined ? file : { ...file, bytes: imageOf(z, z, named) };
    });
    const one = await exam(await write('mixed', mixed));
    expect(one.record.verdict).toBe('review');
    expect(one.record.reasons).toContain('expected images of one patient, found 2 by their PatientID');
  });

  it('links inside a folder and empty files have their reason', async () => {
    const path = await write('links', [...files, { name: 'nothing', bytes: new Uint8Array(0) }]);
    await symlink(join(folder, 'plain'), join(path, 'link'));
    const one = await exam(path);
    const said = Object.fromEntries(one.notUsed.map((entry) => [entry.path.slice(path.length), entry.kind]));
    expect(said).toMatchObject({ '/link': 'unsafe-entry', '/nothing': 'empty-input' });
    expectComplete(one);
  });

  it('of NIfTI beside DICOM: labels, strangers, an intent, half a pair', async () => {
    const cine = {
      shape: [2, 3, 4, 4] as const,
      data: new Float32Array(96).fill(1),
      affine: null,
      triggerTimesMs: null,
    };
    const nifti = writeNifti(cine);
    const one = await exam(
      await write('nifti', [
        ...files,
        { name: 'sax_cine.nii.gz', bytes: nifti },
        { name: 'sax_cine_label.nii.gz', bytes: nifti },
        { name: 'half.hdr', bytes: Buffer.from('no header') },
        { name: 'lonely.img', bytes: Buffer.alloc(100) },
      ]),
    );
    expect(one.record.series.map(({ kind, shape }) => [kind, ...shape])).toEqual([
      ['cine-sax', 9, 7, 8, 6],
      ['lge-sax', 1, 7, 8, 6],
    ]);
    const said = one.notUsed.filter(({ path }) => /nii|hdr|img/.test(path)).map(({ kind }) => kind);
    expect(said).toEqual(['not-readable', 'not-readable', 'missing-series', 'missing-series']);
    expectComplete(one);
  });

  it('of an input without any image is listed, the rest of a long list counted', async () => {
    const notes = Array.from({ length: 30 }, (_, index) => ({
      name: `${index}`,
      bytes: Buffer.from('words\n'.repeat(100)),
    }));
    const read = await ingestExam(await write('notes', notes), { subject: 'S1' });
    expect([read.ok, read.issues.length]).toEqual([false, 21]);
    expect(read.issues[20]?.message).toBe('found more files of no use: 10 not-readable');
  });
});

describe('a NIfTI pair', () => {
  it('is one image under the name of its header, in ingest and in inspect', async () => {
    const golden = JSON.parse(
      await readFile(resolve(import.meta.dirname, '../../../../reference/imaging/nifti-golden.json'), 'utf8'),
    ) as { cases: { name: string; file: string; voxels: string | null }[] };
    const pair = golden.cases.find(({ name }) => name === 'pair')!;
    const path = await write('pair', [
      { name: 'heart_lge.hdr', bytes: Buffer.from(pair.file, 'base64') },
      { name: 'heart_lge.img.gz', bytes: Buffer.from(pair.voxels!, 'base64') },
    ]);
    const one = await exam(path);
    expect(one.record.series.map(({ kind, images, shape }) => [kind, images, ...shape])).toEqual([
      ['lge-sax', 2, 1, 3, 4, 5],
    ]);
    expectComplete(one);
    const seen = [];
    for await (const file of inspectFiles(await inputPaths([path]))) seen.push(file);
    expect(seen.map(({ format, shape, issue }) => [format, shape, issue])).toEqual([
      ['NIfTI', [1, 3, 4, 5], null],
      ['NIfTI', null, null],
    ]);
  });
});

describe.skipIf(!present)('real folders', () => {
  it('every file found is used or has its one reason', async () => {
    const folders = (await readdir(shared, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    let complete = 0;
    for (const path of [shared, ...folders]) {
      const read = await ingestExam(path, { subject: 'S1' });
      if (!read.ok) continue;
      expectComplete(read.value);
      complete++;
    }
    expect(complete).toBeGreaterThan(10);
  });

  it('are inspected alike in an archive, every file of them', async () => {
    const paths = (await inputPaths([join(shared, 'pydicom')])).map(String);
    const entries = await Promise.all(
      paths.map(async (path) => ({ name: path.slice(shared.length + 1), bytes: await readFile(path) })),
    );
    const archive = await write('all', [{ name: 'all.zip', bytes: zipOf(entries) }]);
    const results: string[][] = [[], []];
    for await (const { path, issue, ...rest } of inspectFiles(paths))
      results[0]!.push(JSON.stringify({ ...rest, path: path.slice(shared.length + 1), kind: issue?.kind }));
    for await (const { path, issue, ...rest } of inspectFiles([join(archive, 'all.zip')]))
      results[1]!.push(JSON.stringify({ ...rest, path: path.split('!/')[1], kind: issue?.kind }));
    expect(results[0]).toHaveLength(paths.length);
    expect(results[1]).toEqual(results[0]);
  });
});
