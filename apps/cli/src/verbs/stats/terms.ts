import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';
import { splineKnots, writeSplineTerms } from '@myocast/survival/regression';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';

/** The covariates of a regression, one column a number. */
export interface Design {
  /** [p] such as `age`, `log(bili)`, `sexm` */
  readonly names: readonly string[];
  /** [n, p] */
  readonly predictors: Float64Array;
  /** The category of each categorical column to which the others are compared. */
  readonly references: { readonly [column: string]: string };
  /** The knots of each column that has a restricted cubic spline. */
  readonly knots: { readonly [column: string]: readonly number[] };
}

export interface TermSource {
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
  if (wrong.length > 0) throw new StoppedByIssues(wrong.slice(0, 5));
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
      wrong.push(
        issue('bad-value', source.where(at, term.column), `expected ${expected}, found "${cells[at]}"`),
      );
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
  const spline = /^rcs\(\s*(.+?)\s*(?:,\s*([3-7])\s*)?\)$/.exec(text);
  if (spline) return { text, column: spline[1]!, apply: 'rcs', knotCount: Number(spline[2] ?? 5) };
  const called = /^(log|sqrt|factor)\(\s*(.+?)\s*\)$/.exec(text);
  return called ? { ...plain, column: called[2]!, apply: called[1] as Term['apply'] } : plain;
}

/** Parts of a list between commas outside parentheses. */
export function splitTerms(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}
