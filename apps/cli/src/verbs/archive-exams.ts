import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Exam, ingestExam, type IngestOptions } from '@myocast/imaging';
import { type Archive, fetchExam, type FoundExam, isResult } from '@myocast/imaging/archive';
import { type AccessOptions, archiveAt, examsOf, type QueryOptions } from '../archive-options.ts';
import { StoppedByIssues } from '../terminal.ts';

export interface ArchiveExamOptions extends AccessOptions, QueryOptions {
  readonly subject?: string;
  /** Where images lie between fetch and ingest; they stay there when it is given. */
  readonly spool?: string;
}

/** One exam of an archive: under which names it may be known, and how it is read. */
export interface ArchiveExam {
  readonly name: string;
  readonly patientId: string;
  readonly read: (subject: string, how: Omit<IngestOptions, 'subject'>) => Promise<Checked<Exam>>;
}

/**
 * The exams of an archive that fit, each to be fetched and ingested when it is its turn. A name says
 * nothing of the patient: the one that is given, else `exam-` and a hash of the StudyInstanceUID.
 */
export async function archiveExams(
  address: string,
  options: ArchiveExamOptions,
  issues: Issue[],
): Promise<readonly ArchiveExam[]> {
  const archive = await archiveAt(address, options);
  const exams = await examsOf(archive, options, issues);
  if (exams.length === 0)
    throw new StoppedByIssues([
      ...issues,
      issue('empty-input', address, 'expected an exam that fits, found none'),
    ]);
  if (options.subject !== undefined && exams.length > 1)
    throw new StoppedByIssues([
      issue('bad-value', '--subject', `expected one exam to name, found ${exams.length} that fit`),
    ]);
  return exams.map((exam) => archiveExam(archive, exam, options));
}

function archiveExam(
  archive: Archive,
  { studyUid, patientId }: FoundExam,
  options: ArchiveExamOptions,
): ArchiveExam {
  const mark = createHash('sha256').update(studyUid).digest('hex').slice(0, 12);
  return {
    name: options.subject ?? `exam-${mark}`,
    patientId,
    read: (subject, how) => readExam(archive, studyUid, options.spool, { ...how, subject }),
  };
}

async function readExam(
  archive: Archive,
  studyUid: string,
  spool: string | undefined,
  options: IngestOptions,
): Promise<Checked<Exam>> {
  const folder = join(spool ?? join(tmpdir(), 'myocast-fetched'), studyUid);
  const unsafe = await ownFolder(folder);
  if (unsafe) return refused(unsafe);
  const fetched = await fetchExam(archive, studyUid, folder, { wants: (series) => !isResult(series) });
  if (!fetched.ok) return refused(...(fetched.issues as [Issue, ...Issue[]]), resumable(folder));
  // An exam that is not whole is not ingested: the next fetch goes on from here.
  if (fetched.value.missing > 0) return refused(resumable(folder), ...fetched.issues);
  const exam = await ingestExam(folder, options);
  if (spool === undefined) await rm(folder, { recursive: true, force: true });
  return exam.ok ? accepted(exam.value, [...fetched.issues, ...exam.issues]) : exam;
}

function resumable(folder: string): Issue {
  return issue(
    'truncated',
    folder,
    'expected the whole exam; what has come is kept, and the same command goes on from there',
  );
}

/** Makes a folder that only its owner can look into; an issue where another's lies there. */
async function ownFolder(folder: string): Promise<Issue | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await lstat(folder);
  const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  return isOwn
    ? null
    : issue('unsafe-entry', folder, "expected a folder that is its owner's alone (chmod 700)");
}
