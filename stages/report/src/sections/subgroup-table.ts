import type { SubgroupPerformance } from '@myocast/validation';
import { html, type Markup } from '../markup.ts';
import { estimateCell } from './estimate-cell.ts';

/** The leading model in kinds of subjects: by sex, age and infarct location; null where the record has none. */
export function subgroupTable(subgroups: readonly SubgroupPerformance[], leading: string): Markup | null {
  if (subgroups.length === 0) return null;
  const kinds = [...new Set(subgroups.map(({ by }) => by))];
  return html`<h3>Subgroups</h3>
<table class="measures subgroups"><caption>${leading} on held-out subjects by ${kinds.join(', ').toLowerCase()}, with 95 % intervals</caption>
<thead><tr><th scope="col">Subgroup</th><th scope="col" class="n">Subjects</th><th scope="col" class="n">Events</th><th scope="col">Harrell’s C</th><th scope="col">Observed / expected<small>at the horizon, 1 is right</small></th></tr></thead>
${kinds.map(
  (kind) =>
    html`<tbody><tr class="group"><th scope="rowgroup" colspan="5">${kind}</th></tr>${subgroups
      .filter(({ by }) => by === kind)
      .map(
        ({ name, subjects, events, harrell, observedOverExpected }) =>
          html`<tr><th scope="row">${name}</th><td class="n">${subjects}</td><td class="n">${events}</td>${estimateCell(harrell)}${estimateCell(observedOverExpected)}</tr>`,
      )}</tbody>`,
)}</table>
<p class="note">Few events make wide intervals: that two of them differ does not show that the model does worse in one. A C is lower in a group that is more alike.</p>`;
}
