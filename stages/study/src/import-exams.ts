import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Protocol } from './protocol.ts';
import * as schema from './schema.ts';
import type { Study } from './study.ts';

/** An exam that was registered: the subject's folder, and the hash of its files. */
export interface RegisteredExam {
  readonly subject: string;
  readonly folder: string;
  readonly folderHash: string;
}

/**
 * Registers the exams of a folder with one folder a subject, in one transaction. The
 * images stay where they are: the study keeps the hash of each folder's files. Folders
 * of nobody in the study are left out, each with an issue; an exam registered before is
 * not registered again.
 */
export async function importExams(
  study: Study,
  folder: string,
  enteredBy: string,
): Promise<Checked<readonly RegisteredExam[]>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (entries instanceof Error)
    return refused(
      issue('not-readable', folder, `expected a folder of exams, found ${entries.code ?? entries.message}`),
    );
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
  if (names.length === 0)
    return refused(issue('empty-input', folder, 'expected a folder for each subject, found none'));
  const subjectOf = await examNames(study);
  const before = new Set(
    (await study.database.select().from(schema.exam)).map(({ folderHash }) => folderHash),
  );
  const issues: Issue[] = [];
  const exams: RegisteredExam[] = [];
  for (const name of names) {
    const subject = subjectOf.get(name);
    if (subject) exams.push({ subject, folder: name, folderHash: await hashOfFolder(join(folder, name)) });
    else
      issues.push(
        issue('unknown-subject', join(folder, name), 'expected the exam of a subject of the study; left out'),
      );
  }
  const fresh = exams.filter(({ folderHash }) => !before.has(folderHash));
  if (fresh.length > 0) await register(study, folder, fresh, enteredBy);
  return accepted(exams, issues);
}

async function register(
  study: Study,
  folder: string,
  exams: readonly RegisteredExam[],
  enteredBy: string,
): Promise<void> {
  const hash = createHash('sha256')
    .update(exams.map(({ folderHash }) => folderHash).join('\n'))
    .digest('hex');
  await study.database.transaction(async (transaction) => {
    const [entry] = await transaction
      .insert(schema.importLog)
      .values({ file: folder, hash, rows: exams.length, enteredAt: study.clock(), enteredBy })
      .returning({ id: schema.importLog.id });
    const rows = exams.map(({ subject, folderHash }) => ({
      subject,
      folderHash,
      verdict: null,
      importId: entry!.id,
    }));
    await transaction.insert(schema.exam).values(rows);
  });
}

/** Names that the exams of the study's subjects may have, with the subject of each. */
export async function examNames(study: Study): Promise<ReadonlyMap<string, string>> {
  const subjects = await study.database.select({ id: schema.subject.id }).from(schema.subject);
  return new Map(
    subjects.flatMap(({ id }) => folderNames(study.protocol, id).map((name) => [name, id] as const)),
  );
}

/** What the folder of a subject's exam may be called: `{subject}` or `{subject:3}`, padded with zeros. */
function folderNames({ subject }: Protocol, id: string): string[] {
  return (subject.exams ?? ['{subject}']).map((pattern) =>
    pattern.replace(/\{subject(?::(\d+))?\}/, (_, width?: string) => id.padStart(Number(width ?? 0), '0')),
  );
}

/** SHA-256 over the relative names and hashes of all files, in order of name. */
async function hashOfFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const whole = createHash('sha256');
  for (const file of files.toSorted()) {
    const digest = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    whole.update(`${file.slice(folder.length + 1)} ${digest}\n`);
  }
  return whole.digest('hex');
}
