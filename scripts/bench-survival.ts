// The same survival statistics here, in R, in scikit-survival and in lifelines; writes docs/results/survival.{json,md}.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { machine, median } from '../libs/autodiff/bench/result.ts';
import { type Job, jobs, writeWorkloads } from '../libs/survival/bench/workloads.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['BENCH_PYTHON'] ?? 'python3' },
    only: { type: 'string', default: jobs.join(',') },
    rounds: { type: 'string', default: '3' },
    /** Milliseconds that a program repeats one job in one round. */
    budget: { type: 'string', default: '1500' },
    shared: { type: 'string', default: join('..', 'shared', 'data') },
    out: { type: 'string', default: join('docs', 'results') },
  },
});

interface Answer {
  readonly versions: Readonly<Record<string, string>>;
  readonly results: { readonly [job: string]: { readonly ms: readonly number[]; readonly value: number } };
}

const folder = mkdtempSync(join(tmpdir(), 'bench-survival-'));
const python = (library: string) => [options.python, join('reference', 'survival', 'bench.py'), library];
const ours = 'myocast';
const programs: { readonly [name: string]: readonly string[] } = {
  [ours]: [process.execPath, '--conditions=source', '--import', 'tsx', 'libs/survival/bench/side.ts'],
  R: ['Rscript', join('reference', 'survival', 'bench.R')],
  'scikit-survival': python('scikit-survival'),
  lifelines: python('lifelines'),
};

/** Times the jobs in a process of its own; null where the program is not installed. */
function ask(command: readonly string[], wanted: readonly Job[]): Answer | null {
  const [file, ...args] = command;
  // Settings for old builds of OpenBLAS would slow a current numpy down.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const run = spawnSync(file!, [...args, folder, wanted.join(','), options.budget], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  if (run.status === 0) return JSON.parse(run.stdout) as Answer;
  if (command === programs[ours]) throw new Error(run.stderr);
  return null;
}

const loadBefore = loadavg();
const times = new Map<string, { ms: number[]; value: number }>();
const versions: Record<string, string> = {};
const skipped = new Set<string>();
try {
  const missing = writeWorkloads(folder, options.shared);
  for (const [job, why] of missing) console.log(`${job}: left out, ${why}`);
  const wanted = jobs.filter((job) => options.only.split(',').includes(job) && !missing.has(job));
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [name, command] of Object.entries(programs)) {
      const answer = skipped.has(name) ? null : ask(command, wanted);
      if (answer === null) {
        if (!skipped.has(name)) console.log(`${name}: not installed, left out`);
        skipped.add(name);
        continue;
      }
      Object.assign(versions, answer.versions);
      for (const [job, { ms, value }] of Object.entries(answer.results)) {
        const known = times.get(`${job} ${name}`);
        if (known) known.ms.push(...ms);
        else times.set(`${job} ${name}`, { ms: [...ms], value });
      }
    }
} finally {
  rmSync(folder, { recursive: true });
}

const round = (value: number, digits = 4) => Number(value.toPrecision(digits));
const rows = jobs.flatMap((job) => {
  const own = times.get(`${job} ${ours}`);
  if (!own) return [];
  return Object.keys(programs)
    .filter((name) => name !== ours && times.has(`${job} ${name}`))
    .map((name) => {
      const peer = times.get(`${job} ${name}`)!;
      return {
        name: `${job} / ${name}`,
        ours: round(median(own.ms)),
        peer: round(median(peer.ms)),
        ratio: round(median(own.ms) / median(peer.ms), 3),
        unit: 'ms',
        runs: Math.min(own.ms.length, peer.ms.length),
        ourValue: round(own.value, 8),
        peerValue: round(peer.value, 8),
      };
    });
});
const bench = {
  skipped: [...skipped],
  machine: machine(),
  versions,
  loadAverage: { before: loadBefore, after: loadavg() },
  date: new Date().toISOString().slice(0, 10),
  rows,
};

const work: { readonly [J in Job]: string } = {
  cox: 'Cox regression (Efron), 7,098 rows and 14 columns of SUPPORT, with standard errors and baseline hazard; value: first coefficient',
  concordance: "Harrell's C of 40,000 rows, with its standard error except in Python; value: C",
  'aalen-johansen':
    'cumulative incidence of 10,000 rows with two causes and variance; value: incidence on day 1,000 (lifelines breaks ties by a random jitter)',
  forest:
    'random survival forest of 500 trees on 1,500 rows and 9 columns of METABRIC, with out-of-bag C, two cores; value: that C (R: ranger)',
  'uno-bootstrap': "Uno's C of 1,000 resamples of 800 rows; value: the mean",
  'integrated-brier':
    'integrated Brier score of 1,775 rows on 100 days; value: the score (R: riskRegression)',
};
const page = `# Survival statistics against R, scikit-survival and lifelines

\`npm run bench:survival -- --python <a python with scikit-survival and lifelines>\`, ${bench.date}. ${bench.machine.cpu}, ${bench.machine.cores} cores; ${Object.entries(
  versions,
)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}.

| row | ours, ms | peer, ms | ratio | runs | our value | its value |
|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.name} | ${row.ours} | ${row.peer} | ${row.ratio} | ${row.runs} | ${row.ourValue} | ${row.peerValue} |`).join('\n')}

- Medians over ${options.rounds} rounds, in which the programs take turns, each in a fresh process that reads its tables and does each job once before the clock starts. Load average of the machine before ${loadBefore.map((load) => load.toFixed(2)).join(', ')}. The goal is a ratio below 1 in every row.
${jobs.map((job) => `- *${job}*: ${work[job]}.`).join('\n')}
${skipped.size > 0 ? `- Not installed and left out: ${[...skipped].join(', ')}.\n` : ''}`;
await writeFileAtomic(join(options.out, 'survival.json'), `${JSON.stringify(bench, null, 2)}\n`);
await writeFileAtomic(join(options.out, 'survival.md'), page);
for (const { name, ours: own, peer, ratio, ourValue, peerValue } of rows)
  console.log(
    `${name.padEnd(36)} ours ${own} ms, peer ${peer} ms, ratio ${ratio}; ${ourValue} and ${peerValue}`,
  );
