import * as Plot from '@observablehq/plot';
import { percentTicks } from './axis-ticks.ts';
import { palette } from './figure.ts';
import { type PaperOptions, paperFigure } from './paper-figure.ts';
import { fitText } from './text-width.ts';

export interface RocFigure extends PaperOptions {
  readonly name: string;
  /** [k] */
  readonly sensitivity: ArrayLike<number>;
  readonly specificity: ArrayLike<number>;
  /** Area under the curve in words, with its interval. */
  readonly area: string;
  /** A point of the curve to be marked. */
  readonly cutPoint: {
    readonly sensitivity: number;
    readonly specificity: number;
    readonly label: string;
  } | null;
}

/** A ROC curve beside the line of chance, as an SVG file. */
export function rocFigure({ name, sensitivity, specificity, area, cutPoint, title }: RocFigure): string {
  const points = Array.from(sensitivity, (share, k) => ({ x: 1 - specificity[k]!, y: share }));
  const axis = { domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], tickFormat: percentTicks } as const;
  return paperFigure({
    title,
    key: [],
    aspect: 1,
    x: { ...axis, label: '1 − specificity (%)' },
    y: { ...axis, label: 'Sensitivity (%)' },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: '#777', strokeDasharray: '4,4', strokeWidth: 1 },
      ),
      Plot.line([{ x: 0, y: 0 }, ...points.toReversed()], {
        x: 'x',
        y: 'y',
        stroke: palette[0],
        strokeWidth: 1.8,
      }),
      Plot.dot(cutPoint ? [cutPoint] : [], {
        x: (point: NonNullable<typeof cutPoint>) => 1 - point.specificity,
        y: 'sensitivity',
        r: 4,
        fill: '#fff',
        stroke: palette[1],
        strokeWidth: 2,
      }),
      Plot.text([cutPoint ? `${area}\n○ ${fitText(cutPoint.label, 180, 11)}` : area], {
        x: 0.98,
        y: 0.06,
        textAnchor: 'end',
        lineAnchor: 'bottom',
        lineHeight: 1.35,
        fontSize: 11,
      }),
    ],
    description: `ROC curve of ${name}. ${area}.`,
  });
}
