import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Checked, type Issue, issue } from '@myocast/base';
import {
  datasetExam,
  type Exam,
  type ExamRecord,
  findDataset,
  ingestExam,
  mergeLabels,
  parseLabel,
  readLabels,
  type SeriesLabel,
  writeExam,
} from '@myocast/imaging';
import { examNames, openStudy } from '@myocast/study';
import { examLine, examLines } from '../exam-lines.ts';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly out?: string;
  readonly study?: string;
  readonly subject?: string;
  readonly label?: readonly string[];
  readonly by?: string;
}

/** One exam to read: under which name it goes on, and where it is written. */
interface Task {
  readonly subject: string;
  readonly folder: string;
  readonly read: (labels: readonly SeriesLabel[]) => Promise<Checked<Exam>>;
}

export const ingestVerb: Verb = (program, action) => {
  const command = program
    .command('ingest')
    .description(
      'read exams (DICOM, NIfTI or an annotated data set): label the series, judge, write de-identified',
    )
    .argument('<path...>', 'one exam (a folder or files), or a folder with one sub-folder per subject')
    .option('--out <dir>', 'where exam.json and the volumes go')
    .option('--study <dir>', 'a study: exams of its subjects go to its folder exams/, others are left out')
    .option('--subject <id>', 'the name of the subject; otherwise that of the folder')
    .option(
      '--label <series=kind...>',
      'say what a series is, by its key in exam.json (3f9c=lge-sax; =auto takes it back); kept in series-labels.json beside exam.json for the next time',
    )
    .option('--by <name>', 'who says so, with --label');
  command.action(
    action<Options>(async (options, terminal, operands) => {
      if ((options.out === undefined) === (options.study === undefined))
        command.error('error: expected either --out or --study');
      if (options.label && options.by === undefined)
        command.error('error: expected --by with --label: a correction is recorded with who made it');
      await existingPaths(operands, 'a folder or file of images');
      const issues: Issue[] = [];
      const given = labelsOf(options);
      const tasks = await tasksFor(operands, options, issues);
      if (given.length > 0 && tasks.length !== 1)
        command.error(`error: expected one exam with --label, found ${tasks.length}`);
      const records: ExamRecord[] = [];
      const bar = terminal.bar('ingest', tasks.length);
      for (const { read, folder } of tasks) {
        const labels = mergeLabels(valueOrStop(await readLabels(folder)), given);
        const exam = await read(labels);
        if (exam.ok) {
          await writeExam(exam.value, folder, labels);
          records.push(exam.value.record);
        }
        issues.push(...exam.issues);
        bar.advance();
      }
      bar.done();
      if (records.length === 0) throw new StoppedByIssues(issues);
      terminal.result({ exams: records, issues }, linesOf(records));
      terminal.list(issues);
    }),
  );
};

function labelsOf({ label = [], by = '' }: Options) {
  const at = new Date().toISOString();
  return label.map((words) => valueOrStop(parseLabel(words, { by, at })));
}

/** The exams to read; with a study, those of its subjects under the subjects' names. */
async function tasksFor(operands: readonly string[], options: Options, issues: Issue[]): Promise<Task[]> {
  const out = options.out ?? join(options.study!, 'exams');
  const tasks = await tasksOf(operands, out, options.subject);
  if (options.study === undefined) return tasks;
  const study = valueOrStop(await openStudy(options.study, () => new Date()), issues);
  const subjects = await examNames(study).finally(() => study.close());
  return tasks.flatMap((task) => {
    const subject = subjects.get(task.subject);
    if (subject !== undefined) return [taskOf(subject, join(out, subject), task.source)];
    issues.push(
      issue('unknown-subject', task.subject, 'expected the exam of a subject of the study; left out'),
    );
    return [];
  });
}

/** Reads one exam under the name given. */
type Source = (subject: string, labels: readonly SeriesLabel[]) => Promise<Checked<Exam>>;

const taskOf = (subject: string, folder: string, source: Source) => ({
  subject,
  folder,
  source,
  read: (labels: readonly SeriesLabel[]) => source(subject, labels),
});

async function tasksOf(operands: readonly string[], out: string, subject: string | undefined) {
  const first = operands[0]!;
  const files: (paths: readonly string[]) => Source = (paths) => (name, labels) =>
    ingestExam(paths, { subject: name, labels });
  const inside = operands.length === 1 ? await subfolders(first) : null;
  if (inside === null || subject !== undefined)
    return [taskOf(subject ?? basename(resolve(first)), out, files(operands))];
  const dataset = await findDataset(first, 'lge-sax');
  if (dataset && dataset.layout !== 'acdc')
    return dataset.stacks.map((stack) =>
      taskOf(stack.name, join(out, stack.name), (name) => datasetExam(stack, dataset.kind, name)),
    );
  if (inside.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', first, 'expected images or folders of them, found none'),
    ]);
  return inside.map((name) => taskOf(name, join(out, name), files([join(first, name)])));
}

/** The sub-folders of a folder that holds nothing else, or null when it holds files: then it is one exam. */
async function subfolders(path: string): Promise<readonly string[] | null> {
  if (!(await lstat(path)).isDirectory()) return null;
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  if (entries.some((entry) => entry.isFile() && !/\.(csv|md|txt)$/i.test(entry.name))) return null;
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

const mostLines = 40;

/** One exam in full; of several a line each, with their reasons. */
function linesOf(records: readonly ExamRecord[]): readonly string[] {
  if (records.length === 1) return examLines(records[0]!);
  const lines = records.flatMap((record) => [
    examLine(record),
    ...record.reasons.map((reason) => `  ${reason}`),
  ]);
  const more = lines.length > mostLines ? [`… and ${records.length} exams in all`] : [];
  return [...lines.slice(0, mostLines), ...more];
}
