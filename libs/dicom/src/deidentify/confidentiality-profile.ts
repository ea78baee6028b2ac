import { publicAttribute } from '../dictionary.ts';
import { longVrs, shortVrs } from '../element-scan.ts';
import { confidentialityProfileData } from './confidentiality-profile-data.ts';

/** What the basic profile does with an attribute, as table E.1-1 writes it. */
export type BasicAction = 'D' | 'Z' | 'X' | 'U' | 'Z/D' | 'X/Z' | 'X/D' | 'X/Z/D' | 'X/Z/U*';

/** The profile's options of E.3 that are offered, with their code and meaning in PS3.16 CID 7050. */
export const profileOptions = {
  uids: ['113110', 'Retain UIDs Option'],
  device: ['113109', 'Retain Device Identity Option'],
  institution: ['113112', 'Retain Institution Identity Option'],
  patient: ['113108', 'Retain Patient Characteristics Option'],
  fullDates: ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
  modifiedDates: ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  descriptors: ['113105', 'Clean Descriptors Option'],
  safePrivate: ['113111', 'Retain Safe Private Option'],
} as const satisfies Record<string, readonly [code: string, meaning: string]>;

export type ProfileOption = keyof typeof profileOptions;

/** The options of an image study: they keep what it needs and nothing that identifies. */
export const studyOptions: ReadonlySet<ProfileOption> = new Set([
  'modifiedDates',
  'descriptors',
  'safePrivate',
]);

/** A row of table E.1-1. */
export interface ProfileRow {
  readonly keyword: string;
  readonly basic: BasicAction;
  /** What an option does instead: K keep, C clean. */
  readonly options: { readonly [option: string]: string };
}

let rows: ReadonlyMap<number, ProfileRow> | null = null;

/** The row of a public attribute, or null where the table has none: it then does not identify. */
export function profileRow(tag: number): ProfileRow | null {
  rows ??= new Map(confidentialityProfileData.map(rowOf));
  return rows.get(tag) ?? rows.get(repeatingBase(tag)) ?? null;
}

function rowOf(line: string): readonly [number, ProfileRow] {
  const [tag, keyword, basic, ...options] = line.split(' ') as [string, string, BasicAction, ...string[]];
  const base = Number.parseInt(tag.replaceAll('x', '0'), 16);
  return [base, { keyword, basic, options: Object.fromEntries(options.map((part) => part.split(':'))) }];
}

/** The row of a curve (50xx,xxxx) or an overlay (60xx,eeee) stands under its first group. */
function repeatingBase(tag: number): number {
  const family = tag >>> 24;
  if (family === 0x50) return 0x50000000;
  return family === 0x60 ? 0x60000000 + (tag & 0xffff) : tag;
}

/** What is done with an attribute. */
export type Action = 'keep' | 'remove' | 'empty' | 'replace' | 'clean' | 'remap';

/**
 * What is done with a public attribute at any level.
 *
 * Of alternatives (X/Z, X/Z/D …) the last is taken: it is allowed wherever the
 * attribute is, so that no object loses what its IOD requires. Two options that
 * meet on one attribute: cleaning goes before keeping.
 */
export function actionFor(tag: number, vr: string, options: ReadonlySet<ProfileOption>): Action {
  const row = profileRow(tag);
  if (row === null) return actionByVr(tag, vr, options);
  const chosen = [...options].map((option) => [option, row.options[option]] as const);
  if (chosen.some(([option, action]) => action === 'C' && canClean(option, vr))) return 'clean';
  if (chosen.some(([, action]) => action === 'K')) return 'keep';
  return basicActions[row.basic];
}

const basicActions: { readonly [Basic in BasicAction]: Action } = {
  D: 'replace',
  Z: 'empty',
  X: 'remove',
  U: 'remap',
  'Z/D': 'replace',
  'X/Z': 'empty',
  'X/D': 'replace',
  'X/Z/D': 'replace',
  'X/Z/U*': 'remap',
};

/** What the basic profile does with an attribute of the table, options aside. */
export function basicActionFor(tag: number): Action {
  const row = profileRow(tag);
  return row === null ? 'remove' : basicActions[row.basic];
}

const dateVrs = new Set(['DA', 'DT', 'TM']);
const wordVrs = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT', 'SQ']);

/** Whether an option's cleaning works on such values; where not, the basic action stands. */
function canClean(option: ProfileOption, vr: string): boolean {
  if (option === 'modifiedDates') return dateVrs.has(vr);
  return (option === 'descriptors' || option === 'patient') && wordVrs.has(vr);
}

/**
 * Attributes outside the table do not identify by their meaning. Still, names and
 * addresses are emptied, dates treated like those of the table, UIDs replaced unless
 * the standard gave them out, and what has no known meaning removed.
 */
function actionByVr(tag: number, vr: string, options: ReadonlySet<ProfileOption>): Action {
  const known = publicAttribute(tag);
  if (known === null || isOverlay(tag) || !standardVrs.has(vr)) return 'remove';
  const is = (...vrs: readonly string[]) => vrs.includes(vr) || vrs.includes(known.vr);
  if (is('PN', 'AE', 'UR')) return 'empty';
  if (is('UI')) return options.has('uids') ? 'keep' : 'remap';
  return is('DA', 'DT') ? dateAction(vr, options) : 'keep';
}

function dateAction(vr: string, options: ReadonlySet<ProfileOption>): Action {
  if (options.has('fullDates')) return 'keep';
  return options.has('modifiedDates') && dateVrs.has(vr) ? 'clean' : 'empty';
}

/** All but UN: nothing is known of what it holds. */
const standardVrs = new Set([...shortVrs, ...longVrs].filter((vr) => vr !== 'UN'));

/** Without its data (60xx,3000), which the table removes, the rest of an overlay means nothing. */
function isOverlay(tag: number): boolean {
  return tag >>> 24 === 0x60;
}
