import type { Audit, ScoreCalibration, ScoreJudgement, ScoresRecord } from '@myocast/validation';
import { formatEstimate, formatNumber, formatShare } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { estimateCell } from './estimate-cell.ts';

/** The published scores beside the model, each on the subjects of whom it is known. */
export function publishedScores({ model, whyNot, judged }: ScoresRecord): Markup {
  if (whyNot !== null)
    return html`<h3>Published scores</h3><p class="none">Published scores are not judged: ${whyNot}.</p>`;
  return html`<h3>Published scores</h3>
<p>Each score is judged on those held-out subjects alone whose points are known; nothing is filled in. ${model} is judged on the same subjects, by its held-out forecasts, so the two can be compared within a row but not between rows. The scores were made for other outcomes, mostly death, and by other days.</p>
${discriminationTable(model, judged)}
<table><caption>Of whom a score is not known, and its published risk</caption><thead><tr><th scope="col">Score</th><th scope="col">Not known of</th><th scope="col">Calibration of the published risk</th></tr></thead><tbody>${judged.map(
    (one) =>
      html`<tr><th scope="row">${one.label}</th><td>${absence(one)}</td><td>${one.whyNot === null ? calibrationText(one.calibration) : 'none'}</td></tr>`,
  )}</tbody></table>`;
}

function discriminationTable(model: string, judged: readonly ScoreJudgement[]): Markup {
  const shown = judged.filter(({ discrimination }) => discrimination.length > 0);
  if (shown.length === 0)
    return html`<p class="none">No score is known of enough subjects with events to be judged.</p>`;
  return html`<div class="scroll" tabindex="0"><table class="scores"><caption>Discrimination with 95 % intervals</caption><thead><tr><th scope="col">Score</th><th scope="col">Points known</th><th scope="col">Measure</th><th scope="col">Score</th><th scope="col">${model}</th><th scope="col">Score less ${model}</th></tr></thead>
${shown.map(scoreRows)}</table></div>`;
}

function scoreRows(one: ScoreJudgement): Markup {
  return html`<tbody>${one.discrimination.map(
    ({ days, score, model, difference }, place) =>
      html`<tr>${
        place === 0
          ? html`<th scope="rowgroup" rowspan="${one.discrimination.length}">${one.label}</th><td rowspan="${one.discrimination.length}">${formatShare(one.subjects, one.of)}<small>, ${one.events} events</small></td>`
          : null
      }<td>${days === null ? 'Harrell’s C' : `AUC at ${days} days`}</td>${estimateCell(score)}${estimateCell(model)}${estimateCell(difference)}</tr>`,
  )}</tbody>`;
}

function absence(one: ScoreJudgement): string {
  if (one.whyNot !== null) return `anyone: ${one.whyNot}`;
  const absent = one.of - one.subjects;
  if (absent === 0) return 'nobody';
  const items = Object.entries(one.missing).map(([item, count]) => `${item.replaceAll('_', ' ')} ${count}`);
  return `${absent} of ${one.of}; missing ${items.join(', ')}`;
}

function calibrationText(calibration: ScoreCalibration): string {
  if (calibration.kind === 'none') return `none: ${calibration.reason}`;
  const { outcome, days, subjects, expectedLow, expectedHigh, observed } = calibration;
  const share = (value: number) => formatNumber(value, 3);
  const expected =
    expectedLow === expectedHigh ? share(expectedLow) : `${share(expectedLow)} to ${share(expectedHigh)}`;
  return `${outcome} by day ${days}: expected ${expected}, observed as first event ${formatEstimate(observed, 3)}, ${subjects} subjects`;
}

/** A line for everything that was looked for before anything was fitted. */
export function auditList(audits: readonly Audit[]): Markup {
  return html`<h3>Audits</h3><ul class="audits">${audits.map(
    ({ name, checked, found }) =>
      html`<li>Looked for ${name} in ${checked}: ${found.length === 0 ? 'none' : html`<b>${found.length}</b>: ${found.join('; ')}`}</li>`,
  )}</ul>`;
}
