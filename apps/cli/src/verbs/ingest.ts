import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { accepted, type Checked, type Issue, issue } from '@myocast/base';
import { type ProfileOption, type PseudonymKey, studyOptions } from '@myocast/dicom';
import {
  datasetExam,
  type Exam,
  type ExamRecord,
  type FileReport,
  findDataset,
  ingestExam,
  isInside,
  type IngestOptions,
  reportFiles,
  siteKey,
  labelsFile,
  mergeLabels,
  misgivenLabels,
  parseLabel,
  readLabels,
  type SeriesLabel,
  writeExam,
} from '@myocast/imaging';
import { isAddress, originalSources, type SourceLookup } from '@myocast/imaging/archive';
import { examNames, openStudy } from '@myocast/study';
import { type Command, Option } from 'commander';
import { withAccessOptions, withQueryOptions } from '../archive-options.ts';
import { examLine, examLines } from '../exam-lines.ts';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { type ArchiveExamOptions, archiveExams } from './archive-exams.ts';

interface Options extends ArchiveExamOptions {
  readonly out?: string;
  readonly study?: string;
  readonly dicom?: boolean;
  readonly key?: string;
  readonly keepDevice?: boolean;
  readonly pixelsReviewed?: boolean;
  readonly references: 'none' | 'original';
  readonly label?: readonly string[];
  readonly by?: string;
}

/** One exam to read: under which name it goes on, and where it is written under a name. */
interface Task {
  readonly subject: string;
  readonly folder: (subject: string) => string;
  readonly read: (labels: readonly SeriesLabel[]) => Promise<Checked<Exam>>;
}

export const ingestVerb: Verb = (program, action) => {
  const command = program
    .command('ingest')
    .description(
      'read exams (DICOM, NIfTI or an annotated data set): label the series, judge, write de-identified',
    )
    .argument(
      '<path...>',
      'one exam (a folder, files or archives: zip, tar, gzip), a folder with one sub-folder or archive per subject, or the address of an archive (https://host/dicom-web)',
    )
    .option('--out <dir>', 'where exam.json and the volumes go')
    .option('--study <dir>', 'a study: exams of its subjects go to its folder exams/, others are left out')
    .option('--subject <id>', 'the name of the subject; otherwise that of the folder or archive')
    .option('--dicom', 'write de-identified DICOM files too, into dicom/ beside the volumes')
    .option('--key <file>', 'the key for pseudonyms, UIDs and dates; made when it is not there', defaultKey())
    .option('--keep-device', 'with --dicom: keep what names the scanner')
    .option(
      '--pixels-reviewed',
      'someone has looked at the images that are said to carry writing: take them all the same',
    )
    .addOption(
      new Option(
        '--references <kind>',
        'what the exam keeps of the UIDs and patient of its images; original: results can be sent back to their archive',
      )
        .choices(['none', 'original'])
        .default('none'),
    )
    .option(
      '--label <series=kind...>',
      'say what a series is, by its key in exam.json (3f9c=lge-sax; =auto takes it back); kept in series-labels.json beside exam.json for the next time',
    )
    .option('--by <name>', 'who says so, with --label')
    .option('--spool <dir>', 'of an archive: keep the fetched images here; otherwise they go when ingested');
  withAccessOptions(withQueryOptions(command));
  command.action(
    action<Options>(async (options, terminal, operands) => {
      checkTogether(command, options, operands);
      if (!isAddress(operands[0]!)) {
        await existingPaths(operands, 'a folder or file of images');
        await keepApart(operands, options.out ?? options.study!);
      }
      const issues: Issue[] = [];
      const given = labelsOf(options);
      const tasks = await tasksFor(operands, options, issues);
      if (given.length > 0 && tasks.length !== 1)
        command.error(`error: expected one exam with --label, found ${tasks.length}`);
      const records: ExamRecord[] = [];
      const files: FileReport[] = [];
      /** Said in the report of the files already. */
      const reported = new Set<Issue>();
      const free = freeFolders();
      const bar = terminal.bar('ingest', tasks.length);
      for (const { subject, read, folder } of tasks) {
        const kept = valueOrStop(await readLabels(folder(subject)));
        const labels = mergeLabels(kept, given);
        const exam = await read(labels);
        if (exam.ok) {
          const misgiven = misgivenLabels(given, kept, seriesOf(exam.value.record));
          if (misgiven.length > 0) throw new StoppedByIssues(misgiven);
          const own = free(folder(exam.value.record.subject), issues);
          const written = await writeExam(exam.value, own, labels);
          records.push(written.record);
          issues.push(...written.issues);
          files.push(reportFiles(exam.value));
          for (const entry of exam.value.notUsed) reported.add(entry);
        }
        issues.push(...exam.issues);
        bar.advance();
      }
      bar.done();
      if (records.length === 0) throw new StoppedByIssues(issues);
      terminal.result({ exams: records, files, issues }, linesOf(records, files));
      listIssues(
        terminal,
        issues.filter((entry) => !reported.has(entry)),
      );
    }),
  );
};

/** An output among the images would be read as images the next time, or take their place. */
async function keepApart(operands: readonly string[], out: string): Promise<void> {
  for (const operand of operands)
    if (await isInside(out, operand))
      throw new StoppedByIssues([
        issue(
          'already-exists',
          out,
          `expected a place outside the images of ${operand}, found it among them`,
        ),
      ]);
}

/** Two exams of one run never share a folder: the second of a patient gets a number. */
function freeFolders(): (folder: string, issues: Issue[]) => string {
  const taken = new Set<string>();
  return (folder, issues) => {
    let own = folder;
    for (let number = 2; taken.has(own); number++) own = `${folder}-${number}`;
    if (own !== folder)
      issues.push(issue('quality-flag', own, 'another exam of the same patient, written beside the first'));
    taken.add(own);
    return own;
  };
}

const seriesOf = ({ series, otherSeries }: ExamRecord) => [...series, ...otherSeries].map(({ key }) => key);

const mostIssues = 20;

/** Kept labels that no longer hold come first, all of them: what a person said is not done. */
function listIssues(terminal: Terminal, issues: readonly Issue[]): void {
  const ofLabels = issues.filter(({ path }) => path === labelsFile);
  const others = issues.filter(({ path }) => path !== labelsFile);
  terminal.list([...ofLabels, ...others], Math.max(mostIssues, ofLabels.length));
}

/** What can be asked for only together, or not together. */
function checkTogether(command: Command, options: Options, operands: readonly string[]): void {
  if ((options.out === undefined) === (options.study === undefined))
    command.error('error: expected either --out or --study');
  if (options.dicom && isAddress(operands[0]!) && options.spool === undefined)
    command.error('error: expected --spool beside --dicom for exams of an archive');
  if (options.label && options.by === undefined)
    command.error('error: expected --by with --label: a correction is recorded with who made it');
}

function labelsOf({ label = [], by = '' }: Options) {
  const at = new Date().toISOString();
  return label.map((words) => valueOrStop(parseLabel(words, { by, at })));
}

/** The exams to read; with a study, those of its subjects under the subjects' names. */
async function tasksFor(operands: readonly string[], options: Options, issues: Issue[]): Promise<Task[]> {
  const out = options.out ?? join(options.study!, 'exams');
  const sources = options.references === 'original' ? originalSources : () => null;
  const tasks = isAddress(operands[0]!)
    ? await archiveTasks(operands[0]!, out, options, { sources, issues })
    : await tasksOf(operands, out, options, sources);
  if (options.study === undefined) return tasks;
  const study = valueOrStop(await openStudy(options.study, () => new Date()), issues);
  const subjects = await examNames(study).finally(() => study.close());
  return tasks.flatMap((task) => {
    const subject = task.names.map((name) => subjects.get(name)).find((name) => name !== undefined);
    if (subject !== undefined) return [taskOf(subject, (name) => join(out, name), task.source)];
    issues.push(
      issue('unknown-subject', task.subject, 'expected the exam of a subject of the study; left out'),
    );
    return [];
  });
}

/** Outside every study: whoever has it can repeat the pseudonyms. */
function defaultKey(): string {
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'myocast', 'pseudonyms.key');
}

/** How the subjects are named and the images de-identified. The key is read once, when it is first needed. */
function identityOf(options: Options, operands: readonly string[]): Omit<IngestOptions, 'subject'> {
  const apart = [...operands, options.out ?? options.study!];
  const chosen: readonly ProfileOption[] = options.keepDevice ? ['device'] : [];
  let known: Checked<PseudonymKey> | null = null;
  return {
    nameOrigin: options.study === undefined ? (options.subject === undefined ? 'folder' : 'given') : 'study',
    dicomCopies: options.dicom ? new Set([...studyOptions, ...chosen]) : null,
    pixelsReviewed: options.pixelsReviewed ?? false,
    key: async () => {
      if (known?.ok) return accepted(known.value);
      known = await siteKey(options.key ?? defaultKey(), apart);
      return known;
    },
  };
}

/** Reads one exam under the name given. */
type Source = (subject: string, labels: readonly SeriesLabel[]) => Promise<Checked<Exam>>;

const taskOf = (
  subject: string,
  folder: Task['folder'],
  source: Source,
  names: readonly string[] = [subject],
) => ({
  subject,
  /** Under which a study may know the subject. */
  names,
  folder,
  source,
  read: (labels: readonly SeriesLabel[]) => source(subject, labels),
});

/** Exams of an archive; a study may know their subjects by the PatientID. */
async function archiveTasks(
  address: string,
  out: string,
  options: Options,
  { sources, issues }: { readonly sources: SourceLookup; readonly issues: Issue[] },
) {
  const { nameOrigin, ...identity } = identityOf(options, []);
  const how = { ...identity, ...(options.subject === undefined ? {} : { nameOrigin }), sources };
  const exams = await archiveExams(address, options, issues);
  return exams.map(({ name, patientId, read }) =>
    taskOf(
      name,
      (subject) => (exams.length === 1 ? out : join(out, subject)),
      (subject, labels) => read(subject, { ...how, labels }),
      [name, patientId],
    ),
  );
}

async function tasksOf(operands: readonly string[], out: string, options: Options, sources: SourceLookup) {
  const { subject } = options;
  const identity = { ...identityOf(options, operands), sources };
  const first = operands[0]!;
  const files: (paths: readonly string[]) => Source = (paths) => (name, labels) =>
    ingestExam(paths, { ...identity, subject: name, labels });
  const inside = operands.length === 1 ? await subfolders(first) : null;
  if (inside === null || subject !== undefined)
    return [taskOf(subject ?? subjectName(first), () => out, files(operands))];
  const dataset = await findDataset(first, 'lge-sax');
  if (dataset && dataset.layout !== 'acdc')
    return dataset.stacks.map((stack) =>
      taskOf(
        stack.name,
        (subject) => join(out, subject),
        (name) => datasetExam(stack, 'lge-sax', name),
      ),
    );
  if (inside.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', first, 'expected images or folders of them, found none'),
    ]);
  const again = inside.filter((name, index) => index !== inside.findIndex((one) => sameSubject(one, name)));
  if (again.length > 0)
    throw new StoppedByIssues(
      again.map((name) =>
        issue('duplicate-subject', join(first, name), 'expected one folder or archive for each subject'),
      ),
    );
  return inside.map((name) =>
    taskOf(subjectName(name), (subject) => join(out, subject), files([join(first, name)])),
  );
}

const sameSubject = (one: string, other: string) => subjectName(one) === subjectName(other);

const archive = /\.(zip|tar|tgz|tar\.gz)$/i;

const subjectName = (path: string) => basename(resolve(path)).replace(archive, '');

/** The sub-folders and archives of a folder that holds nothing else, or null when it holds files: then it is one exam. */
async function subfolders(path: string): Promise<readonly string[] | null> {
  if (!(await stat(path)).isDirectory()) return null;
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const isExam = (entry: Dirent) => entry.isDirectory() || archive.test(entry.name);
  if (entries.some((entry) => entry.isFile() && !isExam(entry) && !/\.(csv|md|txt)$/i.test(entry.name)))
    return null;
  return entries
    .filter(isExam)
    .map(({ name }) => name)
    .sort();
}

const mostLines = 40;

/** One exam in full, with the files that are not used; of several a line each, with their reasons. */
function linesOf(records: readonly ExamRecord[], files: readonly FileReport[]): readonly string[] {
  if (records.length === 1) return [...examLines(records[0]!), ...files[0]!.reasons.map(unusedLine)];
  const lines = records.flatMap((record) => [
    examLine(record),
    ...record.reasons.map((reason) => `  ${reason}`),
  ]);
  const more = lines.length > mostLines ? [`… and ${records.length} exams in all`] : [];
  return [...lines.slice(0, mostLines), ...more];
}

function unusedLine({ kind, reason, count, files }: FileReport['reasons'][number]): string {
  return `  ${count} not used (${kind}): ${reason}; ${count > 1 ? 'first ' : ''}${files[0]}`;
}
