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
