// The virtual cohort beside what is published of real ones; writes docs/results/cohort.{json,md,html}.
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { type CohortRecord, renderCohortPage } from '@myocast/report';
import { machine } from '../libs/autodiff/bench/result.ts';
import { discrimination } from './cohort/discrimination.ts';
import { distributions, incidenceCurves } from './cohort/distributions.ts';
import type { Row } from './cohort/estimates.ts';
import { eventRateRows, observationRows } from './cohort/event-rates.ts';
import { misfits } from './cohort/misfits.ts';
import { effectRow, publishedEffects } from './cohort/published-effects.ts';
import { correlationRows, differenceRows, markerRows } from './cohort/published-links.ts';
import { marginalRows, marginals } from './cohort/published-marginals.ts';
import { missingRows, selectionRows } from './cohort/selection.ts';
import { simulatePeople } from './cohort/simulated-people.ts';
import { screeningFlow } from '../stages/simulation/src/tables/screening-table.ts';

const { values: options } = parseArgs({
  options: {
    patients: { type: 'string', default: '16000' },
    /** Further courses drawn for each patient, so that ratios and rates of rare events are precise. */
    courses: { type: 'string', default: '6' },
    seed: { type: 'string', default: '20' },
    out: { type: 'string', default: 'docs/results' },
  },
});
const config = { patients: Number(options.patients), centres: 160, seed: Number(options.seed) };
const other = { ...config, patients: config.patients / 2, centres: 80, seed: config.seed + 1 };

const began = process.cpuUsage();
const people = simulatePeople(config, Number(options.courses));
const test = simulatePeople(other, 0);
const perSubject = process.cpuUsage(began).user / 1000 / (config.patients + other.patients);
const rows: Row[] = [
  ...discrimination(people, test),
  ...eventRateRows(people),
  ...observationRows(people),
  ...publishedEffects.map((effect) => effectRow(effect, people)),
  ...correlationRows(people),
  ...markerRows(people),
  ...differenceRows(people),
  ...marginals.flatMap((marginal) => marginalRows(marginal, people)),
  ...selectionRows(people),
  ...missingRows(config, people),
];
const flow = screeningFlow(people.map(({ subject }) => subject));
const date = new Date().toISOString().slice(0, 10);
const missed = rows.filter(({ met }) => !met);
const unexplained = missed.filter(({ name }) => !(name in misfits));

const table = (some: readonly Row[]) =>
  ['| quantity | simulated (95 % Monte-Carlo interval) | published | met | source |', '|---|---|---|---|---|']
    .concat(
      some.map(
        ({ name, value, low, high, goal, met, source }) =>
          `| ${name} | ${value} (${low} to ${high}) | ${goal} | ${met ? 'yes' : '**no**'} | ${source} |`,
      ),
    )
    .join('\n');
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
const page = `# The virtual cohort beside published ones

\`npm run check:cohort\`, ${date}: ${config.patients} patients of ${config.centres} centres, each with ${options.courses} courses for rates and ratios; models are fitted on them and tested on ${other.patients} others. ${missed.length} of ${rows.length} quantities miss their goal. A quantity meets its goal where its Monte-Carlo interval reaches the published interval. Ratios of simulated covariates are estimated on measured values, with their error. ${perSubject.toFixed(2)} ms of processor time a patient without images, ${options.courses} courses included.

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
  .map(([reason, count]) => `| excluded: ${reason} | ${count} |`)
  .join('\n')}
| enrolled | ${flow.enrolled} |
`;
const record: CohortRecord = {
  date,
  config,
  test: other,
  courses: Number(options.courses),
  rows,
  misfits: Object.fromEntries(missed.map(({ name }) => [name, misfits[name] ?? 'not explained'])),
  flow,
  curves: incidenceCurves(people),
  distributions: distributions(people),
};
await writeFileAtomic(
  `${options.out}/cohort.json`,
  `${JSON.stringify({ machine: machine(), ...record }, null, 2)}\n`,
);
await writeFileAtomic(`${options.out}/cohort.md`, page);
await writeFileAtomic(`${options.out}/cohort.html`, renderCohortPage(record));
for (const { name, value, goal } of missed) console.log(`${name}: ${value}, published ${goal}`);
console.log(`${rows.length - missed.length} of ${rows.length} quantities meet their goal`);
if (unexplained.length > 0) {
  console.error(
    `not explained in scripts/cohort/misfits.ts: ${unexplained.map(({ name }) => name).join('; ')}`,
  );
  process.exitCode = 1;
}
