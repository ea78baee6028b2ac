import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { DataElement, DataElements } from './data-element.ts';
import { wordBytes } from './data-element.ts';
import { type Dataset, number } from './dataset.ts';
import { isPrivate, publicAttribute } from './dictionary.ts';
import {
  afterPadding,
  deepest,
  endOfValue,
  explicitInside,
  type Header,
  item,
  itemEnd,
  readHeader,
  type ScanSource,
  sequenceEnd,
  undefinedLength,
  zerosAt,
} from './element-scan.ts';
import { attributes, formatTag } from './keywords.ts';

/** More than any real object has; a hostile file could hold one every eight bytes. */
const mostElements = 1_000_000;

/** One reading of a file. */
interface Reading {
  readonly source: ScanSource;
  /** BitsAllocated: how wide the words of the pixels are. */
  readonly bits: number;
  /** The VR of attributes that are US or SS. */
  readonly signed: 'SS' | 'US';
  left: number;
}

/** A part of the bytes, and how it is laid out. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly explicit: boolean;
  readonly depth: number;
}

interface Read<Value> {
  readonly value: Value;
  /** Where the next element or item begins. */
  readonly next: number;
}

/**
 * Every element of a data set behind the file meta information, sequences, private
 * and unknown ones included, with the VR of the standard where the file gives none.
 *
 * Values are views on the file, except those of big-endian files, which are turned round.
 * Nothing in the bytes makes it throw, recurse deeper than 64 levels or hold
 * more than a million elements.
 */
export function readElements(dataset: Dataset): Checked<DataElements> {
  const { bytes, path, explicit, littleEndian, start } = dataset;
  const source: ScanSource = { bytes, path, encoding: { explicit, littleEndian } };
  const signed = number(dataset, 'PixelRepresentation') === 1 ? 'SS' : 'US';
  const bits = number(dataset, 'BitsAllocated') ?? 16;
  const reading: Reading = { source, bits, signed, left: mostElements };
  const read = readList(reading, { start, end: bytes.length, explicit, depth: 0 });
  return 'kind' in read ? refused(read) : accepted(read.value);
}

/** Elements up to the end of a stretch, or to the delimiter of an item of undefined length. */
function readList(reading: Reading, stretch: Stretch): Read<DataElements> | Issue {
  const { source } = reading;
  const elements: DataElement[] = [];
  const creators = new Map<number, string>();
  let offset = stretch.start;
  while (offset < stretch.end) {
    if (zerosAt(source.bytes, offset)) {
      const end = afterPadding(source, offset);
      return typeof end === 'number' ? { value: elements, next: end } : end;
    }
    const header = readHeader(source, offset, stretch.explicit);
    if ('kind' in header) return header;
    if (header.tag === itemEnd) return { value: elements, next: header.offset };
    const tooMany = count(reading);
    if (tooMany) return tooMany;
    const read = readElement(reading, header, stretch, creatorOf(header.tag, creators));
    if ('kind' in read) return read;
    if (read.next > stretch.end) return overrun(source, header.tag, stretch.end);
    noteCreator(read.value, creators);
    elements.push(read.value);
    offset = read.next;
  }
  return { value: elements, next: offset };
}

function count(reading: Reading): Issue | null {
  if (reading.left-- > 0) return null;
  return issue('not-readable', reading.source.path, `expected at most ${mostElements} elements`);
}

function overrun({ path }: ScanSource, tag: number, end: number): Issue {
  return issue('not-readable', path, `expected ${formatTag(tag)} to end by byte ${end} with its item`);
}

/** Private elements (gggg,xxyy) belong to the creator named in (gggg,00xx) (PS3.5 7.8.1). */
function creatorOf(tag: number, creators: ReadonlyMap<number, string>): string | null {
  if (!isPrivate(tag)) return null;
  return creators.get((tag >>> 16) * 0x100 + ((tag >>> 8) & 0xff)) ?? null;
}

function noteCreator(element: DataElement, creators: Map<number, string>): void {
  const low = element.tag & 0xffff;
  if (!isPrivate(element.tag) || low < 0x10 || low > 0xff || !('bytes' in element)) return;
  const name = Buffer.from(element.bytes)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  creators.set((element.tag >>> 16) * 0x100 + low, name);
}

function readElement(
  reading: Reading,
  header: Header,
  stretch: Stretch,
  creator: string | null,
): Read<DataElement> | Issue {
  const { tag } = header;
  const vr = vrOf(reading, header);
  // An element of VR UN and undefined length holds an implicit sequence (PS3.5 6.2.2).
  const explicit = stretch.explicit && header.vr !== 'UN';
  if (header.length === undefinedLength) {
    if (vr.startsWith('O')) return readFragments(reading, header, vr);
    const read = readItems(reading, header, { ...stretch, start: header.offset, explicit });
    return 'kind' in read ? read : { value: { tag, vr: 'SQ', creator, items: read.value }, next: read.next };
  }
  const next = endOfValue(reading.source, header);
  if (typeof next !== 'number') return next;
  if (vr === 'SQ') {
    const read = readItems(reading, header, { ...stretch, start: header.offset, end: next, explicit });
    if (!('kind' in read)) return { value: { tag, vr, creator, items: read.value }, next };
    if (header.vr === 'SQ') return read;
  }
  const plain = vr === 'SQ' ? 'UN' : vr;
  return { value: { tag, vr: plain, creator, bytes: valueOf(reading, header, plain) }, next };
}

/** The VR of the file, or the dictionary's where it is unknown; private tags without one stay UN. */
function vrOf({ signed, source }: Reading, { tag, vr }: Header): string {
  if (vr !== 'UN') return vr;
  if (isPrivate(tag)) return isCreatorTag(tag) ? 'LO' : 'UN';
  if ((tag & 0xffff) === 0) return 'UL';
  const known = publicAttribute(tag)?.vr ?? 'UN';
  // A UN of a big-endian file may be of either order: only what has none can be told.
  if (!source.encoding.littleEndian && known in wordBytes) return 'UN';
  return known === 'xs' ? signed : known;
}

function isCreatorTag(tag: number): boolean {
  return (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
}

function valueOf({ source, bits }: Reading, header: Header, vr: string): Uint8Array {
  const { bytes, encoding } = source;
  const value = bytes.subarray(header.offset, header.offset + header.length);
  // Pixels of 32 bits go as one word each, though OW says words of 16 (PS3.5 8.1.1).
  const isWide = header.tag === attributes.PixelData[0] && vr === 'OW' && (bits === 32 || bits === 64);
  const width = isWide ? bits / 8 : (wordBytes[vr] ?? 1);
  if (encoding.littleEndian || width === 1) return value;
  // Not slice(): that of a Buffer is a view, and the file would be turned round itself.
  const turned = new Uint8Array(value);
  for (let at = 0; at + width <= turned.length; at += width) turned.subarray(at, at + width).reverse();
  return turned;
}

function readItems(reading: Reading, { tag }: Header, stretch: Stretch): Read<DataElements[]> | Issue {
  const { source } = reading;
  const items: DataElements[] = [];
  if (stretch.depth >= deepest / 2)
    return issue('not-readable', source.path, `expected at most ${deepest / 2} nested sequences`);
  let offset = stretch.start;
  while (offset < stretch.end) {
    const head = itemHeader(reading, offset, 'an item');
    if ('kind' in head) return head;
    if (head.tag === sequenceEnd) return { value: items, next: head.offset };
    const endless = head.length === undefinedLength;
    const end = endless ? stretch.end : head.offset + head.length;
    if (end > stretch.end) return overrun(source, tag, stretch.end);
    const explicit = explicitInside(source, head.offset, stretch.explicit);
    const read = readList(reading, { start: head.offset, end, explicit, depth: stretch.depth + 1 });
    if ('kind' in read) return read;
    items.push(read.value);
    offset = endless ? read.next : end;
  }
  return { value: items, next: offset };
}

/** What begins an item or ends its sequence. */
function itemHeader(reading: Reading, offset: number, expected: string): Header | Issue {
  const { source } = reading;
  const head = readHeader(source, offset, false);
  if ('kind' in head || head.tag === sequenceEnd) return head;
  if (head.tag === item) return count(reading) ?? head;
  const found = formatTag(head.tag);
  return issue('not-readable', source.path, `expected ${expected} at byte ${offset}, found ${found}`);
}

function readFragments(
  reading: Reading,
  { tag, offset: start }: Header,
  vr: string,
): Read<DataElement> | Issue {
  const { source } = reading;
  const fragments: Uint8Array[] = [];
  let offset = start;
  for (;;) {
    const head = itemHeader(reading, offset, 'a fragment');
    if ('kind' in head) return head;
    if (head.tag === sequenceEnd) return { value: { tag, vr, creator: null, fragments }, next: head.offset };
    const end =
      head.length === undefinedLength ? overrun(source, tag, head.offset) : endOfValue(source, head);
    if (typeof end !== 'number') return end;
    fragments.push(source.bytes.subarray(head.offset, end));
    offset = end;
  }
}
