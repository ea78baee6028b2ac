import { gunzipSync, gzipSync } from 'node:zlib';
import { accepted, type Checked, type Issue, type Random, refused } from '@myocast/base';
import { decodeText, writeDicom } from '@myocast/dicom';
import { readNifti } from '../volume/nifti.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { tarOf, zipOf } from './containers/archive.fixture.ts';
import { archiveLimits, openBudget } from './containers/archive-limits.ts';
import { readerOf } from './containers/byte-reader.ts';
import { filesIn } from './containers/files-in.ts';
import { inspect } from './inspect.ts';

/** A reader that must bear any bytes: whole inputs to begin from, and how a damaged one is read. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: () => readonly FuzzSeed[];
  /** Throws where what comes out is not of the form it should be. */
  readonly read: (bytes: Uint8Array, path: string) => Promise<Checked<unknown>>;
}

export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where the bytes under test begin. */
  readonly from: number;
}

const image = writeDicom(
  {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: '2.25.1',
    SeriesInstanceUID: '2.25.2',
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: 'Müller^Jürgen=王^小東',
    Rows: 8,
    Columns: 8,
  },
  Uint16Array.from({ length: 64 }, (_, index) => index),
);
const volume = writeNifti({
  shape: [2, 2, 3, 3],
  data: Float32Array.from({ length: 36 }, (_, index) => index / 3),
  affine: [1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 8, 7, 0, 0, 0, 1],
  triggerTimesMs: [0, 40],
});
const entries = [
  { name: 'IM1', bytes: image },
  { name: 'folder/v.nii.gz', bytes: volume },
  { name: 'empty', bytes: new Uint8Array(0) },
];
const zip = zipOf(entries);
const tar = tarOf(entries);

/** Small enough that a damaged size cannot make a case long. */
const limits = { ...archiveLimits, fileBytes: 2 ** 22, totalBytes: 2 ** 24, entries: 1000 };

async function readArchive(bytes: Uint8Array, path: string): Promise<Checked<number>> {
  const issues: Issue[] = [];
  let found = 0;
  for await (const file of filesIn(readerOf(bytes), path, openBudget(limits, bytes.length))) {
    if (!file.path.startsWith(path)) throw new Error(`a path outside the archive: ${file.path}`);
    if ('bytes' in file) inspect(file.bytes, file.path);
    else issues.push(file.issue);
    if (++found > limits.entries + 1) throw new Error('more files than the limit');
  }
  if (issues.some(({ message }) => message === '')) throw new Error('a refusal without a reason');
  return issues.length > 0 && issues.length === found
    ? refused(...(issues as [Issue, ...Issue[]]))
    : accepted(found, issues);
}

async function readVolume(bytes: Uint8Array, path: string): Promise<Checked<unknown>> {
  const read = readNifti(bytes, path);
  if (!read.ok && read.issues.length === 0) throw new Error('a refusal without a reason');
  if (read.ok && !read.value.data.every(Number.isFinite)) throw new Error('a voxel that is no number');
  if (read.ok && read.value.affine?.some((value) => !Number.isFinite(value)))
    throw new Error('an affine that is no numbers');
  return read;
}

const japanese = Buffer.from('\u00d4\u00cf=\u001b$B;3ED\u001b(J^\u001b$BB@O:\u001b(J', 'latin1');
const korean = Buffer.from('Hong=\u001b$)C\u00fb\u00f3^\u001b$)C\u00d1\u00ce', 'latin1');
const declared: readonly (readonly string[])[] = [
  ['ISO 2022 IR 13', 'ISO 2022 IR 87', 'ISO 2022 IR 159'],
  ['', 'ISO 2022 IR 149'],
  ['ISO_IR 192'],
  ['GB18030'],
  ['no term'],
];

async function readText(bytes: Uint8Array): Promise<Checked<unknown>> {
  for (const terms of declared)
    for (const sort of ['name', 'list', 'text'] as const)
      if (decodeText(bytes, terms, sort).text.length > 2 * bytes.length)
        throw new Error('more text than bytes');
  return accepted(null);
}

const seeds = (named: { readonly [name: string]: Uint8Array }) => () =>
  Object.entries(named).map(([name, bytes]) => ({ name, bytes, from: 0 }));

/** The readers of archives and volumes, and the decoder of texts. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'zip',
    seeds: seeds({ zip, nested: zipOf([{ name: 'in.zip', bytes: zip }]) }),
    read: readArchive,
  },
  {
    name: 'tar',
    seeds: seeds({ tar, gzipped: gzipSync(tar), nested: tarOf([{ name: 'in.zip', bytes: zip }]) }),
    read: readArchive,
  },
  { name: 'nifti', seeds: seeds({ plain: gunzipSync(volume), gzipped: volume }), read: readVolume },
  {
    name: 'character sets',
    seeds: seeds({ japanese, korean, utf8: Buffer.from('Müller=王') }),
    read: readText,
  },
];

/** A copy with some bytes changed, or cut, doubled or with a stretch in another place. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = () => random.integer(Math.max(1, copy.length));
  for (let count = 1 + random.integer(8); count > 0; count--)
    if (copy.length > 0) copy[at()] = random.chance(0.3) ? 0xff : random.integer(256);
  const kind = random.integer(6);
  if (kind === 0) return copy.subarray(0, at());
  if (kind === 1) return Buffer.concat([copy, copy.subarray(at())]);
  if (kind === 2) copy.copy(copy, at(), at());
  if (kind === 3 && copy.length > 8)
    copy.writeUInt32LE(random.integer(2 ** 32 - 1), random.integer(copy.length - 4));
  return copy;
}
