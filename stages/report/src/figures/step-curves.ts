import * as Plot from '@observablehq/plot';
import { percentTicks, roundTicks, roundUp } from './axis-ticks.ts';
import { dashes, inTurn, palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';

/** A curve of steps: a survival from 1 on, or an incidence from 0 on. */
export interface StepCurve {
  readonly name: string;
  /** [k] ascending days of the steps */
  readonly days: ArrayLike<number>;
  /** [k] value from the day on */
  readonly values: ArrayLike<number>;
  /** [k] interval, where there is one */
  readonly low?: ArrayLike<number>;
  readonly high?: ArrayLike<number>;
  /** Days with a censoring: a tick each on the curve. */
  readonly censoredDays?: ArrayLike<number>;
  /** How many are at risk just before a day. */
  readonly atRisk?: (day: number) => number;
}

export interface StepCurvesOptions extends PaperOptions {
  /** What the curves show: it starts at 1 or at 0, and names the axis. */
  readonly quantity: 'survival' | 'incidence';
  /** Label of the time axis, with its unit. */
  readonly timeLabel: string;
  readonly valueLabel: string;
  /** Days in one unit of the time axis; 1 where absent. */
  readonly daysPerUnit?: number;
}

/** Survival or incidence curves with their intervals, censorings and the numbers at risk below, as an SVG file. */
export function stepCurves(curves: readonly StepCurve[], options: StepCurvesOptions): string {
  const { quantity, timeLabel, valueLabel, daysPerUnit = 1, title } = options;
  const start = quantity === 'survival' ? 1 : 0;
  const last =
    curves.reduce((most, { days }) => Math.max(most, days[days.length - 1] ?? 0), 0) / daysPerUnit || 1;
  const ticks = roundTicks(0, last, 7);
  const top = quantity === 'survival' ? 1 : incidenceTop(curves);
  const drawn = curves.map((curve, index) => ({
    curve,
    colour: inTurn(palette, index),
    dash: inTurn(dashes, index),
    points: pointsOf(curve, start, daysPerUnit),
  }));
  const counted = drawn.filter(({ curve }) => curve.atRisk !== undefined);
  return paperFigure({
    title,
    key: drawn.map(({ curve: { name }, colour, dash }) => ({ label: name, colour, dash })),
    x: { domain: [0, last], ticks, label: timeLabel },
    y: {
      domain: [0, top],
      ticks: roundTicks(0, top, 5),
      label: `${valueLabel} (%)`,
      tickFormat: percentTicks,
    },
    marks: drawn.flatMap(({ curve, colour, dash, points }) => [
      Plot.areaY(curve.low ? points : [], {
        x: 'at',
        y1: 'low',
        y2: 'high',
        curve: 'step-after',
        fill: colour,
        fillOpacity: 0.16,
      }),
      Plot.line(points, {
        x: 'at',
        y: 'value',
        curve: 'step-after',
        stroke: colour,
        strokeWidth: 1.8,
        strokeDasharray: dash,
        strokeLinecap: 'butt',
        strokeLinejoin: 'miter',
      }),
      Plot.vectorX(censorings(curve, start, daysPerUnit), {
        x: 'at',
        y: 'value',
        length: 6,
        rotate: 0,
        anchor: 'middle',
        shape: upright,
        stroke: colour,
        strokeWidth: 0.8,
      }),
    ]),
    ...(counted.length === 0
      ? {}
      : {
          table: {
            heading: 'Number at risk',
            rows: counted.map(({ curve, colour }) => ({
              name: curve.name,
              colour,
              cells: ticks.map((tick) => String(Math.round(curve.atRisk!(tick * daysPerUnit)))),
            })),
          },
        }),
    description: `${valueLabel} over ${timeLabel}. ${drawn.map(({ curve }) => describe(curve, start)).join(' ')}`,
  });
}

/** How many of these times, late entries left out, are at or after a day. */
export function countAtRisk(
  {
    days,
    entryDays,
    weights,
  }: { days: ArrayLike<number>; entryDays?: ArrayLike<number>; weights?: ArrayLike<number> },
  day: number,
): number {
  return Array.from(days).reduce(
    (sum, own, row) =>
      own >= day && (day === 0 || (entryDays?.[row] ?? -1) < day) ? sum + (weights?.[row] ?? 1) : sum,
    0,
  );
}

/** A curve's start, its steps, and nothing else: the last step is drawn to its own day. */
function pointsOf({ days, values, low, high }: StepCurve, start: number, daysPerUnit: number) {
  const points = Array.from(days, (day, k) => ({
    at: day / daysPerUnit,
    value: values[k]!,
    low: low?.[k] ?? values[k]!,
    high: high?.[k] ?? values[k]!,
  }));
  return [{ at: 0, value: start, low: start, high: start }, ...points];
}

/** Censorings in their place on the curve: after an event of the same day. */
function censorings({ days, values, censoredDays = [] }: StepCurve, start: number, daysPerUnit: number) {
  let k = 0;
  return Array.from(censoredDays).map((day) => {
    while (k < days.length && days[k]! <= day) k++;
    return { at: day / daysPerUnit, value: k === 0 ? start : values[k - 1]! };
  });
}

const upright = {
  draw: (context: CanvasPath, length: number) => {
    context.moveTo(0, 0);
    context.lineTo(0, -length);
  },
};

function incidenceTop(curves: readonly StepCurve[]): number {
  const highest = curves
    .flatMap(({ values, high }) => Array.from(high ?? values))
    .reduce((most, value) => Math.max(most, value), 0.01);
  return Math.min(1, roundUp(highest));
}

function describe({ name, days, values }: StepCurve, start: number): string {
  const end = values.length > 0 ? values[values.length - 1]! : start;
  return `${name}: ${(100 * end).toFixed(1)} % at ${days.length > 0 ? days[days.length - 1]! : 0}.`;
}
