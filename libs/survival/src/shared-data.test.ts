import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concordance, unoConcordance } from './performance/concordance.ts';
import { coxLinearPredictor, coxSurvival, fitCox } from './regression/cox.ts';
import type { FollowUp } from './follow-up.ts';
import { kaplanMeier, medianFollowUp, survivalAt } from './estimators/kaplan-meier.ts';
import { stepAt } from './follow-up.ts';

// R's results are committed; the patients' tables are not part of the repository.
const golden = JSON.parse(
  readFileSync(new URL('../../../reference/survival/golden-cohorts.json', import.meta.url), 'utf8'),
).cohorts as Record<string, Cohort>;
const folder = new URL('../../../../shared/data/survival/', import.meta.url);
const present = existsSync(folder);
if (!present)
  process.stderr.write('survival: cohorts against R skipped, ../shared/data/survival is absent\n');

interface Cohort {
  readonly file: string;
  readonly time: string;
  readonly event: string;
  readonly eventCode: string;
  readonly terms: readonly string[];
  readonly km_times: readonly number[];
  readonly [key: string]: unknown;
}

function load(cohort: Cohort): { followUp: FollowUp; predictors: Float64Array } {
  const [head, ...rows] = readFileSync(new URL(cohort.file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '').trim()));
  const cell = (row: string[], name: string) => row[head!.indexOf(name)]!;
  const term = (row: string[], name: string) => {
    const inner = /^log\((.*)\)$/.exec(name)?.[1];
    return inner ? Math.log(Number(cell(row, inner))) : Number(cell(row, name));
  };
  const bare = cohort.terms.map((name) => /^log\((.*)\)$/.exec(name)?.[1] ?? name);
  const complete = rows.filter((row) => bare.every((name) => !['', 'NA'].includes(cell(row, name))));
  return {
    followUp: {
      days: Float64Array.from(complete, (row) => Number(cell(row, cohort.time))),
      event: Uint8Array.from(complete, (row) => (cell(row, cohort.event) === cohort.eventCode ? 1 : 0)),
    },
    predictors: Float64Array.from(complete.flatMap((row) => cohort.terms.map((name) => term(row, name)))),
  };
}

function near(got: Iterable<number>, expected: unknown, tolerance: number): void {
  for (const [at, value] of [...got].entries())
    expect(Math.abs(value - (expected as number[])[at]!), `entry ${at}: ${value}`).toBeLessThan(tolerance);
}

describe.skipIf(!present).each(Object.entries(golden))('on %s, as R survival has it', (_, cohort) => {
  const { followUp, predictors } = present
    ? load(cohort)
    : { followUp: { days: new Float64Array(), event: new Uint8Array() }, predictors: new Float64Array() };

  it('the Kaplan-Meier curve, its error and the median follow-up are the same', () => {
    expect(followUp.days.length).toBe(cohort['n']);
    const curve = kaplanMeier(followUp);
    near(
      cohort.km_times.map((t) => survivalAt(curve, t)),
      cohort['km_surv'],
      1e-10,
    );
    near(
      cohort.km_times.map((t) => stepAt(curve.days, curve.standardError, t, 0)),
      cohort['km_se'],
      1e-10,
    );
    expect(medianFollowUp(followUp)).toBe(cohort['median_followup_reverse_km']);
  });
  it('Cox regression and the concordance of its risk are the same', () => {
    const efron = fitCox({ names: cohort.terms, predictors, followUp }, { ties: 'efron' });
    const breslow = fitCox({ names: cohort.terms, predictors, followUp }, { ties: 'breslow' });
    if (!efron.ok || !breslow.ok) throw new Error('expected both fits');
    near(efron.value.coefficients, cohort['efron_coef'], 1e-6);
    near(efron.value.standardErrors, cohort['efron_se'], 1e-6);
    near([efron.value.logLikelihood.null, efron.value.logLikelihood.fitted], cohort['efron_loglik'], 1e-6);
    near(breslow.value.coefficients, cohort['breslow_coef'], 1e-6);
    near(
      [breslow.value.logLikelihood.null, breslow.value.logLikelihood.fitted],
      cohort['breslow_loglik'],
      1e-6,
    );
    const risk = coxLinearPredictor(efron.value, predictors);
    const harrell = concordance(risk, followUp);
    near([harrell.index!, harrell.standardError!], [cohort['harrell_c'], cohort['harrell_c_se']], 1e-9);
    near([unoConcordance(risk, followUp).index!], [cohort['uno_c']], 1e-9);
    const atZero = coxLinearPredictor(efron.value, new Float64Array(cohort.terms.length));
    const hazards = (cohort['cumhaz0_at'] as number[]).map(
      (t) => -Math.log(coxSurvival(efron.value, atZero, t)[0]!),
    );
    for (const [at, hazard] of hazards.entries())
      expect(Math.abs(hazard / (cohort['cumhaz0'] as number[])[at]! - 1)).toBeLessThan(1e-5);
  });
});
