import { causeLabel, formatShare, monthsOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { DataSetSummary, ReportInput } from '../records.ts';
import { baselineTable } from './baseline-table.ts';

/** Who came in, who was left out on the way, and why. */
export function flowSection({ dataSet, imaging, validation }: ReportInput): Markup {
  return html`<section id="subjects"><h2>Subjects</h2>
<ol class="flow">
${step('Frozen data set', dataSet.subjects, dataSetNotes(dataSet))}
${step('Exams read', imaging.exams, [
  ...without(dataSet.subjects - imaging.exams, 'without an exam'),
  ...without(imaging.verdicts.exclude, 'excluded at image quality'),
  ...without(imaging.verdicts.review, 'kept, but to be reviewed'),
  ...imaging.reasons.slice(0, 6).map(({ reason, count }) => `${count} × ${reason}`),
])}
${step('Quantified', imaging.quantified, [
  `${imaging.withCine} with cine, ${imaging.withLge} with late enhancement`,
  ...without(imaging.flagged, 'with at least one quality flag'),
])}
${step('Held-out predictions validated', validation.subjects, [
  ...without(dataSet.subjects - validation.subjects, 'of the data set not validated'),
  ...Object.entries(validation.events).map(([cause, count]) => `${count} × ${causeLabel(cause)}`),
])}
</ol>
${centreTable(dataSet)}
${baselineTable(dataSet)}
${missingTable(dataSet)}</section>`;
}

function step(title: string, count: number, notes: readonly string[]): Markup {
  return html`<li><div class="count"><strong>${count}</strong> ${title}</div><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></li>\n`;
}

function without(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

function dataSetNotes({
  centres,
  withoutFollowUp,
  withoutEvent,
  medianFollowUpDays,
}: DataSetSummary): string[] {
  const median =
    medianFollowUpDays === null
      ? ''
      : `, median follow-up ${Math.round(monthsOf(medianFollowUpDays))} months`;
  return [
    `${centres.length} ${centres.length === 1 ? 'centre' : 'centres'}`,
    `${withoutEvent} without an event${median}`,
    ...without(withoutFollowUp, 'without any follow-up'),
  ];
}

function centreTable({ centres, events, compositeName, compositeCauses, subjects }: DataSetSummary): Markup {
  return html`<div class="pair"><table><caption>Centres</caption>
<thead><tr><th scope="col">Centre</th><th scope="col" class="n">Subjects</th><th scope="col" class="n">${compositeName}</th></tr></thead>
<tbody>${centres.map(
    (row) =>
      html`<tr><th scope="row">${row.centre}</th><td class="n">${row.subjects}</td><td class="n">${formatShare(row.events, row.subjects)}</td></tr>`,
  )}</tbody></table>
<table><caption>First events</caption>
<thead><tr><th scope="col">Cause</th><th scope="col">Counts as</th><th scope="col" class="n">Subjects</th></tr></thead>
<tbody>${events.map(
    ({ cause, count }) =>
      html`<tr><th scope="row">${causeLabel(cause)}</th><td>${compositeCauses.includes(cause) ? compositeName : 'competing'}</td><td class="n">${formatShare(count, subjects)}</td></tr>`,
  )}</tbody></table></div>`;
}

function missingTable({ missing, subjects }: DataSetSummary): Markup {
  if (missing.length === 0) return html`<p>No value of the clinical record is missing.</p>`;
  const shown = missing.slice(0, 10);
  return html`<table class="narrow"><caption>Missing values${missing.length > shown.length ? ` (the ${shown.length} most missing of ${missing.length})` : ''}</caption>
<thead><tr><th scope="col">Variable</th><th scope="col" class="n">Missing</th></tr></thead>
<tbody>${shown.map(
    ({ label, count }) =>
      html`<tr><th scope="row">${label}</th><td class="n">${formatShare(count, subjects)}</td></tr>`,
  )}</tbody></table>`;
}
