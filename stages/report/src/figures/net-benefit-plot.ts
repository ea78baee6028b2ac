import type { Estimate, NetBenefitRecord } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatNumber, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { percentTicks, roundTicks } from './axis-ticks.ts';
import { benefitFrame, benefitMarks, type BenefitPoint } from './benefit-curves.ts';
import { dashes, figure, figureSvg, inTurn, legend, palette } from './figure.ts';

const grey = '#777';
const ink = '#1a1a1a';

/**
 * Net benefit at the horizon by the threshold risk: of models, of treating all and of treating nobody.
 *
 * @param labels every model of the record in the order of the other figures, which gives the colours
 * @param horizon in words
 */
export function netBenefitPlot(
  record: NetBenefitRecord | null,
  labels: ReadonlyMap<string, string>,
  horizon: string,
): Markup {
  if (record === null)
    return html`<p class="none">Net benefit: not estimable, the record holds none: the leading model predicts no risk at a horizon, or the record is older than this measure.</p>`;
  const { thresholds } = record;
  const order = [...labels.keys()];
  const all = pointsOf(thresholds, record.treatAll);
  const curves = record.models.map(({ model, label, netBenefit }, index) => ({
    label,
    colour: inTurn(palette, Math.max(0, order.indexOf(model))),
    dash: inTurn(dashes, index),
    points: pointsOf(thresholds, netBenefit),
  }));
  const { top, bottom, right } = benefitFrame(all, curves, thresholds);
  return figure(
    [
      legend([
        ...curves.map(({ label, colour }) => ({ label, colour })),
        { label: 'Treat all', colour: grey },
        { label: 'Treat none', colour: ink },
      ]),
      figureSvg(
        {
          width: 720,
          height: 330,
          marginLeft: 64,
          marginBottom: 42,
          x: {
            domain: [0, right],
            ticks: roundTicks(0, right, 8),
            tickFormat: (share: number) => `${percentTicks(share)} %`,
            label: 'Threshold: risk from which on a subject would be treated',
            labelAnchor: 'center',
            labelArrow: 'none',
          },
          y: {
            domain: [bottom, top],
            ticks: roundTicks(0, top, 5),
            grid: true,
            label: 'Net benefit',
            labelAnchor: 'center',
            labelArrow: 'none',
          },
          marks: [
            Plot.ruleY([0], { stroke: ink, strokeWidth: 1.2 }),
            ...benefitMarks(all, curves, bottom, { all: grey, fillOpacity: 0.13, strokeWidth: 2 }),
          ],
        },
        `Net benefit at ${horizon}. ${curves.map(({ label, points }) => describe(label, points)).join(' ')}`,
      ),
    ],
    html`Net benefit at ${horizon} on held-out subjects: true positives less false positives weighed by the odds of the threshold, per subject; bands are 95 % percentiles over resampled subjects. Above both treating all and treating none, deciding by the model would do better, at that threshold. The range of thresholds is that of the predicted risks, not of what is sensible in a clinic.`,
  );
}

function pointsOf(thresholds: readonly number[], benefits: readonly Estimate[]): BenefitPoint[] {
  return benefits.flatMap(({ value: benefit, low, high }, k) =>
    benefit === null
      ? []
      : [{ threshold: thresholds[k]!, benefit, low: low ?? benefit, high: high ?? benefit }],
  );
}

function describe(label: string, points: readonly BenefitPoint[]): string {
  const middle = points[points.length >> 1];
  return middle
    ? `${label}: ${formatNumber(middle.benefit, 3)} at a threshold of ${formatPercent(middle.threshold)}.`
    : `${label}: not known.`;
}
