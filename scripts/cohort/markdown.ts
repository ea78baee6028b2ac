import { type CohortRecord, type CohortRow, verdictOf } from '@myocast/report';

const titles: { readonly [group: string]: string } = {
  discrimination: 'How much there is to find: concordance of the first MACE',
  'event rate': 'Event rates',
  observation: 'What the study sees of them',
  'hazard ratio': 'Hazard ratios, estimated as they were published',
  correlation: 'Correlations',
  marker: 'Markers of MVO',
  difference: 'Differences between groups',
  marginal: 'Marginals of the enrolled',
  selection: 'Screening and selection',
  missing: 'Missing cells',
};

const marks = { fits: 'yes', 'within its error': 'within its error', 'does not fit': '**no**', reported: '' };

function table(rows: readonly CohortRow[]): string {
  return [
    '| quantity | simulated (95 % Monte-Carlo interval) | published | met | source |',
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.name} | ${row.value} (${row.low} to ${row.high}) | ${row.goal} | ${marks[verdictOf(row)]} | ${row.source} |`,
    ),
  ].join('\n');
}

/** The text of docs/results/cohort.md. */
export function cohortMarkdown({
  date,
  config,
  test,
  courses,
  rows,
  misfits,
  flow,
  costMs,
}: CohortRecord): string {
  const missed = rows.filter((row) => verdictOf(row) === 'does not fit');
  const near = rows.filter((row) => verdictOf(row) === 'within its error').length;
  const asked = rows.filter((row) => verdictOf(row) !== 'reported').length;
  return `# The virtual cohort beside published ones

\`npm run check:cohort\`, ${date}: ${config.patients} patients of ${config.centres} centres, each with ${courses} courses for rates and ratios; models are fitted on them and tested on ${test.patients} others. ${missed.length} of ${asked} published quantities miss their goal, ${near} meet it only through their Monte-Carlo interval; ${rows.length - asked} more are reported. Ratios of simulated covariates are estimated on measured values, with their error. ${costMs.toFixed(2)} ms of processor time a patient without images, ${courses} courses included. The same as a page: [cohort.html](cohort.html).

## What does not fit, and why

| quantity | simulated | published | why |
|---|---|---|---|
${missed.map(({ name, value, goal }) => `| ${name} | ${value} | ${goal} | ${misfits[name] ?? 'not explained'} |`).join('\n')}

${Object.entries(titles)
  .map(([group, title]) => `## ${title}\n\n${table(rows.filter((row) => row.group === group))}`)
  .join('\n\n')}

## Screening flow

| | persons |
|---|---|
| screened | ${flow.screened} |
${Object.entries(flow.excluded)
  .map(([reason, count]) => `| excluded: ${reason} | ${String(count)} |`)
  .join('\n')}
| enrolled | ${flow.enrolled} |
`;
}
