import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { phantomSample } from './phantom-sample.ts';

describe('samples of the phantom', () => {
  it.each(['cine-sax', 'lge-sax'] as const)('of %s carry every label, and finite positive pixels', (kind) => {
    const random = new Random('samples');
    const samples = Array.from({ length: 60 }, () => phantomSample(random, kind));
    const top = kind === 'cine-sax' ? 3 : 4;
    const seen = new Set(samples.flatMap(({ label }) => Array.from(new Set(label))));
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: top + 1 }, (_, value) => value));
    for (const { image, label, size } of samples) {
      expect(image.length).toBe(size * size);
      expect(label.length).toBe(size * size);
      expect(image.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
    const empty = samples.filter(({ label }) => label.every((value) => value === 0)).length;
    expect(empty).toBeGreaterThan(0);
    expect(empty).toBeLessThan(18);
  });

  it('are the same for the same seed', () => {
    const draw = () => phantomSample(new Random(5), 'lge-sax');
    expect(draw()).toEqual(draw());
    expect(phantomSample(new Random(6), 'lge-sax').image).not.toEqual(draw().image);
  });
});
