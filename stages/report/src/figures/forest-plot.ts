import type { GroupPerformance } from '@myocast/validation';
import * as Plot from '@observablehq/plot';
import { formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { figure, figureSvg, inTurn, legend, palette, symbols } from './figure.ts';

/** Harrell's C of each model in each held-out group, with its interval. */
export function forestPlot(groups: readonly GroupPerformance[]): Markup {
  const models = modelLabels(groups);
  const rows = groups.flatMap((group, place) =>
    group.models.map(({ label, harrell }) => ({ place, label, ...harrell })),
  );
  const estimated = rows.filter((row) => row.value !== null);
  const withInterval = estimated.filter((row) => row.low !== null && row.high !== null);
  const lowest = Math.min(0.45, ...estimated.map((row) => row.low ?? row.value!));
  const drawing = figureSvg(
    {
      width: 720,
      height: 56 + rows.length * 15 + groups.length * 12,
      marginLeft: 190,
      marginRight: 118,
      marginBottom: 38,
      x: { domain: [lowest, 1], label: 'Harrell’s C', labelAnchor: 'center', grid: true, ticks: 6 },
      y: { domain: models, axis: null },
      fy: {
        domain: groups.map((_, place) => place),
        label: null,
        padding: 0.14,
        axis: null,
      },
      color: { domain: models, range: models.map((_, index) => inTurn(palette, index)) },
      symbol: { domain: models, range: models.map((_, index) => inTurn(symbols, index)) },
      marks: [
        Plot.ruleX([0.5], { stroke: '#777', strokeDasharray: '3,3' }),
        Plot.text(groups, {
          fy: (_, place: number) => place,
          text: (group: GroupPerformance) =>
            `${groupLabel(group, groups)}\n${group.subjects} subjects, ${group.events} events`,
          frameAnchor: 'left',
          textAnchor: 'start',
          dx: -186,
          lineHeight: 1.3,
        }),
        Plot.ruleY(withInterval, {
          fy: 'place',
          y: 'label',
          x1: 'low',
          x2: 'high',
          stroke: 'label',
          strokeWidth: 1.6,
        }),
        Plot.dot(estimated, { fy: 'place', y: 'label', x: 'value', fill: 'label', symbol: 'label', r: 4 }),
        Plot.text(rows, {
          fy: 'place',
          y: 'label',
          text: (row) => (row.value === null ? 'not estimable' : intervalText(row)),
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 8,
          fontSize: 11,
          fill: '#333',
        }),
      ],
    },
    `Forest plot. ${groups.map((group) => describeGroup(group, groups)).join(' ')}`,
  );
  return figure(
    [
      legend(
        models.map((label, index) => ({
          label,
          colour: inTurn(palette, index),
          symbol: inTurn(symbols, index),
        })),
      ),
      drawing,
    ],
    html`Harrell’s C with 95 % intervals on subjects that the model had not seen. 0.5 is chance (dashed); further right is better.`,
  );
}

/** 'all' stands for the pooled predictions, or for everybody where nothing is pooled. */
export function groupLabel({ group }: GroupPerformance, groups: readonly GroupPerformance[]): string {
  if (group !== 'all') return group;
  return groups.length > 1 ? 'All centres, pooled' : 'All subjects';
}

function modelLabels(groups: readonly GroupPerformance[]): string[] {
  return [...new Set(groups.flatMap((group) => group.models.map(({ label }) => label)))];
}

function intervalText({
  value,
  low,
  high,
}: {
  value: number | null;
  low: number | null;
  high: number | null;
}): string {
  const interval = low === null || high === null ? '' : ` (${formatNumber(low, 2)}–${formatNumber(high, 2)})`;
  return `${formatNumber(value!, 2)}${interval}`;
}

function describeGroup(group: GroupPerformance, groups: readonly GroupPerformance[]): string {
  const models = group.models.map(
    ({ label, harrell }) =>
      `${label} ${harrell.value === null ? 'not estimable' : formatNumber(harrell.value, 2)}`,
  );
  return `${groupLabel(group, groups)}: ${models.join(', ')}.`;
}
