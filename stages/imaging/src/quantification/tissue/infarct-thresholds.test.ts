import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import type { RemoteRecord } from '../../tissue-records.ts';
import { assumedReference } from '../segments.ts';
import { golden } from './golden.fixture.ts';
import { infarctThreshold, otsuThreshold } from './infarct-thresholds.ts';
import { agreementOf } from './mask-agreement.ts';
import { markRegions } from './regions.ts';
import { labelsOf, wallOf } from './wall.ts';

const mask: Mask = { shape: golden.shape, data: Uint8Array.from(golden.mask), affine: null };
const wall = wallOf(mask, assumedReference(mask));
const values = Float64Array.from(wall.voxels, (at) => golden.image[at]!);
const remote: RemoteRecord = {
  ...golden.remote,
  segments: [1],
  voxels: 100,
  spread: golden.remote.sd,
  cutOffPercent: 0,
  rule: 'given',
};
const signal = { values, magnitude: false };

describe('infarctThreshold and markRegions', () => {
  it('count the wall and its rims as scipy.ndimage does', () => {
    expect([wall.voxels.length, wall.inner.reduce((sum, value) => sum + value, 0)]).toEqual([
      golden.wall,
      golden.inner,
    ]);
  });

  it.each([
    ...golden.sd.map((count, at) => [`${at + 2}-sd`, count] as const),
    ['fwhm', golden.fwhm] as const,
  ])('mark what numpy and scipy.ndimage mark by %s, cores and all', (method, expected) => {
    const threshold = infarctThreshold(method as '2-sd', wall, signal, remote);
    expect(threshold.value).toBeCloseTo(expected.threshold, 9);
    const { marked, core } = markRegions(
      wall,
      Uint8Array.from(values, (value) => Number(value > threshold.value!)),
    );
    const count = (part: Uint8Array) => part.reduce((sum, value) => sum + value, 0);
    expect([count(marked), count(core)]).toEqual([expected.marked, expected.core]);
    const drawn = Uint8Array.from(labelsOf(wall), (label) => Number(label >= 3));
    expect(agreementOf(marked, drawn).dice).toBeCloseTo(expected.dice, 12);
  });

  it('take half of the maximum from no signal in a magnitude image, from remote in a phase-sensitive one', () => {
    const half = (magnitude: boolean) => infarctThreshold('fwhm', wall, { values, magnitude }, remote).value!;
    expect(half(false) - half(true)).toBeCloseTo(golden.remote.signal / 2, 9);
  });

  it('refuse a spread that was cut off at black', () => {
    const cut = { ...remote, cutOffPercent: 60 };
    expect(infarctThreshold('5-sd', wall, signal, cut)).toMatchObject({
      value: null,
      flags: [expect.stringMatching('found 60 % of it there: the image is cut off')],
    });
    expect(infarctThreshold('fwhm', wall, signal, cut).value).toBe(golden.fwhm.threshold);
  });

  it('refuse half of a maximum where nothing is enhanced, and where no signal is not 0', () => {
    const even = { values: values.map(() => golden.remote.signal), magnitude: true };
    expect(infarctThreshold('fwhm', wall, even, remote)).toMatchObject({
      value: null,
      flags: [expect.stringMatching('found none: no maximum to take half of')],
    });
    const raised = { values: values.map((value) => value + 4000), magnitude: true };
    expect(infarctThreshold('fwhm', wall, raised, { ...remote, signal: 4100 })).toMatchObject({
      value: null,
      flags: [expect.stringMatching('no signal is not 0 here')],
    });
  });
});

describe('otsuThreshold', () => {
  it('parts the values where trying every place does', () => {
    expect(otsuThreshold(values).value).toBe(golden.otsu);
  });

  it('says that one Gaussian would do as well, and refuses one value', () => {
    const even = Float64Array.from({ length: 400 }, (_, at) => at);
    expect(otsuThreshold(even).flags).toEqual([]);
    const peak = Float64Array.from(
      { length: 400 },
      (_, at) => Math.cbrt(at - 200) ** 3 / 400 + ((at % 20) - 10) ** 3,
    );
    expect(otsuThreshold(peak).flags[0]).toMatch('one Gaussian would do as well');
    expect(otsuThreshold(new Float64Array(9))).toEqual({
      value: null,
      flags: ['expected several values in the wall, found one'],
    });
  });
});
