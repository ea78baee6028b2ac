import { ascii, type CodedSet, rightHalves } from './coded-sets.ts';
import { type CodeState, decodeExtended, type DecodedText, type TextSort } from './code-extensions.ts';

/** What the terms of SpecificCharacterSet come to. */
interface Repertoire {
  /** The WHATWG name of an encoding that stands alone, without code extensions. */
  readonly alone: string | null;
  readonly state: CodeState;
  /** Numbers of the sets that may be called by an escape sequence. */
  readonly declared: ReadonlySet<string>;
  readonly notes: readonly string[];
}

const standalone: { readonly [term: string]: string } = {
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 GBK': 'gbk',
  'ISO 2022 58': 'gbk',
};

const repertoires = new Map<string, Repertoire>();

/** The value representations that SpecificCharacterSet applies to (PS3.5 6.1.2.2), and how they are divided. */
export const textSort: { readonly [vr: string]: TextSort } = {
  PN: 'name',
  SH: 'list',
  LO: 'list',
  UC: 'list',
  ST: 'text',
  LT: 'text',
  UT: 'text',
};

/**
 * Text in the character sets that a data set names (PS3.5 6.1, PS3.3 C.12.1.1.2):
 * single sets, sets with code extensions by ISO 2022 escape sequences, UTF-8,
 * GB18030 and GBK. The extensions end at line ends, at `\` of lists and at `^`
 * and `=` of person names.
 *
 * Misspelled terms are read as what they must mean, unknown ones as none. Bytes
 * that the sets in force do not define become U+FFFD; bytes beyond ASCII where
 * no set is in force are read as Latin-1. A note says so, with the bytes.
 *
 * @param terms the values of SpecificCharacterSet, in their order, empty ones too
 *
 * Agrees with: pydicom 3.0 for text that its own sets define.
 */
export function decodeText(
  bytes: Uint8Array,
  terms: readonly string[],
  sort: TextSort = 'text',
): DecodedText {
  if (isPlain(bytes)) return { text: ascii.decode(bytes), notes: [] };
  const key = terms.join('\\');
  const repertoire = repertoires.get(key) ?? repertoireOf(terms);
  // Terms come from files: a set of hostile ones must not fill the memory.
  if (repertoires.size < 1000) repertoires.set(key, repertoire);
  const { text, notes } = decodeIn(bytes, repertoire, sort);
  return { text, notes: [...repertoire.notes, ...notes] };
}

/** Whether text is ASCII without escape sequences, which every character set reads alike. */
export function isPlain(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7e || byte === 0x1b) return false;
  return true;
}

function decodeIn(bytes: Uint8Array, { alone, state, declared }: Repertoire, sort: TextSort): DecodedText {
  if (alone !== null) return decodeAlone(bytes, alone);
  const decoded = decodeExtended(bytes, state, declared, sort);
  const shiftJis = declared.has('13') && decoded.text.includes('\ufffd') && !bytes.includes(0x1b);
  if (!shiftJis) return decoded;
  const guess = decodeAlone(bytes, 'shift_jis');
  return guess.notes.length > 0
    ? decoded
    : { ...guess, notes: ['read as Shift-JIS, which is not ISO-IR 13'] };
}

function decodeAlone(bytes: Uint8Array, encoding: string): DecodedText {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), notes: [] };
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const lost = text.split('\ufffd').length - 1;
    return { text, notes: [`${lost} characters are not in ${encoding.toUpperCase()}`] };
  }
}

function repertoireOf(terms: readonly string[]): Repertoire {
  const notes: string[] = [];
  const [first = '', ...more] = terms.map((term) => knownTerm(term, notes));
  const alone = encodingOf(first);
  if (alone !== null) {
    if (more.length > 0) notes.push(`${first} allows no other character set beside it`);
    return { alone, state: { g0: ascii, g1: null, implied: false }, declared: new Set(), notes };
  }
  for (const term of more) if (encodingOf(term) !== null) notes.push(`${term} is no code extension`);
  const declared = new Set([first, ...more].map(numberOf));
  const g1 = rightHalves[numberOf(first)] ?? null;
  const implied = g1 === null ? onlyDoubleByte(declared) : null;
  return { alone, state: { g0: ascii, g1: g1 ?? implied, implied: implied !== null }, declared, notes };
}

/** The encoding that a term names as a whole, or null where it names a set of ISO 2022. */
function encodingOf(term: string): string | null {
  return standalone[term] ?? (term.startsWith('encoding ') ? term.slice(9) : null);
}

const numberOf = (term: string) => /\d+$/.exec(term)?.[0] ?? '';

/** Korean and Chinese text often lacks the escape sequence that should call its only set. */
function onlyDoubleByte(declared: ReadonlySet<string>): CodedSet | null {
  const found = ['149', '58'].filter((number) => declared.has(number));
  return found.length === 1 ? rightHalves[found[0]!]! : null;
}

const numbered = new Set(['6', '87', '159', ...Object.keys(rightHalves)]);

/** A term as the standard spells it, `encoding …` for a name that is none of its terms, '' for none. */
function knownTerm(term: string, notes: string[]): string {
  const plain = term.trim().toUpperCase();
  if (plain === '') return '';
  if (standalone[plain] !== undefined) return plain;
  const exact = /^ISO(_IR| 2022 IR) (\d+)$/.exec(plain);
  if (exact && numbered.has(exact[2]!)) return plain;
  const loose = /^ISO[ _.-]*(2022)?[ _.-]*IR[ _.-]*(\d+)$/.exec(plain);
  const number = loose?.[2] ?? '';
  const meant =
    number === '192' ? 'ISO_IR 192' : numbered.has(number) ? `ISO 2022 IR ${number}` : labelOf(plain);
  notes.push(
    meant === ''
      ? `expected a term of SpecificCharacterSet, found "${plain}": read as none`
      : `expected a term of SpecificCharacterSet, found "${plain}": read as ${meant}`,
  );
  return meant;
}

/** Some writers put the name of an encoding where a term belongs. */
function labelOf(name: string): string {
  try {
    return `encoding ${new TextDecoder(name).encoding}`;
  } catch {
    return '';
  }
}
