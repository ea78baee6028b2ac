import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { sliceFigure } from './slice-figure.ts';
import { waterfallFigure } from './waterfall-figure.ts';

function elementsOf(svg: string, selector: string) {
  const { document } = parseHTML(`<!doctype html><body>${svg.replace(/^<\?xml.*\?>\n/, '')}</body>`);
  return [...document.querySelectorAll(selector)];
}
const numberOf = (element: Element, name: string) => Number(element.getAttribute(name));
const wordsOf = (svg: string) => elementsOf(svg, 'text').map((text) => text.textContent);

const step = (label: string, value: number, standardError = 0) => ({ label, value, standardError });
const figure = (steps: readonly ReturnType<typeof step>[], base = 10) => ({
  title: 'Risk',
  note: 'in percent',
  unit: '%',
  base: { label: 'Nobody', value: base },
  total: { label: 'Patient', value: steps.reduce((sum, { value }) => sum + value, base) },
  steps,
});

describe('waterfallFigure', () => {
  it('goes from the base to the total, the largest step first, each where the one before ended', () => {
    const svg = waterfallFigure(figure([step('small', 1), step('down', -4), step('up', 6)]));
    const bars = elementsOf(svg, 'rect').slice(1); // the first is the background
    const ends = bars.map(
      (bar) => [numberOf(bar, 'x'), numberOf(bar, 'x') + numberOf(bar, 'width')] as const,
    );
    const [up, down, small] = ends as [(typeof ends)[0], (typeof ends)[0], (typeof ends)[0]];
    const unit = (up[1] - up[0]) / 6;
    expect((down[1] - down[0]) / unit).toBeCloseTo(4, 1);
    expect(down[1]).toBeCloseTo(up[1], 1);
    expect(small[0]).toBeCloseTo(down[0], 1);
    expect((small[1] - small[0]) / unit).toBeCloseTo(1, 1);
    const colours = bars.map((bar) => bar.getAttribute('fill'));
    expect(colours[0]).toBe(colours[2]);
    expect(colours[0]).not.toBe(colours[1]);
    const words = wordsOf(svg);
    expect(words).toEqual(expect.arrayContaining(['Nobody', '10.0 %', 'up', '+6.0', '\u22124.0', '13.0 %']));
  });

  it('puts the smallest steps into one beyond the most, and leaves no single one out', () => {
    const steps = Array.from({ length: 20 }, (_, index) => step(`s${index}`, index + 1));
    const words = wordsOf(waterfallFigure({ ...figure(steps), most: 5 }));
    expect(words).toContain('15 others together');
    expect(words).toContain('+120.0');
    expect(wordsOf(waterfallFigure({ ...figure(steps.slice(0, 6)), most: 5 }))).toContain('s0');
  });

  it('draws the interval of a step that is uncertain, and none of one that is not', () => {
    const lines = (error: number) =>
      elementsOf(waterfallFigure(figure([step('a', 5, error)])), 'path').filter((path) =>
        /H/.test(path.getAttribute('d')!),
      ).length;
    expect(lines(1)).toBe(1);
    expect(lines(0)).toBe(0);
  });

  it('escapes what it is given, and refuses steps that do not lead to the total', () => {
    expect(waterfallFigure(figure([step('<script>', 5)]))).not.toMatch(/<script>/);
    expect(() => waterfallFigure({ ...figure([step('a', 5)]), total: { label: 'p', value: 14 } })).toThrow(
      RangeError,
    );
    expect(() => waterfallFigure(figure([step('a', Number.NaN)]))).toThrow(RangeError);
    expect(waterfallFigure(figure([]))).toMatch(/Nobody/);
  });
});

describe('sliceFigure', () => {
  const slices = [
    { examNumber: 9, value: -2 },
    { examNumber: 8, value: 0 },
    { examNumber: null, value: 4 },
  ];

  it('has a cell for each slice from base to apex on one scale around zero', () => {
    const svg = sliceFigure({ title: 'Slices', note: 'points', sequences: [{ name: 'lge-sax', slices }] });
    const cells = elementsOf(svg, 'rect').slice(1);
    expect(cells).toHaveLength(3);
    expect(cells[1]!.getAttribute('fill')).toBe('rgb(245,245,243)');
    expect(cells[2]!.getAttribute('fill')).toBe('rgb(150,75,0)');
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(['9', '8', '(3)', '\u22122.00', 'lge-sax']));
    expect(numberOf(cells[0]!, 'x')).toBeLessThan(numberOf(cells[1]!, 'x'));
  });

  it('is refused without a slice', () => {
    expect(() => sliceFigure({ title: '', note: '', sequences: [] })).toThrow(RangeError);
  });
});
