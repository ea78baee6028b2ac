// The virtual cohort beside what is published of real ones; writes docs/results/cohort.{json,md,html}.
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { type CohortRecord, renderCohortPage } from '@myocast/report';
import { machine } from '../libs/autodiff/bench/result.ts';
import { discrimination } from './cohort/discrimination.ts';
import { distributions, incidenceCurves } from './cohort/distributions.ts';
import type { Row } from './cohort/estimates.ts';
import { eventRateRows, observationRows } from './cohort/event-rates.ts';
import { cohortMarkdown } from './cohort/markdown.ts';
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

const record: CohortRecord = {
  date,
  config,
  test: other,
  courses: Number(options.courses),
  costMs: perSubject,
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
await writeFileAtomic(`${options.out}/cohort.md`, cohortMarkdown(record));
await writeFileAtomic(`${options.out}/cohort.html`, renderCohortPage(record));
for (const { name, value, goal } of missed) console.log(`${name}: ${value}, published ${goal}`);
console.log(`${rows.length - missed.length} of ${rows.length} quantities meet their goal`);
if (unexplained.length > 0) {
  console.error(
    `not explained in scripts/cohort/misfits.ts: ${unexplained.map(({ name }) => name).join('; ')}`,
  );
  process.exitCode = 1;
}
