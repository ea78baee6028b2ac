import { readFileSync } from 'node:fs';
import { fitCox } from '@myocast/survival/regression';
import { describe, expect, it } from 'vitest';
import type { Course } from './course.ts';
import { knownAt } from './course.ts';
import { ridgeFloor } from '../ridge-logistic.ts';
import type { LandmarkData } from './landmark-data.ts';
import { fitComposite } from './landmark-hazards.ts';
import { periodsFrom, stackLandmarks } from './stack.ts';
import { type LandmarkTerm, termValue } from './terms.ts';

interface Fitted {
  readonly coefficients: readonly number[];
  readonly robust: readonly number[];
  readonly logLik: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/model/landmark.json', import.meta.url), 'utf8'),
) as {
  ends: number[];
  landmarks: number[];
  x: number[];
  base: number[][];
  courses: { endDays: number; events: Course['events'] }[];
  stack: { [column in 'subject' | 'landmark' | 'days' | 'cause' | 'earlier']: number[] };
  cox: Fitted;
  stratified: Fitted;
  logistic: { coefficients: number[]; covariance: number[][]; periods: number };
};

const courses = golden.courses.map((course): Course => ({ ...course, findings: [] }));
const stack = stackLandmarks(courses, golden.landmarks, ['hf', 'death']);
const earlierHf: LandmarkTerm = { kind: 'earlier', cause: 'hf' };
const fiveYears = 5 * 365.25;
const values = Array.from(stack.subject, (subject, row) => {
  const landmarkDays = stack.landmarkDays[row]!;
  const known = knownAt(courses[subject]!, landmarkDays);
  const x = golden.x[subject]!;
  const time = landmarkDays / fiveYears;
  return [time, termValue(earlierHf, { landmarkDays, risk: x, known, first: () => null }), x * time];
});

/** Largest distance from what R gives. */
const off = (found: ArrayLike<number>, expected: readonly number[]) =>
  expected.reduce((most, value, j) => Math.max(most, Math.abs(value - found[j]!)), 0);

function supermodel(names: readonly string[], row: (at: number) => readonly number[], strata?: Int32Array) {
  const found = fitCox(
    {
      names,
      predictors: Float64Array.from(values.flatMap((_, at) => [...row(at)])),
      followUp: {
        entryDays: stack.landmarkDays,
        days: stack.days,
        event: stack.cause.map((cause) => (cause > 0 ? 1 : 0)),
      },
      cluster: stack.subject,
      ...(strata ? { strata } : {}),
    },
    { ties: strata ? 'efron' : 'breslow' },
  );
  if (!found.ok) throw new Error(found.issues[0]!.message);
  return found.value;
}

describe('against R', () => {
  it('the landmark data sets are the same', () => {
    expect(Array.from(stack.subject)).toEqual(golden.stack.subject);
    expect(Array.from(stack.landmarkDays)).toEqual(golden.stack.landmark);
    expect(Array.from(stack.days)).toEqual(golden.stack.days);
    expect(Array.from(stack.cause)).toEqual(golden.stack.cause);
    expect(values.map((own) => own[1])).toEqual(golden.stack.earlier);
  });

  it('the supermodel without ridge is that of coxph, with and without strata by landmark', () => {
    const x = (at: number) => golden.x[stack.subject[at]!]!;
    const plain = supermodel(['x', 'earlier', 'time', 'x:time'], (at) => {
      const [time, earlier, both] = values[at]!;
      return [x(at), earlier!, time!, both!];
    });
    expect(off(plain.coefficients, golden.cox.coefficients)).toBeLessThan(1e-6);
    expect(off(plain.standardErrors, golden.cox.robust)).toBeLessThan(1e-6);
    expect(Math.abs(plain.logLikelihood.fitted - golden.cox.logLik[1]!)).toBeLessThan(1e-6);
    const strata = Int32Array.from(stack.landmarkDays);
    const stratified = supermodel(
      ['x', 'earlier', 'x:time'],
      (at) => [x(at), values[at]![1]!, values[at]![2]!],
      strata,
    );
    expect(off(stratified.coefficients, golden.stratified.coefficients)).toBeLessThan(1e-6);
    expect(off(stratified.standardErrors, golden.stratified.robust)).toBeLessThan(1e-6);
  });

  it('the discrete supermodel without ridge is that of glm, its errors those of sandwich', () => {
    const data: LandmarkData = {
      stack,
      periods: periodsFrom(stack, golden.ends),
      features: Float64Array.from(values.flat()),
      q: 3,
      // Without a penalty what is expected makes no difference.
      expected: Float64Array.of(0, 0.5, 0),
      // Two causes of which each has half the odds, so that the composite has the logits of R's offset.
      base: Float64Array.from(
        golden.base.flat().flatMap((logit) => [logit, logit]),
        (logit) => logit - Math.LN2,
      ),
      intervals: golden.ends.length,
      outcome: { causes: ['hf', 'death'], compositeCauses: ['hf', 'death'] },
    };
    expect(data.periods.row.length).toBe(golden.logistic.periods);
    // R's glm has no penalty: the tiny one of every ridge regression, which moves these by 1e-6, is taken off.
    const none = new Float64Array(3).fill(-ridgeFloor);
    const { effects, covariance } = fitComposite(data, none, 0);
    expect(off(effects, golden.logistic.coefficients)).toBeLessThan(1e-9);
    expect(off(covariance, golden.logistic.covariance.flat())).toBeLessThan(1e-9);
  });
});
