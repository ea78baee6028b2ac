import type { ValidationRecord } from '@myocast/validation';
import { formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/**
 * Mean predicted beside observed risk of each risk group at the horizon; null where the record gives none.
 *
 * @param horizon in words
 */
export function riskGroupTable(groups: ValidationRecord['riskGroups'], horizon: string): Markup | null {
  const rows = groups.flatMap(({ name, subjects, horizon: risks }) =>
    risks ? [{ name, subjects, ...risks }] : [],
  );
  if (rows.length === 0) return null;
  return html`<table class="risk-groups"><caption>Risk at ${horizon}, predicted and observed</caption><thead><tr><th scope="col">Group</th><th scope="col" class="n">Subjects</th><th scope="col">Mean predicted</th><th scope="col">Observed<small>Aalen–Johansen, 95 % interval</small></th></tr></thead><tbody>${rows.map(
    ({ name, subjects, predicted, observed: { value, low, high, reason } }) =>
      html`<tr><th scope="row">${name}</th><td class="n">${subjects}</td><td>${formatPercent(predicted)}</td>${
        value === null
          ? html`<td class="none">not estimable: ${reason ?? 'no reason recorded'}</td>`
          : html`<td>${formatPercent(value)}${low === null || high === null ? ` (${reason ?? 'no interval'})` : ` (${formatPercent(low)} to ${formatPercent(high)})`}</td>`
      }</tr>`,
  )}</tbody></table>`;
}
