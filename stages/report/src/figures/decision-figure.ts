import * as Plot from '@observablehq/plot';
import { percentTicks, roundTicks, roundUp } from './axis-ticks.ts';
import { dashes, inTurn, palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';

/** Net benefit at ascending thresholds; null where it is not known. */
export interface BenefitCurve {
  readonly name: string;
  readonly points: readonly {
    readonly threshold: number;
    readonly netBenefit: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

export interface DecisionFigure extends PaperOptions {
  readonly horizon: string;
  readonly treatAll: BenefitCurve['points'];
  readonly models: readonly BenefitCurve[];
}

interface Point {
  readonly threshold: number;
  readonly benefit: number;
  readonly low: number;
  readonly high: number;
}

const grey = '#777';

/**
 * Net benefit of models, of treating all and of treating none, as an SVG file. The axis ends a little below zero,
 * where treating all goes on down without meaning.
 */
export function decisionFigure({ horizon, treatAll, models, title }: DecisionFigure): string {
  const curves = models.map(({ name, points }, index) => ({
    name,
    colour: inTurn(palette, index),
    dash: inTurn(dashes, index),
    points: known(points),
  }));
  const all = known(treatAll);
  const thresholds = treatAll.map(({ threshold }) => threshold);
  const highest = Math.max(
    0.005,
    ...[all, ...curves.map(({ points }) => points)].flat().map(({ high }) => high),
  );
  const top = roundUp(highest);
  const bottom = -top / 8;
  const right = Math.max(...thresholds);
  const none = [Math.min(0, ...thresholds), right].map((threshold) => ({ threshold, benefit: 0 }));
  const draw = { x: 'threshold', y: 'benefit' };
  return paperFigure({
    title,
    key: [
      ...curves.map(({ name, colour, dash }) => ({ label: name, colour, dash })),
      { label: 'Treat all', colour: grey, dash: 'none' },
      { label: 'Treat none', colour: '#1a1a1a', dash: 'none' },
    ],
    x: {
      domain: [0, right],
      ticks: roundTicks(0, right, 6),
      label: 'Threshold risk (%)',
      tickFormat: percentTicks,
    },
    y: {
      domain: [bottom, top],
      ticks: roundTicks(0, top, 5),
      label: `Net benefit ${horizon}`,
    },
    marks: [
      Plot.line(none, { ...draw, stroke: '#1a1a1a', strokeWidth: 1.2 }),
      Plot.line(above(all, bottom), { ...draw, stroke: grey, strokeWidth: 1.6 }),
      ...curves.flatMap(({ points, colour, dash }) => [
        Plot.areaY(points, {
          x: 'threshold',
          y1: ({ low }: Point) => Math.max(low, bottom),
          y2: ({ high }: Point) => Math.max(high, bottom),
          fill: colour,
          fillOpacity: 0.16,
        }),
        Plot.line(above(points, bottom), {
          ...draw,
          stroke: colour,
          strokeWidth: 1.8,
          strokeDasharray: dash,
        }),
      ]),
    ],
    description: `Net benefit ${horizon} of ${models.map(({ name }) => name).join(', ')}, of treating all and of treating none. Highest: ${highest.toPrecision(3)}.`,
  });
}

function known(points: BenefitCurve['points']): Point[] {
  return points.flatMap(({ threshold, netBenefit: benefit, low, high }) =>
    benefit === null ? [] : [{ threshold, benefit, low: low ?? benefit, high: high ?? benefit }],
  );
}

/** The part of a curve that is not below the axis, ending where it crosses it. */
function above(points: readonly Point[], bottom: number): (Point | Pick<Point, 'threshold' | 'benefit'>)[] {
  return points.flatMap((point, k) => {
    const before = points[k - 1];
    const crossing =
      before && before.benefit > bottom !== point.benefit > bottom ? [crossingOf(before, point, bottom)] : [];
    // NaN breaks the line where it left the frame; Plot draws nothing there.
    return point.benefit > bottom
      ? [...crossing, point]
      : [...crossing, { threshold: point.threshold, benefit: Number.NaN }];
  });
}

function crossingOf(a: Point, b: Point, benefit: number) {
  const share = (benefit - a.benefit) / (b.benefit - a.benefit);
  return { threshold: a.threshold + share * (b.threshold - a.threshold), benefit };
}
