import { attributes, formatTag, type Keyword } from './keywords.ts';

/** One value, or several of an attribute with multiplicity. Null writes the attribute empty. */
export type DicomValue = string | number | null | readonly (string | number)[];

/** Attributes of an image by their DICOM keyword. */
export type DicomElements = { readonly [K in Keyword]?: DicomValue };

const explicitLittleEndian = '1.2.840.10008.1.2.1';
const implementationClassUid = '2.25.211475846280316592114012386420948325077';
const implementationVersion = 'MYOCAST_0_1';
const preambleLength = 132;
/** VRs whose length field has four bytes, after two reserved ones (PS3.5 7.1.2). */
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);
const required = ['SOPClassUID', 'SOPInstanceUID', 'Rows', 'Columns'] as const;

interface Element {
  readonly tag: number;
  readonly vr: string;
  /** Of even length. */
  readonly bytes: Uint8Array;
}

/**
 * A DICOM Part 10 file of one image with 16-bit pixels, explicit VR little endian.
 *
 * The attributes of the pixel format (BitsAllocated 16, BitsStored 16, unsigned,
 * MONOCHROME2) are filled in where `elements` does not give them. Equal input
 * gives equal bytes. Text outside ASCII needs SpecificCharacterSet 'ISO_IR 192'.
 *
 * @param elements by keyword; numbers of DS attributes are cut to the 16 characters the standard allows
 * @param pixels [rows, columns] stored values
 * @throws RangeError for an unknown keyword, a missing UID or size, a value that
 *   its VR cannot hold, or pixels that are not Rows × Columns
 */
export function writeDicom(elements: DicomElements, pixels: Uint16Array): Uint8Array {
  for (const keyword of required)
    if (elements[keyword] == null) throw new RangeError(`writeDicom: expected ${keyword}, got none`);
  const expected = Number(elements.Rows) * Number(elements.Columns);
  if (pixels.length !== expected)
    throw new RangeError(`writeDicom: expected ${expected} pixels, got ${pixels.length}`);
  const utf8 = elements.SpecificCharacterSet === 'ISO_IR 192';
  const dataset = elementsOf({ ...pixelFormat, ...elements }, utf8);
  dataset.push({ tag: attributes.PixelData[0], vr: 'OW', bytes: littleEndianBytes(pixels) });
  const meta = fileMeta(String(elements.SOPClassUID), String(elements.SOPInstanceUID));

  const file = new Uint8Array(preambleLength + lengthOf(meta) + lengthOf(dataset));
  file.set([0x44, 0x49, 0x43, 0x4d], 128); // DICM
  writeElements(dataset, file, writeElements(meta, file, preambleLength));
  return file;
}

const pixelFormat: DicomElements = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
};

function elementsOf(values: DicomElements, utf8: boolean): Element[] {
  const list: Element[] = [];
  for (const [keyword, value] of Object.entries(values)) {
    const attribute = attributes[keyword as Keyword];
    if (attribute === undefined)
      throw new RangeError(`writeDicom: ${keyword} is not a keyword that is known`);
    const [tag, vr] = attribute;
    if (tag < 0x00080000 || tag >= 0x7fe00000)
      throw new RangeError(`writeDicom: ${keyword} ${formatTag(tag)} is written by itself`);
    list.push({ tag, vr, bytes: encode(keyword, vr, value, utf8) });
  }
  return list.sort((a, b) => a.tag - b.tag);
}

function fileMeta(sopClass: string, sopInstance: string): Element[] {
  const uid = (keyword: Keyword, value: string): Element => ({
    tag: attributes[keyword][0],
    vr: 'UI',
    bytes: encode(keyword, 'UI', value, false),
  });
  const body: Element[] = [
    { tag: attributes.FileMetaInformationVersion[0], vr: 'OB', bytes: Uint8Array.of(0, 1) },
    uid('MediaStorageSOPClassUID', sopClass),
    uid('MediaStorageSOPInstanceUID', sopInstance),
    uid('TransferSyntaxUID', explicitLittleEndian),
    uid('ImplementationClassUID', implementationClassUid),
    {
      tag: attributes.ImplementationVersionName[0],
      vr: 'SH',
      bytes: encode('ImplementationVersionName', 'SH', implementationVersion, false),
    },
  ];
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, lengthOf(body), true);
  return [{ tag: attributes.FileMetaInformationGroupLength[0], vr: 'UL', bytes: length }, ...body];
}

const longestValue: { readonly [vr: string]: number } = { CS: 16, DS: 16, IS: 12, LO: 64, SH: 16, UI: 64 };

function encode(keyword: string, vr: string, value: DicomValue | undefined, utf8: boolean): Uint8Array {
  const values: readonly (string | number)[] =
    value == null ? [] : typeof value === 'object' ? value : [value];
  if (vr === 'US') return Uint8Array.from(values.flatMap((number) => uint16Bytes(keyword, number)));
  const texts = values.map((entry) => textOf(keyword, vr, entry));
  const bytes = Buffer.from(texts.join('\\'), 'utf8');
  if (!utf8 && bytes.some((byte) => byte > 0x7e))
    throw new RangeError(`writeDicom: ${keyword} needs SpecificCharacterSet 'ISO_IR 192'`);
  if (bytes.length % 2 === 0) return bytes;
  return Buffer.concat([bytes, Uint8Array.of(vr === 'UI' ? 0 : 0x20)]);
}

function textOf(keyword: string, vr: string, value: string | number): string {
  const text = vr === 'DS' ? decimalString(keyword, value) : String(value);
  const longest = longestValue[vr] ?? Number.POSITIVE_INFINITY;
  if (text.length > longest)
    throw new RangeError(`writeDicom: ${keyword} holds ${longest} characters, got "${text}"`);
  return text;
}

function uint16Bytes(keyword: string, value: string | number): readonly number[] {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 0xffff)
    throw new RangeError(`writeDicom: ${keyword} expects 0 to 65535, got ${value}`);
  return [number & 0xff, number >> 8];
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

function headerLength(vr: string): number {
  return longVrs.has(vr) ? 12 : 8;
}

function lengthOf(elements: readonly Element[]): number {
  return elements.reduce((total, { vr, bytes }) => total + headerLength(vr) + bytes.length, 0);
}

/** @returns the offset behind the last element */
function writeElements(elements: readonly Element[], file: Uint8Array, start: number): number {
  const view = new DataView(file.buffer);
  let offset = start;
  for (const { tag, vr, bytes } of elements) {
    view.setUint16(offset, tag >>> 16, true);
    view.setUint16(offset + 2, tag & 0xffff, true);
    file[offset + 4] = vr.charCodeAt(0);
    file[offset + 5] = vr.charCodeAt(1);
    const header = headerLength(vr);
    if (header === 12) view.setUint32(offset + 8, bytes.length, true);
    else view.setUint16(offset + 6, bytes.length, true);
    file.set(bytes, offset + header);
    offset += header + bytes.length;
  }
  return offset;
}
