import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepted } from '@myocast/base';
import { type DicomElements, readDataset, shiftDays, studyOptions, text, writeDicom } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamRecord } from '../records.ts';
import { drawn } from './drawn-text.fixture.ts';
import { ingestExam, type IngestOptions, writeExam } from './ingest.ts';
import { siteKey } from './site-key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const key = new Uint8Array(32).fill(9);
const rows = 64;
const columns = 96;

const patient: DicomElements = {
  SpecificCharacterSet: 'ISO_IR 192',
  PatientName: 'Zwetschge^Waltraud',
  PatientID: 'PID-774411',
  PatientBirthDate: '19510203',
  InstitutionName: 'Spital Quellenhof',
  OperatorsName: 'Kunz^A',
  StudyDate: '20260105',
  StudyInstanceUID: '1.2.826.0.1.77',
};

/** A short-axis cine of 7 slices and 9 phases with a patient's header; `written` slices carry a name. */
async function writeCine(
  name: string,
  more: DicomElements,
  written: readonly number[] = [],
): Promise<string> {
  const at = join(folder, name);
  await mkdir(at, { recursive: true });
  for (let z = 0; z < 7; z++)
    for (let t = 0; t < 9; t++) {
      const noise = Float32Array.from(
        { length: rows * columns },
        (_, index) => ((index * 7919 + t * 31) % 211) + z,
      );
      const ink = { text: 'JANE DOE', top: 5, left: 20, size: 1, value: 2000 };
      const { values } = written.includes(z)
        ? drawn({ rows, columns, values: noise }, ink)
        : { values: noise };
      const elements: DicomElements = {
        ...patient,
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
        SOPInstanceUID: `1.2.826.0.1.77.5.${z}.${t}`,
        SeriesInstanceUID: '1.2.826.0.1.77.5',
        SeriesDescription: 'cine SAX Waltraud Kunz',
        Modality: 'MR',
        Rows: rows,
        Columns: columns,
        PixelSpacing: [1.5, 1.5],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        ImagePositionPatient: [0, 0, z * 10],
        TriggerTime: t * 40,
        ...more,
      };
      await writeFile(join(at, `Zwetschge ${z}-${t}`), writeDicom(elements, Uint16Array.from(values)));
    }
  return at;
}

async function through(source: string, out: string, options: Partial<IngestOptions> = {}) {
  const exam = await ingestExam(source, {
    subject: 'S1',
    key: () => Promise.resolve(accepted(key)),
    dicomCopies: studyOptions,
    ...options,
  });
  if (!exam.ok) throw new Error(exam.issues[0]!.message);
  const written = await writeExam(exam.value, join(folder, out));
  return { ...written, issues: [...exam.issues, ...written.issues] };
}

const secrets = ['zwetschge', 'waltraud', '774411', '19510203', 'quellenhof', '20260105', '1.2.826', 'kunz'];

async function everyByte(at: string): Promise<string> {
  const names = (await readdir(at, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const parts = names.map(
    async ({ parentPath, name }) => name + (await readFile(join(parentPath, name), 'latin1')),
  );
  return (await Promise.all(parts)).join('\n').toLowerCase();
}

describe('de-identified DICOM files', () => {
  it('lie beside the volumes, one an image under its new UID, and nothing that leaves names the patient', async () => {
    const { record, issues } = await through(await writeCine('whole', {}), 'out');
    const copies = await readdir(join(folder, 'out', 'dicom'));
    expect(copies).toHaveLength(63);
    const said = await everyByte(join(folder, 'out'));
    for (const secret of secrets) expect(said).not.toContain(secret);
    for (const name of copies) {
      const copy = readDataset(await readFile(join(folder, 'out', 'dicom', name)), name);
      if (!copy.ok) throw new Error(copy.issues[0]!.message);
      expect([`${text(copy.value, 'SOPInstanceUID')}.dcm`, text(copy.value, 'PatientID')]).toEqual([
        name,
        'S1',
      ]);
      expect(text(copy.value, 'SeriesDescription')).toBe('cine SAX');
    }
    const kept = JSON.parse(await readFile(join(folder, 'out', 'exam.json'), 'utf8')) as ExamRecord;
    expect(kept).toEqual(record);
    expect(kept.series[0]!.description).toBe('cine SAX');
    expect(kept.deidentification).toMatchObject({ copies: 63, refused: 0 });
    expect(kept.deidentification!.actions['(0010,0030)']).toEqual({ emptied: 63 });
    expect(kept.deidentification!.actions['(0008,0020)']).toEqual({ shifted: 63 });
    expect(JSON.stringify(kept)).not.toContain(Buffer.from(key).toString('hex'));
    expect(issues.some(({ kind }) => kind === 'identifying')).toBe(false);
  });

  it('read as the same exam again, on a day moved by the key and the subject alone', async () => {
    const before = await through(await writeCine('first', {}), 'first-out');
    const later = await through(
      await writeCine('later', { StudyDate: '20260704', StudyInstanceUID: '1.2.826.0.1.78' }),
      'later-out',
    );
    const again = await through(join(folder, 'first-out', 'dicom'), 'again-out', { dicomCopies: null });
    expect(again.record.series.map(({ kind, shape }) => [kind, shape])).toEqual(
      before.record.series.map(({ kind, shape }) => [kind, shape]),
    );
    const dayOf = async (out: string) => {
      const [name] = await readdir(join(folder, out, 'dicom'));
      const read = readDataset(await readFile(join(folder, out, 'dicom', name!)), name!);
      const date = read.ok ? text(read.value, 'StudyDate') : '';
      return Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 864e5;
    };
    const day = Date.UTC(2026, 0, 5) / 864e5 - shiftDays(key, 'S1');
    expect([await dayOf('first-out'), (await dayOf('later-out')) - (await dayOf('first-out'))]).toEqual([
      day,
      180,
    ]);
    expect(later.record.subject).toBe('S1');
  });

  it('are the same to the byte, record included, when they are made again', async () => {
    const source = await writeCine('twice', {});
    await through(source, 'one');
    await through(source, 'two');
    expect(await everyByte(join(folder, 'one'))).toBe(await everyByte(join(folder, 'two')));
  });

  it('and volumes are made without images that carry writing, unless a person has looked at them', async () => {
    const source = await writeCine('written', {}, [6]);
    const refused = await through(source, 'written-out');
    expect(refused.record.series[0]!.shape[1]).toBe(6);
    expect(refused.record.deidentification).toMatchObject({ copies: 54, refused: 9 });
    const named = refused.issues.filter(({ kind }) => kind === 'identifying');
    expect(named).toHaveLength(18);
    expect(refused.record.issues.filter(({ kind }) => kind === 'identifying')).toHaveLength(9);
    const looked = await through(source, 'looked-out', { pixelsReviewed: true });
    expect(looked.record.series[0]!.shape[1]).toBe(7);
    expect(looked.record.deidentification).toMatchObject({ copies: 63, refused: 0 });
  });
});

describe('the name of a subject', () => {
  it('of a folder that stands in the images is replaced by the keyed pseudonym', async () => {
    const source = await writeCine('PID-774411', {});
    const exam = await ingestExam(source, {
      subject: 'pid-774411 baseline',
      nameOrigin: 'folder',
      key: () => Promise.resolve(accepted(key)),
    });
    expect(exam.ok && exam.value.record.subject).toMatch(/^sub-[a-z2-9]{12}$/);
    expect(exam.issues.some(({ kind, path }) => kind === 'identifying' && path.startsWith('sub-'))).toBe(
      true,
    );
    const unlocked = await ingestExam(source, { subject: 'PID-774411', nameOrigin: 'folder' });
    expect(unlocked.issues[0]?.message).toContain('expected a key');
  });

  it('that is given and stands in the images is refused, without saying it', async () => {
    const exam = await ingestExam(await writeCine('given', {}), { subject: 'Waltraud', nameOrigin: 'given' });
    expect([exam.ok, exam.issues[0]?.kind]).toEqual([false, 'identifying']);
    expect(JSON.stringify(exam.issues)).not.toContain('Waltraud');
  });

  it('stays where it is a pseudonym already, by the study or by the images themselves', async () => {
    const trial = await writeCine('trial', { PatientID: 'S-0007' });
    const ofStudy = await ingestExam(trial, { subject: 'S-0007', nameOrigin: 'study' });
    expect(ofStudy.ok && ofStudy.value.record.subject).toBe('S-0007');
    const done = await writeCine('done', { PatientID: 'S-0008', PatientIdentityRemoved: 'YES' });
    const ofImages = await ingestExam(done, { subject: 'S-0008', nameOrigin: 'folder' });
    expect(ofImages.ok && ofImages.value.record.subject).toBe('S-0008');
  });
});

describe('the key', () => {
  it('is made once, for its owner alone, and read again', async () => {
    const path = join(folder, 'keys', 'site.key');
    const made = await siteKey(path, []);
    if (!made.ok) throw new Error(made.issues[0]!.message);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(made.value).toHaveLength(32);
    expect(JSON.stringify(made.issues)).not.toContain(Buffer.from(made.value).toString('hex'));
    const again = await siteKey(path, []);
    expect(again).toEqual({ ok: true, value: made.value, issues: [] });
  });

  it('is refused inside a study or beside the images, and where it is no key', async () => {
    const inside = await siteKey(join(folder, 'study', 'exams', 'key'), [join(folder, 'study')]);
    expect(inside.issues[0]?.message).toContain('outside the study');
    await writeFile(join(folder, 'short.key'), 'abc\n');
    const short = await siteKey(join(folder, 'short.key'), []);
    expect(short.issues[0]?.message).toBe('expected a key of 64 hexadecimal digits');
    const folderAsKey = await siteKey(folder, []);
    expect(folderAsKey.issues[0]?.kind).toBe('not-readable');
  });
});
