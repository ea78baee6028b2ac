import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';
import { splineKnots, writeSplineTerms } from '@myocast/survival/regression';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';
import { notANumber } from './number-cells.ts';
import { stopAtCells } from './stop-at-cells.ts';

/** The covariates of a regression, one column a number. */
export interface Design {
  /** [p] such as `age`, `log(bili)`, `sexm` */
  readonly names: readonly string[];
  /** [n, p] */
  readonly predictors: Float64Array;
  /** The terms as they were asked for, and how many of the columns are theirs, in the order of the columns. */
  readonly terms: readonly { readonly name: string; readonly width: number }[];
  /** The category of each categorical column to which the others are compared. */
  readonly references: { readonly [column: string]: string };
  /** The knots of each column that has a restricted cubic spline. */
  readonly knots: { readonly [column: string]: readonly number[] };
}

export interface TermSource {
  readonly file: string;
  readonly columns: readonly string[];
  readonly text: (column: string) => readonly string[];
  readonly where: (at: number, column: string) => string;
  /** The cells that were not imputed: they decide on knots. */
  readonly observed: (column: string) => readonly string[];
}

export interface Term {
  readonly text: string;
  readonly column: string;
  readonly apply: 'plain' | 'log' | 'sqrt' | 'factor' | 'rcs';
  /** Of a restricted cubic spline. */
  readonly knotCount: number;
}

/** The columns that covariate terms are made of. */
export function termColumns(terms: readonly string[], columns: readonly string[]): string[] {
  return terms.map((text) => parseTerm(text, columns).column);
}

/**
 * Covariates from terms.
 *
 * A column without any number is categorical: its first category in alphabetical order
 * is the reference, every other one gets a column of 0 and 1 named column + category
 * (`sexm`), as R does; factor(column) treats numbers so. A column with numbers and words
 * stops. rcs(column, 4) is a restricted cubic spline with Harrell's 4 knots (3 to 7, 5 where no
 * number is given): the column itself, then `age'`, `age''`, as R rms names them.
 */
export function designOf(terms: readonly string[], source: TermSource): Design {
  const wrong: Issue[] = [];
  const parts = terms.map((text) => termOf(parseTerm(text, source.columns), source, wrong));
  stopAtCells(source.file, wrong);
  const names = parts.flatMap((part) => part.columns.map(({ name }) => name));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new StoppedByIssues([
      issue('duplicate-column', twice, 'expected each covariate once, found it twice'),
    ]);
  const values = parts.flatMap((part) => part.columns.map((column) => column.values));
  const n = values[0]?.length ?? 0;
  const p = values.length;
  return {
    names,
    predictors: Float64Array.from({ length: n * p }, (_, at) => values[at % p]![Math.floor(at / p)]!),
    terms: parts.map(({ term, columns }) => ({ name: term.text, width: columns.length })),
    references: Object.fromEntries(
      parts.flatMap(({ term, reference }) => (reference === null ? [] : [[term.column, reference]])),
    ),
    knots: Object.fromEntries(
      parts.flatMap(({ term, knots }) => (knots === null ? [] : [[term.column, knots]])),
    ),
  };
}

interface Part {
  readonly term: Term;
  readonly columns: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  readonly reference: string | null;
  readonly knots: readonly number[] | null;
}

function termOf(term: Term, source: TermSource, wrong: Issue[]): Part {
  const cells = source.text(term.column);
  const numbers = cells.map(readNumber);
  const isCategorical = term.apply === 'plain' && numbers.every((value) => value === null);
  if (term.apply === 'factor' || isCategorical) return categories(term, cells);
  const { expected, of } = transformations[term.apply];
  const values = numbers.map((value, at) => {
    const given = value === null ? null : of(value);
    if (given === null)
      wrong.push(issue('bad-value', source.where(at, term.column), notANumber(expected, cells[at]!)));
    return given ?? 0;
  });
  if (term.apply === 'rcs' && wrong.length === 0) return spline(term, Float64Array.from(values), source);
  return { term, columns: [{ name: term.text, values }], reference: null, knots: null };
}

function spline(term: Term, values: Float64Array, { observed }: TermSource): Part {
  const known = Float64Array.from(observed(term.column), Number);
  const knots = valueOrStop(splineKnots(term.column, known, term.knotCount));
  const width = knots.length - 1;
  const terms = new Float64Array(values.length * width);
  for (const [at, value] of values.entries()) writeSplineTerms(knots, value, terms, at * width);
  const columns = knots.slice(1).map((_, j) => ({
    name: `${term.column}${"'".repeat(j)}`,
    values: values.map((__, at) => terms[at * width + j]!),
  }));
  return { term, columns, reference: null, knots };
}

/** What a term does with a number; null where it has no value. */
const transformations = {
  plain: { expected: 'a number', of: (value: number): number | null => value },
  rcs: { expected: 'a number', of: (value: number): number | null => value },
  log: { expected: 'a number above 0', of: (value: number) => (value > 0 ? Math.log(value) : null) },
  sqrt: { expected: 'a number of 0 or more', of: (value: number) => (value >= 0 ? Math.sqrt(value) : null) },
};

function categories(term: Term, cells: readonly string[]): Part {
  const [reference, ...others] = [...new Set(cells)].sort(byValue);
  const columns = others.map((other) => ({
    name: `${term.text}${other}`,
    values: cells.map((cell) => (cell === other ? 1 : 0)),
  }));
  if (columns.length === 0)
    throw new StoppedByIssues([
      issue('not-estimable', term.column, `expected at least two categories, found only "${reference}"`),
    ]);
  return { term, columns, reference: reference!, knots: null };
}

function byValue(a: string, b: string): number {
  const [x, y] = [readNumber(a), readNumber(b)];
  if (x !== null && y !== null) return x - y;
  return a.localeCompare(b, 'en');
}

/** A term's column, and what is done with it. */
export function parseTerm(text: string, columns: readonly string[]): Term {
  const plain: Term = { text, column: text, apply: 'plain', knotCount: 0 };
  if (columns.includes(text)) return plain;
  const called = /^(log|sqrt|factor|rcs)\(\s*(.+?)\s*\)$/.exec(text);
  if (!called) return plain;
  const [apply, inner] = [called[1] as Term['apply'], called[2]!];
  if (apply !== 'rcs' || columns.includes(inner))
    return { ...plain, column: unquoted(inner), apply, knotCount: apply === 'rcs' ? usualKnots : 0 };
  const counted = /^(.+?)\s*,\s*(-?[\d.]+)$/.exec(inner);
  const knotCount = counted ? Number(counted[2]) : usualKnots;
  return { text, column: unquoted(counted?.[1] ?? inner), apply, knotCount };
}

const functions = new Set(['log', 'sqrt', 'factor', 'rcs']);
const usualKnots = 5;
const knownTerms =
  'column, log(column), sqrt(column), factor(column), rcs(column, knots) with 3 to 7 knots; an interaction is a column that you make; terms are separated by commas';

/** What is wrong with a term that no table has: a function or an operator of a formula; null where nothing is. */
export function unknownTerm(text: string, columns: readonly string[]): string | null {
  const { column, apply, knotCount } = parseTerm(text, columns);
  if (apply === 'rcs' && !(Number.isInteger(knotCount) && knotCount >= 3 && knotCount <= 7))
    return `expected 3 to 7 knots, found ${text}`;
  if (columns.includes(column)) return null;
  const called = /^([A-Za-z.][\w.]*)\(.*\)$/.exec(column)?.[1];
  const isFormula = called !== undefined || /[:*+^|~]/.test(column);
  return isFormula ? notATerm(text, called) : null;
}

function notATerm(text: string, called: string | undefined): string {
  const what = called === undefined || functions.has(called) ? text : called;
  return `${what} is not a term; known: ${knownTerms}`;
}

/** A name in quotes as CSV has them, at the start of a part or of what is in parentheses. */
const quotedName = /(?<=^\s*|[,(]\s*)"(?:[^"]|"")*"(?=\s*(?:[,)]|$))/g;

/** Parts of a list between commas outside parentheses and quotes; a part in quotes comes without them. */
export function splitTerms(text: string): string[] {
  // what is quoted may hold commas and parentheses that are part of a name
  const masked = text.replace(quotedName, (quoted) => 'q'.repeat(quoted.length));
  const ends = [...masked.matchAll(/,(?![^(]*\))/g)].map(({ index }) => index);
  return [...ends, text.length].map((end, at) =>
    unquoted(text.slice(at === 0 ? 0 : ends[at - 1]! + 1, end).trim()),
  );
}

/** `"a, ""b"""` is the name `a, "b"`. */
function unquoted(text: string): string {
  return /^"(?:[^"]|"")*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
