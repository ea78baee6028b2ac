import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { readDataset, text } from '@myocast/dicom';
import { ahead } from '../ingest/containers/ahead.ts';
import type { Archive } from './address.ts';
import { ArchiveFault, fault, faultsAsIssues } from './archive-fault.ts';
import { isUid } from './dicom-json.ts';
import { findInstances, findSeries, type FoundSeries } from './find.ts';
import { mediaType, type Part, partsOf } from './multipart.ts';
import { askOnce, bodyOf, persist, type WebAnswer, type WebRequest } from './web-request.ts';

/** What a fetch did. */
export interface FetchedExam {
  readonly studyUid: string;
  /** Instances that the archive lists. */
  readonly listed: number;
  readonly fetched: number;
  /** Whole in the folder before. */
  readonly alreadyThere: number;
  readonly missing: number;
}

export interface FetchOptions {
  /** Called with the number of instances that are there and that are listed. */
  readonly progress?: (there: number, listed: number) => void;
  /** Of one instance. */
  readonly mostBytes?: number;
  /** Which series are fetched; all of them, if it is not given. */
  readonly wants?: (series: FoundSeries) => boolean;
}

/** Series that are no images of a scanner, but what was made of them: segmentations, reports, pictures. */
export function isResult({ modality }: FoundSeries): boolean {
  return ['SEG', 'SR', 'PR', 'KO', 'OT', 'DOC', 'RTSTRUCT'].includes(modality);
}

const mostInstanceBytes = 1024 * 2 ** 20;
/** Instances fetched beside each other where a series is not fetched whole. */
const together = 4;

/** One fetch of an exam into a folder. */
interface Fetch {
  readonly archive: Archive;
  readonly studyUid: string;
  readonly folder: string;
  readonly there: Set<string>;
  readonly issues: Issue[];
  readonly mostBytes: number;
  readonly stored: () => void;
}

/**
 * Fetches the instances of an exam (WADO-RS) as `<SOPInstanceUID>.dcm` into a folder: series by series
 * in one answer each, written part by part as they come; what is missing then, one by one.
 * Instances that are in the folder already, whole, are not fetched again, so that a fetch that
 * was cut off goes on where it ended.
 *
 * @returns what was fetched, with an issue for each instance that the archive lists but does not give
 *   (the first 20 and their number); refused when the archive does not answer or nothing could be fetched
 */
export function fetchExam(
  archive: Archive,
  studyUid: string,
  folder: string,
  { progress = () => undefined, mostBytes = mostInstanceBytes, wants = () => true }: FetchOptions = {},
): Promise<Checked<FetchedExam>> {
  return faultsAsIssues(async () => {
    if (!isUid(studyUid)) throw new RangeError(`fetchExam: expected a UID, got ${studyUid}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const there = await wholeInstances(folder);
    const issues: Issue[] = [];
    const listing = await listed(archive, studyUid, wants, issues);
    const all = [...listing.values()].flat();
    const foundBefore = there.size;
    const alreadyThere = all.filter((uid) => there.has(uid)).length;
    const stored = () => progress(there.size, all.length);
    const fetch: Fetch = { archive, studyUid, folder, there, issues, mostBytes, stored };
    stored();
    for (const [seriesUid, instances] of listing) await fetchSeries(fetch, seriesUid, instances);
    const missing = all.filter((uid) => !there.has(uid));
    issues.push(...missingIssues(missing, archive.root));
    const result = {
      studyUid,
      listed: all.length,
      fetched: there.size - foundBefore,
      alreadyThere,
      missing: missing.length,
    };
    if (all.length > missing.length) return accepted(result, issues);
    const [
      first = issue('empty-input', archive.root, 'expected instances of the exam, found none'),
      ...others
    ] = issues;
    return refused(first, ...others);
  });
}

/** Instance UIDs by series, in the archive's order. */
async function listed(
  archive: Archive,
  studyUid: string,
  wants: (series: FoundSeries) => boolean,
  issues: Issue[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const listing = new Map<string, readonly string[]>();
  const series = await findSeries(archive, studyUid, issues);
  for (const { seriesUid } of series.filter(wants))
    listing.set(seriesUid, await findInstances(archive, studyUid, seriesUid, issues));
  return listing;
}

/** Names of the files that hold the instance they are named for. */
async function wholeInstances(folder: string): Promise<Set<string>> {
  const whole = new Set<string>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.dcm')) continue;
    const uid = name.slice(0, -4);
    const dataset = readDataset(await readFile(join(folder, name)), name);
    if (dataset.ok && text(dataset.value, 'SOPInstanceUID') === uid) whole.add(uid);
  }
  return whole;
}

/** A series of which most is missing in one answer, the rest one by one. */
async function fetchSeries(fetch: Fetch, seriesUid: string, instances: readonly string[]): Promise<void> {
  const { archive, there } = fetch;
  const path = `/studies/${fetch.studyUid}/series/${seriesUid}`;
  const missing = () => instances.filter((uid) => !there.has(uid));
  try {
    await persist(archive.patience, async () => {
      if (missing().length * 2 > instances.length && missing().length > 1) await fetchWhole(fetch, path);
    });
  } catch (error) {
    // Archives that do not give series may still give instances; one that is gone gives neither.
    if (!(error instanceof ArchiveFault) || isHopeless(error)) throw error;
  }
  const asked = missing();
  const begin = (uid: string) => fetchOne(fetch, `${path}/instances/${uid}`, uid);
  for await (const failed of ahead(asked, () => 1 / together, begin)) {
    if (failed === null) continue;
    if (isHopeless(failed)) throw failed;
    fetch.issues.push(failed.issue);
  }
}

/** No connection, or no entry: the next instance would fare no better. An answer that broke off may have been too long. */
function isHopeless({ status, issue: { kind } }: ArchiveFault): boolean {
  return status === 401 || status === 403 || (status === null && kind === 'not-answered');
}

/** As it is stored: the archive need not decode and encode anything. */
const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';

async function fetchWhole(fetch: Fetch, path: string): Promise<void> {
  const request: WebRequest = { method: 'GET', path, accept };
  const answer = await askOnce(fetch.archive, request);
  for await (const part of partsOf(answer, fetch.mostBytes)) await store(fetch, part, answer.shown);
}

/** Null when it is stored, or why not. */
async function fetchOne(fetch: Fetch, path: string, uid: string): Promise<ArchiveFault | null> {
  try {
    await persist(fetch.archive.patience, async () => {
      const answer = await askOnce(fetch.archive, { method: 'GET', path, accept });
      for await (const part of instanceParts(answer, fetch.mostBytes)) await store(fetch, part, answer.shown);
      if (!fetch.there.has(uid))
        throw fault(answer.shown, 'expected the instance that was asked for, found another');
    });
    return null;
  } catch (error) {
    if (error instanceof ArchiveFault) return error;
    throw error;
  }
}

/** Some archives give one instance as it is, without parts. */
async function* instanceParts(answer: WebAnswer, mostBytes: number): AsyncGenerator<Part> {
  if (mediaType(answer.contentType).type === 'application/dicom')
    yield { contentType: 'application/dicom', bytes: await bodyOf(answer, mostBytes) };
  else yield* partsOf(answer, mostBytes);
}

/** Writes an instance of the exam under the UID that it has itself; anything else is left out and said. */
async function store(fetch: Fetch, { contentType, bytes }: Part, shown: string): Promise<void> {
  const dataset =
    contentType === 'application/dicom' || contentType === '' ? readDataset(bytes, shown) : null;
  if (dataset === null || !dataset.ok) {
    const found = dataset === null ? contentType : dataset.issues[0]!.message;
    fetch.issues.push(issue('not-readable', shown, `expected a DICOM instance, found ${found}`));
    return;
  }
  const uid = text(dataset.value, 'SOPInstanceUID');
  if (text(dataset.value, 'StudyInstanceUID') !== fetch.studyUid || !isUid(uid)) {
    fetch.issues.push(issue('bad-value', shown, 'expected an instance of the exam, found another: left out'));
    return;
  }
  if (fetch.there.has(uid)) return;
  await writeFileAtomic(join(fetch.folder, `${uid}.dcm`), bytes);
  fetch.there.add(uid);
  fetch.stored();
}

const mostLines = 20;

function missingIssues(missing: readonly string[], root: string): readonly Issue[] {
  const lines = missing
    .slice(0, mostLines)
    .map((uid) =>
      issue('missing-image', root, `expected instance ${uid}, which the archive lists, found none`),
    );
  if (missing.length <= mostLines) return lines;
  return [...lines, issue('missing-image', root, `${missing.length - mostLines} more instances are missing`)];
}
