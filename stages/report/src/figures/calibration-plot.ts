import type { CalibrationBin, SmoothCalibration, ValidationRecord } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatHorizon, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { percentTicks, roundTicks } from './axis-ticks.ts';
import { figure, figureSvg, inTurn, palette, symbols } from './figure.ts';

type Calibrations = ValidationRecord['calibration'];
type Smooth = NonNullable<ValidationRecord['smoothCalibration']>;

/** Share of the axis below zero that the distribution of the predicted risks takes. */
const countRoom = 0.14;

/**
 * Predicted against observed risk at the horizon, one panel a model: fifths, the smoothed curve with its band, and
 * how the predicted risks lie.
 */
export function calibrationPlot(
  {
    calibration,
    smoothCalibration = {},
    horizonDays,
  }: Pick<ValidationRecord, 'calibration' | 'smoothCalibration' | 'horizonDays'>,
  /** Every model of the record with its label, in the order of the other figures, which gives the colours. */
  labels: ReadonlyMap<string, string>,
): Markup {
  const order = [...new Set([...labels.keys(), ...Object.keys(calibration)])];
  const models = order.filter((model) => (calibration[model]?.length ?? 0) > 0);
  if (models.length === 0)
    return html`<p class="none">Calibration: not estimable, the record holds no groups of predicted risk.</p>`;
  const top = highest(
    models.flatMap((model) => [...calibration[model]!]),
    models.flatMap((model) => smoothCalibration[model] ?? []),
  );
  const panels = models.map((model) =>
    panel(
      {
        label: labels.get(model) ?? model,
        bins: calibration[model]!,
        smooth: smoothCalibration[model] ?? null,
      },
      top,
      order.indexOf(model),
    ),
  );
  const horizon = horizonDays === null ? 'the end of observation' : formatHorizon(horizonDays);
  return figure(
    html`<div class="panels">${panels}</div>`,
    html`Calibration at ${horizon}: points are fifths of the held-out subjects by predicted risk, with 95 % intervals of the observed risk. On the dashed line, as many events came as were predicted; above it, more. ${smoothNotes(smoothCalibration)}${notShown(calibration)}`,
  );
}

interface Panel {
  readonly label: string;
  readonly bins: readonly CalibrationBin[];
  readonly smooth: SmoothCalibration | null;
}

function panel({ label, bins, smooth }: Panel, top: number, index: number): Markup {
  const points = bins
    .filter(({ observed }) => observed.value !== null)
    .map(({ predicted, observed }) => ({ predicted, ...observed }));
  const ticks = roundTicks(0, top, 5);
  const percent = { tickFormat: (risk: number) => `${percentTicks(risk)} %`, ticks };
  const named = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const colour = inTurn(palette, index);
  const bottom = smooth ? -countRoom * top : 0;
  return figureSvg(
    {
      width: 344,
      height: 350,
      marginLeft: 62,
      marginTop: 34,
      marginBottom: 42,
      x: { domain: [0, top], label: 'Predicted risk', ...named, ...percent },
      y: { domain: [bottom, top], label: 'Observed risk', ...named, ...percent },
      marks: [
        Plot.gridX(ticks),
        Plot.gridY(ticks),
        Plot.text([label], {
          frameAnchor: 'top',
          dy: -26,
          fontWeight: 600,
          fontSize: 13,
        }),
        Plot.ruleY(smooth ? [0] : [], { stroke: '#999', strokeWidth: 0.8 }),
        ...distribution(smooth, top),
        Plot.line(
          [
            [0, 0],
            [top, top],
          ],
          { stroke: '#777', strokeDasharray: '4,4' },
        ),
        ...smoothMarks(smooth, colour, top),
        Plot.ruleX(
          points.filter(({ low, high }) => low !== null && high !== null),
          {
            x: 'predicted',
            y1: 'low',
            y2: ({ high }: (typeof points)[number]) => Math.min(high!, top),
            stroke: colour,
            strokeWidth: 1.6,
          },
        ),
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

/** The smoothed curve with its band, as far as the axis goes. */
function smoothMarks(smooth: SmoothCalibration | null, colour: string, top: number): Plot.Markish[] {
  const curve = smooth?.curve;
  if (!curve) return [];
  const rows = curve.predicted.map((predicted, k) => ({
    predicted,
    observed: curve.observed[k]!,
    low: Math.min(top, curve.low[k]!),
    high: Math.min(top, curve.high[k]!),
  }));
  return [
    Plot.areaY(rows, { x: 'predicted', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.15 }),
    Plot.line(
      rows.filter(({ observed }) => observed <= top),
      { x: 'predicted', y: 'observed', stroke: colour, strokeWidth: 1.8 },
    ),
  ];
}

/** How many subjects have which predicted risk, as bars below zero. */
function distribution(smooth: SmoothCalibration | null, top: number): Plot.Markish[] {
  if (smooth === null) return [];
  const { riskCounts } = smooth;
  const step = 1 / riskCounts.length;
  const most = Math.max(1, ...riskCounts);
  const floor = -countRoom * top;
  const bars = riskCounts.flatMap((count, k) =>
    count === 0
      ? []
      : [
          {
            from: k * step,
            to: Math.min(top, (k + 1) * step),
            height: floor * (1 - (0.85 * count) / most),
          },
        ],
  );
  return [Plot.rect(bars, { x1: 'from', x2: 'to', y1: floor, y2: 'height', fill: '#666', inset: 0.3 })];
}

function smoothNotes(smooth: Smooth): string {
  const all = Object.values(smooth);
  if (all.length === 0) return '';
  const reasons = [...new Set(all.flatMap(({ whyNot }) => whyNot ?? []))];
  const curves = all.some(({ curve }) => curve !== null)
    ? 'The line is a local regression of pseudo-values with its pointwise 95 % band, from the fifth lowest to the fifth highest predicted risk. '
    : '';
  const none = reasons.length > 0 ? `No smoothed curve: ${reasons.join('; ')}. ` : '';
  return `${curves}${none}Bars below zero: how many subjects have which predicted risk. `;
}

/** End of both axes: every predicted risk, points with their intervals and curves; the bands may go beyond. */
function highest(bins: readonly CalibrationBin[], smooth: readonly SmoothCalibration[]): number {
  const values = bins.flatMap(({ predicted, observed }) => [
    predicted,
    observed.value ?? 0,
    observed.high ?? 0,
  ]);
  const curves = smooth.flatMap(({ curve, riskCounts }) => [
    ...(curve?.observed ?? []),
    (riskCounts.findLastIndex((count) => count > 0) + 1) / riskCounts.length,
  ]);
  return Math.min(1, Math.max(0.1, Math.ceil(Math.max(...values, ...curves) * 10 - 1e-9) / 10));
}

function notShown(calibration: Calibrations): string {
  const reasons = Object.values(calibration)
    .flat()
    .flatMap(({ observed }) => (observed.value === null ? [observed.reason ?? 'no reason recorded'] : []));
  return reasons.length === 0
    ? ''
    : `${reasons.length} ${reasons.length === 1 ? 'point is' : 'points are'} not estimable: ${[...new Set(reasons)].join('; ')}.`;
}
