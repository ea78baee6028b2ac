import { type Issue, issue } from '@myocast/base';
import { attributes, formatTag } from './keywords.ts';
import type { Encoding } from './transfer-syntax.ts';

/** Where the value of an attribute lies. */
export interface ElementPlace {
  readonly vr: string;
  readonly offset: number;
  readonly length: number;
  /** The value is a row of fragments that ends at a delimiter: compressed pixels. */
  readonly encapsulated: boolean;
}

export interface ScanSource {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly encoding: Encoding;
}

/** What stands before a value. */
export interface Header {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
  /** Where the value begins. */
  readonly offset: number;
}

export const undefinedLength = 0xffffffff;
export const item = 0xfffee000;
export const itemEnd = 0xfffee00d;
export const sequenceEnd = 0xfffee0dd;
const pixelData = attributes.PixelData[0];
/** Deeper than any real object; a file that nests further is hostile. */
export const deepest = 64;
/** VRs whose length field has four bytes, after two reserved ones (PS3.5 7.1.2). */
export const longVrs: ReadonlySet<string> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
]);
/** VRs whose length has two bytes. */
export const shortVrs: ReadonlySet<string> = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '),
);
const vrByTag: ReadonlyMap<number, string> = new Map(Object.values(attributes).map(([tag, vr]) => [tag, vr]));

/**
 * Walks over the elements of a data set and remembers where the known ones are.
 * Sequences are passed over; each step moves forward, so the time is linear.
 *
 * @param stop asked before each element; true ends the walk there
 * @returns the offset where the walk ended, or what is wrong
 */
export function scanElements(
  source: ScanSource,
  start: number,
  into: Map<number, ElementPlace>,
  stop: (tag: number) => boolean,
): number | Issue {
  const { bytes } = source;
  let offset = start;
  while (offset < bytes.length) {
    if (zerosAt(bytes, offset)) return afterPadding(source, offset);
    if (offset + 4 <= bytes.length && stop(tagAt(source, offset))) return offset;
    const header = readHeader(source, offset, source.encoding.explicit);
    if ('kind' in header) return header;
    const end = endOfValue(source, header);
    if (typeof end !== 'number') return end;
    const { tag, vr } = header;
    if (vrByTag.has(tag))
      into.set(tag, {
        vr,
        offset: header.offset,
        length: end - header.offset,
        encapsulated: header.length === undefinedLength,
      });
    offset = end;
  }
  return offset;
}

/** Whether two capital letters stand where the explicit form has the VR. */
export function hasVr(bytes: Uint8Array, offset: number): boolean {
  return isCapital(bytes[offset + 4]) && isCapital(bytes[offset + 5]);
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/**
 * A VR that no edition knows yet has the long form (PS3.5 7.1.2). Where its two
 * reserved bytes are not zero, they can only be the length of the short form.
 */
function isLong(vr: string, view: DataView): boolean {
  return longVrs.has(vr) || (!shortVrs.has(vr) && view.getUint16(6, true) === 0);
}

/**
 * Some files are implicit inside their sequences and explicit outside: the
 * bytes of an item's first element decide.
 */
export function explicitInside({ bytes }: ScanSource, offset: number, outside: boolean): boolean {
  return outside && (hasVr(bytes, offset) || bytes[offset] === 0xfe || bytes[offset + 1] === 0xfe);
}

function tagAt({ bytes, encoding: { littleEndian } }: ScanSource, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 4);
  return view.getUint16(0, littleEndian) * 0x10000 + view.getUint16(2, littleEndian);
}

/** The tag, VR and length at an offset, in either form; the value itself may be cut off. */
export function readHeader(source: ScanSource, offset: number, explicit: boolean): Header | Issue {
  const { bytes, path, encoding } = source;
  const missing = (length: number) =>
    issue('truncated', path, `expected at least ${offset + length} bytes, found ${bytes.length}`);
  if (offset + 8 > bytes.length) return missing(8);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  const tag = tagAt(source, offset);
  if (!explicit || tag >= item) {
    const length = view.getUint32(4, encoding.littleEndian);
    return { tag, vr: vrByTag.get(tag) ?? 'UN', length, offset: offset + 8 };
  }
  if (!hasVr(bytes, offset))
    return issue(
      'not-readable',
      path,
      `expected a value representation at byte ${offset + 4} after ${formatTag(tag)}, found none`,
    );
  const vr = String.fromCharCode(bytes[offset + 4]!, bytes[offset + 5]!);
  if (!isLong(vr, view))
    return { tag, vr, length: view.getUint16(6, encoding.littleEndian), offset: offset + 8 };
  if (offset + 12 > bytes.length) return missing(12);
  return { tag, vr, length: view.getUint32(8, encoding.littleEndian), offset: offset + 12 };
}

/** Where the value ends, its delimiter included. */
export function endOfValue(source: ScanSource, header: Header): number | Issue {
  if (header.length === undefinedLength) return endOfSequence(source, header);
  const end = header.offset + header.length;
  if (end <= source.bytes.length) return end;
  return issue(
    'truncated',
    source.path,
    `expected ${end} bytes to the end of ${formatTag(header.tag)}, found ${source.bytes.length}`,
  );
}

/** A sequence or an item whose end is not reached yet. */
interface Open {
  readonly inItem: boolean;
  readonly explicit: boolean;
}

/** Behind the delimiter of a value of undefined length: a sequence, or fragments of pixels. */
function endOfSequence(source: ScanSource, { tag, offset: start, vr }: Header): number | Issue {
  // An element of VR UN and undefined length holds an implicit sequence (PS3.5 6.2.2).
  const open: Open[] = [{ inItem: false, explicit: source.encoding.explicit && vr !== 'UN' }];
  let offset = start;
  while (open.length > 0) {
    // Fragments of pixels without their delimiter are complete where the file ends.
    if (tag === pixelData && open.length === 1 && offset === source.bytes.length) return offset;
    const header = readHeader(source, offset, open.at(-1)!.explicit);
    if ('kind' in header) return header;
    const next = enter(source, header, open, offset);
    if (typeof next !== 'number') return next;
    offset = next;
  }
  return offset;
}

/** One step inside a sequence: closes, opens or passes over what begins at `offset`. */
function enter(source: ScanSource, header: Header, open: Open[], offset: number): number | Issue {
  const { inItem, explicit } = open.at(-1)!;
  if (header.tag === (inItem ? itemEnd : sequenceEnd)) {
    open.pop();
    return header.offset;
  }
  if (!inItem && header.tag !== item) {
    const found = formatTag(header.tag);
    return issue('not-readable', source.path, `expected an item at byte ${offset}, found ${found}`);
  }
  if (header.length !== undefinedLength) return endOfValue(source, header);
  const inside = inItem ? explicit && header.vr !== 'UN' : explicitInside(source, header.offset, explicit);
  open.push({ inItem: !inItem, explicit: inside });
  if (open.length <= deepest) return header.offset;
  return issue('not-readable', source.path, `expected at most ${deepest} nested sequences and items`);
}

/** Group 0000 has no place in a file (PS3.10 7.1): zeros are no element. */
export function zerosAt(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0 && bytes[offset + 1] === 0;
}

/** Some writers fill a file up with zeros behind its last element. */
export function afterPadding({ bytes, path }: ScanSource, offset: number): number | Issue {
  for (let at = offset; at < bytes.length; at++)
    if (bytes[at] !== 0)
      return issue('not-readable', path, `expected an element at byte ${offset}, found zeros`);
  return bytes.length;
}
