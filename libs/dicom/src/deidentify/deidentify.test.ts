import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataElement, type DataElements, elementOf, elementTexts } from '../data-element.ts';
import { type Dataset, readDataset, text, texts } from '../dataset.ts';
import { items } from '../items.ts';
import type { Keyword } from '../keywords.ts';
import { readElements } from '../read-elements.ts';
import { readDicom } from '../read.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import { type DicomElements, elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import type { Deidentification } from './cleaned-elements.ts';
import { cleanedDescription } from './clean-text.ts';
import { studyOptions } from './confidentiality-profile.ts';
import { deidentify } from './deidentify.ts';
import { identifiersOf } from './identifiers.ts';
import { keyMark, pseudonymOf, remappedUid, shiftDays } from './keyed-hash.ts';
import { shiftedDate } from './shift-dates.ts';

const shared = resolve(import.meta.dirname, '../../../../../shared/data/dicom');
const present = existsSync(join(shared, 'MANIFEST.csv'));
if (!present)
  process.stderr.write('deidentify: tests on real files skipped, ../shared/data/dicom is absent\n');

const key = new Uint8Array(32).fill(3);
const otherKey = new Uint8Array(32).fill(4);
const how: Deidentification = { key, subject: 'sub-1', options: studyOptions, identifiers: new Set() };

const exam: DicomElements = {
  SpecificCharacterSet: 'ISO_IR 192',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  SOPInstanceUID: '1.2.826.0.1.55.1',
  StudyInstanceUID: '1.2.826.0.1.55',
  SeriesInstanceUID: '1.2.826.0.1.55.7',
  StudyDate: '20240228',
  AcquisitionDate: '20240301',
  AcquisitionTime: '235959.5',
  PatientName: 'Zwetschge^Wältraud',
  PatientID: 'PID-774411',
  PatientBirthDate: '19510203',
  Modality: 'MR',
  Manufacturer: 'Zwetschge Medical',
  SeriesDescription: 'cine SAX Wältraud *03.02.51 tel 0761774411 tfi2d1_r13',
  ReferencedImageSequence: [
    { ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.4', ReferencedSOPInstanceUID: '1.2.826.0.1.55.2' },
  ],
};
const pixels: DataElement = { tag: 0x7fe00010, vr: 'OW', creator: null, bytes: Uint8Array.of(1, 2, 3, 4) };

function fileOf(more: DicomElements = {}, extra: DataElements = []): Dataset {
  const bytes = writeElements(
    [...elementsFrom({ ...exam, ...more }), ...extra, pixels],
    explicitLittleEndian,
  );
  return opened(bytes);
}

function opened(bytes: Uint8Array): Dataset {
  const read = readDataset(bytes, 'x');
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

function through(dataset: Dataset, more: Partial<Deidentification> = {}): Dataset & { file: Uint8Array } {
  const done = deidentify(dataset, { ...how, identifiers: identifiersOf([dataset]), ...more });
  if (!done.ok) throw new Error(done.issues[0]!.message);
  return { ...opened(done.value.bytes), file: done.value.bytes };
}

const plain = (
  tag: number,
  vr: string,
  value: string | Uint8Array,
  creator: string | null = null,
): DataElement => ({
  tag,
  vr,
  creator,
  bytes: typeof value === 'string' ? Buffer.from(value, 'latin1') : value,
});

describe('a de-identified image', () => {
  const clean = through(fileOf());

  it('says who it is by its pseudonym alone, and what was done to it', () => {
    expect([text(clean, 'PatientID'), text(clean, 'PatientName')]).toEqual(['sub-1', 'sub-1']);
    expect(text(clean, 'PatientIdentityRemoved')).toBe('YES');
    expect(text(clean, 'LongitudinalTemporalInformationModified')).toBe('MODIFIED');
    expect(
      items(clean, 'DeidentificationMethodCodeSequence').map((entry) => text(entry, 'CodeValue')),
    ).toEqual(['113100', '113105', '113107', '113111']);
  });

  it('holds nothing of the patient, in no text, and keeps the words that describe the image', () => {
    const said = Buffer.from(clean.file).toString('utf8').toLowerCase();
    for (const secret of [
      'zwetschge',
      'wältraud',
      '774411',
      '19510203',
      '03.02.51',
      '1.2.826',
      '0761',
      '202402',
    ])
      expect(said).not.toContain(secret);
    expect(text(clean, 'SeriesDescription')).toBe('cine SAX tfi2d1_r13');
    expect(text(clean, 'Manufacturer')).toBe('# Medical');
    expect(text(clean, 'Modality')).toBe('MR');
  });

  it('keeps its pixels to the byte', () => {
    const read = readElements(clean);
    expect(read.ok && elementOf(read.value, 0x7fe00010)).toEqual(pixels);
  });

  it('still names the images it named, by their new UIDs', () => {
    const [referenced] = items(clean, 'ReferencedImageSequence');
    const other = through(fileOf({ SOPInstanceUID: '1.2.826.0.1.55.2' }));
    expect(text(referenced!, 'ReferencedSOPInstanceUID')).toBe(text(other, 'SOPInstanceUID'));
    expect(text(referenced!, 'ReferencedSOPClassUID')).toBe(exam.SOPClassUID);
    expect(text(other, 'StudyInstanceUID')).toBe(text(clean, 'StudyInstanceUID'));
    expect(text(clean, 'MediaStorageSOPInstanceUID')).toBe(text(clean, 'SOPInstanceUID'));
  });

  it('is the same to the byte under the same key, and has no UID or date in common under another', () => {
    expect(Buffer.from(through(fileOf()).file).equals(clean.file)).toBe(true);
    const other = through(fileOf(), { key: otherKey });
    for (const keyword of ['SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'StudyDate'] as const)
      expect(text(other, keyword)).not.toBe(text(clean, keyword));
  });

  it('refuses a short key and options that contradict each other', () => {
    expect(() => through(fileOf(), { key: new Uint8Array(8) })).toThrow('at least 32 bytes, got 8');
    expect(() => through(fileOf(), { options: new Set(['fullDates', 'modifiedDates']) })).toThrow('got both');
  });
});

describe('dates', () => {
  it('keep their order and distance within a subject, over leap days and years', () => {
    const dates = ['20231231', '20240101', '20240228', '20240229', '20240301', '20250101'];
    const moved = dates.map((StudyDate) => text(through(fileOf({ StudyDate })), 'StudyDate'));
    const dayOf = (date: string) =>
      Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 864e5;
    const days = shiftDays(key, 'sub-1');
    expect(moved.map(dayOf)).toEqual(dates.map((date) => dayOf(date) - days));
    expect(text(through(fileOf()), 'AcquisitionTime')).toBe('235959.5');
  });

  it('move by another distance for another subject or key, by 1 to 3652 days', () => {
    const days = Array.from({ length: 500 }, (_, index) => shiftDays(key, `sub-${index}`));
    expect(new Set(days).size).toBeGreaterThan(450);
    expect(Math.min(...days)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...days)).toBeLessThanOrEqual(3652);
    expect(shiftDays(otherKey, 'sub-1')).not.toBe(shiftDays(key, 'sub-1'));
  });

  it('of every form of the standard are shifted in their own precision, and what is none is emptied', () => {
    expect(shiftedDate('DA', '20240301', 1)).toBe('20240229');
    expect(shiftedDate('DA', '2024.03.01', 1)).toBe('20240229');
    expect(shiftedDate('DT', '20240301120000.25+0100', 1)).toBe('20240229120000.25+0100');
    expect(shiftedDate('DT', '2024030112', 1)).toBe('2024022912');
    expect(shiftedDate('DT', '202403', 1)).toBe('202402');
    expect(shiftedDate('DT', '2024', 1)).toBe('2023');
    expect(shiftedDate('TM', '1200', 1)).toBe('1200');
    for (const [vr, value] of [
      ['DA', '20240230'],
      ['DA', 'born 1951'],
      ['DA', '00010101'],
      ['DT', '2024030'],
      ['DT', '20240301noon'],
      ['TM', '2500'],
      ['TM', 'noon'],
      ['XX', '20240301'],
    ] as const)
      expect([value, shiftedDate(vr, value, 400)]).toEqual([value, null]);
    expect(text(through(fileOf({ StudyDate: 'tomorrow' })), 'StudyDate')).toBe('');
  });
});

describe('pseudonyms', () => {
  it('are stable under one key, different under another, and 500 patients get 500', () => {
    expect(pseudonymOf(key, 'PID-1')).toMatch(/^sub-[a-z2-9]{12}$/);
    expect(pseudonymOf(key, 'PID-1')).toBe(pseudonymOf(key, 'PID-1'));
    expect(pseudonymOf(otherKey, 'PID-1')).not.toBe(pseudonymOf(key, 'PID-1'));
    expect(new Set(Array.from({ length: 500 }, (_, index) => pseudonymOf(key, `${index}`))).size).toBe(500);
    expect(keyMark(key)).not.toBe(keyMark(otherKey));
  });

  it('of UIDs are UUIDs under 2.25', () => {
    const uid = remappedUid(key, '1.2.3');
    const hex = BigInt(uid.slice(5)).toString(16).padStart(32, '0');
    expect(uid.startsWith('2.25.')).toBe(true);
    expect(uid.length).toBeLessThanOrEqual(44);
    expect([hex[12], '89ab'.includes(hex[16]!)]).toEqual(['8', true]);
  });
});

describe('what the table does not name', () => {
  const philips = 'Philips MR Imaging DD 001';
  const slope = Buffer.alloc(4);
  slope.writeFloatLE(0.125);

  it('goes where it is private, but for the safe numbers and their creator', () => {
    const clean = through(
      fileOf({}, [
        plain(0x20050010, 'LO', philips),
        plain(0x20050011, 'LO', 'OTHER'),
        plain(0x2005100e, 'FL', slope),
        plain(0x2005100d, 'FL', 'Wältraud was here'),
        plain(0x20051001, 'LO', 'text'),
        plain(0x2005110e, 'FL', slope),
        plain(0x00290010, 'LO', 'SIEMENS CSA HEADER'),
        plain(0x00291020, 'OB', 'tPatientName = "ZWETSCHGE"'),
      ]),
    );
    const read = readElements(clean);
    if (!read.ok) throw new Error('not read');
    const own = read.value.filter(({ tag }) => (tag & 0x10000) !== 0);
    expect(own.map(({ tag, creator }) => [tag.toString(16), creator])).toEqual([
      ['20050010', null],
      ['2005100e', philips],
    ]);
    const none = readElements(through(fileOf({}, own), { options: new Set(['modifiedDates']) }));
    expect(none.ok && none.value.some(({ tag }) => (tag & 0x10000) !== 0)).toBe(false);
  });

  it('goes where it is unknown; names and addresses are emptied, UIDs replaced unless the standard gave them out', () => {
    const clean = through(
      fileOf({}, [
        plain(0x00081234, 'LO', 'not in the standard'),
        plain(0x00189999, 'ZZ', 'no such VR'),
        plain(0x00321032, 'PN', 'Doe^Jane'),
        plain(0x00080062, 'UI', '1.2.840.10008.5.1.4.1.1.4\\1.3.12.2.1107.5.9.1'),
        plain(0x60000010, 'US', Uint8Array.of(8, 0)),
        plain(0x60003000, 'OW', 'overlaid'),
        plain(0x50003000, 'OW', 'curved'),
      ]),
    );
    const read = readElements(clean);
    if (!read.ok) throw new Error('not read');
    for (const tag of [0x00081234, 0x00189999, 0x60000010, 0x60003000, 0x50003000])
      expect([tag, elementOf(read.value, tag)]).toEqual([tag, null]);
    const uids = elementOf(read.value, 0x00080062)!;
    expect('bytes' in uids && elementTexts(uids, [])).toEqual([
      '1.2.840.10008.5.1.4.1.1.4',
      remappedUid(key, '1.3.12.2.1107.5.9.1'),
    ]);
  });

  it('is refused where it cannot be cleaned: documents, overlays in the pixels, comments in compressed pixels', () => {
    const document = opened(writeElements(elementsFrom(exam), explicitLittleEndian));
    expect(deidentify(document, how).issues[0]?.message).toContain('found no pixels');
    const hidden = fileOf({}, [plain(0x60000102, 'US', Uint8Array.of(12, 0))]);
    expect(deidentify(hidden, how).issues[0]?.message).toContain('in their unused bits');
    const jpeg: DataElement = {
      tag: 0x7fe00010,
      vr: 'OB',
      creator: null,
      fragments: [new Uint8Array(0), Buffer.from('\xff\xfe comment Zwetschge ', 'latin1')],
    };
    const compressed = opened(writeElements([...elementsFrom(exam), jpeg], '1.2.840.10008.1.2.4.50'));
    const done = deidentify(compressed, { ...how, identifiers: identifiersOf([compressed]) });
    expect(done.issues[0]).toMatchObject({ kind: 'identifying' });
    expect(done.issues[0]!.message).toContain('(7fe0,0010)');
    expect(JSON.stringify(done.issues).toLowerCase()).not.toContain('zwetschge');
  });
});

describe('free text', () => {
  const identifiers = new Set(['wältraud', 'long']);
  it.each([
    ['cine_SAX-12 (BH)', 'cine_SAX-12 BH'],
    ['4CH tfi2d1_r13', '4CH tfi2d1_r13'],
    ['LGE PSIR Dr. Müller', 'LGE PSIR'],
    ['retro_iPAT 1951-02-03', 'retro_iPAT'],
    ['geb. 3 2 51', ''],
    ['MRN 00774411 cine', 'cine'],
    ['WÄLTRAUD LONG axis', 'axis'],
    ['Kurze Achse spät Müller', 'Kurze Achse spät'],
    ['<script>T1</script>', 'T1'],
    ['', ''],
  ])('"%s" becomes "%s"', (before, after) => {
    expect(cleanedDescription(before, identifiers)).toBe(after);
  });
});

describe('hostile files', () => {
  it('never make it throw', () => {
    const good = fileOf({}, [plain(0x20050010, 'LO', 'Philips MR Imaging DD 001')]).bytes;
    assert(
      property(
        array(tuple(nat(good.length - 1), integer({ min: 1, max: 255 })), { maxLength: 12 }),
        nat(good.length),
        (flips, length) => {
          const bytes = good.slice(0, length < 200 ? good.length : length);
          for (const [at, bits] of flips) if (at < bytes.length) bytes[at] = bytes[at]! ^ bits;
          const read = readDataset(bytes, 'x');
          if (!read.ok) return;
          const done = deidentify(read.value, { ...how, identifiers: identifiersOf([read.value]) });
          expect(done.ok || done.issues.length > 0).toBe(true);
        },
      ),
      { numRuns: 500, seed: 21 },
    );
  });
});

describe.skipIf(!present)('real files', () => {
  it('go through or are refused with an issue; none of their identifiers comes out, every pixel does', () => {
    const files = readdirSync(shared, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const counts = { files: 0, done: 0, samePixels: 0 };
    const refused = new Map<string, number>();
    for (const { parentPath, name } of files) {
      const dataset = readDataset(readFileSync(join(parentPath, name)), name);
      if (!dataset.ok) continue;
      counts.files++;
      const before = readDicom(dataset.value.bytes, name);
      const bytesBefore = Uint8Array.from(dataset.value.bytes);
      const identifiers = identifiersOf([dataset.value]);
      const done = deidentify(dataset.value, { ...how, identifiers });
      if (!done.ok) {
        const why = done.issues[0]!.message.replace(/[(\d].*/, '');
        refused.set(why, (refused.get(why) ?? 0) + 1);
        continue;
      }
      counts.done++;
      const back = opened(done.value.bytes);
      for (const keyword of ['PatientName', 'PatientID', 'AccessionNumber', 'StudyInstanceUID'] as Keyword[])
        for (const value of texts(dataset.value, keyword))
          if (value.length > 5) expect([name, texts(back, keyword)]).not.toEqual([name, [value]]);
      expect([name, Buffer.compare(bytesBefore, dataset.value.bytes)]).toEqual([name, 0]);
      const after = readDicom(done.value.bytes, name);
      if (!before.ok) continue;
      expect([
        name,
        after.ok && Buffer.compare(viewOf(after.value.stored), viewOf(before.value.stored)),
      ]).toEqual([name, 0]);
      counts.samePixels++;
    }
    process.stderr.write(`deidentify: ${JSON.stringify(counts)} ${JSON.stringify([...refused])}\n`);
    expect(counts.done).toBeGreaterThan(150);
  });
});

function viewOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
