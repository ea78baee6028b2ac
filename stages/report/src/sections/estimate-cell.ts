import type { Estimate } from '@myocast/validation';
import { formatEstimate } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/** A table cell with an estimate and its interval, or why there is none. */
export function estimateCell(estimate: Estimate, digits = 2): Markup {
  const text = formatEstimate(estimate, digits);
  if (estimate.value === null) return html`<td class="none">${text}</td>`;
  const space = text.indexOf(' ');
  return html`<td><b>${text.slice(0, space)}</b> <span class="interval">${text.slice(space + 1)}</span></td>`;
}
