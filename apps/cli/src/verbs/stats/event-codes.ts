import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';

/** Which codes of the event column mean what. */
export interface EventCodes {
  readonly censored: string;
  readonly event: string;
  /** Codes that compete with the event, ascending. */
  readonly competing: readonly string[];
}

interface Coded {
  readonly codes: EventCodes;
  /** [n] 0 censored, 1 the event, 2 and more the competing codes in their order */
  readonly event: Uint8Array;
  readonly wrong: readonly Issue[];
  readonly notes: readonly string[];
}

const mostCompeting = 253;

/**
 * Events from the cells of a column.
 *
 * 0 or false is censored and 1 or true the event, unless `censored` and `cause` say
 * otherwise; these may be words. Without a cause no other code is allowed, but for one
 * habit: a column of 1 and 2 alone, without a 0, has 1 for censored and 2 for the event,
 * as R's `Surv` reads it; a note says so. With a cause every other code competes with it.
 */
export function eventCodes(
  cells: readonly string[],
  { cause, censored }: { readonly cause?: string | undefined; readonly censored?: string | undefined },
  where: (at: number) => string,
): Coded {
  const texts = cells.map(normalised);
  const present = new Set(texts);
  const asR = cause === undefined && censored === undefined && isOneAndTwo(present);
  const codes = chosenCodes(present, asR ? { censored: '1', cause: '2' } : { censored, cause });
  const number = new Map([codes.censored, codes.event, ...codes.competing].map((code, at) => [code, at]));
  return {
    codes,
    event: Uint8Array.from(texts, (text) => number.get(text)!),
    wrong: wrongCodes(texts, codes, cause !== undefined, where),
    notes: asR ? ['no 0 among the events: took 1 as censored and 2 as the event, as R does'] : [],
  };
}

function chosenCodes(
  present: ReadonlySet<string>,
  { cause, censored }: { readonly cause: string | undefined; readonly censored: string | undefined },
): EventCodes {
  const none = normalised(censored ?? '0');
  const event = normalised(cause ?? (none === '1' ? '2' : '1'));
  const competing = [...present].filter((code) => code !== none && code !== event).sort(byValue);
  return { censored: none, event, competing };
}

function wrongCodes(
  texts: readonly string[],
  { censored, event, competing }: EventCodes,
  mayCompete: boolean,
  where: (at: number) => string,
): Issue[] {
  const isWrong = (code: string) => {
    const value = readNumber(code);
    const isOther = code !== censored && code !== event;
    return (isOther && !mayCompete) || (value !== null && !(Number.isInteger(value) && value >= 0));
  };
  const expected = mayCompete
    ? `${censored} for censored, ${event} for the event, or another whole number or word for a competing event`
    : `${censored} or ${event} (or choose a --cause)`;
  if (mayCompete && competing.length > mostCompeting)
    return [issue('bad-value', where(0), `expected at most ${mostCompeting} competing codes`)];
  return texts.flatMap((text, at) =>
    isWrong(text) ? [issue('bad-value', where(at), `expected ${expected}, found ${text}`)] : [],
  );
}

const isOneAndTwo = (present: ReadonlySet<string>) =>
  present.size === 2 && present.has('1') && present.has('2');

/** One spelling for one code: 1, 1.0 and TRUE are the same. */
function normalised(cell: string): string {
  const text = cell.trim();
  const value = readNumber(text);
  if (value !== null) return String(value);
  const word = text.toLowerCase();
  if (word === 'true') return '1';
  return word === 'false' ? '0' : text;
}

function byValue(a: string, b: string): number {
  const [x, y] = [readNumber(a), readNumber(b)];
  if (x !== null && y !== null) return x - y;
  return a < b ? -1 : 1;
}
