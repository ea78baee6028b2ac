import type { Issue } from '@myocast/base';
import {
  type Archive,
  type ExamQuery,
  findExams,
  type FoundExam,
  openArchive,
  readCredentials,
} from '@myocast/imaging/archive';
import type { Command } from 'commander';
import { valueOrStop } from './terminal.ts';

/** How to be let into an archive. */
export interface AccessOptions {
  readonly credentials?: string;
  readonly plainHttp?: boolean;
}

/** Which exams of an archive. */
export interface QueryOptions {
  readonly accession?: string;
  readonly patientId?: string;
  readonly studyUid?: string;
  readonly studyDate?: string;
  readonly modality?: string;
}

export function withAccessOptions(command: Command): Command {
  return command
    .option(
      '--credentials <file>',
      "a file with user:password or Bearer <token>, its owner's alone; else MYOCAST_ARCHIVE_TOKEN, or MYOCAST_ARCHIVE_USER and _PASSWORD",
    )
    .option('--plain-http', 'let credentials go over http to another machine');
}

export function withQueryOptions(command: Command): Command {
  return command
    .option('--accession <number>', 'the exam with this accession number')
    .option('--patient-id <id>', 'exams of this patient')
    .option('--study-uid <uid>', 'the exam with this StudyInstanceUID')
    .option('--study-date <dates>', 'exams of a day or of some days: 20240101 or 20240101-20240131')
    .option('--modality <name>', 'exams with a series of this modality');
}

/** The archive at an address, or an end of the verb. */
export async function archiveAt(
  address: string,
  { credentials, plainHttp }: AccessOptions,
): Promise<Archive> {
  const authorization = valueOrStop(await readCredentials(credentials ?? null, process.env));
  return valueOrStop(openArchive(address, { authorization, plainHttp: plainHttp === true }));
}

/** The exams that fit the options, or an end of the verb. */
export async function examsOf(
  archive: Archive,
  { accession, patientId, studyUid, studyDate, modality }: QueryOptions,
  issues: Issue[],
): Promise<readonly FoundExam[]> {
  const query: ExamQuery = {
    ...(accession === undefined ? {} : { accession }),
    ...(patientId === undefined ? {} : { patientId }),
    ...(studyUid === undefined ? {} : { studyUid }),
    ...(studyDate === undefined ? {} : { studyDate }),
    ...(modality === undefined ? {} : { modality }),
  };
  return valueOrStop(await findExams(archive, query), issues);
}
