import { type Dataset, valuePlace } from './dataset.ts';
import {
  type ElementPlace,
  explicitInside,
  item,
  itemEnd,
  readHeader,
  type ScanSource,
  scanElements,
  undefinedLength,
} from './element-scan.ts';
import { attributes, type Keyword } from './keywords.ts';

/**
 * The items of a sequence, each with its attributes as a file has them, so that
 * `number(items(frame, 'PixelMeasuresSequence')[0], …)` reads what lies inside.
 * Nested sequences are opened when they are asked for in turn.
 *
 * @returns none when the sequence is absent, empty, or not a sequence; those
 *   in front of the fault when it is damaged
 */
export function items(dataset: Dataset, keyword: Keyword): readonly Dataset[] {
  const place = valuePlace(dataset, keyword);
  if (place === null || (place.vr !== 'SQ' && place.vr !== 'UN')) return [];
  const explicit = dataset.explicit && place.vr !== 'UN';
  const around = { ...dataset, explicit, bytes: dataset.bytes.subarray(0, place.offset + place.length) };
  const found: Dataset[] = [];
  for (let offset = place.offset; offset < around.bytes.length; ) {
    const next = itemAt(around, offset);
    if (next === null) break;
    found.push(next.dataset);
    offset = next.behind;
  }
  return found;
}

/** The item that begins at an offset, and where the next one does; null at the end of the sequence. */
function itemAt(
  around: Dataset,
  offset: number,
): { readonly dataset: Dataset; readonly behind: number } | null {
  const { path, littleEndian, bytes, explicit } = around;
  const encoding = { explicit, littleEndian };
  const header = readHeader({ bytes, path, encoding }, offset, false);
  if ('kind' in header || header.tag !== item) return null;
  const endless = header.length === undefinedLength;
  const end = endless ? bytes.length : header.offset + header.length;
  if (end > bytes.length) return null;
  const source: ScanSource = { bytes: bytes.subarray(0, end), path, encoding };
  const inside = explicitInside(source, header.offset, explicit);
  const elements = inherited(around);
  const within = { ...source, encoding: { explicit: inside, littleEndian } };
  const stop = scanElements(within, header.offset, elements, (tag) => tag === itemEnd);
  if (typeof stop !== 'number') return null;
  const own = { explicit: inside, start: header.offset, bytes: bytes.subarray(0, stop), elements };
  return { dataset: { ...around, ...own }, behind: endless ? stop + 8 : end };
}

/** An item that names no character set is written in that of the data set around it (PS3.5 6.1.2.3). */
function inherited({ elements }: Dataset): Map<number, ElementPlace> {
  const tag = attributes.SpecificCharacterSet[0];
  const place = elements.get(tag);
  return new Map(place ? [[tag, place]] : []);
}
