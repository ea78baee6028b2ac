import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { type ExamRecord, ingestExam, writeExam } from '@myocast/imaging';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly out: string;
  readonly subject?: string;
}

/** One exam to read: where it is and under which name it goes on. */
interface Task {
  readonly subject: string;
  readonly source: readonly string[];
  readonly folder: string;
}

export const ingestVerb: Verb = (program, action) => {
  program
    .command('ingest')
    .description('read exams (DICOM or NIfTI): label the series, judge the exam, write it de-identified')
    .argument('<path...>', 'one exam (a folder or files), or a folder with one sub-folder per subject')
    .requiredOption('--out <dir>', 'where exam.json and the volumes go')
    .option('--subject <id>', 'the name of the subject; otherwise that of the folder')
    .action(
      action<Options>(async (options, terminal, operands) => {
        await existingPaths(operands, 'a folder or file of images');
        const tasks = await tasksOf(operands, options);
        const issues: Issue[] = [];
        const records: ExamRecord[] = [];
        const bar = terminal.bar('ingest', tasks.length);
        for (const { subject, source, folder } of tasks) {
          const exam = await ingestExam(source, { subject });
          if (exam.ok) {
            await writeExam(exam.value, folder);
            records.push(exam.value.record);
          }
          issues.push(...exam.issues);
          bar.advance();
        }
        bar.done();
        if (records.length === 0) throw new StoppedByIssues(issues);
        terminal.result({ exams: records, issues }, records.flatMap(linesOf));
        terminal.list(issues);
      }),
    );
};

async function tasksOf(operands: readonly string[], { out, subject }: Options): Promise<readonly Task[]> {
  const first = operands[0]!;
  const inside = operands.length === 1 ? await subfolders(first) : null;
  if (inside === null || subject !== undefined)
    return [{ subject: subject ?? basename(resolve(first)), source: operands, folder: out }];
  if (inside.length === 0)
    throw new StoppedByIssues([
      issue('empty-input', first, 'expected images or folders of them, found none'),
    ]);
  return inside.map((name) => ({
    subject: name,
    source: [join(first, name)],
    folder: join(out, name),
  }));
}

/** The sub-folders of a folder that holds nothing else, or null when it holds files: then it is one exam. */
async function subfolders(path: string): Promise<readonly string[] | null> {
  if (!(await lstat(path)).isDirectory()) return null;
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  if (entries.some((entry) => entry.isFile())) return null;
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function linesOf(record: ExamRecord): readonly string[] {
  const { subject, verdict, reasons, filesRead, filesNotUsed, series } = record;
  return [
    `${subject}: ${verdict}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}; ${filesRead} files read, ${filesNotUsed} not used`,
    ...series.map(
      ({ kind, shape, confidence, reason }) => `  ${kind} ${shape.join('×')}, ${confidence}: ${reason}`,
    ),
  ];
}
