import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { bullsEyeFigure } from './bulls-eye-figure.ts';
import { cividis, cssColour, diverging, inkOn } from './colour-scale.ts';
import { contactSheetFigure, type SheetSection } from './contact-sheet-figure.ts';
import { lineFigure } from './line-figure.ts';
import { pngOf } from './png.ts';

function elementsOf(svg: string, selector: string) {
  const { document } = parseHTML(`<!doctype html><body>${svg.replace(/^<\?xml.*\?>\n/, '')}</body>`);
  return [...document.querySelectorAll(selector)];
}
const numberOf = (element: Element, name: string) => Number(element.getAttribute(name));

describe('bullsEyeFigure', () => {
  const values = Array.from({ length: 17 }, (_, index) => index + 1);

  it('has the base outside, the anterior wall on top and the septum on the left', () => {
    const svg = bullsEyeFigure({ title: 'Wall', unit: 'mm', values });
    // The number of a segment stands below its value, in the smallest letters.
    const places = new Map(
      elementsOf(svg, 'text')
        .filter((text) => text.getAttribute('font-size') === '7.5')
        .map((text) => [
          Number(text.textContent),
          [numberOf(text, 'x') - 160, 186 - numberOf(text, 'y') + 22] as const,
        ]),
    );
    expect(places.size).toBe(17);
    const degrees = (segment: number) => {
      const [x, y] = places.get(segment)!;
      return Math.round(((Math.atan2(y, x) * 180) / Math.PI + 360) % 360);
    };
    const radius = (segment: number) => Math.hypot(...places.get(segment)!);
    expect([1, 2, 3, 4, 5, 6].map(degrees)).toEqual([90, 150, 210, 270, 330, 30]);
    expect([7, 8, 9, 10, 11, 12].map(degrees)).toEqual([90, 150, 210, 270, 330, 30]);
    expect([13, 14, 15, 16].map(degrees).map((angle) => angle % 360)).toEqual([90, 180, 270, 0]);
    for (const [outer, inner] of [
      [1, 7],
      [4, 10],
      [7, 13],
      [16, 17],
    ] as const)
      expect(radius(outer)).toBeGreaterThan(radius(inner) + 30);
  });

  it('colours by the scale and its range, and hatches what was not measured', () => {
    const own = values.slice(0, 16).map((value) => (value === 6 ? null : value === 1 ? 0 : 100));
    const svg = bullsEyeFigure({ title: 'Infarct', unit: '%', values: own, range: [0, 200] });
    const fills = elementsOf(svg, 'path').map((path) => path.getAttribute('fill'));
    expect(fills.filter((fill) => fill === 'url(#hatch)').length).toBe(1);
    expect(fills.filter((fill) => fill === cssColour(cividis(0))).length).toBe(1);
    expect(fills.filter((fill) => fill === cssColour(cividis(0.5))).length).toBe(14);
    expect(svg).toContain('measured');
    expect(svg).toContain('6: not measured');
    expect(
      bullsEyeFigure({ title: 'Strain', unit: '%', values: values.map((value) => value - 9) }),
    ).toContain(cssColour(diverging(0.5)));
  });

  it('escapes its words, gives the same bytes, and refuses what is no bull’s-eye', () => {
    const eye = { title: '<script>alert(1)</script>', unit: '"', values, note: '&' };
    expect(bullsEyeFigure(eye)).not.toContain('<script>');
    expect(bullsEyeFigure(eye)).toBe(bullsEyeFigure(eye));
    const refused = [values.slice(0, 15), values.map(() => null), values.map(() => NaN)];
    for (const wrong of refused) expect(() => bullsEyeFigure({ ...eye, values: wrong })).toThrow(RangeError);
  });
});

describe('the colour scales', () => {
  const luminance = (colour: readonly number[]) => {
    const [red, green, blue] = colour.map((channel) => ((channel / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const shares = Array.from({ length: 101 }, (_, percent) => percent / 100);

  it('grow brighter all the way, or to the middle, so that they hold in grey', () => {
    const grey = shares.map((share) => luminance(cividis(share)));
    expect(grey.every((value, index) => index === 0 || value > grey[index - 1]!)).toBe(true);
    const both = shares.map((share) => luminance(diverging(share)));
    const rises = both.map((value, index) => index > 0 && value > both[index - 1]!);
    expect(rises.lastIndexOf(true)).toBe(50);
    expect(rises.slice(1, 51).every(Boolean)).toBe(true);
  });

  it('carry letters that can be read, 4.5 to 1 at least', () => {
    for (const scale of [cividis, diverging])
      for (const share of shares) {
        const colour = scale(share);
        const ink = inkOn(colour) === '#fff' ? 1 : 0;
        const [high, low] = [Math.max(ink, luminance(colour)), Math.min(ink, luminance(colour))];
        expect((high + 0.05) / (low + 0.05), colour.join()).toBeGreaterThan(4.4);
      }
  });
});

describe('lineFigure', () => {
  const x = [0, 40, 80, 120];
  const options = { xLabel: 'Time (ms)', yLabel: 'Volume (ml)', moments: [{ x: 80, label: 'ES' }] };

  it('breaks a line where nothing was measured, keeps zero in view, and names moments', () => {
    const svg = lineFigure([{ name: 'LV', x, y: [100, null, 60, 90] }], options);
    const line = elementsOf(svg, 'g[aria-label="line"] path')[0]!.getAttribute('d')!;
    expect(line.split('M').length - 1).toBe(2);
    expect(elementsOf(svg, 'g[aria-label="dot"] circle').length).toBe(3);
    const words = elementsOf(svg, 'text').map((text) => text.textContent);
    expect(words).toEqual(expect.arrayContaining(['ES', '0', '100', 'Volume (ml)']));
    expect(words).not.toContain('LV');
    const two = lineFigure(
      [
        { name: 'LV', x, y: [1, 2, 3, 4] },
        { name: 'RV', x, y: [1, 2, -3, 4] },
      ],
      options,
    );
    expect(elementsOf(two, 'text').map((text) => text.textContent)).toEqual(
      expect.arrayContaining(['LV', 'RV']),
    );
  });

  it('refuses curves without a value, or of unequal length', () => {
    expect(() => lineFigure([{ name: 'LV', x, y: [null, null, null, null] }], options)).toThrow(
      'a measured value',
    );
    expect(() => lineFigure([{ name: 'LV', x, y: [1] }], options)).toThrow('expected 4 values of LV, got 1');
  });
});

describe('contactSheetFigure', () => {
  const style = { name: 'LV <endo>', colour: '#ff8a3c', dash: 'none', tinted: true };
  const grey = Uint8Array.from({ length: 12 }, (_, at) => 20 * at);
  const outer = [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as const;
  const tile = (label: string) => ({
    label,
    grey,
    outlines: [{ style, polygons: [{ outer, holes: [] }] }],
    insertions: { anterior: [1, 1] as const, inferior: [2, 2] as const, assumed: true },
  });
  const section: SheetSection = {
    heading: 'ED',
    width: 4,
    height: 3,
    pixelAspect: 1.5,
    columnMm: 2,
    tiles: Array.from({ length: 7 }, (_, index) => tile(`slice ${index + 1}`)),
  };
  const svg = contactSheetFigure({ title: 'A & B', note: 'n', sections: [section] });

  it('holds every image as it is, its number, a key, a scale and the insertions', () => {
    const images = elementsOf(svg, 'image');
    expect(images.length).toBe(7);
    const png = decode(Buffer.from(images[3]!.getAttribute('href')!.split(',')[1]!, 'base64'));
    expect([png.width, png.height, ...png.data]).toEqual([4, 3, ...grey]);
    expect(numberOf(images[0]!, 'height') / numberOf(images[0]!, 'width')).toBeCloseTo((3 * 1.5) / 4, 3);
    const words = elementsOf(svg, 'text').map((text) => text.textContent);
    expect(words).toEqual(
      expect.arrayContaining(['A & B', 'slice 7', '20 mm', 'LV <endo>', 'anterior RV insertion, assumed']),
    );
    expect(svg).not.toContain('<endo>');
  });

  it('draws an outline where its pixels are', () => {
    const [image] = elementsOf(svg, 'image');
    const zoom = numberOf(image!, 'width') / 4;
    const [left, top] = [numberOf(image!, 'x'), numberOf(image!, 'y')];
    const path = elementsOf(svg, 'path[stroke="#ff8a3c"]').find((own) =>
      own.getAttribute('d')!.endsWith('Z'),
    )!;
    const points = path
      .getAttribute('d')!
      .match(/-?[\d.]+/g)!
      .map(Number);
    const expected = outer.flatMap(([column, row]) => [
      left + (column + 0.5) * zoom,
      top + (row + 0.5) * zoom * 1.5,
    ]);
    for (const [index, value] of expected.entries())
      expect(Math.abs(points[index]! - value)).toBeLessThan(0.02);
  });

  it('refuses no image, and an image of another size', () => {
    expect(() => contactSheetFigure({ title: '', sections: [] })).toThrow('expected an image');
    const wrong = { ...section, height: 4 };
    expect(() => contactSheetFigure({ title: '', sections: [wrong] })).toThrow('expected 4×4 pixels, got 12');
  });
});

describe('pngOf', () => {
  it('draws shapes and letters, the same bytes each time, on white', () => {
    const svg = (words: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15" font-family="Arial, sans-serif">${words}</text></svg>`;
    const png = pngOf(svg('AHA'), 80);
    expect(Buffer.compare(png, pngOf(svg('AHA'), 80))).toBe(0);
    const { width, height, data } = decode(png);
    expect([width, height]).toEqual([80, 40]);
    expect(data[0]).toBe(255);
    expect(data.some((value) => value < 60)).toBe(true);
    expect(decode(pngOf(svg(''), 80)).data.every((value) => value === 255)).toBe(true);
  });
});
