import { gunzipSync, inflateRawSync } from 'node:zlib';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { decodeText, isPlain, textSort } from './character-set.ts';
import type { DecodedText, TextSort } from './code-extensions.ts';
import { type ElementPlace, hasVr, scanElements } from './element-scan.ts';
import { attributes, type Keyword } from './keywords.ts';
import {
  deflatedExplicitLittleEndian,
  encodingOf,
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
} from './transfer-syntax.ts';

/** The attributes of one file. Values are decoded when they are asked for. */
export interface Dataset {
  readonly path: string;
  /** UID; guessed from the bytes where the file does not say. */
  readonly transferSyntax: string;
  readonly littleEndian: boolean;
  /** Whether the VR stands before each value. */
  readonly explicit: boolean;
  /** Where the elements begin, behind the file meta information. */
  readonly start: number;
  /** The whole file, or what its deflated part inflates to. */
  readonly bytes: Uint8Array;
  /** By tag, those of the attributes table alone. */
  readonly elements: ReadonlyMap<number, ElementPlace>;
}

const longestInflated = 256 * 1024 * 1024;

/**
 * The attributes of a DICOM file: any transfer syntax, with or without the
 * preamble, plain or gzipped. Values are not copied, so reading costs little until they are used.
 *
 * Nothing in the bytes can make it throw, allocate by a length that the file
 * only claims, or recurse.
 */
export function readDataset(bytes: Uint8Array, path: string): Checked<Dataset> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return readPlain(bytes, path);
  try {
    return readPlain(gunzipSync(bytes, { maxOutputLength: longestInflated }), path);
  } catch (error) {
    return refused(issue('not-readable', path, `expected gzip data, found ${(error as Error).message}`));
  }
}

function readPlain(bytes: Uint8Array, path: string): Checked<Dataset> {
  const elements = new Map<number, ElementPlace>();
  const start = startOfElements(bytes, path);
  if (typeof start !== 'number') return refused(start);
  const meta = { explicit: true, littleEndian: true };
  const end = scanElements({ bytes, path, encoding: meta }, start, elements, (tag) => tag >>> 16 !== 2);
  if (typeof end !== 'number') return refused(end);
  const file = { path, transferSyntax: '', ...meta, start, bytes, elements };
  const syntax = texts(file, 'TransferSyntaxUID')[0] || guessSyntax(bytes, end);
  if (syntax === null)
    return refused(issue('not-readable', path, `expected a DICOM data set at byte ${end}, found none`));
  if (syntax === deflatedExplicitLittleEndian) return readDeflated(bytes, path, end, elements);
  // Some files are explicit where they say implicit, or the other way round: the bytes decide.
  const encoding = { ...encodingOf(syntax), explicit: hasVr(bytes, end) };
  const stopped = scanElements({ bytes, path, encoding }, end, elements, () => false);
  if (typeof stopped !== 'number') return refused(stopped);
  return accepted({ path, transferSyntax: syntax, ...encoding, start: end, bytes, elements });
}

function readDeflated(
  file: Uint8Array,
  path: string,
  start: number,
  elements: Map<number, ElementPlace>,
): Checked<Dataset> {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(file.subarray(start), { maxOutputLength: longestInflated });
  } catch (error) {
    return refused(issue('not-readable', path, `expected deflated data, found ${(error as Error).message}`));
  }
  elements.clear();
  const encoding = encodingOf(deflatedExplicitLittleEndian);
  const stopped = scanElements({ bytes, path, encoding }, 0, elements, () => false);
  if (typeof stopped !== 'number') return refused(stopped);
  return accepted({
    path,
    transferSyntax: deflatedExplicitLittleEndian,
    ...encoding,
    start: 0,
    bytes,
    elements,
  });
}

const pixelTags = new Set<number>(
  (['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'] as const).map((keyword) => attributes[keyword][0]),
);

/** The same attributes in bytes of their own, without the pixels and whatever else the file holds. */
export function compactDataset(dataset: Dataset): Dataset {
  const kept = [...dataset.elements].filter(([tag]) => !pixelTags.has(tag));
  const bytes = new Uint8Array(kept.reduce((sum, [, { length }]) => sum + length, 0));
  const elements = new Map<number, ElementPlace>();
  let offset = 0;
  for (const [tag, place] of kept) {
    bytes.set(dataset.bytes.subarray(place.offset, place.offset + place.length), offset);
    elements.set(tag, { ...place, offset });
    offset += place.length;
  }
  return { ...dataset, start: bytes.length, bytes, elements };
}

const preamble = 128;

function startOfElements(bytes: Uint8Array, path: string): number | Issue {
  if (bytes.length === 0) return issue('empty-input', path, 'expected a DICOM file, found 0 bytes');
  if (latin1(bytes, preamble, preamble + 4) === 'DICM') return preamble + 4;
  if (latin1(bytes, 0, 4) === 'DICM') return 4;
  if (guessSyntax(bytes, 0) !== null) return 0;
  const sample = bytes.subarray(0, 512);
  const isText = sample.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  return issue(
    'not-readable',
    path,
    `expected a DICOM file (DICM at byte ${preamble}), found ${isText ? 'text' : 'other bytes'}`,
  );
}

/**
 * The uncompressed syntax in which the bytes make sense as the first element of
 * a data set: a low even group, then either the letters of a VR or a length that fits.
 */
function guessSyntax(bytes: Uint8Array, start: number): string | null {
  if (bytes.length < start + 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 8);
  const explicit = hasVr(bytes, start);
  const plausible = (group: number) => group === 2 || group === 4 || group === 8 || group === 16;
  if (plausible(view.getUint16(0, true))) {
    if (explicit) return explicitLittleEndian;
    return view.getUint32(4, true) <= bytes.length - start - 8 ? implicitLittleEndian : null;
  }
  return explicit && plausible(view.getUint16(0, false)) ? explicitBigEndian : null;
}

const binaryNumber: {
  readonly [vr: string]: readonly [
    width: number,
    get: 'getUint16' | 'getInt16' | 'getUint32' | 'getInt32' | 'getFloat32' | 'getFloat64',
  ];
} = {
  US: [2, 'getUint16'],
  SS: [2, 'getInt16'],
  UL: [4, 'getUint32'],
  SL: [4, 'getInt32'],
  FL: [4, 'getFloat32'],
  FD: [8, 'getFloat64'],
};

/** Where the value of an attribute lies, or null when it is not there. */
export function valuePlace({ elements }: Dataset, keyword: Keyword): ElementPlace | null {
  return elements.get(attributes[keyword][0]) ?? null;
}

/** The bytes of a value, or null when the attribute is not there. */
export function valueBytes(dataset: Dataset, keyword: Keyword): Uint8Array | null {
  const place = valuePlace(dataset, keyword);
  return place ? dataset.bytes.subarray(place.offset, place.offset + place.length) : null;
}

/** The values of a text attribute, padding removed; none when it is absent or empty. */
export function texts(dataset: Dataset, keyword: Keyword): readonly string[] {
  const bytes = valueBytes(dataset, keyword);
  if (bytes === null || bytes.length === 0) return [];
  const sort = textSort[attributes[keyword][1]];
  const text = trimmed(decoded(dataset, bytes, sort).text);
  if (text === '') return [];
  return sort === 'text' ? [text] : text.split('\\').map(trimmed);
}

function decoded(dataset: Dataset, bytes: Uint8Array, sort: TextSort | undefined): DecodedText {
  const terms = sort === undefined || isPlain(bytes) ? [] : texts(dataset, 'SpecificCharacterSet');
  return decodeText(bytes, terms, sort);
}

/** What was wrong with the texts of a data set, each line once: undeclared, misspelled or undecodable characters. */
export function textNotes(dataset: Dataset): readonly string[] {
  const notes = new Set<string>();
  for (const [tag, { offset, length }] of dataset.elements) {
    const sort = textSort[vrByTag.get(tag) ?? ''];
    if (sort === undefined) continue;
    const bytes = dataset.bytes.subarray(offset, offset + length);
    for (const note of decoded(dataset, bytes, sort).notes) notes.add(note);
  }
  return [...notes];
}

const vrByTag: ReadonlyMap<number, string> = new Map(Object.values(attributes).map(([tag, vr]) => [tag, vr]));

/** The first value of a text attribute, or ''. */
export function text(dataset: Dataset, keyword: Keyword): string {
  return texts(dataset, keyword)[0] ?? '';
}

/** The values of a numeric attribute; none when it is absent, empty, or one of them is not a number. */
export function numbers(dataset: Dataset, keyword: Keyword): readonly number[] {
  const place = dataset.elements.get(attributes[keyword][0]);
  const binary = place && binaryNumber[place.vr];
  const values = binary
    ? binaryNumbers(dataset, place, binary)
    : texts(dataset, keyword).map((entry) => (entry === '' ? Number.NaN : Number(entry)));
  return values.every(Number.isFinite) ? values : [];
}

/** The first value of a numeric attribute, or null. */
export function number(dataset: Dataset, keyword: Keyword): number | null {
  return numbers(dataset, keyword)[0] ?? null;
}

function binaryNumbers(
  { bytes, littleEndian }: Dataset,
  { offset, length }: ElementPlace,
  [width, get]: (typeof binaryNumber)[string],
): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  return Array.from({ length: Math.floor(length / width) }, (_, index) =>
    view[get](index * width, littleEndian),
  );
}

function trimmed(value: string): string {
  return value.replace(/^[\0 ]+|[\0 ]+$/g, '');
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
