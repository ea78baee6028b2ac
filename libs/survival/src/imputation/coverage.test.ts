import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { takeFollowUp } from '../follow-up.ts';
import { fitCox } from '../regression/cox.ts';
import { impute } from './chained-equations.ts';
import type { ImputationColumn } from './column.ts';
import { pool } from './pooling.ts';

// hazard exp(0.4 x + 0.4 b + 0.3 z); x and b are hidden more often in those with the event and a high z
const truth = [0.4, 0.4, 0.3];
const n = 250;
const runs = 120;

function cohort(random: Random) {
  const rows = Array.from({ length: n }, () => {
    const z = random.normal();
    const x = 0.5 * z + Math.sqrt(0.75) * random.normal();
    const b = random.chance(1 / (1 + Math.exp(-0.5 * z))) ? 1 : 0;
    const day = random.exponential(Math.exp(truth[0]! * x + truth[1]! * b + truth[2]! * z));
    const cut = random.uniform(0.2, 2);
    const event = day <= cut ? 1 : 0;
    const hides = () => random.chance(1 / (1 + Math.exp(1.8 - 1.6 * event - 0.5 * z)));
    return { x, b, z, day: Math.min(day, cut), event, hidesX: hides(), hidesB: hides() };
  });
  const column = (
    name: 'x' | 'b' | 'z',
    kind: 'numeric' | 'binary',
    seen: (at: number) => boolean,
  ): ImputationColumn => ({
    name,
    kind,
    values: Float64Array.from(rows, (row) => row[name]),
    observed: Uint8Array.from(rows.keys(), (at) => Number(seen(at))),
    ...(kind === 'numeric' ? { method: 'norm' } : {}),
  });
  const columns = [
    column('x', 'numeric', (at) => !rows[at]!.hidesX),
    column('b', 'binary', (at) => !rows[at]!.hidesB),
    column('z', 'numeric', () => true),
  ];
  const followUp = {
    days: Float64Array.from(rows, ({ day }) => day),
    event: Uint8Array.from(rows, ({ event }) => event),
  };
  return { columns, followUp };
}

type Cohort = ReturnType<typeof cohort>;

function cox(values: readonly Float64Array[], followUp: Cohort['followUp'], rows: readonly number[]) {
  const predictors = Float64Array.from(rows.flatMap((row) => values.map((column) => column[row]!)));
  const fit = fitCox(
    { names: ['x', 'b', 'z'], predictors, followUp: takeFollowUp(followUp, rows) },
    { ties: 'efron' },
  );
  if (!fit.ok) throw new Error(fit.issues[0]!.message);
  return fit.value;
}

/** Estimate and interval of each coefficient. */
function pooled({ columns, followUp }: Cohort, withOutcome: boolean, random: Random) {
  const found = impute(
    { columns, ...(withOutcome ? { followUp } : {}) },
    { imputations: 6, iterations: 3, random },
  );
  if (!found.ok) throw new Error(found.issues[0]!.message);
  const all = [...followUp.days.keys()];
  const fits = found.value.completed.map((values) => cox(values, followUp, all));
  return truth.map((_, j) =>
    pool(
      fits.map((fit) => fit.coefficients[j]!),
      fits.map((fit) => fit.standardErrors[j]!),
      fits[0]!.events - 3,
    ),
  );
}

function completeCases({ columns, followUp }: Cohort) {
  const rows = [...followUp.days.keys()].filter((row) =>
    columns.every(({ observed }) => observed[row] === 1),
  );
  return cox(
    columns.map(({ values }) => values),
    followUp,
    rows,
  ).coefficients;
}

describe('a Cox model of covariates that are missing at random given the outcome', () => {
  const results = Array.from({ length: runs }, (_, run) => {
    const random = new Random(`missing at random ${run}`);
    const made = cohort(random);
    return {
      withOutcome: pooled(made, true, random.fork('with')),
      without: pooled(made, false, random.fork('without')).map(({ estimate }) => estimate),
      complete: completeCases(made),
    };
  });
  const bias = (value: (result: (typeof results)[0]) => ArrayLike<number>) =>
    truth.map((wanted, j) => results.reduce((sum, result) => sum + (value(result)[j]! - wanted) / runs, 0));

  it('is pooled with hardly any bias, and intervals that cover the truth about 95 times of 100', () => {
    const own = bias(({ withOutcome }) => withOutcome.map(({ estimate }) => estimate));
    for (const value of own) expect(Math.abs(value)).toBeLessThan(0.05);
    for (const [j, wanted] of truth.entries()) {
      const covered = results.filter(({ withOutcome }) => {
        const { low, high } = withOutcome[j]!;
        return low <= wanted && wanted <= high;
      }).length;
      // 95 % less and more than three standard errors of a share of 120 runs
      expect(covered / runs).toBeGreaterThan(0.89);
    }
  });
  it('comes out too weak when the outcome is left out of the imputation', () => {
    const [x, b] = bias(({ without }) => without);
    expect(x).toBeLessThan(-0.08);
    expect(b).toBeLessThan(-0.08);
  });
  it('comes out wrong from complete cases', () => {
    for (const value of bias(({ complete }) => complete)) expect(Math.abs(value)).toBeGreaterThan(0.07);
  });
});
