import { forecastAt } from '../forecast-at.ts';
import { formatHorizon, formatNumber, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { PicturedSubject, ReportInput, ShownPicture } from '../records.ts';

const isSheet = ({ name }: ShownPicture) => name === 'cine-sax' || name === 'lge-sax' || name === 't2';

/** Images with contours, curves and bull's-eyes of a few subjects, each beside its forecast. */
export function picturesSection({ pictured, dataSet }: ReportInput): Markup {
  const intro =
    pictured.length === 0
      ? html`<p class="none">No exam of a forecast subject was quantified, so none is shown.</p>`
      : html`<p>The contours that the numbers come from, of the ${listOf(pictured.map(({ place }) => place))} forecast risk among the subjects whose exam was quantified. Look at them before relying on a number: a contour that is wrong here is wrong in the predictors too.</p>`;
  return html`<section id="images"><h2>Images and contours</h2>${intro}${pictured.map((subject) =>
    subjectPart(subject, dataSet.compositeName),
  )}</section>`;
}

function subjectPart({ subject, place, ...rest }: PicturedSubject, compositeName: string): Markup {
  const { pictures, leftOut } = rest;
  const sheets = pictures.filter(isSheet);
  const drawings = pictures.filter((picture) => !isSheet(picture));
  return html`<article class="subject"><h3>${subject}: ${place} forecast risk</h3>
${factsTable(rest, compositeName)}
${pictures.length === 0 ? html`<p class="none">Nothing could be drawn of this exam: see the issues.</p>` : null}
${sheets.map((sheet) => html`<figure class="sheet">${image(sheet)}</figure>`)}
${drawings.length === 0 ? null : html`<div class="drawings">${drawings.map(image)}</div>`}
${leftOut.length === 0 ? null : html`<p class="none">Left out, as this page would grow too large: ${leftOut.join('; ')}.</p>`}</article>`;
}

/** An image and not a part of the page: nothing in it is run, and its names meet no others. */
function image({ svg, title, alt }: ShownPicture): Markup {
  const words = alt.startsWith(title) ? alt : `${title}. ${alt}`;
  return html`<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" alt="${words}">`;
}

type Facts = Pick<PicturedSubject, 'forecast' | 'quantities'>;

function factsTable({ forecast, quantities }: Facts, compositeName: string): Markup {
  const last = forecast.timesDays.at(-1)!;
  const risk = forecastAt(forecast, last)!;
  const cine = quantities?.cine ?? null;
  const lge = quantities?.lge ?? null;
  const facts: readonly (readonly [string, string])[] = [
    [
      `${compositeName} within ${formatHorizon(last)}`,
      `${formatPercent(risk.risk)} (ensemble ${formatPercent(risk.low)} to ${formatPercent(risk.high)})`,
    ],
    ['LVEF', cine ? `${formatNumber(cine.ejectionFractionPercent, 0)} %` : notMeasured],
    [
      'LV volumes',
      cine ? `EDV ${formatNumber(cine.edvMl, 0)} ml, ESV ${formatNumber(cine.esvMl, 0)} ml` : notMeasured,
    ],
    ['Infarct with MVO', lge ? `${formatNumber(lge.infarctPercent, 1)} % of the LV` : notMeasured],
    ['MVO', lge ? `${formatNumber(lge.mvoPercent, 1)} % of the LV` : notMeasured],
  ];
  const flags = quantities?.flags ?? [];
  return html`<dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>${
    flags.length === 0
      ? null
      : html`<ul class="flags">${flags.slice(0, mostFlags).map(({ message }) => html`<li>${message}</li>`)}${flags.length > mostFlags ? html`<li>… and ${flags.length - mostFlags} more</li>` : null}</ul>`
  }`;
}

const notMeasured = 'not measured';
const mostFlags = 5;

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
