import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeDicom } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('../../bin/myocast.js', import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL('../../dist/main.js', import.meta.url)));
if (!isBuilt) process.stderr.write('skipped: ingest of archives, apps/cli is not built (npx tsc -b)\n');
// Starting the command takes most of a second of processor time, much more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myocast-ingest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function myocast(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const lge = (z: number, name: string | null = null) =>
  writeDicom(
    {
      ...(name === null ? {} : { PatientName: name, PatientID: 'P-1' }),
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      SOPInstanceUID: `2.25.${z}`,
      SeriesInstanceUID: '2.25.77',
      SeriesDescription: 'LGE SAX',
      Modality: 'MR',
      InversionTime: 300,
      Rows: 8,
      Columns: 8,
      PixelSpacing: [1.5, 1.5],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      ImagePositionPatient: [0, 0, z * 10],
    },
    new Uint16Array(64).fill(z),
  );
const files = [
  ...Array.from({ length: 7 }, (_, z) => ({ name: `${z}`, bytes: lge(z) })),
  { name: 'note.txt', bytes: Buffer.from('words of the day\n'.repeat(20)) },
  { name: '../../out', bytes: lge(0) },
];

/** The files as a tar archive. */
const tar = Buffer.concat([
  ...files.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.fill(' ', 148, 156);
    header.write('0', 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  }),
  Buffer.alloc(1024),
]);

interface Document {
  readonly exams: readonly { readonly subject: string; readonly sourceHash: string }[];
  readonly files: readonly {
    readonly subject: string;
    readonly found: number;
    readonly used: number;
    readonly notUsed: number;
    readonly reasons: readonly { readonly kind: string; readonly count: number; readonly files: string[] }[];
  }[];
}

describe.skipIf(!isBuilt)('myocast', () => {
  it('ingest takes a folder with one archive a subject, and accounts for every file', async () => {
    await mkdir(join(folder, 'exams'));
    await writeFile(join(folder, 'exams', 'S1.tar'), tar);
    await writeFile(join(folder, 'exams', 'S2.tar.gz'), gzipSync(tar));
    const { status, stdout } = await myocast('ingest', 'exams', '--out', 'out', '--json');
    const document = JSON.parse(stdout) as Document;
    expect([status, document.exams.map(({ subject }) => subject)]).toEqual([0, ['S1', 'S2']]);
    expect(document.exams[0]!.sourceHash).toBe(document.exams[1]!.sourceHash);
    for (const [index, archive] of ['S1.tar', 'S2.tar.gz'].entries())
      expect(document.files[index]).toMatchObject({
        found: 9,
        used: 7,
        notUsed: 2,
        reasons: [
          { kind: 'unsafe-entry', count: 1, files: [`exams/${archive}!/../../out`] },
          { kind: 'not-readable', count: 1, files: [`exams/${archive}!/note.txt`] },
        ],
      });
    const read = (subject: string) => readFile(join(folder, 'out', subject, 'lge-sax.nii.gz'));
    expect(await read('S1')).toEqual(await read('S2'));
    expect((await readdir(folder)).sort()).toEqual(['exams', 'out']);
  });

  it('ingest of one archive for a person says what was used and what was not', async () => {
    await writeFile(join(folder, 'one.tar'), tar);
    const { status, stdout } = await myocast('ingest', 'one.tar', '--out', 'alone');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^one: exclude .*; 9 files read, 2 not used$/m);
    expect(stdout).toMatch(
      /^ {2}1 not used \(not-readable\): expected a DICOM file .*; one\.tar!\/note\.txt$/m,
    );
  });

  it('ingest of a subject given twice stops', async () => {
    await mkdir(join(folder, 'twice', 'S1'), { recursive: true });
    await writeFile(join(folder, 'twice', 'S1', 'a'), lge(0));
    await writeFile(join(folder, 'twice', 'S1.tar'), tar);
    const { status, stderr } = await myocast('ingest', 'twice', '--out', 'never');
    expect([status, stderr.trim()]).toEqual([
      1,
      'twice/S1.tar: expected one folder or archive for each subject (duplicate-subject)',
    ]);
  });

  it('ingest stops at a label that fits no series, and goes on past a kept one, which it names', async () => {
    const source = join(folder, 'to-label');
    await mkdir(source);
    for (let z = 0; z < 7; z++) await writeFile(join(source, `${z}.dcm`), lge(z));
    const out = join(folder, 'labelled');
    const by = ['--by', 'reader 2', '--out', out];
    const wrong = await myocast('ingest', source, ...by, '--label', 'ffff=lge-sax');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('expected one series for ffff=lge-sax, found 0');
    expect(existsSync(out)).toBe(false);
    expect((await myocast('ingest', source, '--out', out)).status).toBe(0);
    const label = { key: 'ffffffffff', kind: 'lge-sax', by: 'reader 2', at: '2026-02-03T10:00:00.000Z' };
    await writeFile(join(out, 'series-labels.json'), JSON.stringify([label]));
    const kept = await myocast('ingest', source, '--out', out);
    expect(kept.status).toBe(0);
    expect(kept.stdout).toContain('series-labels.json: expected one series for ffffffffff=lge-sax, found 0');
  });

  it('inspect looks into archives and counts what it finds', async () => {
    await writeFile(join(folder, 'one.tgz'), gzipSync(tar));
    const { status, stdout } = await myocast('inspect', 'one.tgz', '--json');
    const document = JSON.parse(stdout) as { files: { path: string; shape: number[] | null }[] };
    expect(status).toBe(0);
    expect(document).toMatchObject({ inspected: 9, withIssues: 2 });
    expect(document.files[3]).toMatchObject({ path: 'one.tgz!/3', shape: [8, 8] });
  });
});

describe.skipIf(!isBuilt)('what ingest writes', () => {
  it('never takes the place of the images, nor lies among them', async () => {
    const images = join(folder, 'images');
    await mkdir(images);
    for (const { name, bytes } of files.slice(0, 7)) await writeFile(join(images, name), bytes);
    for (const out of [images, join(images, 'out')]) {
      const run = await myocast('ingest', images, '--out', out, '--subject', 'one');
      expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('found it among them')]);
    }
    expect((await readdir(images)).length).toBe(7);
  });
  it('keeps two exams of one patient apart', async () => {
    const site = join(folder, 'site');
    for (const visit of ['Schmidt_1', 'Schmidt_2']) {
      await mkdir(join(site, visit), { recursive: true });
      for (let z = 0; z < 7; z++) await writeFile(join(site, visit, `${z}`), lge(z, 'Schmidt^Jo'));
    }
    const key = join(folder, 'keys', 'site.key');
    const run = await myocast('ingest', site, '--out', join(folder, 'written'), '--key', key);
    expect(run.status).toBe(0);
    const written = (await readdir(join(folder, 'written'))).sort((a, b) => a.length - b.length);
    expect(written).toHaveLength(2);
    expect(written[1]).toBe(`${written[0]}-2`);
  });
});
