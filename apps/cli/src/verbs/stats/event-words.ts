/** Words for a row without the event, each with the words that can stand beside it alone for the event. */
const pairs: { readonly [censored: string]: readonly string[] } = {
  alive: ['dead', 'died', 'deceased'],
  censored: ['event', 'dead', 'died', 'deceased', 'death'],
  no: ['yes'],
  n: ['y'],
  none: ['event'],
};

/** Words that say that nothing happened, whatever the event is called. */
const censoredWords = new Set([
  ...Object.keys(pairs),
  'cens',
  'event-free',
  'event free',
  'no event',
  'lost',
  'lost to follow-up',
  'living',
  'survived',
]);

const eventWords = new Set(Object.values(pairs).flat());

export const isCensoredWord = (code: string) => censoredWords.has(code);
export const isEventWord = (code: string) => eventWords.has(code);

/** A column of two words, or one of them, of which everybody knows what they mean; null for any other. */
export function wordPair(present: ReadonlySet<string>): { censored: string; event: string } | null {
  for (const [censored, events] of Object.entries(pairs))
    for (const event of events)
      if ([...present].every((code) => code === censored || code === event)) return { censored, event };
  return null;
}
