import type { CalibrationBin } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatHorizon, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { figure, figureSvg, inTurn, palette, symbols } from './figure.ts';

/** Predicted against observed risk at the horizon, one panel a model. */
export function calibrationPlot(
  calibration: { readonly [model: string]: readonly CalibrationBin[] },
  /** Every model of the record with its label, in the order of the other figures, which gives the colours. */
  labels: ReadonlyMap<string, string>,
  horizonDays: number | null,
): Markup {
  const order = [...new Set([...labels.keys(), ...Object.keys(calibration)])];
  const models = order.filter((model) => (calibration[model]?.length ?? 0) > 0);
  if (models.length === 0)
    return html`<p class="none">Calibration: not estimable, the record holds no groups of predicted risk.</p>`;
  const top = highest(models.flatMap((model) => [...calibration[model]!]));
  const panels = models.map((model) =>
    panel(labels.get(model) ?? model, calibration[model]!, top, order.indexOf(model)),
  );
  const horizon = horizonDays === null ? 'the end of observation' : formatHorizon(horizonDays);
  return figure(
    html`<div class="panels">${panels}</div>`,
    html`Calibration at ${horizon}: fifths of the held-out subjects by predicted risk, observed risk with 95 % intervals. On the dashed line, as many events came as were predicted; above it, more. ${notShown(calibration)}`,
  );
}

function panel(label: string, bins: readonly CalibrationBin[], top: number, index: number): Markup {
  const points = bins
    .filter(({ observed }) => observed.value !== null)
    .map(({ predicted, observed }) => ({ predicted, ...observed }));
  const percent = { tickFormat: (risk: number) => `${Math.round(risk * 100)} %`, ticks: 5, grid: true };
  const colour = inTurn(palette, index);
  return figureSvg(
    {
      width: 344,
      height: 330,
      marginLeft: 52,
      marginTop: 40,
      marginBottom: 40,
      x: { domain: [0, top], label: 'Predicted risk', labelAnchor: 'center', labelArrow: 'none', ...percent },
      y: { domain: [0, top], label: 'Observed risk', labelArrow: 'none', ...percent },
      marks: [
        Plot.text([label], { frameAnchor: 'top', dy: -32, fontWeight: 600, fontSize: 13 }),
        Plot.line([0, top], {
          x: (risk: number) => risk,
          y: (risk: number) => risk,
          stroke: '#777',
          strokeDasharray: '4,4',
        }),
        Plot.ruleX(
          points.filter(({ low, high }) => low !== null && high !== null),
          { x: 'predicted', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.6 },
        ),
        Plot.line(points, { x: 'predicted', y: 'value', stroke: colour, strokeOpacity: 0.35 }),
        Plot.dot(points, {
          x: 'predicted',
          y: 'value',
          fill: colour,
          symbol: inTurn(symbols, index),
          r: 4.5,
        }),
      ],
    },
    `Calibration of ${label}. ${points
      .map(
        ({ predicted, value }) => `Predicted ${formatPercent(predicted)}, observed ${formatPercent(value!)}.`,
      )
      .join(' ')}`,
  );
}

function highest(bins: readonly CalibrationBin[]): number {
  const values = bins.flatMap(({ predicted, observed }) => [
    predicted,
    observed.value ?? 0,
    observed.high ?? 0,
  ]);
  return Math.min(1, Math.max(0.1, Math.ceil(Math.max(...values) * 10) / 10));
}

function notShown(calibration: { readonly [model: string]: readonly CalibrationBin[] }): string {
  const reasons = Object.values(calibration)
    .flat()
    .flatMap(({ observed }) => (observed.value === null ? [observed.reason ?? 'no reason recorded'] : []));
  return reasons.length === 0
    ? ''
    : `${reasons.length} ${reasons.length === 1 ? 'point is' : 'points are'} not estimable: ${[...new Set(reasons)].join('; ')}.`;
}
