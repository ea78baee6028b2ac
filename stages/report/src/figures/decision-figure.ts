import * as Plot from '@observablehq/plot';
import { percentTicks, roundTicks } from './axis-ticks.ts';
import { benefitFrame, benefitMarks, type BenefitPoint } from './benefit-curves.ts';
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

const grey = '#777';

/**
 * Net benefit of models, of treating all and of treating none, as an SVG file.
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
  const { highest, top, bottom, right } = benefitFrame(all, curves, thresholds);
  const none = [Math.min(0, ...thresholds), right].map((threshold) => ({ threshold, benefit: 0 }));
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
      Plot.line(none, { x: 'threshold', y: 'benefit', stroke: '#1a1a1a', strokeWidth: 1.2 }),
      ...benefitMarks(all, curves, bottom, { all: grey, fillOpacity: 0.16, strokeWidth: 1.8 }),
    ],
    description: `Net benefit ${horizon} of ${models.map(({ name }) => name).join(', ')}, of treating all and of treating none. Highest: ${highest.toPrecision(3)}.`,
  });
}

function known(points: BenefitCurve['points']): BenefitPoint[] {
  return points.flatMap(({ threshold, netBenefit: benefit, low, high }) =>
    benefit === null ? [] : [{ threshold, benefit, low: low ?? benefit, high: high ?? benefit }],
  );
}
