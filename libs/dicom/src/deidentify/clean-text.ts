import { isImagingTerm } from './imaging-terms.ts';

/** Longer numbers can be dates, telephone or hospital numbers. */
const mostDigits = 3;
/** Three numbers in a row: 3.2.51, 1951-02-03. */
const dateLike = /\d{1,4}\s*[./\-_:, ]\s*\d{1,2}\s*[./\-_:, ]\s*\d{1,4}/g;

/**
 * Free text with nothing left but words that describe images and short numbers
 * (`cine SAX 12`, `tfi2d1_r13`); everything else is dropped, be it a name or not.
 */
export function cleanedDescription(text: string, identifiers: ReadonlySet<string>): string {
  const undated = withoutIdentifiers(text, identifiers).replace(dateLike, ' ');
  const tokens = undated.match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu) ?? [];
  let clean = '';
  let between = '';
  for (const token of tokens) {
    if (!/[\p{L}\p{N}]/u.test(token)) between = /^[ _*+\-/.,:]{1,3}$/.test(token) ? token : ' ';
    else if (!isHarmless(token)) between = ' ';
    else {
      clean += clean === '' ? token : between + token;
      between = '';
    }
  }
  return clean;
}

/** A term, a short number, or both grown together: every part is judged. */
function isHarmless(token: string): boolean {
  if (/^\d+$/.test(token)) return token.length <= mostDigits;
  return (token.match(/\d+|\D+/g) ?? []).every((part) =>
    /^\d/.test(part) ? part.length <= mostDigits : isImagingTerm(part),
  );
}

/** A text with every one of the identifying texts, given in lower case, struck out as `#`. */
export function withoutIdentifiers(text: string, identifiers: ReadonlySet<string>): string {
  if (identifiers.size === 0) return text;
  let pattern = patterns.get(identifiers);
  if (pattern === undefined) {
    const longestFirst = [...identifiers].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    pattern = new RegExp(longestFirst.map(literally).join('|'), 'giu');
    patterns.set(identifiers, pattern);
  }
  return text.replace(pattern, '#');
}

/** One pattern serves all files of an exam. */
const patterns = new WeakMap<ReadonlySet<string>, RegExp>();

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
