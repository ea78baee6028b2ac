import { ascii, type CodedSet, type Escape, escapes } from './coded-sets.ts';

/** A text, and what was wrong with it or with the character sets that it was said to be in. */
export interface DecodedText {
  readonly text: string;
  /** One line each; never holds the text itself, which may name a patient. */
  readonly notes: readonly string[];
}

/** Where a text stands: in a person name, ^ and = end a part; in a list, \ does. */
export type TextSort = 'name' | 'list' | 'text';

/** Which sets are in force. */
export interface CodeState {
  readonly g0: CodedSet;
  readonly g1: CodedSet | null;
  /** The right half was not called by anything, but is the only one that was declared. */
  readonly implied: boolean;
}

const escape = 0x1b;
const delimiters: { readonly [Sort in TextSort]: ReadonlySet<number> } = {
  text: new Set([0x09, 0x0a, 0x0c, 0x0d]),
  list: new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c]),
  name: new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c, 0x5e, 0x3d]),
};

/** What is found on the way through a text. */
interface Findings {
  readonly undefinedBytes: Set<string>;
  readonly undeclared: Set<string>;
  readonly unknown: Set<string>;
  latin1: number;
  implied: number;
}

/**
 * Text with code extensions (PS3.5 6.1.2.5): escape sequences call a set into
 * the left or right half of the code table, and what is in force at first comes
 * back after a delimiter. A delimiter inside a set of two bytes is part of a
 * character, control characters excepted.
 *
 * @param initial what is in force at first
 * @param declared numbers of the sets that SpecificCharacterSet names
 */
export function decodeExtended(
  bytes: Uint8Array,
  initial: CodeState,
  declared: ReadonlySet<string>,
  sort: TextSort,
): DecodedText {
  const found: Findings = {
    undefinedBytes: new Set(),
    undeclared: new Set(),
    unknown: new Set(),
    latin1: 0,
    implied: 0,
  };
  let state = initial;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (byte === escape) {
      const called = escapeAt(bytes, at + 1);
      state = stateAfter(called, state, declared, found, bytes.subarray(at + 1, at + 4));
      if (called === null) text += '\ufffd';
      at += 1 + (called?.length ?? 0);
    } else if (isDelimiter(byte, state, sort)) {
      state = initial;
      text += String.fromCharCode(byte);
      at++;
    } else {
      const end = runEnd(bytes, at, state, sort);
      text += runText(bytes.subarray(at, end), state, found);
      at = end;
    }
  }
  return { text, notes: notesOf(found) };
}

interface Called extends Escape {
  /** Without the escape itself. */
  readonly length: number;
}

function escapeAt(bytes: Uint8Array, at: number): Called | null {
  for (const length of [2, 3]) {
    const called = escapes[String.fromCharCode(...bytes.subarray(at, at + length))];
    if (called) return { ...called, length };
  }
  return null;
}

function stateAfter(
  called: Called | null,
  state: CodeState,
  declared: ReadonlySet<string>,
  found: Findings,
  behind: Uint8Array,
): CodeState {
  if (called === null) {
    found.unknown.add(hex(behind));
    return state;
  }
  const { half, set, number } = called;
  if (number !== '6' && !declared.has(number)) found.undeclared.add(set.name);
  return half === 0 ? { ...state, g0: set } : { ...state, g1: set, implied: false };
}

function isDelimiter(byte: number, { g0 }: CodeState, sort: TextSort): boolean {
  return delimiters[sort].has(byte) && (byte < 0x21 || g0.bytesPerCharacter === 1);
}

/** The bytes from `start` on that belong to one half, up to an escape or a delimiter. */
function runEnd(bytes: Uint8Array, start: number, state: CodeState, sort: TextSort): number {
  const isRight = (at: number) => bytes[at]! >= 0x80;
  const inRun = (at: number) =>
    bytes[at] !== escape &&
    isRight(at) === isRight(start) &&
    (isRight(at) || !isDelimiter(bytes[at]!, state, sort));
  let end = start + 1;
  while (end < bytes.length && inRun(end)) end++;
  return end;
}

function runText(run: Uint8Array, { g0, g1, implied }: CodeState, found: Findings): string {
  if (run[0]! < 0x80) return g0 === ascii ? ascii.decode(run) : setText(run, g0, found);
  if (implied) found.implied += run.length;
  if (g1 !== null) return setText(run, g1, found);
  found.latin1 += run.length;
  return ascii.decode(run);
}

/** Control characters and spaces are the same in every set, and stand between the characters of two bytes. */
function setText(run: Uint8Array, set: CodedSet, found: Findings): string {
  let text = '';
  let at = 0;
  while (at < run.length) {
    const code = run[at]! & 0x7f;
    if (code < 0x20 || (code === 0x20 && run[at]! < 0x80)) {
      const control = run[at]! < 0x80;
      text += control ? String.fromCharCode(code) : '\ufffd';
      if (!control) found.undefinedBytes.add(hex(run.subarray(at, at + 1)));
      at++;
    } else {
      const raw = run.subarray(at, at + set.bytesPerCharacter);
      const character =
        raw.length < set.bytesPerCharacter ? '\ufffd' : set.decode(raw.map((byte) => byte & 0x7f));
      if (character === '\ufffd') found.undefinedBytes.add(hex(raw));
      text += character;
      at += raw.length;
    }
  }
  return text;
}

function notesOf({ undefinedBytes, undeclared, unknown, latin1, implied }: Findings): readonly string[] {
  const list = (values: ReadonlySet<string>) => [...values].slice(0, 8).join(', ');
  return [
    undefinedBytes.size > 0 ? `bytes that no character set in force defines: ${list(undefinedBytes)}` : '',
    unknown.size > 0 ? `escape sequences of no character set of DICOM: ${list(unknown)}` : '',
    undeclared.size > 0 ? `character sets that are used but not declared: ${list(undeclared)}` : '',
    latin1 > 0 ? `${latin1} bytes beyond ASCII without a declared character set, read as Latin-1` : '',
    implied > 0 ? `${implied} bytes without an escape sequence, read as the only set that is declared` : '',
  ].filter((note) => note !== '');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
