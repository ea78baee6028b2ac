import * as Plot from '@observablehq/plot';
import { roundTicks, roundUp } from './axis-ticks.ts';
import { dashes, inTurn, palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';

/** A quantity over time. */
export interface LineCurve {
  readonly name: string;
  /** [k] ascending */
  readonly x: readonly number[];
  /** [k] null where it could not be measured: the line is broken there. */
  readonly y: readonly (number | null)[];
}

/** A moment that all curves share, such as end-systole. */
export interface Moment {
  readonly x: number;
  readonly label: string;
}

export interface LineFigureOptions extends PaperOptions {
  /** With their units. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly moments?: readonly Moment[];
}

/** The label of a moment beyond this share of the axis stands on its left, within the frame. */
const lateShare = 0.75;

/**
 * Curves over time with a point for each measurement, zero in view, and vertical lines at named
 * moments, as an SVG file.
 *
 * @throws RangeError without a measured value, or where x and y differ in length
 */
export function lineFigure(curves: readonly LineCurve[], options: LineFigureOptions): string {
  const { title, notes = [], xLabel, yLabel, moments = [] } = options;
  const drawn = curves.map((curve, index) => ({
    curve,
    points: pointsOf(curve),
    colour: inTurn(palette, index),
    dash: inTurn(dashes, index),
  }));
  const measured = drawn.flatMap(({ points }) => points.flatMap(({ y }) => (y === null ? [] : [y])));
  if (measured.length === 0) throw new RangeError('lineFigure: expected a measured value, got none');
  const x = limits(drawn.flatMap(({ points }) => points.map((point) => point.x)));
  const y = domainOf(measured);
  return paperFigure({
    title,
    notes,
    key: drawn.map(({ curve: { name }, colour, dash }) => ({ label: name, colour, dash })),
    x: { domain: x, ticks: roundTicks(x[0], x[1], 6), label: xLabel },
    y: { domain: y, ticks: roundTicks(y[0], y[1], 5), label: yLabel },
    marks: [
      Plot.ruleY(y[0] < 0 && y[1] > 0 ? [0] : [], { stroke: '#999', strokeWidth: 0.8 }),
      Plot.ruleX(moments, { x: 'x', stroke: '#777', strokeDasharray: '3,3', strokeWidth: 0.9 }),
      ...[false, true].map((isLate) =>
        Plot.text(
          moments.filter((moment) => moment.x > x[0] + lateShare * (x[1] - x[0]) === isLate),
          {
            x: 'x',
            text: 'label',
            frameAnchor: 'top',
            textAnchor: isLate ? 'end' : 'start',
            dx: isLate ? -3 : 3,
            dy: 1,
            fontSize: 11,
          },
        ),
      ),
      ...drawn.flatMap(({ points, colour, dash }) => [
        Plot.line(points, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.8, strokeDasharray: dash }),
        Plot.dot(points, { x: 'x', y: 'y', r: 2.1, fill: colour, stroke: 'none' }),
      ]),
    ],
    description: [
      `${yLabel} over ${xLabel}.`,
      ...notes.map((note) => `${note}.`),
      ...drawn.map(({ curve }) => describe(curve)),
    ].join(' '),
  });
}

function pointsOf({ name, x, y }: LineCurve) {
  if (x.length !== y.length)
    throw new RangeError(`lineFigure: expected ${x.length} values of ${name}, got ${y.length}`);
  return x.map((at, index) => ({ x: at, y: y[index]! }));
}

function limits(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** From zero, or to it, with a twelfth of the range above for the labels of the moments. */
function domainOf(values: readonly number[]): [number, number] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const room = (high - low || 1) / 12;
  return [low < 0 ? -roundUp(-low) : 0, high > 0 ? roundUp(high + room) : room];
}

function describe({ name, y }: LineCurve): string {
  const values = y.filter((value) => value !== null);
  if (values.length === 0) return `${name}: not measured.`;
  return `${name}: ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}.`;
}
