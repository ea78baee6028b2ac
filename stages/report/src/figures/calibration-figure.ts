import * as Plot from '@observablehq/plot';
import { percentTicks, roundTicks, roundUp } from './axis-ticks.ts';
import { palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';

/** Observed against predicted risk. */
export interface CalibrationFigure extends PaperOptions {
  readonly name: string;
  /** When, in words. */
  readonly horizon: string;
  /** Groups of subjects; those without an observed risk are not drawn. */
  readonly groups: readonly {
    readonly predicted: number;
    readonly observed: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** [k] a smoothed curve; null where there is none */
  readonly curve: {
    readonly predicted: ArrayLike<number>;
    readonly observed: ArrayLike<number>;
    readonly low: ArrayLike<number>;
    readonly high: ArrayLike<number>;
  } | null;
  /** [n] predicted risks, shown as spikes below the frame's zero; each is as high as its bin is full */
  readonly risks: ArrayLike<number>;
}

const spikes = 60;
/** Share of the axis below zero that the spikes take. */
const spikeRoom = 0.1;

/**
 * A calibration plot as an SVG file: the smoothed curve with its band, groups with their
 * intervals, the line of perfect calibration, and how the predicted risks lie.
 */
export function calibrationFigure({ name, horizon, groups, curve, risks, title }: CalibrationFigure): string {
  const points = groups.filter(({ observed }) => observed !== null);
  const smooth = Array.from(curve?.predicted ?? [], (predicted, k) => ({
    predicted,
    observed: curve!.observed[k]!,
    low: curve!.low[k]!,
    high: curve!.high[k]!,
  }));
  const top = highestRisk(points, smooth, risks);
  const ticks = roundTicks(0, top, 5);
  const axis = { ticks, tickFormat: percentTicks };
  return paperFigure({
    title,
    key: [
      ...(curve ? [{ label: 'Smoothed, 95 % band', colour: palette[0], dash: 'none' }] : []),
      { label: 'Groups, 95 % intervals', colour: palette[1], dash: 'none', isPoint: true },
    ],
    aspect: 1 + spikeRoom,
    x: { ...axis, domain: [0, top], label: `Predicted risk ${horizon} (%)` },
    y: { ...axis, domain: [-spikeRoom * top, top], label: 'Observed risk (%)' },
    marks: [
      Plot.ruleX(spikesOf(risks, top), { x: 'risk', y1: 'from', y2: 'to', stroke: '#555', strokeWidth: 2 }),
      Plot.line(
        [
          [0, 0],
          [top, top],
        ],
        { stroke: '#777', strokeDasharray: '4,4', strokeWidth: 1 },
      ),
      Plot.areaY(smooth, { x: 'predicted', y1: 'low', y2: 'high', fill: palette[0], fillOpacity: 0.16 }),
      Plot.line(smooth, { x: 'predicted', y: 'observed', stroke: palette[0], strokeWidth: 1.8 }),
      Plot.ruleX(
        points.filter(({ low, high }) => low !== null && high !== null),
        {
          x: 'predicted',
          y1: 'low',
          y2: ({ high }: (typeof points)[number]) => Math.min(high!, top),
          stroke: palette[1],
          strokeWidth: 1.4,
        },
      ),
      Plot.dot(points, {
        x: 'predicted',
        y: 'observed',
        r: 3.6,
        fill: palette[1],
        stroke: '#fff',
        strokeWidth: 1,
      }),
    ],
    description: `Calibration of ${name} ${horizon}. ${points
      .map(
        ({ predicted, observed }) =>
          `Predicted ${percentTicks(predicted)} %, observed ${percentTicks(observed!)} %.`,
      )
      .join(' ')}`,
  });
}

/** End of both axes: everything but the upper ends of intervals that reach far above the rest. */
function highestRisk(
  points: readonly CalibrationFigure['groups'][number][],
  smooth: readonly { readonly predicted: number; readonly observed: number; readonly high: number }[],
  risks: ArrayLike<number>,
): number {
  const values = [
    ...Array.from(risks),
    ...points.flatMap(({ predicted, observed, high }) => [predicted, observed!, high ?? 0]),
    ...smooth.flatMap(({ predicted, observed, high }) => [predicted, observed, high]),
  ];
  return Math.min(1, roundUp(values.reduce((most, value) => Math.max(most, value), 0.05)));
}

/** How many risks are in each of equal bins, as lines below zero. */
function spikesOf(risks: ArrayLike<number>, top: number) {
  const counts = new Float64Array(spikes);
  for (const risk of Array.from(risks)) counts[Math.min(spikes - 1, Math.floor((risk / top) * spikes))]! += 1;
  const most = counts.reduce((high, count) => Math.max(high, count), 1);
  const floor = -spikeRoom * top;
  return Array.from(counts, (count, bin) => ({
    risk: ((bin + 0.5) * top) / spikes,
    count,
    from: floor,
    to: floor + (0.85 * spikeRoom * top * count) / most,
  })).filter(({ count }) => count > 0);
}
