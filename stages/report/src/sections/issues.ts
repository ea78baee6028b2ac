import { countIssues, type Issue, type IssueKind, issueKinds } from '@myocast/base';
import { html, type Markup } from '../markup.ts';

const listedPerKind = 25;

/** Every issue counted by kind, and listed as far as a page allows. */
export function issuesSection(issues: readonly Issue[]): Markup {
  if (issues.length === 0)
    return html`<section id="issues"><h2>Issues</h2><p>None was recorded.</p></section>`;
  const counts = Object.entries(countIssues(issues)) as [IssueKind, number][];
  return html`<section id="issues"><h2>Issues</h2>
<p>${issues.length} recorded on the way. Nothing was dropped in silence: what is not listed here is in the records of the study folder.</p>
${counts.map(([kind, count]) => kindOfIssue(kind, count, issues))}</section>`;
}

function kindOfIssue(kind: IssueKind, count: number, issues: readonly Issue[]): Markup {
  const listed = issues.filter((entry) => entry.kind === kind).slice(0, listedPerKind);
  const more = count - listed.length;
  return html`<details><summary><b>${count}</b> ${kind}<small> ${issueKinds[kind]}</small></summary><ul>${listed.map(
    ({ path, message }) => html`<li><code>${path}</code> ${message}</li>`,
  )}${more > 0 ? html`<li>… and ${more} more</li>` : null}</ul></details>`;
}
