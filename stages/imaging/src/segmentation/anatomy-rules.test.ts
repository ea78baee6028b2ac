import { describe, expect, it } from 'vitest';
import { mendSlices } from './anatomy-rules.ts';

const wall = { cavity: 3, wall: [2] };

/** A slice from text: one character a pixel, '.' is background. */
function sliceOf(...lines: string[]) {
  const labels = Uint8Array.from(lines.join(''), (text) => (text === '.' ? 0 : Number(text)));
  return { labels, shape: [1, 1, lines.length, lines[0]!.length] as const };
}

const linesOf = (labels: Uint8Array, columns: number) =>
  Array.from({ length: labels.length / columns }, (_, row) =>
    [...labels.subarray(row * columns, (row + 1) * columns)].map((label) => label || '.').join(''),
  );

describe('mending slices', () => {
  it('leaves a whole ventricle as it is', () => {
    const { labels, shape } = sliceOf('.......', '.22222.', '1233321', '1233321', '.22222.', '.......');
    const before = labels.slice();
    const found = mendSlices(labels, shape, wall);
    expect(found).toEqual({ holesFilled: 0, ringsClosed: 0, bareCavities: 0 });
    expect(labels).toEqual(before);
  });

  it('fills a hole with what lies around most of it', () => {
    const { labels, shape } = sliceOf('222222', '233332', '23.332', '233332', '2222.2', '222222');
    expect(mendSlices(labels, shape, wall).holesFilled).toBe(1);
    expect(linesOf(labels, 6)).toEqual(['222222', '233332', '233332', '233332', '222222', '222222']);
  });

  it('does not take what is open to the edge for a hole', () => {
    const { labels, shape } = sliceOf('22.22', '23.32', '22222');
    mendSlices(labels, shape, wall);
    expect(labels[2]).toBe(0);
  });

  it('closes a small gap of the wall, against background and RV', () => {
    const { labels, shape } = sliceOf('..22222.', '.2333332', '12333332', '11333332', '.2333332', '..22222.');
    expect(mendSlices(labels, shape, wall).ringsClosed).toBe(1);
    expect(linesOf(labels, 8)[3]).toBe('12333332');
  });

  it('leaves a wall open that is open widely, as at the base', () => {
    const { labels, shape } = sliceOf('.......', '2333...', '2333...', '2333...', '.222...');
    const before = labels.slice();
    expect(mendSlices(labels, shape, wall).ringsClosed).toBe(0);
    expect(labels).toEqual(before);
  });

  it('removes a cavity that lies nowhere in a wall', () => {
    const { labels, shape } = sliceOf('.....', '.33..', '.33..', '.....');
    expect(mendSlices(labels, shape, wall).bareCavities).toBe(1);
    expect(labels.includes(3)).toBe(false);
  });

  it('leaves a cavity without a wall alone between two that have it', () => {
    const whole = ['.222.', '.232.', '.222.'];
    const bare = ['.....', '..3..', '.....'];
    const { labels } = sliceOf(...whole, ...bare, ...whole);
    expect(mendSlices(labels, [1, 3, 3, 5], wall).bareCavities).toBe(0);
    const { labels: last } = sliceOf(...whole, ...whole, ...bare);
    expect(mendSlices(last, [1, 3, 3, 5], wall).bareCavities).toBe(1);
  });

  it('takes every label of a diseased wall for wall', () => {
    const { labels, shape } = sliceOf('.333.', '.414.', '.313.', '.222.');
    const found = mendSlices(labels, shape, { cavity: 1, wall: [2, 3, 4] });
    expect(found.ringsClosed + found.bareCavities).toBe(0);
  });
});
