// How long a virtual patient takes; writes docs/results/simulate.{json,md}. Needs `npm run build` before.
// Processor time of one thread, so that other work on the machine disturbs little; the least and the median of the patients.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { clinicalPlan, groundTruth, type ImagingPlan, simulate, subjectIds } from '@myocast/simulation';

const { values: options } = parseArgs({
  options: {
    patients: { type: 'string', default: '10' },
    parallel: { type: 'string', default: '24' },
    /** Subjects of the cohort without images. */
    cohort: { type: 'string', default: '20000' },
    out: { type: 'string', default: join('docs', 'results') },
  },
});

const plans: Readonly<Record<string, Partial<ImagingPlan>>> = {
  'quick plan: cine 10 phases and LGE, 128 pixels': {},
  'quick plan with T2': { sequences: ['cine-sax', 'lge-sax', 't2-sax'] },
  'cine 25 phases, LGE and T2, 208 pixels': {
    ...clinicalPlan,
    sequences: ['cine-sax', 'lge-sax', 't2-sax'],
  },
  'clinical plan: ten sequences, 208 pixels': clinicalPlan,
};

interface Row {
  readonly plan: string;
  /** Milliseconds of processor time a patient, images and labels. */
  readonly imagesMs: { readonly median: number; readonly least: number };
  /** Milliseconds of processor time a patient, with the DICOM files written, mean. */
  readonly filesMs: number;
  readonly files: number;
  readonly megabytes: number;
}

const count = Number(options.patients);
const used = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
const loadBefore = loadavg()[0]!;
const rows: Row[] = [];
for (const [plan, imaging] of Object.entries(plans)) {
  const config = { patients: count, centres: 4, seed: 21, imaging };
  const ids = subjectIds(config);
  // The first two warm the compiler up and are not counted.
  for (const id of ids.slice(0, 2)) groundTruth(config, id);
  const times = ids.map((id) => {
    const begun = process.cpuUsage();
    groundTruth(config, id);
    return used(begun);
  });
  times.sort((a, b) => a - b);
  const folder = await mkdtemp(join(tmpdir(), 'bench-simulate-'));
  const begun = process.cpuUsage();
  await simulate(config, folder, { workers: 0 });
  const filesMs = used(begun) / count;
  const sizes = await sizesIn(join(folder, 'exams'));
  await rm(folder, { recursive: true });
  rows.push({
    plan,
    imagesMs: { median: Math.round(times[count >> 1]!), least: Math.round(times[0]!) },
    filesMs: Math.round(filesMs),
    files: Math.round(sizes.length / count),
    megabytes: Math.round(sizes.reduce((sum, size) => sum + size, 0) / count / 1e5) / 10,
  });
  console.log(JSON.stringify(rows.at(-1)));
}

async function sizesIn(folder: string): Promise<number[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.dcm'));
  return Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
}

/** Processor seconds of one thread for the tables of 100,000 subjects - record, laboratory, visits, events, truth - without images. */
async function cohortSeconds(): Promise<number> {
  const patients = Number(options.cohort);
  const folder = await mkdtemp(join(tmpdir(), 'bench-simulate-'));
  const begun = process.cpuUsage();
  await simulate({ patients, centres: 100, seed: 23, imaging: { sequences: [] } }, folder, { workers: 0 });
  const seconds = ((used(begun) / 1000) * 100_000) / patients;
  await rm(folder, { recursive: true });
  return Math.round(seconds * 10) / 10;
}

/** Hash of every file, and seconds, of one study on so many workers. */
async function study(workers: number): Promise<{ hash: string; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-simulate-'));
  const begun = performance.now();
  await simulate({ patients: Number(options.parallel), centres: 4, seed: 22 }, folder, { workers });
  const seconds = (performance.now() - begun) / 1000;
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort())
    if ((await stat(join(folder, name))).isFile())
      hash.update(name).update(await readFile(join(folder, name)));
  await rm(folder, { recursive: true });
  return { hash: hash.digest('hex').slice(0, 16), seconds: Math.round(seconds * 10) / 10 };
}

const tablesSeconds = await cohortSeconds();
console.log(JSON.stringify({ cohort: Number(options.cohort), secondsPer100000: tablesSeconds }));
const parallel = [];
for (const workers of [0, 1, 2, 3]) {
  parallel.push({ workers, ...(await study(workers)) });
  console.log(JSON.stringify(parallel.at(-1)));
}
const same = new Set(parallel.map(({ hash }) => hash)).size === 1;
const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, Node ${process.version}, load ${loadBefore.toFixed(1)} before and ${loadavg()[0]!.toFixed(1)} after`;
const date = new Date().toISOString().slice(0, 10);
const lines = [
  '# How long a virtual patient takes',
  '',
  `\`npm run bench:simulate\`, ${date}, ${machine}. Milliseconds of processor time of one thread, ${count} patients.`,
  '',
  '| plan | images, median | images, least | with files written | files | MB |',
  '|---|---|---|---|---|---|',
  ...rows.map(
    ({ plan, imagesMs, filesMs, files, megabytes }) =>
      `| ${plan} | ${imagesMs.median} | ${imagesMs.least} | ${filesMs} | ${files} | ${megabytes} |`,
  ),
  '',
  `Without images: the ten tables of 100,000 patients in ${tablesSeconds} s of processor time of one thread, measured on ${options.cohort}.`,
  '',
  `The same study of ${options.parallel} patients (quick plan) on 0 to 3 workers beside the first thread: ${same ? 'the same bytes each time' : 'BYTES DIFFER'}; ${parallel.map(({ workers, seconds }) => `${workers}: ${seconds} s`).join(', ')} by the clock.`,
  '',
];
await writeFileAtomic(
  join(options.out, 'simulate.json'),
  `${JSON.stringify({ date, machine, patients: count, rows, tablesSeconds, parallel, sameBytes: same }, null, 2)}\n`,
);
await writeFileAtomic(join(options.out, 'simulate.md'), lines.join('\n'));
console.log(lines.join('\n'));
process.exitCode = same ? 0 : 1;
