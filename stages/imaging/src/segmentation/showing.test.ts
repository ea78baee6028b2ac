import { describe, expect, it } from 'vitest';
import { addProbabilities, mirrorWindows, placesShown } from './showing.ts';
import { sampleView, type SlicePixels } from './view.ts';

const size = 16;

/** Scores that say for each pixel how bright it is: the label 1 grows with the image. */
function logitsOf(image: Float32Array): Float32Array {
  const logits = new Float32Array(2 * image.length);
  logits.set(image, image.length);
  return logits;
}

const slice: SlicePixels = {
  pixels: Float32Array.from({ length: 64 * 64 }, (_, place) => {
    const [x, y] = [(place % 64) - 30, Math.floor(place / 64) - 35];
    return 3 * Math.exp(-(x * x) / 90 - (y * y) / 40 - (x * y) / 100);
  }),
  rows: 64,
  columns: 64,
  pixelMm: [1, 1],
};
const view = { centre: [33, 31] as const, zoomMm: 1.5, turn: 0.2, size };

describe('a window shown in another way', () => {
  it.each([
    { turnDegrees: 25, mirrored: false },
    { turnDegrees: 0, mirrored: true },
    { turnDegrees: -40, mirrored: true },
  ])('gives its scores back in place (turned by $turnDegrees°, mirrored: $mirrored)', (showing) => {
    const plain = sampleView(slice, view).image;
    const expected = new Float32Array(2 * size * size);
    addProbabilities(logitsOf(plain), expected, null, size);
    const turned = { ...view, turn: view.turn + (showing.turnDegrees * Math.PI) / 180 };
    const { image } = sampleView(slice, turned);
    if (showing.mirrored) mirrorWindows(image, size);
    const found = new Float32Array(2 * size * size);
    addProbabilities(logitsOf(image), found, placesShown(showing, size), size);
    let compared = 0;
    for (let place = 0; place < size * size; place++) {
      const [x, y] = [(place % size) - 7.5, Math.floor(place / size) - 7.5];
      if (Math.hypot(x, y) > 6.5) continue;
      compared++;
      expect(found[place + size * size]!).toBeCloseTo(expected[place + size * size]!, 1);
      expect(found[place]! + found[place + size * size]!).toBeCloseTo(1, 5);
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('gives nothing to the corners that were turned out of it', () => {
    const sums = new Float32Array(2 * size * size);
    addProbabilities(
      new Float32Array(2 * size * size),
      sums,
      placesShown({ turnDegrees: 45, mirrored: false }, size),
      size,
    );
    expect(sums[0]).toBe(0);
    expect(sums[8 * size + 8]).toBeCloseTo(0.5, 6);
  });
});

it('mirrorWindows turns every row of every window around', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  mirrorWindows(values, 2);
  expect([...values]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
});
