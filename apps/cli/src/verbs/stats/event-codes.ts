import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';
import { isCensoredWord, isEventWord, wordPair } from './event-words.ts';

/** Which codes of the event column mean what, as they are written in the table. */
export interface EventCodes {
  readonly censored: string;
  readonly event: string;
  /** Codes that compete with the event, ascending. */
  readonly competing: readonly string[];
}

/** What the user said about the codes. */
export interface CodeChoice {
  readonly cause?: string | undefined;
  readonly censored?: string | undefined;
  /** Other codes compete with the event even where no cause is named: it is 1 then. */
  readonly competes?: boolean | undefined;
}

interface Coded {
  readonly codes: EventCodes;
  /** [n] 0 censored, 1 the event, 2 and more the competing codes in their order */
  readonly event: Uint8Array;
  readonly wrong: readonly Issue[];
  readonly notes: readonly string[];
}

/** Where an issue is: a cell, or the column as a whole. */
interface Place {
  readonly cell: (at: number) => string;
  readonly column: string;
}

/** Codes in one spelling each. */
interface Reading {
  readonly censored: readonly string[];
  readonly event: string;
  /** Codes that mean neither compete with the event; else they are wrong. */
  readonly mayCompete: boolean;
  readonly notes: readonly string[];
  /** What there is to say to the user in place of a result. */
  readonly stop?: string | null;
}

const mostCompeting = 253;

/**
 * Events from the cells of a column. Upper and lower case are one.
 *
 * 0 or false is censored and 1 or true the event, unless `censored` and `cause` say
 * otherwise; these may be words. Two words alone that everybody reads alike (alive and dead,
 * no and yes, censored and event) are read so; a note says so. Without a cause no other code
 * is allowed, but for one habit: a column of 1 and 2 alone, without a 0, has 1 for censored and
 * 2 for the event, as R's `Surv` reads it; a note says so.
 *
 * With a cause every other code competes with it, but for the censored ones: the code that is
 * named, else 0 and the words that say that nothing happened (alive, censored, lost), which a note
 * lists. Codes in words of which none is censored stop, because a word that was meant so would
 * compete in silence; so does a code that was named and is in no row while others are.
 */
export function eventCodes(cells: readonly string[], choice: CodeChoice, place: Place): Coded {
  const texts = cells.map(normalised);
  const present = new Set(texts);
  const spell = spellingOf(cells, texts);
  const reading = readingOf(present, choice, spell);
  const { censored, event } = reading;
  const competing = [...present].filter((code) => code !== event && !censored.includes(code)).sort(byValue);
  const stop = reading.stop ?? absentCode(present, competing, choice, spell);
  const number = new Map([event, ...competing].map((code, at) => [code, at + 1]));
  const spelled = { censored: spell(censored[0]!), event: spell(event), competing: competing.map(spell) };
  return {
    codes: spelled,
    event: Uint8Array.from(texts, (text) => number.get(text) ?? 0),
    wrong:
      stop === null
        ? wrongCodes(cells, texts, reading, competing, place, spell)
        : [issue('bad-value', place.column, stop)],
    notes: [...reading.notes, ...oneCodeNotes(cells, texts)],
  };
}

function readingOf(present: ReadonlySet<string>, choice: CodeChoice, spell: Spell): Reading {
  const { cause, censored, competes = false } = choice;
  const pair = cause === undefined && censored === undefined ? wordPair(present) : null;
  if (pair)
    return {
      censored: [pair.censored],
      event: pair.event,
      mayCompete: competes,
      notes: [
        `took ${spell(pair.censored)} as censored and ${spell(pair.event)} as the event; --cause and --censored say otherwise`,
      ],
    };
  if (cause === undefined && !competes) return withoutCause(present, censored, spell);
  return withCause(present, choice, spell);
}

function withoutCause(present: ReadonlySet<string>, named: string | undefined, spell: Spell): Reading {
  if (named === undefined && isOneAndTwo(present))
    return {
      censored: ['1'],
      event: '2',
      mayCompete: false,
      notes: ['no 0 among the events: took 1 as censored and 2 as the event, as R does'],
    };
  const censored = normalised(named ?? '0');
  const others = [...present].filter((code) => code !== censored);
  const word = named !== undefined && others.length === 1 && isEventWord(others[0]!) ? others[0]! : null;
  return {
    censored: [censored],
    event: word ?? (censored === '1' ? '2' : '1'),
    mayCompete: false,
    notes: word === null ? [] : [`took ${spell(word)} as the event; --cause says otherwise`],
  };
}

function withCause(present: ReadonlySet<string>, { cause, censored }: CodeChoice, spell: Spell): Reading {
  const event = normalised(cause ?? '1');
  const reading = { event, mayCompete: true, censored: [normalised(censored ?? '0')], notes: [] };
  const found = listed(present, spell);
  if (cause === undefined && !present.has(event) && [...present].some(isWord))
    return { ...reading, stop: `expected a --cause for events in words, found ${found}` };
  return censored === undefined ? withoutCensored(present, reading, spell) : reading;
}

/** 0 and the words for nothing are censored. */
function withoutCensored(present: ReadonlySet<string>, reading: Reading, spell: Spell): Reading {
  const others = [...present].filter((code) => code !== reading.event).sort(byValue);
  const words = others.filter(isCensoredWord);
  const censored = others.filter((code) => code === '0' || words.includes(code));
  if (censored.length > 0 || others.length === 0)
    return { ...reading, censored: censored.length > 0 ? censored : ['0'], notes: wordNotes(words, spell) };
  if (![...present].some(isWord)) return { ...reading, notes: nobodyCensored(reading.event, others) };
  const found = listed(present, spell);
  const stop = `expected a row with the code 0 or a word such as alive for no event, found ${found}; name it with --censored (--censored 0 where there is none)`;
  return { ...reading, stop };
}

const wordNotes = (words: readonly string[], spell: Spell) =>
  words.length === 0 ? [] : [`took ${words.map(spell).join(' and ')} as censored; --censored says otherwise`];

/** Status 1 and 2 with --cause 2 is R's habit more often than a cohort in which everybody had an event. */
function nobodyCensored(event: string, others: readonly string[]): string[] {
  const compete = others.length === 1 ? 'competes' : 'compete';
  return [
    `no row is censored (no 0): ${others.join(', ')} ${compete} with ${event}; where one of them is censored, say so with --censored`,
  ];
}

/** A code that was named but is in no row, where the rows that it was meant for would count as something else. */
function absentCode(
  present: ReadonlySet<string>,
  competing: readonly string[],
  { cause, censored }: CodeChoice,
  spell: Spell,
): string | null {
  if (competing.length === 0 || competing.some(isNoCode)) return null;
  const found = `found ${listed(present, spell)}`;
  if (cause !== undefined && !present.has(normalised(cause)))
    return `expected a row with cause ${cause.trim()}, ${found}`;
  if (censored === undefined || present.has(normalised(censored))) return null;
  // --censored 0 says that everybody had an event
  const isNobody = normalised(censored) === '0' && !competing.some(isCensoredWord);
  return isNobody ? null : `expected a row with the censored code ${censored.trim()}, ${found}`;
}

function wrongCodes(
  cells: readonly string[],
  texts: readonly string[],
  { censored, event, mayCompete }: Reading,
  competing: readonly string[],
  { cell }: Place,
  spell: Spell,
): Issue[] {
  if (mayCompete && competing.length > mostCompeting)
    return [issue('bad-value', cell(0), `expected at most ${mostCompeting} competing codes`)];
  const none = censored.map(spell).join(' or ');
  const hint = (code: string) => (isWord(code) ? '--cause dead --censored alive' : 'choose a --cause');
  const expected = (code: string) =>
    mayCompete
      ? `${none} for censored, ${spell(event)} for the event, or another whole number or word for a competing event`
      : `${none} or ${spell(event)} (or ${hint(code)})`;
  const others = new Set(competing);
  const isWrong = (code: string) => isNoCode(code) || (others.has(code) && !mayCompete);
  return texts.flatMap((code, at) =>
    isWrong(code)
      ? [issue('bad-value', cell(at), `expected ${expected(code)}, found ${cells[at]!.trim()}`)]
      : [],
  );
}

/** A number that counts nothing: negative, or not whole. */
function isNoCode(code: string): boolean {
  const value = readNumber(code);
  return value !== null && !(Number.isInteger(value) && value >= 0);
}

const isWord = (code: string) => readNumber(code) === null;

const isOneAndTwo = (present: ReadonlySet<string>) =>
  present.size === 2 && present.has('1') && present.has('2');

/** One spelling for one code: 1, 1.0 and TRUE are the same, and so are Dead and dead. */
function normalised(cell: string): string {
  const text = cell.trim();
  const value = readNumber(text);
  if (value !== null) return String(value);
  const word = text.toLowerCase();
  if (word === 'true') return '1';
  return word === 'false' ? '0' : word;
}

/** A code as the table writes it first. */
type Spell = (code: string) => string;

function spellingOf(cells: readonly string[], codes: readonly string[]): Spell {
  const written = new Map<string, string>();
  for (const [at, code] of codes.entries())
    if (isWord(code) && !written.has(code)) written.set(code, cells[at]!.trim());
  return (code) => written.get(code) ?? code;
}

/** Words that differ in case alone were taken as one code, and TRUE and FALSE as 1 and 0. */
function oneCodeNotes(cells: readonly string[], codes: readonly string[]): string[] {
  const spellings = new Map<string, Set<string>>();
  for (const [at, code] of codes.entries()) {
    const text = cells[at]!.trim();
    if (!isWord(text)) continue;
    spellings.set(code, (spellings.get(code) ?? new Set()).add(text));
  }
  return [...spellings].flatMap(([code, texts]) => {
    const list = [...texts].sort();
    if (!isWord(code)) return [`took ${list.join(', ')} as ${code}`];
    return list.length > 1 ? [`took ${list.join(', ')} as one code`] : [];
  });
}

const mostListed = 10;

/** `0, 1, 2` */
function listed(present: ReadonlySet<string>, spell: Spell): string {
  const codes = [...present].sort(byValue).map(spell);
  return codes.length > mostListed ? `${codes.slice(0, mostListed).join(', ')} …` : codes.join(', ');
}

function byValue(a: string, b: string): number {
  const [x, y] = [readNumber(a), readNumber(b)];
  if (x !== null && y !== null) return x - y;
  return a < b ? -1 : 1;
}
