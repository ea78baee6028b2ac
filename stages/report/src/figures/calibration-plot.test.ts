import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fixtureStudy } from '../fixtures/index.ts';
import { calibrationPlot } from './calibration-plot.ts';

const record = fixtureStudy().validation!;
const labels = new Map([
  ['multimodal', 'Multimodal'],
  ['clinical-cox', 'Ridge Cox'],
]);
const plotOf = (of: typeof record) =>
  parseHTML(`<!doctype html><body>${calibrationPlot(of, labels).markup}</body>`).document;

describe('the calibration panels', () => {
  const [first, second] = plotOf(record).querySelectorAll('svg');

  it('have the smoothed curve with its band where there is one', () => {
    expect(first!.querySelectorAll('[aria-label="area"] path').length).toBe(1);
    expect(second!.querySelectorAll('[aria-label="area"] path').length).toBe(0);
    const caption = plotOf(record).querySelector('figcaption')!.textContent;
    expect(caption).toContain('pointwise 95 % band');
    expect(caption).toContain('No smoothed curve: expected a risk above 0');
  });

  it('have a bar below zero for every step with subjects, the highest for the fullest', () => {
    const counts = record.smoothCalibration!['multimodal']!.riskCounts.filter((count) => count > 0);
    const heights = [...first!.querySelectorAll('[aria-label="rect"] rect')].map((bar) =>
      Number(bar.getAttribute('height')),
    );
    expect(heights.length).toBe(counts.length);
    expect(heights.indexOf(Math.max(...heights))).toBe(counts.indexOf(Math.max(...counts)));
    expect(heights[1]! / heights[0]!).toBeCloseTo(counts[1]! / counts[0]!, 1);
  });

  it('write the name of the axis along it, clear of the titles', () => {
    const name = first!.querySelector('[aria-label="y-axis label"]')!;
    const turned = name.querySelector('text')?.getAttribute('transform') ?? name.getAttribute('transform');
    expect(turned).toContain('rotate(-90)');
  });

  it('are as before of a record without curves', () => {
    const { smoothCalibration: _, ...older } = record;
    const document = plotOf(older);
    expect(document.querySelectorAll('[aria-label="rect"] rect, [aria-label="area"] path').length).toBe(0);
    expect(document.querySelectorAll('svg').length).toBe(2);
    expect(document.querySelector('figcaption')!.textContent).not.toContain('Bars');
  });
});
