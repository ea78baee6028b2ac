import { describe, expect, it } from 'vitest';
import { type Course, isAtRisk, knownAt, nextEvent } from './course.ts';
import { periodsFrom, stackLandmarks } from './stack.ts';

const causes = ['death', 'hf'];
const course = (endDays: number, ...events: Course['events']): Course => ({ events, findings: [], endDays });

describe('a course', () => {
  const own: Course = {
    events: [
      { cause: 'hf', days: 100, knownDays: 180 },
      { cause: 'death', days: 400 },
    ],
    findings: [{ name: 'ef', value: 40, days: 180, source: 'exam' }],
    endDays: 400,
  };

  it('is known by the day on which it was reported, that day included', () => {
    expect(knownAt(own, 179)).toEqual({ events: [], findings: [] });
    expect(knownAt(own, 180)).toEqual({ events: [own.events[0]], findings: own.findings });
    expect(knownAt(own, 400).events).toHaveLength(2);
    expect(knownAt({ events: [{ cause: 'hf', days: 0 }], findings: [] }, 0).events).toEqual([]);
  });

  it('has a next event after a day, the earlier cause first, and ends without one', () => {
    expect(nextEvent(own, 0, causes)).toEqual({ days: 100, cause: 2 });
    expect(nextEvent(own, 100, causes)).toEqual({ days: 400, cause: 1 });
    expect(nextEvent(course(50), 20, causes)).toEqual({ days: 50, cause: 0 });
    const both = course(90, { cause: 'hf', days: 90 }, { cause: 'death', days: 90 });
    expect(nextEvent(both, 10, causes)).toEqual({ days: 90, cause: 1 });
    expect(nextEvent(course(9, { cause: 'hf', days: 0 }), 0, causes)).toEqual({ days: 0, cause: 2 });
    expect(() => nextEvent(course(9, { cause: 'fall', days: 4 }), 0, causes)).toThrow('got fall');
  });

  it('is at risk until its last day, which is not after it', () => {
    expect([0, 399, 400].map((days) => isAtRisk(own, days))).toEqual([true, true, false]);
  });
});

describe('stacked landmarks', () => {
  it('have a row for every landmark before the end, those of a subject together', () => {
    const courses = [course(250, { cause: 'hf', days: 120 }), course(90)];
    const stack = stackLandmarks(courses, [0, 100, 200], causes, ({ endDays }) => [endDays - 50, 100]);
    expect(Array.from(stack.subject)).toEqual([0, 0, 0, 1, 1]);
    expect(Array.from(stack.landmarkDays)).toEqual([0, 100, 200, 0, 40]);
    expect(Array.from(stack.days)).toEqual([120, 120, 250, 90, 90]);
    expect(Array.from(stack.cause)).toEqual([2, 2, 0, 0, 0]);
  });

  it('count the share of an interval after the landmark', () => {
    const stack = stackLandmarks([course(250), course(180, { cause: 'hf', days: 180 })], [50, 100], causes);
    const { row, interval, cause, exposure } = periodsFrom(stack, [100, 200, 300]);
    expect(Array.from(row)).toEqual([0, 0, 0, 1, 1, 2, 2, 3]);
    expect(Array.from(interval)).toEqual([0, 1, 2, 1, 2, 0, 1, 1]);
    expect(Array.from(cause)).toEqual([0, 0, 0, 0, 0, 0, 2, 2]);
    expect(Array.from(exposure)).toEqual([0.5, 1, 0.5, 1, 0.5, 0.5, 1, 1]);
    const late = periodsFrom(
      stackLandmarks([course(180, { cause: 'hf', days: 180 })], [160], causes),
      [100, 200],
    );
    expect(Array.from(late.exposure)).toEqual([(1 + 0.4) / 2]);
  });

  it('censor what comes after the last interval', () => {
    const stack = stackLandmarks([course(500, { cause: 'hf', days: 500 })], [100], causes);
    const { cause, exposure } = periodsFrom(stack, [100, 300]);
    expect([Array.from(cause), Array.from(exposure)]).toEqual([[0], [1]]);
  });

  it('give a share of an interval the slope of its likelihood', () => {
    // ln(1 - (1 - h)^a) by the logit of h, against 1 - h (1 + a) / 2.
    for (const a of [0.1, 0.4, 1]) {
      const [h, step] = [0.05, 1e-5];
      const at = (logit: number) => Math.log(1 - (1 - 1 / (1 + Math.exp(-logit))) ** a);
      const logit = Math.log(h / (1 - h));
      const slope = (at(logit + step) - at(logit - step)) / (2 * step);
      expect(Math.abs(slope - (1 - (h * (1 + a)) / 2))).toBeLessThan((h * h) / 4);
    }
  });
});
