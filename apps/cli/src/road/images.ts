import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import {
  ingestExam,
  nobodyKnown,
  openSegmenters,
  quantifyExam,
  readLabels,
  segmentExam,
  writeExam,
  writeQuantities,
} from '@myocast/imaging';
import { correctionsHash } from '@myocast/imaging/contours';
import { readPersons } from '../persons.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';

/** One subject's exam on its way; what is done already is passed over. */
type Step = (subject: string, issues: Issue[]) => Promise<void>;

/** Takes every exam of `source` (one folder a subject) into `<study>/exams`. */
export async function ingestAll(study: string, source: string, terminal: Terminal): Promise<Issue[]> {
  return eachSubject('ingest', await foldersOf(source), terminal, async (subject, issues) => {
    const folder = join(study, 'exams', subject);
    if (existsSync(join(folder, 'exam.json'))) return;
    const labels = valueOrStop(await readLabels(folder), issues);
    const exam = await ingestExam(join(source, subject), { subject, labels });
    issues.push(...exam.issues);
    if (exam.ok) await writeExam(exam.value, folder, labels);
  });
}

/** Segments every ingested exam into `<study>/masks`. */
export async function segmentAll(
  study: string,
  names: { readonly cine: string; readonly lge: string },
  terminal: Terminal,
): Promise<Issue[]> {
  const set = names.cine.endsWith('phantom') ? 'phantom' : 'real';
  const opened = await openSegmenters(set, { names: { 'cine-sax': names.cine, 'lge-sax': names.lge } });
  const said = [...(opened.ok ? opened.issues : [])];
  const segmenters = valueOrStop(opened);
  const subjects = await foldersOf(join(study, 'exams'));
  const issues = await eachSubject('segment', subjects, terminal, async (subject, found) => {
    const folder = join(study, 'masks', subject);
    if (existsSync(join(folder, 'segmentation.json'))) return;
    const done = await segmentExam(join(study, 'exams', subject), folder, segmenters);
    found.push(...done.issues);
  });
  await segmenters.close();
  return [...said, ...issues];
}

/** Quantifies every segmented exam into `<study>/quantities`. */
export async function quantifyAll(study: string, terminal: Terminal): Promise<Issue[]> {
  const subjects = await foldersOf(join(study, 'masks'));
  const notes: Issue[] = [];
  const persons = existsSync(join(study, 'dataset.json')) ? await readPersons(study, notes) : null;
  const found = await eachSubject('quantify', subjects, terminal, async (subject, issues) => {
    const file = join(study, 'quantities', `${subject}.json`);
    if (existsSync(file)) return;
    const record = await quantifyExam(join(study, 'exams', subject), join(study, 'masks'), {
      personOf: (name) => persons?.get(name) ?? nobodyKnown,
    });
    issues.push(...record.issues);
    if (record.ok) await writeQuantities(record.value, file);
  });
  return [...notes, ...found];
}

/** What the quantities depend on besides the masks: nothing where no contour was corrected. */
export async function correctedIn(study: string): Promise<{ corrections?: string }> {
  const subjects = existsSync(join(study, 'corrections')) ? await foldersOf(join(study, 'corrections')) : [];
  const hash = await correctionsHash(join(study, 'masks'), subjects);
  return hash === null ? {} : { corrections: hash };
}

async function eachSubject(
  name: string,
  subjects: readonly string[],
  terminal: Terminal,
  step: Step,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const bar = terminal.bar(name, subjects.length);
  for (const subject of subjects) {
    await step(subject, issues);
    bar.advance();
  }
  bar.done();
  return issues;
}

/** Names of the folders in a folder, sorted; drafts, which begin with a dot, are left out. */
async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`cannot read ${folder}`, { cause: error });
  });
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', folder, 'expected one folder for each subject, found none'),
    ]);
  return names;
}
