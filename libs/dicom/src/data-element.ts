import { decodeText, textSort } from './character-set.ts';

interface Named {
  readonly tag: number;
  /** As the file states it, or the standard's where the file does not. */
  readonly vr: string;
  /** Who gives a private tag its meaning; null for public tags and where the creator is missing. */
  readonly creator: string | null;
}

/** Any element but a sequence or compressed pixels; `bytes` are little endian, whatever the file was. */
export interface PlainElement extends Named {
  readonly bytes: Uint8Array;
}

/** A sequence of items, each a list of elements of its own. */
export interface SequenceElement extends Named {
  readonly items: readonly DataElements[];
}

/** Compressed pixels: the offset table, which may be empty, and the fragments. */
export interface EncapsulatedElement extends Named {
  readonly fragments: readonly Uint8Array[];
}

/** One element of a DICOM data set (PS3.5 section 7). */
export type DataElement = PlainElement | SequenceElement | EncapsulatedElement;

/** Elements in the order of their tags. */
export type DataElements = readonly DataElement[];

/** How many bytes change their order between little and big endian. */
export const wordBytes: { readonly [vr: string]: number } = {
  AT: 2,
  FD: 8,
  FL: 4,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  SL: 4,
  SS: 2,
  SV: 8,
  UL: 4,
  US: 2,
  UV: 8,
};

/** VRs that the named character set encodes (PS3.5 6.1.2.3). */
export const textVrs: ReadonlySet<string> = new Set(Object.keys(textSort));

/**
 * The values of an element that is text, without padding; none when it is empty.
 *
 * @param terms of the SpecificCharacterSet in force
 */
export function elementTexts({ vr, bytes }: PlainElement, terms: readonly string[]): readonly string[] {
  const sort = textSort[vr];
  const { text } = decodeText(bytes, sort ? terms : [], sort);
  // A backslash is a letter like any other there (PS3.5 6.2).
  const values = sort === 'text' || vr === 'UR' ? [text] : text.split('\\');
  const trimmed = values.map((value) => value.replace(/^[\0 ]+|[\0 ]+$/g, ''));
  return trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed;
}

/** The element with a tag among others of its level. */
export function elementOf(elements: DataElements, tag: number): DataElement | null {
  return elements.find((element) => element.tag === tag) ?? null;
}
