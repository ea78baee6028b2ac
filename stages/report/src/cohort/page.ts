import { html, type Markup, trusted } from '../markup.ts';
import { pageStyle } from '../style.ts';
import { reportPolicy } from '../write-report.ts';
import { correlationScatter, curvePanels, distributionPanels, ratioForest } from './figures.ts';
import { type CohortRecord, type CohortRow, type Verdict, verdictOf } from './record.ts';

/** Groups of rows in the order of the page; those without a figure are folded. */
const groups: { readonly [group: string]: { readonly title: string; readonly says: string } } = {
  discrimination: {
    title: 'How much there is to find',
    says: 'Harrell’s C of the first MACE. The oracle ranks by the true hazards; the others are fitted on one cohort and tested on another.',
  },
  'event rate': {
    title: 'Event rates',
    says: 'Cumulative incidence; MACE by group as the studies report it.',
  },
  'hazard ratio': { title: 'Hazard ratios', says: 'Estimated as they were published.' },
  marginal: { title: 'Distributions', says: 'Of those who are enrolled.' },
  correlation: { title: 'Correlations', says: 'Product moments of the values as they come out.' },
  marker: { title: 'Markers of MVO', says: 'Area under the ROC curve.' },
  difference: { title: 'Differences between groups', says: 'Means and shares.' },
  observation: {
    title: 'What the study sees of the events',
    says: 'Visits, losses, and what comes to be known.',
  },
  selection: {
    title: 'Screening and selection',
    says: 'What becomes of the population on the way into the study.',
  },
  missing: { title: 'Missing cells', says: 'Shares of empty cells of the clinical table.' },
};

/**
 * The virtual cohort beside published ones, as one HTML file that needs nothing else: every
 * published number with the simulated one and its error, and why some do not fit.
 */
export function renderCohortPage(record: CohortRecord): string {
  const { rows, config, test, courses, date } = record;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The virtual cohort beside published ones</title>
<style>${trusted(pageStyle)}</style></head>
<body><main>
<header><h1>The virtual cohort beside published ones</h1>
<p class="subtitle">${date}: ${config.patients} virtual patients of ${config.centres} centres, ${courses} courses each for rates and ratios; models tested on ${test.patients} others</p>
<p class="banner" role="note"><b>Virtual patients are not findings about real ones.</b> They follow published numbers so that software can be tested where the truth is known. A quantity fits where its Monte-Carlo interval reaches what was published. DOMAIN B1 to B7 are the summaries of those studies that the simulator was built on; limits that are assumptions say so.</p>
${headline(record)}
<nav aria-label="Sections"><a href="#misfits">What does not fit</a>${Object.entries(groups)
    .filter(([group]) => rows.some((row) => row.group === group))
    .map(
      ([group, { title }]) => html`<a href="#${anchor(group)}">${title}</a>`,
    )}<a href="#flow">Screening flow</a></nav></header>
${misfitSection(record)}
${Object.keys(groups).map((group) => groupSection(record, group))}
${flowSection(record)}
</main></body></html>
`;
  return page.markup;
}

function anchor(group: string): string {
  return group.replaceAll(' ', '-');
}

function headline({ rows }: CohortRecord): Markup {
  const verdicts = rows.map(verdictOf).filter((verdict) => verdict !== 'reported');
  const fitting = verdicts.filter((verdict) => verdict !== 'does not fit');
  const near = verdicts.filter((verdict) => verdict === 'within its error').length;
  const oracle = rows.find(({ name }) => name.startsWith('oracle C first'));
  const best = rows
    .filter(({ name }) => name.startsWith('best C'))
    .reduce<CohortRow | null>((most, row) => (most && most.value >= row.value ? most : row), null);
  return html`<div class="headline">
<div><b>${fitting.length} of ${verdicts.length}</b><span>published quantities fit, ${near} of them only within their error</span></div>
${oracle ? html`<div><b>${oracle.value.toFixed(2)}</b><span>C of the oracle, first MACE</span></div>` : null}
${best ? html`<div><b>${best.value.toFixed(2)}</b><span>best C of all summaries of record and exam</span></div>` : null}
</div>`;
}

function misfitSection({ rows, misfits }: CohortRecord): Markup {
  const missed = rows.filter(({ met }) => !met);
  return html`<section id="misfits"><h2>What does not fit, and why</h2>${
    missed.length === 0
      ? html`<p>Every quantity fits.</p>`
      : html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Quantity</th><th scope="col">Simulated</th><th scope="col">Published</th><th scope="col">Why</th></tr></thead><tbody>${missed.map(
          (row) =>
            html`<tr><th scope="row">${row.name}<small>${row.source}</small></th><td class="n">${written(row.value)} <span class="interval">${written(row.low)} to ${written(row.high)}</span></td><td class="n">${row.goal}</td><td>${misfits[row.name] ?? 'not explained'}</td></tr>`,
        )}</tbody></table></div>`
  }</section>`;
}

function groupSection(record: CohortRecord, group: string): Markup {
  const rows = record.rows.filter((row) => row.group === group);
  if (rows.length === 0) return html``;
  const { title, says } = groups[group]!;
  const drawing = figureOf(record, group, rows);
  return html`<section id="${anchor(group)}"><h2>${title}</h2><p>${says}</p>${
    drawing === null
      ? rowTable(rows)
      : html`${drawing}<details><summary>All ${rows.length} in numbers</summary>${rowTable(rows)}</details>`
  }</section>`;
}

function figureOf(
  { curves, distributions }: CohortRecord,
  group: string,
  rows: readonly CohortRow[],
): Markup | null {
  if (group === 'event rate') return curvePanels(curves);
  if (group === 'marginal') return distributionPanels(distributions);
  if (group === 'hazard ratio') return ratioForest(rows);
  return group === 'correlation' ? correlationScatter(rows) : null;
}

function rowTable(rows: readonly CohortRow[]): Markup {
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Quantity</th><th scope="col" class="n">Simulated<small>95 % Monte-Carlo interval</small></th><th scope="col" class="n">Published<small>value, or what counts as equal</small></th><th scope="col">Fits</th><th scope="col">Source</th></tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${row.name}</th><td class="n">${written(row.value)} <span class="interval">${written(row.low)} to ${written(row.high)}</span></td><td class="n">${row.goal}</td>${signs[verdictOf(row)]}<td>${row.source}</td></tr>`,
  )}</tbody></table></div>`;
}

const signs: { readonly [V in Verdict]: Markup } = {
  fits: html`<td>yes</td>`,
  'within its error': html`<td>within its error</td>`,
  'does not fit': html`<td class="none">no</td>`,
  reported: html`<td></td>`,
};

/** Three digits are enough to compare by; a true minus sign. */
function written(value: number): string {
  const size = Math.abs(value);
  const text = size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return text.replace('-', '\u2212');
}

function flowSection({ flow }: CohortRecord): Markup {
  return html`<section id="flow"><h2>Screening flow</h2><table class="narrow"><tbody><tr><th scope="row"><b>screened</b></th><td class="n">${flow.screened}</td></tr>${Object.entries(
    flow.excluded,
  ).map(
    ([reason, count]) => html`<tr><th scope="row">excluded: ${reason}</th><td class="n">${count}</td></tr>`,
  )}<tr><th scope="row"><b>enrolled</b></th><td class="n">${flow.enrolled}</td></tr></tbody></table></section>`;
}
