import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type DataElement, type DataElements, elementOf, elementTexts } from '../data-element.ts';
import { type Dataset, text, texts } from '../dataset.ts';
import { attributes } from '../keywords.ts';
import { readElements } from '../read-elements.ts';
import { isUncompressed } from '../transfer-syntax.ts';
import { writeElements } from '../write-elements.ts';
import { type ActionCounts, cleanedElements, type Deidentification } from './cleaned-elements.ts';
import { identifierLeft } from './identifier-left.ts';

export interface DeidentifiedFile {
  readonly bytes: Uint8Array;
  readonly sopInstanceUid: string;
  readonly actions: ActionCounts;
}

/**
 * One image by the Basic Application Level Confidentiality Profile of PS3.15
 * annex E with options, at every level of its sequences: identifying attributes
 * as table E.1-1 has it, UIDs remapped, dates moved by whole days, private and
 * unknown attributes removed, and what was done stated in (0012,0062) to (0012,0064).
 *
 * Pixels stay as they are: text in them is for `burntInText` to find. Equal input
 * and key give equal bytes.
 *
 * Refused: files without pixels (documents, reports, whose content cannot be cleaned),
 * files with an overlay hidden in the pixels, and files in which an identifying
 * text is still found when all is done.
 *
 * @throws RangeError for options that contradict each other, or a key that is too short
 */
export function deidentify(dataset: Dataset, how: Deidentification): Checked<DeidentifiedFile> {
  if (how.options.has('fullDates') && how.options.has('modifiedDates'))
    throw new RangeError('deidentify: expected fullDates or modifiedDates, got both');
  const read = readElements(dataset);
  if (!read.ok) return read;
  const unfit = unfitReason(dataset, read.value);
  if (unfit) return refused(issue('unsupported', dataset.path, unfit));
  const { elements, actions } = cleanedElements(read.value, how, texts(dataset, 'SpecificCharacterSet'));
  const unwritable = unwritableReason(dataset, elements);
  if (unwritable) return refused(issue('not-readable', dataset.path, unwritable));
  const left = identifierLeft(elements, how);
  if (left) return refused(issue('identifying', dataset.path, left));
  const bytes = writeElements(elements, dataset.transferSyntax);
  return accepted({ bytes, sopInstanceUid: uidOf(elements, attributes.SOPInstanceUID[0]), actions });
}

function unfitReason(dataset: Dataset, elements: DataElements): string | null {
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID'] as const)
    if (text(dataset, keyword) === '') return `expected an image with ${keyword}, found none`;
  if (!elements.some(({ tag }) => tag >= attributes.FloatPixelData[0] && tag <= attributes.PixelData[0]))
    return 'expected an image, found no pixels: documents and reports cannot be de-identified';
  if (elements.some(isHiddenOverlay))
    return 'expected overlays apart from the pixels, found one in their unused bits';
  return null;
}

/** A damaged file may hold an attribute twice, or pixels of another form than it says. */
function unwritableReason({ transferSyntax }: Dataset, elements: DataElements): string | null {
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID'] as const)
    if (uidOf(elements, attributes[keyword][0]) === '')
      return `expected one ${keyword}, found none that can be kept`;
  if (isUncompressed(transferSyntax) && elements.some((element) => 'fragments' in element))
    return 'expected plain pixels, found fragments';
  return null;
}

/** Retired overlays lie in unused bits of the pixels, at OverlayBitPosition (60xx,0102). */
function isHiddenOverlay(element: DataElement): boolean {
  if (element.tag >>> 24 !== 0x60 || (element.tag & 0xffff) !== 0x0102) return false;
  return 'bytes' in element && element.bytes.some((byte) => byte !== 0);
}

function uidOf(elements: DataElements, tag: number): string {
  const element = elementOf(elements, tag);
  return element && 'bytes' in element ? (elementTexts(element, [])[0] ?? '') : '';
}
