import { writeFileAtomic } from '@myocast/base/files';
import type { Estimate, ValidationRecord } from '@myocast/validation';
import { incidencePlot } from './figures/incidence-plot.ts';
import { formatNumber, formatSeconds } from './format.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { ReportInput } from './records.ts';
import { flowSection } from './sections/flow.ts';
import { issuesSection } from './sections/issues.ts';
import { limitsSection } from './sections/limits.ts';
import { modelCardSection } from './sections/model-card.ts';
import { networksSection } from './sections/networks.ts';
import { performanceSection } from './sections/performance.ts';
import { picturesSection } from './sections/pictures.ts';
import { pageStyle } from './style.ts';

/** Nothing may be loaded or run, even where an escape had been forgotten. */
export const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * Writes the report: one HTML file that needs nothing else, readable offline and
 * printable.
 */
export async function writeReport(input: ReportInput, file: string): Promise<void> {
  await writeFileAtomic(file, renderReport(input));
}

/** The report page as a text. The same input gives the same bytes. */
export function renderReport(input: ReportInput): string {
  const { dataSet, card, validation } = input;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${dataSet.study}: validation report</title>
<style>${trusted(pageStyle)}</style></head>
<body><main>
<header><h1>${dataSet.study}</h1><p class="subtitle">Validation of ${card.name}</p>
${banner(card.trainedOn)}
${headline(input)}
<nav aria-label="Sections"><a href="#subjects">Subjects</a><a href="#performance">Performance</a><a href="#examples">Example forecasts</a><a href="#images">Images</a><a href="#model">Model card</a><a href="#networks">Networks</a><a href="#issues">Issues</a><a href="#limits">Limits</a><a href="#origin">Origin</a></nav></header>
${flowSection(input)}
${performanceSection(validation, dataSet.timeZero)}
<section id="examples"><h2>Example forecasts</h2>${incidencePlot(
    input.forecasts,
    dataSet.compositeName,
    dataSet.events.map(({ cause }) => cause),
  )}</section>
${picturesSection(input)}
${modelCardSection(card, validation.faithfulness)}
${networksSection(input.networks)}
${limitsSection(input)}
${issuesSection(input.issues)}
${originSection(input)}
</main></body></html>
`;
  return page.markup;
}

function banner(origin: ReportInput['card']['trainedOn']): Markup {
  return html`<p class="banner" role="note"><b>Research use only – not a medical device.</b>${
    origin === 'real patients'
      ? null
      : ` ${origin === 'virtual patients' ? 'The patients' : 'Some of the patients'} of this study are virtual: virtual patients are not findings about real ones.`
  }</p>`;
}

function headline({ dataSet, validation, card }: ReportInput): Markup {
  const events = dataSet.events.filter(({ cause }) => dataSet.compositeCauses.includes(cause));
  const pooled = pooledEstimate(validation);
  return html`<div class="headline">
<div><b>${dataSet.subjects}</b><span>${card.trainedOn === 'real patients' ? 'patients' : card.trainedOn}, ${dataSet.centres.length} ${dataSet.centres.length === 1 ? 'centre' : 'centres'}</span></div>
<div><b>${events.reduce((sum, { count }) => sum + count, 0)}</b><span>first ${dataSet.compositeName}</span></div>
<div>${estimateFigure(pooled?.estimate ?? null)}<span>Harrell’s C, ${pooled ? `${pooled.label}, held-out subjects` : 'held-out subjects'}</span></div>
</div>`;
}

function estimateFigure(estimate: Estimate | null): Markup {
  if (!estimate || estimate.value === null)
    return html`<b class="small none">not estimable: ${estimate?.reason ?? 'no pooled predictions'}</b>`;
  const interval =
    estimate.low === null || estimate.high === null
      ? ''
      : ` (${formatNumber(estimate.low, 2)} to ${formatNumber(estimate.high, 2)})`;
  return html`<b>${formatNumber(estimate.value, 2)}<small style="font-size:14px;font-weight:400">${interval}</small></b>`;
}

function pooledEstimate({ groups }: ValidationRecord) {
  const pooled = groups.find(({ group }) => group === 'all');
  const model = pooled?.models.find((entry) => entry.model === 'multimodal') ?? pooled?.models[0];
  return model ? { label: model.label, estimate: model.harrell } : null;
}

function originSection({ dataSet, card, validation, softwareVersion, stageTimes }: ReportInput): Markup {
  const total = stageTimes.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`<section id="origin"><h2>Where the numbers come from</h2><dl>
<dt>Data set</dt><dd><code>${dataSet.hash}</code></dd>
<dt>Validated data set</dt><dd><code>${validation.dataSet}</code></dd>
<dt>Seed</dt><dd>training ${card.seed}, validation ${validation.seed}</dd>
<dt>Software</dt><dd>report ${softwareVersion}, training ${card.softwareVersion}, validation ${validation.softwareVersion}</dd>
</dl>${
    stageTimes.length === 0
      ? null
      : html`<table class="narrow"><caption>Time of each stage</caption><tbody>${stageTimes.map(
          ({ stage, seconds }) =>
            html`<tr><th scope="row">${stage}</th><td class="n">${formatSeconds(seconds)}</td></tr>`,
        )}<tr><th scope="row"><b>all</b></th><td class="n"><b>${formatSeconds(total)}</b></td></tr></tbody></table>`
  }</section>`;
}
