import { type DataElement, type DataElements, elementOf } from './data-element.ts';
import { item, longVrs, sequenceEnd, shortVrs, undefinedLength } from './element-scan.ts';
import { attributes, formatTag, type Keyword } from './keywords.ts';
import { explicitLittleEndian, isUncompressed } from './transfer-syntax.ts';

const implementationClassUid = '2.25.211475846280316592114012386420948325077';
const implementationVersion = 'MYOCAST_0_1';
const preambleLength = 132;
const longestShortValue = 0xfffe;
/** VRs that are filled up to an even length with a space; the others with a zero byte. */
const spacePadded = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '));

/**
 * A DICOM Part 10 file, explicit VR little endian.
 *
 * Elements are written in the order of their tags, sequences with their lengths,
 * group lengths and file meta information of the source not at all. Compressed
 * pixels stay as they are. Equal input gives equal bytes.
 *
 * @param transferSyntax of the source: kept when its pixels are compressed
 * @throws RangeError without SOPClassUID or SOPInstanceUID, and where compressed
 *   pixels and the transfer syntax contradict each other
 */
export function writeElements(elements: DataElements, transferSyntax: string): Uint8Array {
  const dataset = written(elements.filter(({ tag }) => tag >>> 16 > 2));
  const compressed = dataset.some((element) => 'fragments' in element);
  if (compressed && isUncompressed(transferSyntax))
    throw new RangeError(
      `writeElements: expected a compressed transfer syntax for fragments, got ${transferSyntax}`,
    );
  const syntax = isUncompressed(transferSyntax) ? explicitLittleEndian : transferSyntax;
  const meta = fileMeta(uidOf(elements, 'SOPClassUID'), uidOf(elements, 'SOPInstanceUID'), syntax);
  const file = new Uint8Array(preambleLength + lengthOfAll(meta) + lengthOfAll(dataset));
  file.set([0x44, 0x49, 0x43, 0x4d], 128); // DICM
  const out: Output = { bytes: file, view: new DataView(file.buffer), offset: preambleLength };
  for (const element of [...meta, ...dataset]) put(out, element);
  return file;
}

function uidOf(elements: DataElements, keyword: Keyword): string {
  const element = elementOf(elements, attributes[keyword][0]);
  const uid =
    element && 'bytes' in element
      ? Buffer.from(element.bytes)
          .toString('latin1')
          .replace(/[\0 ]+$/, '')
      : '';
  if (uid === '') throw new RangeError(`writeElements: expected ${keyword}, got none`);
  return uid;
}

function fileMeta(sopClass: string, sopInstance: string, transferSyntax: string): readonly DataElement[] {
  const element = (keyword: Keyword, value: Uint8Array | string): DataElement => ({
    tag: attributes[keyword][0],
    vr: attributes[keyword][1],
    creator: null,
    bytes: typeof value === 'string' ? Buffer.from(value, 'latin1') : value,
  });
  const body = [
    element('FileMetaInformationVersion', Uint8Array.of(0, 1)),
    element('MediaStorageSOPClassUID', sopClass),
    element('MediaStorageSOPInstanceUID', sopInstance),
    element('TransferSyntaxUID', transferSyntax),
    element('ImplementationClassUID', implementationClassUid),
    element('ImplementationVersionName', implementationVersion),
  ];
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, lengthOfAll(body), true);
  return [element('FileMetaInformationGroupLength', length), ...body];
}

/** In the order of the tags, group lengths left out: they are retired and would no longer be true. */
function written(elements: DataElements): DataElements {
  const kept = elements.filter(({ tag }) => (tag & 0xffff) !== 0);
  const sorted = kept.every(({ tag }, index) => index === 0 || kept[index - 1]!.tag <= tag);
  const ordered = sorted ? kept : kept.toSorted((a, b) => a.tag - b.tag);
  return ordered.map((element) =>
    'items' in element ? { ...element, items: element.items.map(written) } : element,
  );
}

/** A value too long for the two length bytes of its VR goes as UN (PS3.5 6.2.2). */
function writtenVr(element: DataElement): string {
  if (!('bytes' in element) || longVrs.has(element.vr)) return element.vr;
  // Of a VR that no edition knows, a reader cannot tell the form of the length.
  return element.bytes.length > longestShortValue || !shortVrs.has(element.vr) ? 'UN' : element.vr;
}

const even = (length: number) => length + (length & 1);
const headerLength = (vr: string) => (longVrs.has(vr) ? 12 : 8);

function lengthOfAll(elements: DataElements): number {
  return elements.reduce((total, element) => total + headerLength(writtenVr(element)) + lengthOf(element), 0);
}

function lengthOf(element: DataElement): number {
  if ('bytes' in element) return even(element.bytes.length);
  if ('items' in element) return element.items.reduce((total, list) => total + 8 + lengthOfAll(list), 0);
  return element.fragments.reduce((total, fragment) => total + 8 + even(fragment.length), 8);
}

interface Output {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
}

function put(out: Output, element: DataElement): void {
  const vr = writtenVr(element);
  if (!/^[A-Z]{2}$/.test(vr))
    throw new RangeError(`writeElements: expected a VR of ${formatTag(element.tag)}, got "${vr}"`);
  putTag(out, element.tag);
  out.bytes[out.offset] = vr.charCodeAt(0);
  out.bytes[out.offset + 1] = vr.charCodeAt(1);
  const length = 'fragments' in element ? undefinedLength : lengthOf(element);
  if (longVrs.has(vr)) out.view.setUint32(out.offset + 4, length, true);
  else out.view.setUint16(out.offset + 2, length, true);
  out.offset += longVrs.has(vr) ? 8 : 4;
  if ('bytes' in element) putValue(out, element.bytes, spacePadded.has(element.vr) ? 0x20 : 0);
  else if ('items' in element) putItems(out, element.items);
  else putFragments(out, element.fragments);
}

function putItems(out: Output, items: readonly DataElements[]): void {
  for (const list of items) {
    putItemHeader(out, item, lengthOfAll(list));
    for (const element of list) put(out, element);
  }
}

function putFragments(out: Output, fragments: readonly Uint8Array[]): void {
  for (const fragment of fragments) {
    putItemHeader(out, item, even(fragment.length));
    putValue(out, fragment, 0);
  }
  putItemHeader(out, sequenceEnd, 0);
}

function putItemHeader(out: Output, tag: number, length: number): void {
  putTag(out, tag);
  out.view.setUint32(out.offset, length, true);
  out.offset += 4;
}

function putTag(out: Output, tag: number): void {
  out.view.setUint16(out.offset, tag >>> 16, true);
  out.view.setUint16(out.offset + 2, tag & 0xffff, true);
  out.offset += 4;
}

function putValue(out: Output, value: Uint8Array, padding: number): void {
  out.bytes.set(value, out.offset);
  if ((value.length & 1) === 1) out.bytes[out.offset + value.length] = padding;
  out.offset += even(value.length);
}
