import { decodeText, textSort } from '../character-set.ts';
import {
  type DataElement,
  type DataElements,
  elementOf,
  elementTexts,
  type PlainElement,
  type SequenceElement,
  textVrs,
} from '../data-element.ts';
import { isPrivate, publicAttribute } from '../dictionary.ts';
import { attributes, formatTag } from '../keywords.ts';
import { elementsFrom } from '../write.ts';
import { cleanedDescription, withoutIdentifiers } from './clean-text.ts';
import {
  type Action,
  actionFor,
  basicActionFor,
  type ProfileOption,
  profileOptions,
  profileRow,
} from './confidentiality-profile.ts';
import { dummyValue } from './dummy-value.ts';
import { type PseudonymKey, remappedUid, shiftDays } from './keyed-hash.ts';
import { isCreator, safeBlocks, safePrivateElement } from './safe-private.ts';
import { shiftedDate } from './shift-dates.ts';

/** How an exam is de-identified. */
export interface Deidentification {
  readonly key: PseudonymKey;
  /** The pseudonym: it becomes PatientID and PatientName, and the dates are shifted by it. */
  readonly subject: string;
  readonly options: ReadonlySet<ProfileOption>;
  /** Identifying texts of the exam in lower case: struck from every text that stays. */
  readonly identifiers: ReadonlySet<string>;
}

/** What happened to a value. */
type Done = 'removed' | 'emptied' | 'replaced' | 'cleaned' | 'shifted' | 'remapped';

/**
 * How often each attribute was changed, at any level: by tag; `private` and
 * `unknown` stand for all that the standard does not name.
 */
export type ActionCounts = { readonly [attribute: string]: { readonly [What in Done]?: number } };

interface Walk extends Deidentification {
  readonly days: number;
  readonly counts: Map<string, Map<Done, number>>;
}

/** Where the walk stands: the character set in force, and whether all values here are replaced. */
interface Level {
  readonly terms: readonly string[];
  readonly replaceAll: boolean;
}

/** A data set as `deidentify` writes it, with what was done to it. */
export function cleanedElements(
  elements: DataElements,
  how: Deidentification,
  terms: readonly string[],
): { readonly elements: DataElements; readonly actions: ActionCounts } {
  const walk: Walk = { ...how, days: shiftDays(how.key, how.subject), counts: new Map() };
  const kept = cleanedList(elements, walk, { terms, replaceAll: false });
  const stated = statements(how);
  const tags = new Set(stated.map(({ tag }) => tag));
  const actions = [...walk.counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, counts]) => [name, Object.fromEntries(counts)] as const);
  return {
    elements: [...kept.filter(({ tag }) => !tags.has(tag)), ...stated],
    actions: Object.fromEntries(actions),
  };
}

/** The pseudonym, and what PS3.15 E.1.1 wants said of a de-identified file. */
function statements({ subject, options }: Deidentification): DataElements {
  const methods = [
    ['113100', 'Basic Application Confidentiality Profile'] as const,
    ...[...options].map((option) => profileOptions[option]),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const dates = options.has('fullDates')
    ? 'UNMODIFIED'
    : options.has('modifiedDates')
      ? 'MODIFIED'
      : 'REMOVED';
  return elementsFrom({
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: subject,
    PatientID: subject,
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'DICOM PS3.15 Annex E 2026c',
    DeidentificationMethodCodeSequence: methods.map(([code, meaning]) => ({
      CodeValue: code,
      CodingSchemeDesignator: 'DCM',
      CodeMeaning: meaning,
    })),
    LongitudinalTemporalInformationModified: dates,
  });
}

function cleanedList(elements: DataElements, walk: Walk, level: Level): DataElements {
  const charset = elementOf(elements, attributes.SpecificCharacterSet[0]);
  const terms = charset && 'bytes' in charset ? elementTexts(charset, []) : level.terms;
  const blocks = walk.options.has('safePrivate') ? safeBlocks(elements) : new Set<number>();
  const kept: DataElement[] = [];
  for (const element of elements) {
    if ((element.tag & 0xffff) === 0 || element === charset) continue;
    const clean = isPrivate(element.tag)
      ? cleanedPrivate(element, blocks, walk)
      : cleanedPublic(element, walk, { ...level, terms });
    if (clean) kept.push(clean);
  }
  return kept;
}

/** A safe number, with the creator that gives it its meaning; everything else private goes. */
function cleanedPrivate(element: DataElement, blocks: ReadonlySet<number>, walk: Walk): DataElement | null {
  if (blocks.size > 0 && 'bytes' in element) {
    const safe = isCreator(element) ? blocks.has(element.tag) && element : safePrivateElement(element);
    if (safe) return safe;
  }
  return note(walk, element, 'removed', null);
}

function cleanedPublic(element: DataElement, walk: Walk, level: Level): DataElement | null {
  const usual = actionFor(element.tag, element.vr, walk.options);
  const action = level.replaceAll && usual !== 'remove' && usual !== 'remap' ? 'replace' : usual;
  if (action === 'remove') return note(walk, element, 'removed', null);
  if ('items' in element) return cleanedSequence(element, action, walk, level);
  if ('fragments' in element) return element;
  if (element.bytes.length === 0) return element;
  return cleanedValue(element, action, walk, level);
}

function cleanedSequence(element: SequenceElement, action: Action, walk: Walk, level: Level): DataElement {
  if (action === 'empty' && element.items.length > 0)
    return note(walk, element, 'emptied', { ...element, items: [] });
  const replaceAll = level.replaceAll || action === 'replace';
  const items = element.items.map((list) => cleanedList(list, walk, { ...level, replaceAll }));
  const clean = { ...element, items };
  return action === 'replace' && items.length > 0 ? note(walk, element, 'replaced', clean) : clean;
}

function cleanedValue(element: PlainElement, action: Action, walk: Walk, level: Level): DataElement | null {
  switch (action) {
    case 'empty':
      return note(walk, element, 'emptied', { ...element, bytes: new Uint8Array(0) });
    case 'replace':
      return element.vr === 'UI' ? remapped(element, walk) : replaced(element, walk);
    case 'remap':
      return element.vr === 'UI' ? remapped(element, walk) : replaced(element, walk);
    case 'clean':
      return /^(DA|DT|TM)$/.test(element.vr) ? shifted(element, walk) : described(element, walk, level);
    default:
      return struck(element, walk, level);
  }
}

function replaced(element: PlainElement, walk: Walk): DataElement {
  return note(walk, element, 'replaced', { ...element, bytes: dummyValue(element.vr) });
}

function remapped(element: PlainElement, walk: Walk): DataElement {
  const values = elementTexts(element, []);
  const mapped = values.map((uid) =>
    uid === '' || isRegistered(uid, element.tag) ? uid : remappedUid(walk.key, uid),
  );
  if (mapped.every((uid, index) => uid === values[index])) return element;
  return note(walk, element, 'remapped', withText(element, mapped.join('\\')));
}

/** Given out by the standard: classes, syntaxes, well-known frames of reference (PS3.6 annex A). */
function isRegistered(uid: string, tag: number): boolean {
  const root = profileRow(tag) ? '1.2.840.10008.1.4.' : '1.2.840.10008.';
  return uid.startsWith(root) && /^[\d.]{1,40}$/.test(uid);
}

function shifted(element: PlainElement, walk: Walk): DataElement {
  const values = elementTexts(element, []).map((value) =>
    value === '' ? '' : shiftedDate(element.vr, value, walk.days),
  );
  if (values.includes(null)) return note(walk, element, 'emptied', { ...element, bytes: new Uint8Array(0) });
  // Times of day stay: only what is moved is counted.
  if (element.vr === 'TM') return withText(element, values.join('\\'));
  return note(walk, element, 'shifted', withText(element, values.join('\\')));
}

/** A free text with its imaging terms alone; where none is left, the basic action stands. */
function described(element: PlainElement, walk: Walk, level: Level): DataElement | null {
  const values = elementTexts(element, level.terms);
  const clean = values.map((value) => cleanedDescription(value, walk.identifiers));
  if (clean.every((value) => value === '')) {
    const basic = basicActionFor(element.tag);
    if (basic === 'remove') return note(walk, element, 'removed', null);
    return cleanedValue(element, basic === 'clean' ? 'empty' : basic, walk, level);
  }
  return note(walk, element, 'cleaned', withText(element, clean.join('\\')));
}

/** A text that stays: in UTF-8, with whatever names the patient struck out. */
function struck(element: PlainElement, walk: Walk, level: Level): DataElement {
  if (!textVrs.has(element.vr)) return element;
  const before = decodeText(element.bytes, level.terms, textSort[element.vr]).text;
  const after = withoutIdentifiers(before, walk.identifiers);
  return after === before
    ? withText(element, before)
    : note(walk, element, 'cleaned', withText(element, after));
}

function withText(element: PlainElement, value: string): PlainElement {
  return { ...element, bytes: Buffer.from(value, 'utf8') };
}

/** Counts what was done. Tags of the standard are no secret, private and unknown ones might be. */
function note<Result>(walk: Walk, { tag }: DataElement, done: Done, result: Result): Result {
  const name = isPrivate(tag) ? 'private' : publicAttribute(tag) ? formatTag(tag) : 'unknown';
  const counts = walk.counts.get(name) ?? new Map<Done, number>();
  walk.counts.set(name, counts.set(done, (counts.get(done) ?? 0) + 1));
  return result;
}
