import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { causes, isDeath } from './causes.ts';
import { drawCourse, firstOf } from './course.ts';

const never = [0, 0, 0, 0] as const;
/** Hazards a year of the causes in their order. */
function table(...rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return causes.map((_, row) => rows[row] ?? never);
}
function draw(count: number, hazards: readonly (readonly number[])[]) {
  const random = new Random('courses');
  return Array.from({ length: count }, () => drawCourse(random, hazards));
}

describe('a course', () => {
  it('dies by constant hazards in pieces as the closed form says', () => {
    const rates = [0.4, 0.2, 0.1, 0.05];
    const courses = draw(20_000, table(rates));
    for (const [years, cumulative] of [
      [0.5, 0.2],
      [1, 0.3],
      [2, 0.4],
      [5, 0.55],
    ] as const) {
      const share = courses.filter((course) => firstOf(course, causes[0]) <= years).length / 20_000;
      expect(Math.abs(share - (1 - Math.exp(-cumulative)))).toBeLessThan(0.0125);
    }
  });

  it('shares the first event out by the hazards', () => {
    const courses = draw(20_000, table([0.1, 0.1, 0.1, 0.1], never, never, never, [0.3, 0.3, 0.3, 0.3]));
    const dead = courses.filter((course) => course.length > 0);
    expect(dead.every((course) => course.length === 1)).toBe(true);
    const cardiovascular = dead.filter((course) => course[0]!.cause === causes[0]).length;
    expect(Math.abs(cardiovascular / dead.length - 0.25)).toBeLessThan(0.012);
  });

  it('goes on after an event that is no death, in order, and raises what follows', () => {
    const rate = [0.2, 0.2, 0.2, 0.2];
    const courses = draw(20_000, table([0.02, 0.02, 0.02, 0.02], rate));
    let [after, years, disordered] = [0, 0, 0];
    for (const course of courses) {
      if (course.some((event, at) => at > 0 && event.years < course[at - 1]!.years)) disordered++;
      if (course.slice(0, -1).some(({ cause }) => isDeath(cause))) disordered++;
      const first = firstOf(course, 'recurrent-mi');
      if (first > 5) continue;
      const end = isDeath(course.at(-1)!.cause) ? course.at(-1)!.years : 5;
      after += course.filter(({ cause, years: at }) => cause === 'recurrent-mi' && at > first).length;
      years += end - first;
    }
    expect(disordered).toBe(0);
    // The hazard of another infarction is 1.8 times that of the first.
    expect(Math.abs(after / years / 0.2 - 1.8)).toBeLessThan(0.08);
  });

  it('is deadlier in the month after an infarction', () => {
    const courses = draw(60_000, table([0.05, 0.05, 0.05, 0.05], [0.5, 0, 0, 0]));
    let [early, months] = [0, 0];
    for (const course of courses) {
      const first = firstOf(course, 'recurrent-mi');
      const death = firstOf(course, 'cardiovascular-death');
      if (first > 0.4 || death < first) continue;
      months += Math.min(30 / 365.25, death - first);
      if (death - first <= 30 / 365.25) early++;
    }
    // 12 in the acute phase times 1.6 for good.
    expect(Math.abs(early / months / (0.05 * 12 * 1.6) - 1)).toBeLessThan(0.15);
  });
});
