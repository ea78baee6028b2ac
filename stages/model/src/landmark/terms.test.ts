import { describe, expect, it } from 'vitest';
import { chooseTerms } from './choose-terms.ts';
import type { CourseEvent } from './course.ts';
import { type LandmarkTerm, type LandmarkView, mayBeStiff, priorMean, termName, termValue } from './terms.ts';

const view = (landmarkDays: number, ...events: readonly CourseEvent[]): LandmarkView => ({
  landmarkDays,
  risk: -0.7,
  known: { events, findings: [] },
  first: () => null,
});
const hf = (days: number): CourseEvent => ({ cause: 'hf', days });
const infarction = (days: number): CourseEvent => ({ cause: 'mi', days });
const ofEvents: readonly LandmarkTerm[] = [
  { kind: 'earlier', cause: null },
  { kind: 'earlier', cause: 'hf' },
  { kind: 'recent' },
  { kind: 'repeated' },
  { kind: 'slope' },
];

describe('terms of a landmark', () => {
  it('are 0 of whom nothing has become known, at whatever landmark', () => {
    const all: LandmarkTerm[] = [
      ...ofEvents,
      { kind: 'exam' },
      { kind: 'finding', name: 'ef', since: null, log: false, mean: 40, sd: 8 },
    ];
    for (const days of [0, 180, 1700])
      expect(all.map((term) => termValue(term, view(days)))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('after events say whether, of which cause, how recently, how many, and the baseline', () => {
    const of = (...events: readonly CourseEvent[]) =>
      ofEvents.map((term) => termValue(term, view(400, ...events)));
    expect(of(infarction(400))).toEqual([1, 0, 1, 0, -0.7]);
    const [any, cause, recent, repeated, slope] = of(infarction(100), hf(400 - 182.625), hf(50));
    expect([any, cause, slope]).toEqual([1, 1, -0.7]);
    expect(recent).toBeCloseTo(Math.exp(-1), 12);
    expect(repeated).toBeCloseTo(Math.log(3), 12);
  });

  it('are all expected to be nothing, and may be made stiff, but whether there was an event', () => {
    expect(ofEvents.filter((term) => !mayBeStiff(term)).map(termName)).toEqual(['earlier event']);
    expect(ofEvents.map(priorMean)).toEqual([0.5625, 0, 0, 0, 0]);
  });

  it('expect of an event what the unexplained part of the risk makes of it', () => {
    // Brute force: of subjects whose log hazard is spread by 0.75, those with a (rare) event have a hazard e^0.5625 times that of all.
    let [all, after, weights] = [0, 0, 0];
    for (let z = -8; z <= 8; z += 0.001) {
      const [density, hazard] = [Math.exp((-z * z) / 2), Math.exp(0.75 * z)];
      weights += density;
      all += density * hazard;
      after += density * hazard * hazard;
    }
    expect(Math.log(after / all / (all / weights))).toBeCloseTo(priorMean(ofEvents[0]!), 6);
  });
});

describe('the choice of terms', () => {
  const chosenOf = (views: readonly LandmarkView[]) =>
    chooseTerms([], ['death', 'hf', 'mi'], [], views, [...views.keys()]);
  const many = (count: number, ...events: readonly CourseEvent[]) =>
    Array.from({ length: count }, () => view(400, ...events));

  it('keeps how few of a cause depart from the others, and no term of a cause that nobody shows', () => {
    const { terms, subjects, eventCauses, leftOut } = chosenOf([
      ...many(30),
      ...many(12, hf(20)),
      ...many(2, infarction(30)),
    ]);
    expect(terms.map(termName)).toEqual([
      'earlier event',
      'recent event',
      'baseline after an event',
      'earlier hf',
      'earlier mi',
    ]);
    expect(subjects).toEqual([14, 14, 14, 12, 2]);
    expect(eventCauses).toEqual(['hf', 'mi']);
    expect(leftOut).toEqual([]);
  });

  it('has none of events that fewer than ten subjects show, and lists them', () => {
    const { terms, eventCauses, leftOut } = chosenOf([
      ...many(30),
      ...many(6, hf(20)),
      ...many(3, hf(20), infarction(30)),
    ]);
    expect(terms).toEqual([]);
    expect(eventCauses).toEqual([]);
    expect(leftOut.map(({ term, subjects }) => `${term} ${subjects}`)).toEqual([
      'earlier event 9',
      'recent event 9',
      'repeated events 3',
      'baseline after an event 9',
      'earlier hf 9',
      'earlier mi 3',
    ]);
  });

  it('has no term of a cause beside that of any where there is one cause', () => {
    expect(chosenOf(many(15, hf(20))).terms.map(termName)).toEqual([
      'earlier event',
      'recent event',
      'baseline after an event',
    ]);
  });
});
