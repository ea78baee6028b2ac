// Times a thousand bootstraps of Uno's C, the statistic that a prognostic report resamples most. --csv FILE writes the
// table, which reference/survival/bench-bootstrap.py and .R time in scikit-survival and R survival.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { takeFollowUp, takeRows } from '@myocast/survival';
import { resampledConcordance, unoConcordance } from '@myocast/survival/performance';
import { bootstrapInterval } from '@myocast/survival/resampling';
import { simulateCohort } from '@myocast/survival/sample-size';

const [subjects, resamples, horizon, rounds] = [800, 1000, 730, 15];
const cohort = { risk: 0.2, horizon, spread: 1, lost: 0.3, end: 1400 };
const { followUp, logHazard } = simulateCohort(subjects, cohort, new Random('bench'));
const whole = { days: followUp.days.map(Math.ceil), event: followUp.event };
const options = { tau: horizon };
const { values: given } = parseArgs({ options: { csv: { type: 'string' } } });
if (given.csv !== undefined) {
  const lines = Array.from(logHazard, (risk, row) => `${whole.days[row]},${whole.event[row]},${risk}`);
  writeFileSync(given.csv, ['days,event,risk', ...lines].join('\n'));
}
console.log(`Uno's C by day ${horizon}: ${unoConcordance(logHazard, whole, options).index}`);

function time(name: string, statistic: () => (rows: Int32Array) => number | null): void {
  const seconds: number[] = [];
  let interval = '';
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    const { low, high } = bootstrapInterval(subjects, statistic(), { resamples, random: new Random(1) });
    const { user } = process.cpuUsage(start);
    seconds.push(user / 1e6);
    interval = `${low} to ${high}`;
  }
  seconds.sort((a, b) => a - b);
  console.log(
    `${name}: ${seconds[rounds >> 1]!.toFixed(4)} s (least ${seconds[0]!.toFixed(4)}), ${interval}`,
  );
}

for (const measure of ['uno', 'harrell'] as const)
  time(`${measure}, prepared`, () => resampledConcordance(measure, logHazard, whole, options));
time(
  'uno, anew each time',
  () => (rows) => unoConcordance(takeRows(logHazard, rows), takeFollowUp(whole, rows), options).index,
);
time('drawing alone', () => () => 1);
