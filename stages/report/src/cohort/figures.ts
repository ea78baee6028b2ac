import * as Plot from '@observablehq/plot';
import { figure, figureSvg, palette } from '../figures/figure.ts';
import { formatNumber, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { CohortCurve, CohortDistribution, CohortRow } from './record.ts';

const [simulatedColour, publishedColour] = palette;
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** The name of a panel, above its axis. */
const panelTitle = (label: string) =>
  Plot.text([label], {
    frameAnchor: 'top-left',
    dy: -24,
    dx: -38,
    textAnchor: 'start',
    fontWeight: 600,
  });

/** What the two signs of every figure mean. */
function key(simulated: string, published: string): Markup {
  return html`<ul class="legend"><li><span aria-hidden="true" style="color:${simulatedColour}">${simulated}</span> simulated, with its 95 % Monte-Carlo interval</li><li><span aria-hidden="true" style="color:${publishedColour}">${published}</span> published</li></ul>`;
}

/** A panel each, with the published points on the simulated curve. */
export function curvePanels(curves: readonly CohortCurve[]): Markup {
  return figure(
    html`${key('━', '●')}<div class="panels three">${curves.map(curvePanel)}</div>`,
    html`Cumulative incidence from the day of the exam, each component for itself, death as a competing event. Points: the calibration targets that were derived from the published cohorts.`,
  );
}

function curvePanel({ label, points, published }: CohortCurve): Markup {
  const end = points.at(-1)!;
  return figureSvg(
    {
      width: 232,
      height: 190,
      marginLeft: 42,
      marginTop: 28,
      marginBottom: 34,
      x: { label: 'months', labelAnchor: 'center', labelArrow: 'none', ticks: [0, 12, 24, 36, 48, 60] },
      y: { label: null, grid: true, ticks: 4, tickFormat: percent, domain: [0, 1.12 * end.high] },
      marks: [
        panelTitle(label),
        Plot.areaY(points, { x: 'month', y1: 'low', y2: 'high', fill: simulatedColour, fillOpacity: 0.22 }),
        Plot.line(points, { x: 'month', y: 'value', stroke: simulatedColour, strokeWidth: 1.8 }),
        Plot.dot(published, { x: 'month', y: 'value', fill: publishedColour, r: 3.6 }),
      ],
    },
    `${label}: ${formatPercent(end.value)} at ${end.month} months; published ${published
      .map(({ month, value }) => `${formatPercent(value)} at ${month}`)
      .join(', ')} months.`,
  );
}

/** A histogram each, with the published distribution as a line over it. */
export function distributionPanels(distributions: readonly CohortDistribution[]): Markup {
  return figure(
    html`<ul class="legend"><li><span aria-hidden="true" style="color:${simulatedColour}">■</span> simulated</li><li><span aria-hidden="true" style="color:${publishedColour}">━</span> published distribution</li></ul><div class="panels">${distributions.map(distributionPanel)}</div>`,
    html`Share of the enrolled in each step. ${distributions.map(({ label, among, source }) => html`${label}: ${among}; ${source}. `)}`,
  );
}

function distributionPanel({ label, bins, logarithmic }: CohortDistribution): Markup {
  const line = bins.flatMap(({ from, to, published }) => [
    { at: from, published },
    { at: to, published },
  ]);
  const apart = bins.reduce((sum, { simulated, published }) => sum + Math.abs(simulated - published), 0) / 2;
  return figureSvg(
    {
      width: 360,
      height: 210,
      marginLeft: 42,
      marginTop: 28,
      marginBottom: 34,
      x: {
        ...(logarithmic ? { type: 'log' as const, tickFormat: (value: number) => String(value) } : {}),
        label: null,
        domain: [bins[0]!.from, bins.at(-1)!.to],
        ticks: logarithmic ? 4 : 7,
      },
      y: { label: null, grid: true, ticks: 4, tickFormat: percent },
      marks: [
        panelTitle(label),
        Plot.rectY(bins, { x1: 'from', x2: 'to', y: 'simulated', fill: simulatedColour, fillOpacity: 0.45 }),
        Plot.line(line, { x: 'at', y: 'published', stroke: publishedColour, strokeWidth: 1.8 }),
        Plot.ruleY([0]),
      ],
    },
    `${label}: ${formatPercent(apart)} of the simulated lie in other steps than the published distribution has them.`,
  );
}

/** Ratios on a logarithmic axis: the published interval as a bar, the simulated ratio and its interval on it. */
export function ratioForest(rows: readonly CohortRow[]): Markup {
  const drawn = rows.map((row) => ({ ...row, from: row.from ?? row.low, to: row.to ?? row.high }));
  const limit = (value: number) => Math.min(12, Math.max(0.7, value));
  return figure(
    html`${key('●', '▬')}<p class="interval">A hollow sign does not fit.</p>${figureSvg(
      {
        width: 760,
        height: 50 + 19 * rows.length,
        marginLeft: 330,
        marginRight: 108,
        marginTop: 8,
        marginBottom: 36,
        x: {
          type: 'log',
          domain: [0.7, 12],
          ticks: [0.75, 1, 1.5, 2, 3, 5, 8, 12],
          tickFormat: (value: number) => String(value),
          label: 'hazard ratio',
          labelAnchor: 'center',
          labelArrow: 'none',
          grid: true,
        },
        y: { label: null, tickSize: 0, domain: rows.map(({ name }) => name) },
        marks: [
          Plot.ruleX([1], { stroke: '#777' }),
          Plot.ruleY(drawn, {
            y: 'name',
            x1: (row) => limit(row.from),
            x2: (row) => limit(row.to),
            stroke: publishedColour,
            strokeOpacity: 0.4,
            strokeWidth: 9,
          }),
          Plot.ruleY(drawn, { y: 'name', x1: 'low', x2: 'high', stroke: simulatedColour, strokeWidth: 1.8 }),
          Plot.dot(drawn, {
            y: 'name',
            x: 'value',
            fill: ({ met }: CohortRow) => (met ? simulatedColour : '#fff'),
            stroke: simulatedColour,
            strokeWidth: 1.6,
            r: 3.4,
          }),
          Plot.text(drawn, {
            y: 'name',
            text: ({ value, low, high }) => `${ratio(value)} (${ratio(low)} to ${ratio(high)})`,
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 8,
            fontSize: 11,
          }),
        ],
      },
      `Hazard ratios of ${rows.length} effects: ${rows.filter(({ met }) => met).length} meet the published interval.`,
    )}`,
    html`Each ratio is estimated as it was published: same endpoint, same time, same adjustment, on measured values. A published bar that ends at the edge goes beyond it.`,
  );
}

function ratio(value: number): string {
  return formatNumber(value, 2);
}

/** Simulated against published correlation; on the line where they are equal. */
export function correlationScatter(rows: readonly CohortRow[]): Markup {
  const drawn = rows.filter(({ published }) => published !== null);
  const strip = [-1, 1].map((at) => ({ at, low: at - 0.06, high: at + 0.06 }));
  return figure(
    figureSvg(
      {
        width: 400,
        height: 380,
        marginLeft: 48,
        marginBottom: 40,
        x: { domain: [-0.95, 0.95], label: 'published', labelAnchor: 'center', labelArrow: 'none', ticks: 7 },
        y: { domain: [-0.95, 0.95], label: 'simulated', labelAnchor: 'center', labelArrow: 'none', ticks: 7 },
        clip: true,
        marks: [
          Plot.areaY(strip, { x: 'at', y1: 'low', y2: 'high', fill: publishedColour, fillOpacity: 0.15 }),
          Plot.line(strip, { x: 'at', y: 'at', stroke: publishedColour }),
          Plot.ruleX(drawn, { x: 'published', y1: 'low', y2: 'high', stroke: simulatedColour }),
          Plot.dot(drawn, { x: 'published', y: 'value', fill: simulatedColour, r: 2.6 }),
        ],
      },
      `${drawn.length} correlations, ${drawn.filter(({ met }) => met).length} of them within 0.06 of the published one.`,
    ),
    html`${drawn.length} correlations of the record and the exam. The strip is what counts as equal (0.06).`,
  );
}
