import * as Plot from '@observablehq/plot';
import { formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { NetworkTraining } from '../records.ts';
import { figure, figureSvg, palette } from './figure.ts';

const stepsPerLoss = 20;
/** Neighbours on either side over which the line of the loss is averaged. */
const reach = 5;
const [lossColour, scoreColour] = palette;

/** How the loss of a network fell with its steps, and what it reached on cases that it did not learn from. */
export function trainingFigure({ step, losses, scores }: NetworkTraining): Markup {
  if (losses.length === 0)
    return html`<p class="note">It was trained for too few steps to show a course.</p>`;
  const points = losses.map((loss, index) => ({
    step: (index + 1) * stepsPerLoss,
    loss,
    smooth: around(losses, index),
  }));
  const [first, last] = [points[0]!.smooth, points.at(-1)!.smooth];
  const lossPanel = panel(
    'Loss',
    [0, Math.max(...losses)],
    [
      Plot.dot(points, { x: 'step', y: 'loss', r: 1.2, fill: lossColour, fillOpacity: 0.35 }),
      Plot.line(points, { x: 'step', y: 'smooth', stroke: lossColour, strokeWidth: 1.8 }),
    ],
    `Loss over ${step} training steps: from ${formatNumber(first, 2)} to ${formatNumber(last, 2)}.`,
  );
  const best = scores.length === 0 ? null : Math.max(...scores.map(({ score }) => score));
  const scorePanel =
    best === null
      ? []
      : [
          panel(
            'Mean Dice, cases kept aside',
            [0, 1],
            [
              Plot.line(scores, { x: 'step', y: 'score', stroke: scoreColour, strokeWidth: 1.8 }),
              Plot.dot(scores, { x: 'step', y: 'score', r: 2.5, fill: scoreColour }),
            ],
            `Mean Dice on cases kept aside over the training steps: best ${formatNumber(best, 3)} of ${scores.length} looks.`,
          ),
        ];
  return figure(
    html`<div class="panels">${[lossPanel, ...scorePanel]}</div>`,
    html`Training, ${step} steps. Points are means of ${stepsPerLoss} steps, the line a mean of ${2 * reach + 1} points.${
      best === null
        ? ' No cases told when to stop.'
        : ' The Dice is of the cases that told when to stop: no measurement of the network.'
    }`,
  );
}

function panel(
  label: string,
  domain: readonly [number, number],
  marks: Plot.Markish[],
  words: string,
): Markup {
  return figureSvg(
    {
      width: 360,
      height: 226,
      marginTop: 28,
      marginLeft: 44,
      marginBottom: 36,
      x: { label: 'Step', labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
      y: { label, labelArrow: 'none', domain: [...domain], grid: true, ticks: 5 },
      marks,
    },
    words,
  );
}

function around(values: readonly number[], index: number): number {
  const near = values.slice(Math.max(0, index - reach), index + reach + 1);
  return near.reduce((sum, value) => sum + value, 0) / near.length;
}
