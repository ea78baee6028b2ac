import { expect, it } from 'vitest';
import { callInjury } from './call-injury.ts';
import { nothingChosen, type Sureness } from './choose-labels.ts';

const shape = [1, 1, 10, 20] as const;

/** A wall of 200 pixels in which the first ones are infarct and some of those obstruction. */
function wall(infarct: number, obstruction: number): Uint8Array {
  return Uint8Array.from({ length: 200 }, (_, place) => (place < obstruction ? 4 : place < infarct ? 3 : 2));
}

function sureOf(probability: number): Sureness {
  const sure = nothingChosen(5);
  sure.sums[3] = 100 * probability;
  sure.counts[3] = 100;
  return sure;
}

it('calls a large infarct whatever its probability, and keeps what it was', () => {
  const labels = wall(7, 2);
  expect(callInjury(labels, shape, sureOf(0.4))).toEqual({ infarct: 0, obstruction: 0 });
  expect(labels).toEqual(wall(7, 2));
});

it('calls a small infarct only where the network is sure', () => {
  const unsure = wall(6, 0);
  expect(callInjury(unsure, shape, sureOf(0.81)).infarct).toBe(6);
  expect(unsure).toEqual(wall(0, 0));
  const sure = wall(6, 0);
  expect(callInjury(sure, shape, sureOf(0.83)).infarct).toBe(0);
  expect(sure).toEqual(wall(6, 0));
});

it('sees pieces, not sums: specks here and there are no infarct', () => {
  const labels = Uint8Array.from({ length: 200 }, (_, place) => (place % 4 === 0 ? 3 : 2));
  // Every fourth pixel of a row of 20 touches the next row's: columns of 10, half of them.
  const scattered = labels.map((label, place) => (Math.floor(place / 20) % 2 === 0 ? label : 2));
  expect(callInjury(scattered, shape, sureOf(0.81)).infarct).toBe(25);
});

it('makes obstruction that is too small infarct', () => {
  const labels = wall(40, 1);
  expect(callInjury(labels, shape, sureOf(0.9))).toEqual({ infarct: 0, obstruction: 1 });
  expect(labels).toEqual(wall(40, 0));
});

it('leaves a healthy wall alone', () => {
  const labels = wall(0, 0);
  expect(callInjury(labels, shape, nothingChosen(5))).toEqual({ infarct: 0, obstruction: 0 });
});
