import { type Issue, issue } from '@myocast/base';
import { compositeFollowUp, type Outcome, type PredictorTable } from '@myocast/predictors';
import type { FollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import type { Split } from './splits.ts';

/** No single predictor of outcome after infarction is published with more than about 0.75. */
const highestConcordance = 0.8;
/** Whether a value is there should say little of what happens later. */
const highestOfMissingness = 0.7;
const highestCorrelation = 0.9;
const fewestForCorrelation = 10;
/** One-sided 95 %: a limit counts as passed where chance is an unlikely reason. */
const sureness = 1.645;
/** Two patients who share so many values that vary are one patient. */
const fewestShared = 6;

/**
 * Looks for predictors that know the outcome, which a model would believe and the
 * clinic would never have: one that orders the events too well, one that is there or
 * missing according to what happens, one that follows the day of the event or the
 * length of follow-up; and for one patient under two names.
 */
export function auditPredictors(table: PredictorTable, outcome: Outcome): readonly LeakageAudit[] {
  const followUp = compositeFollowUp(outcome);
  const timed = outcome.days !== null;
  const columns = table.columns.map(({ name }, j) => ({ name, column: columnOf(table, j) }));
  const looked = (name: string, checked: string, reasonsOf: (column: Column) => readonly string[]) => ({
    name,
    checked,
    issues: columns.flatMap(({ name: path, column }) =>
      reasonsOf(column).map((reason) => issue('quality-flag', path, `may know the outcome: ${reason}`)),
    ),
  });
  const all = `${columns.length} predictors`;
  return [
    looked('a predictor that alone orders the events', all, (column) => ordersEvents(column, followUp)),
    looked('a predictor that is there or missing by what happens', all, ({ observed }) =>
      tellsByMissing(observed, followUp),
    ),
    timed
      ? looked('a predictor that follows the day of the event or the end of follow-up', all, (column) =>
          followsDays(column, followUp),
        )
      : {
          name: 'a predictor that follows the day of the event or the end of follow-up',
          checked: 'nothing: the outcome has no times',
          issues: [],
        },
    {
      name: 'one patient under two names',
      checked: `${table.subjects.length} subjects`,
      issues: twins(table),
    },
  ];
}

/** One thing that was looked for, and what was found of it. */
export interface LeakageAudit {
  readonly name: string;
  readonly checked: string;
  readonly issues: readonly Issue[];
}

/** Whether the splits hold every one of n subjects out once and train on nobody whom they hold out. */
export function auditSplits(splits: readonly Split[], n: number): LeakageAudit {
  const held = new Uint16Array(n);
  const issues: Issue[] = [];
  for (const { name, train, test } of splits) {
    for (const row of test) held[row]!++;
    const tested = new Set(test);
    const both = train.filter((row) => tested.has(row)).length;
    if (both > 0)
      issues.push(
        issue('quality-flag', name, `expected nobody to be trained on and held out, found ${both} subjects`),
      );
  }
  const wrong = held.filter((times) => times !== 1).length;
  if (wrong > 0)
    issues.push(
      issue('quality-flag', 'splits', `expected each subject held out once, found ${wrong} who are not`),
    );
  return {
    name: 'a subject trained on and held out, or not held out once',
    checked: `${splits.length} splits of ${n} subjects`,
    issues,
  };
}

interface Column {
  readonly rows: readonly number[];
  readonly values: Float64Array;
  /** [n] */
  readonly observed: Float64Array;
}

function columnOf({ subjects, columns, values, observed }: PredictorTable, j: number): Column {
  const cells = subjects.map((_, row) => row * columns.length + j);
  const rows = [...subjects.keys()].filter((row) => observed[cells[row]!]);
  return {
    rows,
    values: Float64Array.from(rows, (row) => values[cells[row]!]!),
    observed: Float64Array.from(cells, (cell) => observed[cell]!),
  };
}

function ordersEvents({ rows, values }: Column, followUp: FollowUp): string[] {
  const c = surelyAbove(values, pick(followUp, rows));
  return c > highestConcordance
    ? [`alone it orders the events with a concordance above ${c.toFixed(2)}`]
    : [];
}

function tellsByMissing(observed: Float64Array, followUp: FollowUp): string[] {
  const there = surelyAbove(observed, followUp);
  return there > highestOfMissingness
    ? [`whether it is there orders the events with a concordance above ${there.toFixed(2)}`]
    : [];
}

function followsDays({ rows, values }: Column, followUp: FollowUp): string[] {
  const own = pick(followUp, rows);
  const found: string[] = [];
  for (const [who, code] of [
    ['the day of the event', 1],
    ['the end of follow-up of those without', 0],
  ] as const) {
    const places = [...rows.keys()].filter((place) => own.event[place] === code);
    const r = rankCorrelation(
      places.map((place) => values[place]!),
      places.map((place) => own.days[place]!),
    );
    if (places.length >= fewestForCorrelation && Math.abs(r) > highestCorrelation)
      found.push(`it follows ${who} (rank correlation ${r.toFixed(2)})`);
  }
  return found;
}

function pick({ days, event }: FollowUp, rows: readonly number[]): FollowUp {
  return {
    days: Float64Array.from(rows, (row) => days[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
  };
}

/** The lower limit of the concordance, in whichever direction it points; 0.5 where it cannot be told. */
function surelyAbove(values: Float64Array, followUp: FollowUp): number {
  const constant = values.every((value) => value === values[0]);
  if (values.length < fewestForCorrelation || constant) return 0.5;
  const { index, standardError } = concordance(values, followUp);
  if (index === null) return 0.5;
  return Math.max(0.5, 0.5 + Math.abs(index - 0.5) - sureness * (standardError ?? 0));
}

/** Spearman's, ties by their mean rank; 0 where one of the two does not vary. */
function rankCorrelation(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [ranks(left), ranks(right)];
  const middle = (a.length - 1) / 2;
  let [both, own, other] = [0, 0, 0];
  for (const [place, rank] of a.entries()) {
    both += (rank - middle) * (b[place]! - middle);
    own += (rank - middle) ** 2;
    other += (b[place]! - middle) ** 2;
  }
  return own > 0 && other > 0 ? both / Math.sqrt(own * other) : 0;
}

function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranked = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let at = from; at <= to; at++) ranked[order[at]!] = (from + to) / 2;
    from = to + 1;
  }
  return ranked;
}

/** Subjects with the same values in every continuous predictor that both have. */
function twins({ subjects, columns, values, observed }: PredictorTable): Issue[] {
  const p = columns.length;
  const continuous = [...columns.keys()].filter((j) => columns[j]!.kind === 'continuous');
  const seen = new Map<string, string>();
  const found: Issue[] = [];
  for (const [row, subject] of subjects.entries()) {
    const own = continuous.filter((j) => observed[row * p + j]);
    const key = own.map((j) => `${j}:${values[row * p + j]}`).join(' ');
    const before = seen.get(key);
    const varied = new Set(own.map((j) => values[row * p + j])).size;
    if (before !== undefined && varied >= fewestShared)
      found.push(
        issue(
          'quality-flag',
          subject,
          `has every value of ${before}: one patient under two names would be learned from and tested on`,
        ),
      );
    else seen.set(key, subject);
  }
  return found;
}
