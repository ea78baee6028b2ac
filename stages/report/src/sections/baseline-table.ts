import { formatNumber, formatShare } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { BaselineCell, BaselineVariable, DataSetSummary } from '../records.ts';

/** The predictors by whether the composite came first (TRIPOD 13b), with how many are missing. */
export function baselineTable({ baseline, compositeName }: DataSetSummary): Markup | null {
  const [first] = baseline;
  if (!first) return null;
  const [all, withEvent, without] = first.cells.map(({ known, missing }) => known + missing);
  return html`<div class="scroll" tabindex="0"><table class="baseline"><caption>Predictors by first event: median (quartiles), or count (share of those known)</caption><thead><tr><th scope="col">Predictor</th><th scope="col" class="n">All<small>${all!}</small></th><th scope="col" class="n">${compositeName}<small>${withEvent!}</small></th><th scope="col" class="n">None, or another first<small>${without!}</small></th><th scope="col" class="n">Missing<small>with event, without</small></th></tr></thead><tbody>${baseline.map(variableRows)}</tbody></table></div>`;
}

function variableRows(variable: BaselineVariable): Markup {
  const { label, unit, levels, cells } = variable;
  const missing = html`<td class="n">${cells
    .slice(1)
    .map((cell) => cell.missing)
    .join(', ')}</td>`;
  const name = unit === null ? label : `${label}, ${unit}`;
  if (levels === null)
    return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="n">${quartileText(cell)}</td>`)}${missing}</tr>`;
  const countCells = (level: string) =>
    cells.map(({ counts, known }) => html`<td class="n">${formatShare(counts[level] ?? 0, known)}</td>`);
  const [only] = levels;
  if (levels.length === 1 && only === '1')
    return html`<tr><th scope="row">${name}</th>${countCells(only)}${missing}</tr>`;
  return html`${levels.map(
    (level, place) =>
      html`<tr><th scope="row">${name}: ${level}</th>${countCells(level)}${place === 0 ? missing : html`<td></td>`}</tr>`,
  )}`;
}

function quartileText({ quartiles }: BaselineCell): string {
  if (quartiles === null) return 'none known';
  const [low, middle, high] = quartiles.map(threeDigits);
  return `${middle} (${low} to ${high})`;
}

/** Three digits are enough to compare by, and whole numbers stay whole. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
