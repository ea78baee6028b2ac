import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { accepted, canonicalJson, type Checked, contentHash, issue, refused } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { type SimulationConfig, subjectIds } from './cohort.ts';
import { imagingPlan } from './plan.ts';
import { writeTables } from './tables/write-tables.ts';
import { writeExam } from './write-exam.ts';

/** Raised when the same config would give other bytes, so that a folder is never a mixture of two versions. */
const generatorVersion = 6;

export interface SimulationOptions {
  /** Called once a subject's exam is there. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Threads beside this one; 0 works in this one. Default 2. */
  readonly workers?: number;
}

/** `simulation.json`: what the folder is. */
export interface SimulationRecord {
  readonly config: SimulationConfig;
  readonly generatorVersion: number;
  /** Hash of the two above. */
  readonly hash: string;
}

export interface SimulationSummary {
  readonly subjects: number;
  readonly examsWritten: number;
  readonly examsThere: number;
  readonly firstEvents: { readonly [cause: string]: number };
  readonly record: SimulationRecord;
}

/**
 * Writes a virtual study: what the centres, the core laboratory and the follow-up
 * would send (clinical.csv, laboratory.csv, screening.csv, cmr.csv, followup.csv,
 * visits.csv, events.csv), the truth (truth.csv, truth-events.csv, truth-course.csv)
 * and the DICOM exams, or none where the plan has no sequence. Stopped and started
 * again it goes on where it was; the bytes depend on the config alone.
 *
 * @returns an 'already-exists' issue when the folder holds another simulation
 * @throws RangeError for counts that are not positive integers
 */
export async function simulate(
  config: SimulationConfig,
  outFolder: string,
  { onProgress, workers = 2 }: SimulationOptions = {},
): Promise<Checked<SimulationSummary>> {
  checkConfig(config);
  const claimed = await claimFolder(config, outFolder);
  if (!claimed.ok) return claimed;

  const ids = subjectIds(config);
  const firstEvents = await writeTables(config, ids, outFolder);
  const scanned = imagingPlan(config.imaging).sequences.length > 0 ? ids : [];
  let examsWritten = 0;
  let done = 0;
  await shareOut(config, scanned, outFolder, workers, (written) => {
    if (written) examsWritten++;
    onProgress?.(++done, ids.length);
  });
  return accepted({
    subjects: ids.length,
    examsWritten,
    examsThere: scanned.length - examsWritten,
    firstEvents,
    record: claimed.value,
  });
}

/** Names the folder as this simulation's before anything else is in it. */
async function claimFolder(config: SimulationConfig, outFolder: string): Promise<Checked<SimulationRecord>> {
  const content = { config: { ...config }, generatorVersion };
  const record = { ...content, hash: contentHash(content) };
  const file = join(outFolder, 'simulation.json');
  const there = await readJsonFile<Partial<SimulationRecord>>(file);
  if (there?.hash === record.hash) return accepted(record);
  const expected = `expected ${canonicalJson(config)} or an empty folder`;
  if (there !== null)
    return refused(
      issue('already-exists', file, `${expected}, found ${canonicalJson(there.config ?? null)}`),
    );
  if (existsSync(outFolder) && readdirSync(outFolder).length > 0)
    return refused(issue('already-exists', outFolder, `${expected}, found other files`));
  await mkdir(join(outFolder, 'exams'), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`);
  return accepted(record);
}

function checkConfig({ patients, centres, seed, imaging }: SimulationConfig): void {
  imagingPlan(imaging);
  for (const [name, value] of Object.entries({ patients, centres }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`simulate: expected a positive whole number of ${name}, got ${value}`);
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`simulate: expected a whole number as seed, got ${seed}`);
}

/** Hands the subjects out one by one; the first error stops all workers and is thrown. */
async function shareOut(
  config: SimulationConfig,
  ids: readonly string[],
  outFolder: string,
  count: number,
  finished: (written: boolean) => void,
): Promise<void> {
  if (count === 0) {
    for (const id of ids) finished(await writeExam(config, id, outFolder));
    return;
  }
  const queue = ids.values();
  // Compiled code has its worker beside it as .js; the source runs as it is under a loader of TypeScript.
  const file = new URL(
    import.meta.url.endsWith('.ts') ? './exam-worker.ts' : './exam-worker.js',
    import.meta.url,
  );
  const threads = Array.from(
    { length: Math.min(count, ids.length) },
    () => new Worker(file, { workerData: { config, outFolder } }),
  );
  try {
    await Promise.all(threads.map((thread) => drain(thread, queue, finished)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function drain(thread: Worker, queue: Iterator<string>, finished: (written: boolean) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const { done, value } = queue.next();
      if (done === true) resolve();
      else thread.postMessage(value, []);
    };
    thread.on('message', (answer: { written?: boolean; error?: string }) => {
      if (answer.error !== undefined) return reject(new Error(`cannot write an exam: ${answer.error}`));
      finished(answer.written === true);
      next();
    });
    thread.on('error', (cause) => reject(new Error('the simulation worker failed', { cause })));
    next();
  });
}
