import type { ValidationRecord } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatPercent, monthsOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { dashes, figure, figureSvg, inTurn, palette } from './figure.ts';
import { widthOf } from './text-width.ts';

type RiskGroup = ValidationRecord['riskGroups'][number];

// Low to high risk; the order of the record.
const colours = [palette[2], palette[5], palette[1], palette[3]];
const fontSize = 12;
/** A curve ends where fewer are at risk: one event more would move it far. */
const fewestAtRisk = 10;

interface Frame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
}

/**
 * Kaplan-Meier curves of the risk groups with 95 % bands and the numbers at risk below, each drawn as far as
 * 10 are at risk.
 *
 * @param timeZero what day 0 is, in the protocol's words; null where it does not say
 */
export function survivalPlot(groups: readonly RiskGroup[], timeZero: string | null): Markup {
  if (groups.every((group) => group.timesDays.length === 0))
    return html`<p class="none">No Kaplan-Meier curves: not estimable, the record holds no risk groups.</p>`;
  const shown = groups.map(drawnPart);
  const ticks = monthTicks(Math.max(...shown.flatMap(({ timesDays }) => timesDays)));
  const x = { domain: [0, ticks.at(-1)!], ticks, label: null };
  const widest = Math.max(...groups.map(({ name }) => widthOf(name, fontSize)));
  const frame = {
    width: 720,
    marginLeft: Math.ceil(widest) + 30,
    marginRight: Math.ceil(1.08 * widest) + 12,
  };
  return figure(
    [curves(shown, x, frame, timeZero), ...numbersAtRisk(groups, x, frame)],
    html`Kaplan–Meier estimate of freedom from a first composite event, by group of predicted risk, on held-out subjects.${captionNotes(groups, shown)}`,
  );
}

function captionNotes(groups: readonly RiskGroup[], shown: readonly RiskGroup[]): string {
  const cut = shown.some(({ timesDays }, place) => timesDays.length < groups[place]!.timesDays.length);
  return [
    shown.some(({ low }) => low) ? ' Bands: 95 % intervals at each time.' : '',
    cut ? ` Each curve ends where fewer than ${fewestAtRisk} are at risk.` : '',
    lowestShown(shown) > 0 ? ` The axis begins at ${formatPercent(lowestShown(shown))}.` : '',
    groups.some(({ atRisk }) => atRisk) ? '' : ' The numbers at risk are not in the record.',
  ].join('');
}

/** The curve as far as enough are at risk; its first time in any case. */
function drawnPart(group: RiskGroup): RiskGroup {
  const { timesDays, survival, low, high, atRisk } = group;
  if (atRisk === undefined) return group;
  const end = Math.max(1, atRisk.findLastIndex((count) => count >= fewestAtRisk) + 1);
  return {
    ...group,
    timesDays: timesDays.slice(0, end),
    survival: survival.slice(0, end),
    ...(low && high ? { low: low.slice(0, end), high: high.slice(0, end) } : {}),
  };
}

function curves(
  groups: readonly RiskGroup[],
  x: Plot.ScaleOptions,
  frame: Frame,
  timeZero: string | null,
): Markup {
  const bottom = lowestShown(groups);
  const drawn = groups.map((group, index) => ({ index, points: pointsOf(group) }));
  return figureSvg(
    {
      ...frame,
      height: 310,
      marginTop: 16,
      marginBottom: 42,
      x: {
        ...x,
        label: timeZero === null ? 'Months from time zero' : `Months after ${timeZero}`,
        labelAnchor: 'center',
      },
      y: {
        domain: [bottom, 1],
        tickFormat: (share: number) => `${Math.round(share * 100)} %`,
        label: null,
        grid: true,
        ticks: 5,
      },
      marks: [
        ...drawn.map(({ points, index }) =>
          Plot.areaY(
            points.filter(({ low }) => low !== null),
            {
              x: 'month',
              y1: ({ low }: CurvePoint) => Math.max(low!, bottom),
              y2: ({ high }: CurvePoint) => Math.max(high!, bottom),
              curve: 'step-after',
              fill: inTurn(colours, index),
              fillOpacity: 0.14,
            },
          ),
        ),
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
        ({ name, survival, timesDays }) =>
          `${name}: ${formatPercent(survival.at(-1) ?? 1)} free of an event at ${Math.round(monthsOf(timesDays.at(-1) ?? 0))} months.`,
      )
      .join(' ')}`,
  );
}

interface CurvePoint {
  readonly month: number;
  readonly survival: number;
  readonly low: number | null;
  readonly high: number | null;
}

function pointsOf({ timesDays, survival, low, high }: RiskGroup): CurvePoint[] {
  return [
    ...(timesDays[0] === 0 ? [] : [{ month: 0, survival: 1, low: low ? 1 : null, high: high ? 1 : null }]),
    ...timesDays.map((days, place) => ({
      month: monthsOf(days),
      survival: survival[place]!,
      low: low?.[place] ?? null,
      high: high?.[place] ?? null,
    })),
  ];
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

function numbersAtRisk(groups: readonly RiskGroup[], x: Plot.ScaleOptions, frame: Frame): readonly Markup[] {
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
            dx: 4 - frame.marginLeft,
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
  return place < 0 ? 0 : (atRisk?.[place] ?? '–');
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
