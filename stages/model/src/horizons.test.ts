import { expect, it } from 'vitest';
import { forecastTimes } from './forecast.ts';
import { horizonsOf } from './horizons.ts';

it('carries the curve to the longest follow-up, month by month', () => {
  const times = forecastTimes({ timed: true, intervalEnds: [900, 2358] });
  expect(times[0]).toBe(0);
  expect(times.at(-1)).toBe(2358);
  const steps = times.slice(1).map((days, place) => days - times[place]!);
  expect(Math.min(...steps)).toBeGreaterThan(0);
  expect(Math.max(...steps)).toBeLessThan(31);
  expect(forecastTimes({ timed: true, intervalEnds: [10] })).toEqual([0, 10]);
  expect(forecastTimes({ timed: false, intervalEnds: [1] })).toEqual([0, 1]);
});

it('shows every year that is followed to and lies ahead, or the end', () => {
  const daysOf = (end: number, from?: number) =>
    horizonsOf({ timed: true, intervalEnds: [end] }, from).map(({ label, days }) => [label, days]);
  expect(daysOf(1000)).toEqual([
    ['1 y', 365.25],
    ['2 y', 730.5],
  ]);
  expect(daysOf(2358, 800)).toEqual([['5 y', 1826.25]]);
  expect(daysOf(2358, 1900)).toEqual([['2358 d', 2358]]);
  expect(daysOf(200)).toEqual([['200 d', 200]]);
});
