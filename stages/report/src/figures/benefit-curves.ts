import * as Plot from '@observablehq/plot';
import { roundUp } from './axis-ticks.ts';

/** Net benefit at a threshold where it is known, with its interval. */
export interface BenefitPoint {
  readonly threshold: number;
  readonly benefit: number;
  readonly low: number;
  readonly high: number;
}

/** A model's net benefit as it is drawn. */
export interface DrawnBenefit {
  readonly points: readonly BenefitPoint[];
  readonly colour: string;
  readonly dash: string;
}

/**
 * Ends of the axes. That of net benefit ends a little below zero, where treating all goes
 * on down without meaning.
 */
export function benefitFrame(
  all: readonly BenefitPoint[],
  curves: readonly DrawnBenefit[],
  thresholds: readonly number[],
) {
  const highest = Math.max(
    0.005,
    ...[all, ...curves.map(({ points }) => points)].flat().map(({ high }) => high),
  );
  const top = roundUp(highest);
  return { highest, top, bottom: -top / 8, right: Math.max(...thresholds) };
}

const draw = { x: 'threshold', y: 'benefit' };

/** Treating all, and each model with its band, cut off at the bottom of the axis. */
export function benefitMarks(
  all: readonly BenefitPoint[],
  curves: readonly DrawnBenefit[],
  bottom: number,
  style: { readonly all: string; readonly fillOpacity: number; readonly strokeWidth: number },
): Plot.Markish[] {
  return [
    Plot.line(above(all, bottom), { ...draw, stroke: style.all, strokeWidth: 1.6 }),
    ...curves.flatMap(({ points, colour, dash }) => [
      Plot.areaY(points, {
        x: 'threshold',
        y1: ({ low }: BenefitPoint) => Math.max(low, bottom),
        y2: ({ high }: BenefitPoint) => Math.max(high, bottom),
        fill: colour,
        fillOpacity: style.fillOpacity,
      }),
      Plot.line(above(points, bottom), {
        ...draw,
        stroke: colour,
        strokeWidth: style.strokeWidth,
        strokeDasharray: dash,
      }),
    ]),
  ];
}

/** The parts of a curve that are not below the axis, each ending where it crosses it. */
function above(
  points: readonly BenefitPoint[],
  bottom: number,
): (BenefitPoint | Pick<BenefitPoint, 'threshold' | 'benefit'>)[] {
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

function crossingOf(a: BenefitPoint, b: BenefitPoint, benefit: number) {
  const share = (benefit - a.benefit) / (b.benefit - a.benefit);
  return { threshold: a.threshold + share * (b.threshold - a.threshold), benefit };
}
