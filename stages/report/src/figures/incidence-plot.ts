import type { Forecast } from '@myocast/model';
import * as Plot from '@observablehq/plot';
import { causeLabel, formatPercent, monthsOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { figure, figureSvg, inTurn, legend, palette } from './figure.ts';

const compositeColour = '#222';

/** Cumulative incidence of each cause and of the composite for some subjects, one panel each. */
export function incidencePlot(
  forecasts: readonly Forecast[],
  compositeName: string,
  causeOrder: readonly string[],
): Markup {
  if (forecasts.length === 0)
    return html`<p class="none">The study folder holds no forecasts; <code>myocast predict --study</code> with its <code>model.myocast</code> and without <code>--subject</code> writes them.</p>`;
  const causes = causeOrder.filter((cause) =>
    forecasts.some(({ incidence }) => Object.hasOwn(incidence, cause)),
  );
  const top = Math.min(1, Math.max(0.1, ...forecasts.flatMap(({ composite }) => composite.high)) * 1.05);
  return figure(
    html`${legend([
      { label: `${compositeName}, with the range over the ensemble`, colour: compositeColour },
      ...causes.map((cause, index) => ({ label: causeLabel(cause), colour: inTurn(palette, index) })),
    ])}<div class="panels three">${forecasts.map((forecast) => panel(forecast, causes, top))}</div>`,
    html`Forecast cumulative incidence for subjects at the 10th, 50th and 90th percentile of risk. The band is the lowest and highest member of the ensemble: how far the networks disagree, not a confidence interval.`,
  );
}

function panel(forecast: Forecast, causes: readonly string[], top: number): Markup {
  const { composite, timesDays } = forecast;
  const lines = causes.flatMap((cause) =>
    (forecast.incidence[cause] ?? []).map((risk, place) => ({
      cause,
      month: monthsOf(timesDays[place]!),
      risk,
    })),
  );
  const total = timesDays.map((days, place) => ({
    month: monthsOf(days),
    risk: composite.risk[place]!,
    low: composite.low[place]!,
    high: composite.high[place]!,
  }));
  return figureSvg(
    {
      width: 232,
      height: 240,
      marginLeft: 42,
      marginTop: 30,
      marginBottom: 38,
      x: { label: 'Months', labelAnchor: 'center', labelArrow: 'none', ticks: 4 },
      y: {
        domain: [0, top],
        label: null,
        grid: true,
        ticks: 5,
        tickFormat: (risk: number) => `${Math.round(risk * 100)} %`,
      },
      color: { domain: [...causes], range: causes.map((_, index) => inTurn(palette, index)) },
      marks: [
        Plot.text([forecast.subject.slice(0, 24)], {
          frameAnchor: 'top',
          dy: -24,
          fontWeight: 600,
          fontSize: 13,
        }),
        Plot.areaY(total, { x: 'month', y1: 'low', y2: 'high', fill: compositeColour, fillOpacity: 0.12 }),
        Plot.line(lines, { x: 'month', y: 'risk', stroke: 'cause', strokeWidth: 1.6 }),
        Plot.line(total, { x: 'month', y: 'risk', stroke: compositeColour, strokeWidth: 2.4 }),
      ],
    },
    `Forecast of ${forecast.subject}: composite ${formatPercent(composite.risk.at(-1)!)} at the last time, ensemble ${formatPercent(composite.low.at(-1)!)} to ${formatPercent(composite.high.at(-1)!)}.`,
  );
}
