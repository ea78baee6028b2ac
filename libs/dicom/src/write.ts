import type { DataElement, DataElements } from './data-element.ts';
import { attributes, formatTag, type Keyword } from './keywords.ts';
import { explicitLittleEndian } from './transfer-syntax.ts';
import { writeElements } from './write-elements.ts';

/**
 * One value, or several of an attribute with multiplicity; items of a sequence;
 * bytes as they are (OB, UN). Null writes the attribute empty.
 */
export type DicomValue =
  | string
  | number
  | null
  | Uint8Array
  | readonly (string | number)[]
  | readonly DicomElements[];

/** Attributes by their DICOM keyword, those of sequences with their items. */
export type DicomElements = { readonly [K in Keyword]?: DicomValue };

const required = ['SOPClassUID', 'SOPInstanceUID', 'Rows', 'Columns'] as const;

/**
 * A DICOM Part 10 file of one image, or of NumberOfFrames, with 16-bit pixels, explicit VR little endian.
 *
 * The attributes of the pixel format (BitsAllocated 16, BitsStored 16, unsigned,
 * MONOCHROME2) are filled in where `elements` does not give them. Equal input
 * gives equal bytes. Text outside ASCII needs SpecificCharacterSet 'ISO_IR 192'.
 *
 * @param elements by keyword; numbers of DS attributes are cut to the 16 characters the standard allows
 * @param pixels [frames, rows, columns] stored values
 * @throws RangeError for an unknown keyword, a missing UID or size, a value that
 *   its VR cannot hold, or pixels that are not NumberOfFrames × Rows × Columns
 */
export function writeDicom(elements: DicomElements, pixels: Uint16Array): Uint8Array {
  for (const keyword of required)
    if (elements[keyword] == null) throw new RangeError(`writeDicom: expected ${keyword}, got none`);
  const frames = Number(elements.NumberOfFrames ?? 1);
  const expected = Number(elements.Rows) * Number(elements.Columns) * frames;
  if (pixels.length !== expected)
    throw new RangeError(`writeDicom: expected ${expected} pixels, got ${pixels.length}`);
  const dataset = [...elementsFrom({ ...pixelFormat, ...elements })];
  const [tag, vr] = attributes.PixelData;
  dataset.push({ tag, vr, creator: null, bytes: littleEndianBytes(pixels) });
  return writeElements(dataset, explicitLittleEndian);
}

const pixelFormat: DicomElements = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
};

/**
 * The elements that a record of attributes stands for, as `writeElements` takes
 * them: for objects that are more than one plain image (SEG, SR).
 *
 * @throws RangeError for an unknown keyword, one that is written by itself (file
 *   meta information, pixels), or a value that its VR cannot hold
 */
export function elementsFrom(values: DicomElements): DataElements {
  return elementsOf(values, values.SpecificCharacterSet === 'ISO_IR 192');
}

function elementsOf(values: DicomElements, utf8: boolean): DataElements {
  const list: DataElement[] = [];
  for (const [keyword, value] of Object.entries(values)) {
    const attribute = attributes[keyword as Keyword];
    if (attribute === undefined)
      throw new RangeError(`writeDicom: ${keyword} is not a keyword that is known`);
    const [tag, vr] = attribute;
    if (tag < 0x00080000 || tag >= 0x7fe00000)
      throw new RangeError(`writeDicom: ${keyword} ${formatTag(tag)} is written by itself`);
    list.push(
      vr === 'SQ'
        ? { tag, vr, creator: null, items: itemsOf(keyword, value ?? [], utf8) }
        : { tag, vr, creator: null, bytes: encode(keyword, vr, value ?? null, utf8) },
    );
  }
  return list.sort((a, b) => a.tag - b.tag);
}

function itemsOf(keyword: string, value: DicomValue, utf8: boolean): readonly DataElements[] {
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'object'))
    throw new RangeError(`writeDicom: ${keyword} expects a list of items`);
  return (value as readonly DicomElements[]).map((entry) => elementsOf(entry, utf8));
}

const longestValue: { readonly [vr: string]: number } = { CS: 16, DS: 16, IS: 12, LO: 64, SH: 16, UI: 64 };

function encode(keyword: string, vr: string, value: DicomValue, utf8: boolean): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const values = (value === null ? [] : Array.isArray(value) ? value : [value]) as (string | number)[];
  if (values.some((entry) => typeof entry === 'object'))
    throw new RangeError(`writeDicom: ${keyword} is no sequence, got items`);
  if (vr === 'AT') return binary(keyword, binaryNumbers['US']!, values.flatMap(groupAndElement));
  const format = binaryNumbers[vr];
  if (format) return binary(keyword, format, values);
  const bytes = Buffer.from(values.map((entry) => textOf(keyword, vr, entry)).join('\\'), 'utf8');
  if (!utf8 && bytes.some((byte) => byte > 0x7e))
    throw new RangeError(`writeDicom: ${keyword} needs SpecificCharacterSet 'ISO_IR 192'`);
  return bytes;
}

function groupAndElement(tag: string | number): readonly number[] {
  return [Math.floor(Number(tag) / 0x10000), Number(tag) % 0x10000];
}

interface BinaryNumber {
  readonly width: number;
  readonly set: 'setUint16' | 'setInt16' | 'setUint32' | 'setInt32' | 'setFloat32' | 'setFloat64';
  /** Of whole numbers; null for those with a fraction. */
  readonly range: readonly [lowest: number, highest: number] | null;
}

const binaryNumbers: { readonly [vr: string]: BinaryNumber } = {
  US: { width: 2, set: 'setUint16', range: [0, 0xffff] },
  SS: { width: 2, set: 'setInt16', range: [-0x8000, 0x7fff] },
  UL: { width: 4, set: 'setUint32', range: [0, 0xffffffff] },
  SL: { width: 4, set: 'setInt32', range: [-0x80000000, 0x7fffffff] },
  FL: { width: 4, set: 'setFloat32', range: null },
  FD: { width: 8, set: 'setFloat64', range: null },
};

function binary(keyword: string, format: BinaryNumber, values: readonly (string | number)[]): Uint8Array {
  const { width, set, range } = format;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) {
    const number = Number(value);
    if (range && !(Number.isInteger(number) && number >= range[0] && number <= range[1]))
      throw new RangeError(`writeDicom: ${keyword} expects ${range.join(' to ')}, got ${value}`);
    if (!Number.isFinite(number))
      throw new RangeError(`writeDicom: ${keyword} expects a number, got ${value}`);
    view[set](index * width, number, true);
  }
  return bytes;
}

function textOf(keyword: string, vr: string, value: string | number): string {
  const text = vr === 'DS' ? decimalString(keyword, value) : String(value);
  const longest = longestValue[vr] ?? Number.POSITIVE_INFINITY;
  if (text.length > longest)
    throw new RangeError(`writeDicom: ${keyword} holds ${longest} characters, got "${text}"`);
  return text;
}

/** A number in the 16 characters of a DS, as exactly as they allow (PS3.5 6.2). */
function decimalString(keyword: string, value: string | number): string {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new RangeError(`writeDicom: ${keyword} expects a number, got ${value}`);
  const text = String(value);
  if (text.length <= 16) return text;
  for (let digits = 16; digits > 0; digits--) {
    const shorter = String(Number(number.toPrecision(digits)));
    if (shorter.length <= 16) return shorter;
  }
  throw new RangeError(`writeDicom: ${keyword} cannot hold ${value}`);
}

function littleEndianBytes(pixels: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes;
  return Buffer.from(bytes).swap16();
}
