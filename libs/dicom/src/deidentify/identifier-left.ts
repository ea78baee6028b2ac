import type { DataElement, DataElements } from '../data-element.ts';
import { formatTag } from '../keywords.ts';
import type { Deidentification } from './cleaned-elements.ts';

/** Shorter texts stand in any file by chance. */
const shortestSure = 6;
/** Shifted dates may meet another date by chance, and numbers are no names. */
const passedOver = /^(DA|DT|TM|DS|IS|FD|FL|OD|OF|OL|OV|SL|SS|SV|UL|US|UV|AT)$/;
const firstPixels = 0x7fe00001;

/**
 * The last look at what is about to leave: which attribute still holds one of the
 * exam's identifying texts (compressed pixels too: their comments can carry any).
 * Says where, never what; null when nothing is found.
 */
export function identifierLeft(
  elements: DataElements,
  { identifiers, subject }: Pick<Deidentification, 'identifiers' | 'subject'>,
): string | null {
  const name = subject.toLowerCase();
  const sought = [...identifiers].filter((text) => text.length >= shortestSure && !name.includes(text));
  if (sought.length === 0) return null;
  const pattern = new RegExp(
    sought.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'),
    'i',
  );
  const place = holder(elements, pattern);
  return place && `expected nothing that identifies, found a text of the source in ${place}`;
}

function holder(elements: DataElements, pattern: RegExp): string | null {
  for (const element of elements) {
    if ('items' in element) {
      for (const list of element.items) {
        const place = holder(list, pattern);
        if (place) return `${formatTag(element.tag)}, ${place}`;
      }
    } else if (valuesOf(element).some((bytes) => pattern.test(decoded(bytes)))) return formatTag(element.tag);
  }
  return null;
}

function valuesOf(element: DataElement): readonly Uint8Array[] {
  if ('fragments' in element) return element.fragments;
  if (!('bytes' in element) || passedOver.test(element.vr) || element.tag >= firstPixels) return [];
  return [element.bytes];
}

/** Text goes out as UTF-8; bytes that are none are still looked at letter by letter. */
function decoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
