import type { Issue } from '@myocast/base';
import type { QuantitiesRecord } from '@myocast/imaging';
import type { Forecast } from '@myocast/model';
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

function factsTable(facts: Facts, compositeName: string): Markup {
  return html`<dl class="facts">${[
    riskFact(facts.forecast, compositeName),
    ...heartFacts(facts.quantities),
  ].map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${unbroken(value)}</dd></div>`,
  )}</dl>${flagList(facts.quantities?.flags ?? [])}`;
}

/** No line ends between a number and its unit. */
const unbroken = (value: string) => value.replaceAll(/(\d) (%|ml)/g, '$1\u00a0$2');

type Fact = readonly [term: string, value: string];

function riskFact(forecast: Forecast, compositeName: string): Fact {
  const last = forecast.timesDays.at(-1)!;
  const { risk, low, high } = forecastAt(forecast, last)!;
  return [
    `${compositeName} within ${formatHorizon(last)}`,
    `${formatPercent(risk)} (ensemble ${formatPercent(low)} to ${formatPercent(high)})`,
  ];
}

function heartFacts(quantities: QuantitiesRecord | null): readonly Fact[] {
  const { cine, lge } = quantities ?? { cine: null, lge: null };
  const of = <Part>(part: Part | null, words: (part: Part) => string) => (part ? words(part) : notMeasured);
  return [
    ['LVEF', of(cine, ({ ejectionFractionPercent }) => `${formatNumber(ejectionFractionPercent, 0)} %`)],
    [
      'LV volumes',
      of(cine, ({ edvMl, esvMl }) => `EDV ${formatNumber(edvMl, 0)} ml, ESV ${formatNumber(esvMl, 0)} ml`),
    ],
    ['Infarct with MVO', of(lge, ({ infarctPercent }) => `${formatNumber(infarctPercent, 1)} % of the LV`)],
    ['MVO', of(lge, ({ mvoPercent }) => `${formatNumber(mvoPercent, 1)} % of the LV`)],
  ];
}

function flagList(flags: readonly Issue[]): Markup | null {
  if (flags.length === 0) return null;
  const more = flags.length - mostFlags;
  return html`<ul class="flags">${flags.slice(0, mostFlags).map(({ message }) => html`<li>${message}</li>`)}${
    more > 0 ? html`<li>… and ${more} more</li>` : null
  }</ul>`;
}

const notMeasured = 'not measured';
const mostFlags = 5;

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
