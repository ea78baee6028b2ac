import type { ValidationRecord } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatPercent, monthsOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { dashes, figure, figureSvg, inTurn, palette } from './figure.ts';

type RiskGroup = ValidationRecord['riskGroups'][number];

// Low to high risk; the order of the record.
const colours = [palette[2], palette[5], palette[1], palette[3]];
const frame = { width: 720, marginLeft: 120, marginRight: 110 };

/** Kaplan-Meier curves of the risk groups with the numbers at risk below. */
export function survivalPlot(groups: readonly RiskGroup[]): Markup {
  if (groups.every((group) => group.timesDays.length === 0))
    return html`<p class="none">No Kaplan-Meier curves: not estimable, the record holds no risk groups.</p>`;
  const ticks = monthTicks(Math.max(...groups.flatMap(({ timesDays }) => timesDays)));
  const x = { domain: [0, ticks.at(-1)!], ticks, label: null };
  return figure(
    [curves(groups, x), ...numbersAtRisk(groups, x)],
    html`Kaplan–Meier estimate of freedom from a first composite event, by group of predicted risk, on held-out subjects.${
      lowestShown(groups) > 0 ? ` The axis begins at ${formatPercent(lowestShown(groups))}.` : ''
    }${groups.some(({ atRisk }) => atRisk) ? '' : ' The numbers at risk are not in the record.'}`,
  );
}

function curves(groups: readonly RiskGroup[], x: Plot.ScaleOptions): Markup {
  const drawn = groups.map((group, index) => ({
    group,
    index,
    points: [
      ...(group.timesDays[0] === 0 ? [] : [{ month: 0, survival: 1 }]),
      ...group.timesDays.map((days, place) => ({ month: monthsOf(days), survival: group.survival[place]! })),
    ],
  }));
  return figureSvg(
    {
      ...frame,
      height: 310,
      marginTop: 16,
      marginBottom: 42,
      x: { ...x, label: 'Months after the CMR exam', labelAnchor: 'center' },
      y: {
        domain: [lowestShown(groups), 1],
        tickFormat: (share: number) => `${Math.round(share * 100)} %`,
        label: null,
        grid: true,
        ticks: 5,
      },
      marks: [
        ...drawn.map(({ points, index }) =>
          Plot.line(points, {
            x: 'month',
            y: 'survival',
            curve: 'step-after',
            stroke: inTurn(colours, index),
            strokeWidth: 2.2,
            strokeDasharray: inTurn(dashes, index),
          }),
        ),
        Plot.text(
          spreadLabels(
            drawn.map(({ points }) => points.at(-1)!.survival),
            groups,
          ),
          {
            x: () => (x.domain as number[])[1]!,
            y: 'at',
            text: 'name',
            fill: 'colour',
            textAnchor: 'start',
            dx: 8,
            fontWeight: 600,
          },
        ),
      ],
    },
    `Kaplan-Meier curves. ${groups
      .map(
        (group) => `${group.name}: ${formatPercent(group.survival.at(-1) ?? 1)} free of an event at the end.`,
      )
      .join(' ')}`,
  );
}

/** Labels at the right end, kept apart where curves end close together. */
function spreadLabels(ends: readonly number[], groups: readonly RiskGroup[]) {
  const apart = (1 - lowestShown(groups)) * 0.065;
  const labels = groups
    .map(({ name }, index) => ({ name, colour: inTurn(colours, index), at: ends[index]! }))
    .sort((a, b) => b.at - a.at);
  for (const [index, label] of labels.entries()) {
    const above = labels[index - 1];
    if (above) label.at = Math.min(label.at, above.at - apart);
  }
  return labels;
}

function numbersAtRisk(groups: readonly RiskGroup[], x: Plot.ScaleOptions): readonly Markup[] {
  const counted = groups.filter((group) => group.atRisk !== undefined);
  if (counted.length === 0) return [];
  const cells = counted.flatMap((group) =>
    (x.ticks as number[]).map((month) => ({ group: group.name, month, count: atRiskAt(group, month) })),
  );
  return [
    figureSvg(
      {
        ...frame,
        height: 30 + counted.length * 18,
        marginTop: 24,
        marginBottom: 2,
        x: { ...x, axis: null },
        y: { domain: counted.map(({ name }) => name), label: null, tickSize: 0, tickPadding: 26 },
        marks: [
          Plot.text(['Number at risk'], {
            frameAnchor: 'top-left',
            dx: -116,
            dy: -20,
            textAnchor: 'start',
            fontWeight: 600,
          }),
          Plot.text(cells, { x: 'month', y: 'group', text: 'count' }),
        ],
      },
      `Numbers at risk. ${counted
        .map(
          (group) =>
            `${group.name}: ${(x.ticks as number[]).map((month) => atRiskAt(group, month)).join(', ')}.`,
        )
        .join(' ')}`,
    ),
  ];
}

/** `atRisk` counts those under observation just before its time: the first time at or after the tick. */
function atRiskAt({ timesDays, atRisk, subjects }: RiskGroup, month: number): number | string {
  if (month === 0) return subjects;
  const place = timesDays.findIndex((days) => monthsOf(days) >= month - 1e-9);
  return place < 0 ? '–' : (atRisk?.[place] ?? '–');
}

/** Every 3, 6 or 12 months, up to the first tick at or after the last time. */
function monthTicks(lastDays: number): number[] {
  const last = monthsOf(lastDays);
  const every = last <= 18 ? 3 : last <= 48 ? 6 : 12;
  // A follow-up planned as a whole number of months may end some days after it.
  return Array.from({ length: Math.ceil(last / every - 0.1) + 1 }, (_, index) => index * every);
}

/** The axis is cut where the curves leave room, in steps of 10 %, and says so by its ticks. */
function lowestShown(groups: readonly RiskGroup[]): number {
  const lowest = Math.min(1, ...groups.flatMap(({ survival }) => survival));
  return Math.max(0, Math.min(0.5, Math.floor(lowest * 10 - 0.5) / 10));
}
