import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type PhantomKind, phantomSample, phantomSamples } from './phantom-sample.ts';

const highest: Readonly<Record<PhantomKind, number>> = {
  'cine-sax': 3,
  'lge-sax': 4,
  't2-sax': 3,
  'cine-lax': 3,
};
const kinds = Object.keys(highest) as PhantomKind[];

describe('samples of the phantom', () => {
  it.each(kinds)('of %s carry every label, and finite pixels that are not negative', (kind) => {
    const random = new Random('samples');
    const samples = Array.from({ length: 30 }, () => phantomSample(random, kind));
    const seen = new Set(samples.flatMap(({ label }) => Array.from(new Set(label))));
    expect([...seen].sort((a, b) => a - b)).toEqual(
      Array.from({ length: highest[kind] + 1 }, (_, value) => value),
    );
    for (const { image, label, size, spacingMm } of samples) {
      expect([size, spacingMm]).toEqual([128, 1.5]);
      expect(image.length).toBe(size * size);
      expect(label.length).toBe(size * size);
      expect(image.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
    const empty = samples.filter(({ label }) => label.every((value) => value === 0)).length;
    expect(empty).toBeLessThan(12);
    if (kind !== 'cine-lax') expect(empty).toBeGreaterThan(0);
  });

  it('of long axes show the left atrium at the valve: it lies close to the cavity, and the apex far from it', () => {
    const random = new Random('long axes');
    let [shown, close] = [0, 0];
    for (let n = 0; n < 40; n++) {
      const { label, size } = phantomSample(random, 'cine-lax');
      const pixels = (wanted: number) => Array.from(label.keys()).filter((at) => label[at] === wanted);
      const [cavity, atrium] = [pixels(1), pixels(3)].map((all) =>
        all.filter((_, index) => index % 4 === 0),
      ) as [number[], number[]];
      if (cavity.length < 25 || atrium.length < 15) continue;
      shown++;
      const apart = (at: number) =>
        Math.min(
          ...atrium.map((other) =>
            Math.hypot((at % size) - (other % size), ((at / size) | 0) - ((other / size) | 0)),
          ),
        );
      const distances = cavity.map(apart);
      if (Math.min(...distances) < 6) close++;
      expect(Math.max(...distances)).toBeGreaterThan(15);
    }
    expect(shown).toBeGreaterThan(20);
    expect(close / shown).toBeGreaterThan(0.9);
  });

  it('of T2 have the oedema inside the wall, brighter than the rest of it unless the image is inverted', () => {
    const random = new Random('oedema');
    let [brighter, of] = [0, 0];
    for (let n = 0; n < 40; n++) {
      const { image, label } = phantomSample(random, 't2-sax');
      const mean = (wanted: number) => {
        const values = Array.from(image).filter((_, at) => label[at] === wanted);
        return values.length > 30 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
      };
      const [normal, oedema] = [mean(2), mean(3)];
      if (normal === null || oedema === null) continue;
      of++;
      if (oedema > normal) brighter++;
    }
    expect(of).toBeGreaterThan(15);
    expect(brighter / of).toBeGreaterThan(0.75);
  });

  it('are the same for the same seed', () => {
    const draw = () => phantomSample(new Random(5), 'lge-sax');
    expect(draw()).toEqual(draw());
    expect(phantomSample(new Random(6), 'lge-sax').image).not.toEqual(draw().image);
  });

  it('come in an endless stream whose fields and contrasts vary, some of them inverted', () => {
    const taken = [];
    for (const sample of phantomSamples(1, 'cine-sax')) if (taken.push(sample) === 40) break;
    const again = phantomSamples(1, 'cine-sax').next().value;
    expect(again).toEqual(taken[0]);
    expect(new Set(taken.map(({ size }) => size)).size).toBeGreaterThan(15);
    expect(Math.max(...taken.map(({ spacingMm }) => spacingMm))).toBeGreaterThan(2);
    const brighter = taken.flatMap(({ image, label }) => {
      const mean = (wanted: number) => {
        const values = Array.from(image).filter((_, at) => label[at] === wanted);
        return values.length > 20 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
      };
      const [wall, blood] = [mean(2), mean(3)];
      return wall === null || blood === null ? [] : [blood > wall];
    });
    expect(brighter).toContain(true);
    expect(brighter).toContain(false);
  });
});
