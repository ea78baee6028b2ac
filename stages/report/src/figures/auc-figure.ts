import * as Plot from '@observablehq/plot';
import { roundTicks } from './axis-ticks.ts';
import { palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';

export interface AucFigure extends PaperOptions {
  readonly name: string;
  readonly points: readonly {
    readonly day: number;
    readonly auc: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  readonly timeLabel: string;
  readonly daysPerUnit?: number;
}

/** The AUC on several days with its intervals, beside the 0.5 of chance, as an SVG file. */
export function aucFigure({ name, points, timeLabel, daysPerUnit = 1, title }: AucFigure): string {
  const known = points.flatMap(({ day, auc, low, high }) =>
    auc === null ? [] : [{ at: day / daysPerUnit, auc, low, high }],
  );
  const lowest = Math.min(0.45, ...known.map(({ auc, low }) => low ?? auc));
  const bottom = Math.max(0, Math.floor(lowest * 10) / 10);
  const last = Math.max(...points.map(({ day }) => day)) / daysPerUnit || 1;
  return paperFigure({
    title,
    key: [],
    x: { domain: [0, last * 1.04], ticks: roundTicks(0, last * 1.04, 7), label: timeLabel },
    y: {
      domain: [bottom, 1],
      ticks: roundTicks(bottom, 1, 5),
      label: 'AUC',
      tickFormat: (value) => value.toFixed(1),
    },
    marks: [
      Plot.ruleY([0.5], { stroke: '#777', strokeDasharray: '4,4', strokeWidth: 1 }),
      Plot.line(known, { x: 'at', y: 'auc', stroke: palette[0], strokeWidth: 1.4 }),
      Plot.ruleX(
        known.filter(({ low, high }) => low !== null && high !== null),
        { x: 'at', y1: 'low', y2: 'high', stroke: palette[0], strokeWidth: 1.6 },
      ),
      Plot.dot(known, { x: 'at', y: 'auc', r: 3.6, fill: palette[0], stroke: '#fff', strokeWidth: 1 }),
    ],
    description: `AUC of ${name} over ${timeLabel}. ${known.map(({ at, auc }) => `${auc.toFixed(2)} at ${at}.`).join(' ')}`,
  });
}
