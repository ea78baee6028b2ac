import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPolygons } from './fill-polygons.ts';
import { outlinesOf, type Point, type Polygon, signedArea } from './outline.ts';
import { polygonFault } from './polygon-faults.ts';

/** Rows of dots and signs as pixels. */
function pixels(...rows: string[]) {
  const width = rows[0]!.length;
  const inside = Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0));
  return { inside, grid: { width, height: rows.length } };
}

/** Any pixels: noise, and blocks that give long lines and holes. */
const anyPixels = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain((grid) =>
    fc.record({
      grid: fc.constant(grid),
      inside: fc.uint8Array({
        minLength: grid.width * grid.height,
        maxLength: grid.width * grid.height,
        max: 1,
      }),
      blocks: fc.array(
        fc.record({
          left: fc.integer({ min: 0, max: grid.width - 1 }),
          top: fc.integer({ min: 0, max: grid.height - 1 }),
          size: fc.integer({ min: 1, max: 9 }),
          value: fc.integer({ min: 0, max: 1 }),
        }),
        { maxLength: 5 },
      ),
      noisy: fc.boolean(),
    }),
  )
  .map(({ grid, inside, blocks, noisy }) => {
    const own = noisy ? inside.slice() : new Uint8Array(inside.length);
    for (const { left, top, size, value } of blocks)
      for (let y = top; y < Math.min(grid.height, top + size); y++)
        own.fill(value, y * grid.width + left, y * grid.width + Math.min(grid.width, left + size));
    return { inside: own, grid };
  });

describe('outlinesOf', () => {
  it('goes around one pixel at half its distance to the next', () => {
    const { inside, grid } = pixels('...', '.#.', '...');
    const [polygon] = outlinesOf(inside, grid);
    const points = new Set(polygon!.outer.map(String));
    expect(points).toEqual(new Set(['0.5,1', '1,0.5', '1.5,1', '1,1.5']));
    expect(signedArea(polygon!.outer)).toBe(-0.5);
  });

  it('leaves out the points of straight lines, and cuts corners', () => {
    const { inside, grid } = pixels('####', '####', '####');
    const [polygon] = outlinesOf(inside, grid);
    expect(polygon!.outer.length).toBe(8);
    expect(-signedArea(polygon!.outer)).toBe(12 - 4 / 8);
  });

  it('puts a hole into the polygon around it, and an island inside the hole by itself', () => {
    const { inside, grid } = pixels(
      '#######',
      '#.....#',
      '#.###.#',
      '#.#.#.#',
      '#.###.#',
      '#.....#',
      '#######',
    );
    const polygons = outlinesOf(inside, grid);
    expect(polygons.map(({ holes }) => holes.length)).toEqual([1, 1]);
    const [outer, island] = polygons as [Polygon, Polygon];
    expect(signedArea(outer.holes[0]!)).toBeGreaterThan(signedArea(island.holes[0]!));
  });

  it('takes pixels that meet at a corner as one area', () => {
    expect(outlinesOf(...(Object.values(pixels('#.', '.#')) as [Uint8Array, never])).length).toBe(1);
    const ring = pixels('.#.', '#.#', '.#.');
    expect(outlinesOf(ring.inside, ring.grid).map(({ holes }) => holes.length)).toEqual([1]);
  });

  it('gives polygons without fault that fill the same pixels again, whatever the pixels', () => {
    fc.assert(
      fc.property(anyPixels, ({ inside, grid }) => {
        const polygons = outlinesOf(inside, grid);
        expect(polygons.map((polygon) => polygonFault(polygon, grid))).toEqual(polygons.map(() => null));
        expect(Buffer.compare(fillPolygons(polygons, grid), inside)).toBe(0);
      }),
      { numRuns: 250, seed: 1 },
    );
  });
});

describe('fillPolygons', () => {
  it('agrees with the winding of every centre, one by one', () => {
    // Off the centres by an odd amount: on a line it is the rule that decides, not the winding.
    const place = fc.integer({ min: -200, max: 1200 }).map((hundredths) => hundredths / 100 + 0.00123);
    const point = fc.tuple(place, place);
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 7 }), (outer) => {
        const filled = fillPolygons([{ outer, holes: [] }], { width: 10, height: 10 });
        const wound = filled.map((_, at) => (isOdd(outer, at % 10, Math.floor(at / 10)) ? 1 : 0));
        expect(filled).toEqual(wound);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('gives every pixel to one of two areas side by side, also on their common line', () => {
    const grid = { width: 6, height: 6 };
    const left: Point[] = [
      [0, 0],
      [3, 0],
      [1, 5],
      [0, 5],
    ];
    const right: Point[] = [
      [3, 0],
      [5, 0],
      [5, 5],
      [1, 5],
    ];
    const whole: Point[] = [
      [0, 0],
      [5, 0],
      [5, 5],
      [0, 5],
    ];
    const fill = (outer: Point[]) => fillPolygons([{ outer, holes: [] }], grid);
    const [a, b] = [fill(left), fill(right)];
    expect(a.map((value, at) => value + b[at]!)).toEqual(fill(whole));
    expect(fill(whole).reduce((sum, value) => sum + value, 0)).toBe(25);
  });
});

/** By the angles that the outline turns around a point: an oracle that knows nothing of scan lines. */
function isOdd(outline: readonly Point[], x: number, y: number): boolean {
  let turned = 0;
  for (const [index, from] of outline.entries()) {
    const to = outline[(index + 1) % outline.length]!;
    const [ax, ay, bx, by] = [from[0] - x, from[1] - y, to[0] - x, to[1] - y];
    turned += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
  return Math.round(turned / (2 * Math.PI)) % 2 !== 0;
}

describe('polygonFault', () => {
  const grid = { width: 10, height: 8 };
  const square: Point[] = [
    [1, 1],
    [6, 1],
    [6, 6],
    [1, 6],
  ];
  it.each<[string, Point[], Point[][], string | null]>([
    ['a square', square, [], null],
    [
      'the whole image, to its outermost edge',
      [
        [-0.5, -0.5],
        [9.5, -0.5],
        [9.5, 7.5],
        [-0.5, 7.5],
      ],
      [],
      null,
    ],
    [
      'two points',
      [
        [1, 1],
        [2, 2],
      ],
      [],
      'at least 3 points, found 2',
    ],
    [
      'a point beyond the image',
      [
        [1, 1],
        [9.6, 1],
        [1, 5],
      ],
      [],
      'inside of 10×8 pixels, found one at (9.6, 1)',
    ],
    [
      'a point that is no number',
      [
        [1, 1],
        [NaN, 1],
        [1, 5],
      ],
      [],
      'inside of 10×8 pixels',
    ],
    [
      'a line there and back',
      [
        [1, 1],
        [4, 1],
        [2, 1],
      ],
      [],
      'expected an area, found none',
    ],
    [
      'a bow tie',
      [
        [1, 1],
        [6, 6],
        [6, 1],
        [1, 5],
      ],
      [],
      'of one line to meet at their ends alone',
    ],
    [
      'a line that touches itself',
      [
        [1, 1],
        [6, 1],
        [6, 6],
        [3, 1],
        [1, 6],
      ],
      [],
      'meet at their ends alone',
    ],
    [
      'a hole',
      square,
      [
        [
          [2, 2],
          [4, 2],
          [4, 4],
        ],
      ],
      null,
    ],
    [
      'a hole outside',
      square,
      [
        [
          [7, 2],
          [8, 2],
          [8, 4],
        ],
      ],
      'expected holes inside of their polygon',
    ],
    [
      'two holes that cross',
      square,
      [
        [
          [2, 2],
          [4, 2],
          [4, 4],
          [2, 4],
        ],
        [
          [3, 3],
          [5, 3],
          [5, 5],
          [3, 5],
        ],
      ],
      'of a polygon and its holes',
    ],
  ])('of %s', (_, outer, holes, expected) => {
    const fault = polygonFault({ outer, holes }, grid);
    if (expected === null) expect(fault).toBeNull();
    else expect(fault).toContain(expected);
  });
});
