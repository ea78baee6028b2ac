import { intervalWords, type ModelCard } from '@myocast/model';
import type { Explanation } from '@myocast/model/explanation';
import { formatHorizon, formatPercent } from '../format.ts';
import { html, type Markup, trusted } from '../markup.ts';
import { pageStyle } from '../style.ts';
import { reportPolicy } from '../write-report.ts';
import { bullsEyes, sequenceWaterfall, sliceCells, variableWaterfall } from './figures.ts';
import { contributionTable, nearestTable, testTable } from './tables.ts';

export interface ExplanationPage {
  readonly explanation: Explanation;
  /** Name of the model */
  readonly model: string;
  /** Who the model was trained on */
  readonly trainedOn: ModelCard['trainedOn'];
}

/**
 * One subject's explanation as one HTML file that needs nothing else, readable offline and
 * printable. The same input gives the same bytes.
 */
export function renderExplanation({ explanation, model, trainedOn }: ExplanationPage): string {
  const { subject, composite, horizonDays, risk, variables } = explanation;
  const what = horizonDays === null ? composite : `${composite} within ${formatHorizon(horizonDays)}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Why this forecast: ${subject}</title>
<style>${trusted(pageStyle)}</style></head>
<body><main>
<header><h1>Why this forecast: ${subject}</h1><p class="subtitle">${model}</p>
${abstention(explanation)}<p class="banner" role="note"><b>Research use only – not a medical device.</b>${
    trainedOn === 'real patients'
      ? null
      : ` The model was trained on ${trainedOn}: virtual patients are not findings about real ones.`
  } An explanation says what the model looks at, not what causes the disease: to change a value need not change the risk.</p>
<div class="headline"><div><b>${formatPercent(risk.risk)}</b><span>${what}; 90 % interval ${formatPercent(risk.low)} to ${formatPercent(risk.high)}${explanation.abstains ? '; not to be relied on' : null}</span></div>
<div><b>${formatPercent(variables.scales[0]!.base)}</b><span>the same with nothing known of the patient</span></div>
${placeTile(explanation)}</div><p>${intervalWords}.</p></header>
<section id="variables"><h2>What the forecast is made of</h2>
<p>Shapley values of the absolute risk: what a value adds to the risk, as a mean over all orders in which the values could have become known. ${methodSentence(explanation)}</p>
${drawing(variableWaterfall(explanation))}
<details><summary>All in numbers, also on the log odds and against training patients</summary>${contributionTable(explanation)}</details>
${missingSentence(explanation)}</section>
<section id="sequences"><h2>Record and sequences</h2><p>The record, and everything from a sequence together: its measurements and what the network saw in its images.</p>${drawing(sequenceWaterfall(explanation))}</section>
${walls(explanation)}
${slices(explanation)}
<section id="tests"><h2>What each test adds</h2><p>The forecast with everything, and again as if a test had not been done. This is about this patient alone and no measure of the worth of a test.</p>${testTable(explanation)}</section>
${nearest(explanation)}
</main></body></html>
`;
  return page.markup;
}

function drawing(svg: string | null): Markup | null {
  return svg === null ? null : html`<div class="drawing" tabindex="0">${inline(svg)}</div>`;
}

/** A figure's file as a part of the page. */
const inline = (svg: string) => trusted(svg.slice(svg.indexOf('<svg')));

/** Above every number. */
function abstention({ abstains, missingItems }: Explanation): Markup | null {
  if (abstains === null) return null;
  const needed = abstains.needed.map(
    (variable) => missingItems.find(({ name }) => name === variable)?.label ?? variable,
  );
  return html`<div class="banner" role="alert" id="abstains"><b>The forecast abstains: the numbers on this page are not to be relied on.</b><ul>${abstains.reasons.map(
    ({ words }) => html`<li>${words}</li>`,
  )}</ul>${needed.length > 0 ? html`<p>To know of what is missing: ${needed.join(', ')}.</p>` : null}</div>
`;
}

function placeTile({ place, unusual }: Explanation): Markup | null {
  if (place === null) return null;
  const far = unusual.filter((_, at) => place.farthest[at]!.share > 0.15);
  return html`<div><b>${place.percentile.toFixed(0)} %</b><span>of the training patients are nearer to the others than this one is, by the ${place.features} of ${place.of} items that are known${
    place.pValue < 0.05 && far.length > 0 ? `; most unusual: ${far.join('; ')}` : ''
  }</span></div>`;
}

function methodSentence({ variables }: Explanation): string {
  if (variables.method === 'exact') return `All ${variables.evaluations} combinations were looked at.`;
  const worst = Math.max(...variables.scales[0]!.contributions.map(({ standardError }) => standardError), 0);
  return `From ${variables.pairs} random orders, each also run backwards; the largest standard error is ${(100 * worst).toFixed(2)} points. What is not known is put into the state that the model learned for missing values.`;
}

function missingSentence({ missingItems }: Explanation): Markup | null {
  if (missingItems.length === 0) return null;
  return html`<p>Not known of this patient, and without any part in this, what the model goes by most first: ${missingItems.map(({ label }) => label).join(', ')}.</p>`;
}

function walls(explanation: Explanation): Markup | null {
  const figures = bullsEyes(explanation);
  if (figures.length === 0) return null;
  return html`<section id="walls"><h2>Walls of the heart</h2><p>Change of the risk, in points, when a segment’s measurements are taken away, all else being known. Above zero the wall raises the risk.</p><div class="panels">${figures.map(inline)}</div></section>`;
}

function slices(explanation: Explanation): Markup | null {
  const figure = sliceCells(explanation);
  if (figure === null) return null;
  return html`<section id="slices"><h2>Slices</h2><p>Change of the risk, in points, when one slice is taken away. Neighbouring slices are averaged by the model, so that one of several alike may seem to matter little.</p>${drawing(figure)}</section>`;
}

function nearest(explanation: Explanation): Markup | null {
  const { nearest: found, whyNoNearest } = explanation;
  if (found === null && whyNoNearest !== null)
    return html`<section id="nearest"><h2>Nearest patients of the training set</h2><p class="none">Not shown: ${whyNoNearest}.</p></section>`;
  if (found === null || found.patients.length === 0) return null;
  return html`<section id="nearest"><h2>Nearest patients of the training set</h2>${nearestTable(explanation)}</section>`;
}
