import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Keyword } from '@myocast/dicom';
import type { Archive } from './address.ts';
import { fault, faultsAsIssues } from './archive-fault.ts';
import { datasetsOf, isUid, type JsonDataset, jsonTag, jsonText, jsonTexts } from './dicom-json.ts';
import { ask } from './web-request.ts';

/** Which exams are looked for; at least one must be given. */
export interface ExamQuery {
  readonly accession?: string;
  readonly patientId?: string;
  readonly studyUid?: string;
  /** `20240101`, or `20240101-20240131`. */
  readonly studyDate?: string;
  /** That the exam has among others. */
  readonly modality?: string;
}

/** An exam that an archive has. Identifying. */
export interface FoundExam {
  readonly studyUid: string;
  readonly patientId: string;
  readonly accession: string;
  readonly studyDate: string;
  readonly description: string;
  readonly modalities: readonly string[];
}

export interface FoundSeries {
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
}

const pageLength = 200;
const mostRecords = 50_000;

/**
 * The exams of an archive that fit a query (QIDO-RS), page by page, sorted by UID. Values match
 * as they are: wildcards are refused, and an exam that does not fit is dropped with an issue, so that
 * an archive which passes over a key it does not know gives nothing that was not asked for.
 */
export function findExams(archive: Archive, query: ExamQuery): Promise<Checked<readonly FoundExam[]>> {
  return faultsAsIssues(async () => {
    const wrong = wrongWith(query);
    if (wrong) return refused(wrong);
    const issues: Issue[] = [];
    const found = await pages(archive, '/studies', queryOf(query), 'StudyInstanceUID', issues);
    const exams = found.map(examOf);
    const fitting = exams.filter((exam) => fits(exam, query));
    if (fitting.length < exams.length)
      issues.push(
        issue(
          'not-answered',
          archive.root,
          `expected exams that fit the query, found ${exams.length - fitting.length} others: left out`,
        ),
      );
    return accepted(
      fitting.sort((a, b) => (a.studyUid < b.studyUid ? -1 : 1)),
      issues,
    );
  });
}

const options: { readonly [Key in keyof Required<ExamQuery>]: string } = {
  accession: '--accession',
  patientId: '--patient-id',
  studyUid: '--study-uid',
  studyDate: '--study-date',
  modality: '--modality',
};

function wrongWith(query: ExamQuery): Issue | null {
  const given = (Object.keys(options) as (keyof ExamQuery)[]).filter((key) => query[key] !== undefined);
  if (given.length === 0)
    return issue(
      'missing-value',
      '--accession',
      'expected an accession number, patient, date or exam to look for',
    );
  for (const key of given) {
    const value = query[key]!;
    if (value.trim() === '' || /[*?\\]/.test(value) || value.length > 64)
      return issue('bad-value', options[key], 'expected a value without wildcards, of at most 64 characters');
  }
  const { studyDate, studyUid } = query;
  if (studyDate !== undefined && !/^\d{8}(-\d{8})?$/.test(studyDate))
    return issue('bad-value', options.studyDate, 'expected YYYYMMDD or YYYYMMDD-YYYYMMDD');
  if (studyUid !== undefined && !isUid(studyUid))
    return issue('bad-value', options.studyUid, 'expected a UID');
  return null;
}

function queryOf({ accession, patientId, studyUid, studyDate, modality }: ExamQuery): URLSearchParams {
  const entries: readonly (readonly [Keyword | 'ModalitiesInStudy', string | undefined])[] = [
    ['AccessionNumber', accession],
    ['PatientID', patientId],
    ['StudyInstanceUID', studyUid],
    ['StudyDate', studyDate],
    ['ModalitiesInStudy', modality],
  ];
  const parameters = new URLSearchParams({ fuzzymatching: 'false' });
  for (const [key, value] of entries) if (value !== undefined) parameters.append(key, value);
  for (const keyword of ['StudyDescription', 'AccessionNumber'] as const)
    parameters.append('includefield', jsonTag(keyword));
  return parameters;
}

function examOf(dataset: JsonDataset): FoundExam {
  const modalities = dataset[modalitiesInStudy] as { readonly Value?: unknown } | undefined;
  return {
    studyUid: jsonText(dataset, 'StudyInstanceUID'),
    patientId: jsonText(dataset, 'PatientID'),
    accession: jsonText(dataset, 'AccessionNumber'),
    studyDate: jsonText(dataset, 'StudyDate'),
    description: jsonText(dataset, 'StudyDescription'),
    modalities: Array.isArray(modalities?.Value) ? modalities.Value.map(String) : [],
  };
}

const modalitiesInStudy = '00080061';

/** An attribute that the archive does not return cannot be checked. */
function fits(exam: FoundExam, { accession, patientId, studyUid, studyDate }: ExamQuery): boolean {
  const same = (asked: string | undefined, found: string) =>
    asked === undefined || found === '' || asked.trim() === found;
  const [first, last] = studyDate?.split('-') ?? [];
  const inRange =
    first === undefined ||
    exam.studyDate === '' ||
    (exam.studyDate >= first && exam.studyDate <= (last ?? first));
  return (
    same(accession, exam.accession) &&
    same(patientId, exam.patientId) &&
    same(studyUid, exam.studyUid) &&
    inRange
  );
}

/** The series of an exam. @throws ArchiveFault */
export async function findSeries(
  archive: Archive,
  studyUid: string,
  issues: Issue[],
): Promise<readonly FoundSeries[]> {
  const path = `/studies/${studyUid}/series`;
  const found = await pages(archive, path, new URLSearchParams(), 'SeriesInstanceUID', issues);
  return found.map((dataset) => ({
    seriesUid: jsonText(dataset, 'SeriesInstanceUID'),
    modality: jsonText(dataset, 'Modality'),
    description: jsonText(dataset, 'SeriesDescription'),
  }));
}

/** UIDs of the instances of a series. @throws ArchiveFault */
export async function findInstances(
  archive: Archive,
  studyUid: string,
  seriesUid: string,
  issues: Issue[],
): Promise<readonly string[]> {
  const path = `/studies/${studyUid}/series/${seriesUid}/instances`;
  const found = await pages(archive, path, new URLSearchParams(), 'SOPInstanceUID', issues);
  return found.map((dataset) => jsonTexts(dataset, 'SOPInstanceUID')[0]!);
}

/**
 * All records behind an address, each UID once. Archives give fewer than are asked for, or
 * all of them whatever is asked for: the end is a page without anything new.
 */
async function pages(
  archive: Archive,
  path: string,
  query: URLSearchParams,
  key: Keyword,
  issues: Issue[],
): Promise<readonly JsonDataset[]> {
  const found = new Map<string, JsonDataset>();
  let given = 0;
  let broken = 0;
  for (;;) {
    const parameters = new URLSearchParams(query);
    parameters.set('limit', String(pageLength));
    parameters.set('offset', String(given));
    const request = {
      method: 'GET',
      path: `${path}?${parameters.toString()}`,
      accept: 'application/dicom+json',
    } as const;
    const page = await ask(archive, request, datasetsOf);
    const before = found.size;
    for (const dataset of page) {
      const uid = jsonText(dataset, key);
      if (!isUid(uid)) broken++;
      else if (!found.has(uid)) found.set(uid, dataset);
    }
    given += page.length;
    if (found.size === before) break;
    if (found.size > mostRecords)
      throw fault(`${archive.root}${path}`, `expected at most ${mostRecords} records, found more`);
  }
  if (broken > 0)
    issues.push(
      issue(
        'bad-value',
        `${archive.root}${path}`,
        `expected a UID in each record, found ${broken} without: left out`,
      ),
    );
  return [...found.values()];
}
