import { createHash } from 'node:crypto';
import { type Issue, issue } from '@myocast/base';
import type { Budget } from './archive-limits.ts';
import { type ByteQueue, type ByteReader, chunksOf, queueOf, readerOf } from './byte-reader.ts';
import { type ArchiveEntry, entryPath, issueOf } from './entry.ts';
import { foreignArchive, headBytes, packingOf } from './format-of.ts';
import { gunzipped } from './gunzip.ts';
import { tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

/** One file of the input, on disk or inside an archive, out of its packing. */
export interface InputFile {
  /** `folder/exam.zip!/inside.tar!/IM1` for a file inside archives. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal: the same in whatever archive the file comes. */
  readonly hash: string;
}

/** A file, an entry of an archive, or an archive (or its rest) that is not read. */
export interface RefusedFile {
  readonly path: string;
  readonly issue: Issue;
}

export type FoundFile = InputFile | RefusedFile;

/** Which files are wanted: their paths and those of the archives around them; null is every file. */
export type Wanted = ReadonlySet<string> | null;

interface Place {
  readonly path: string;
  readonly budget: Budget;
  readonly wanted: Wanted;
  /** How many archives the file is inside of. */
  readonly layer: number;
}

/**
 * The files in one file: those of a zip or tar archive, plain or gzipped, also
 * inside each other; what a gzipped file unpacks to; else the file itself.
 * The first bytes decide what it is. Nothing is written to disk, and nothing in
 * the bytes can make it throw; an archive costs at most what the budget allows.
 */
export function filesIn(
  reader: ByteReader,
  path: string,
  budget: Budget,
  wanted: Wanted = null,
): AsyncGenerator<FoundFile> {
  return filesAt(reader, { path, budget, wanted, layer: 0 });
}

async function* filesAt(reader: ByteReader, place: Place): AsyncGenerator<FoundFile> {
  const { path, budget, layer } = place;
  const packing = packingOf(await reader.read(0, headBytes));
  if (packing === 'none') {
    yield await wholeFile(reader, path, budget);
    return;
  }
  if (layer >= budget.limits.depth) {
    yield refusedFile(
      path,
      'unsafe-entry',
      `expected at most ${budget.limits.depth} archives inside each other`,
    );
    return;
  }
  try {
    const inside = { ...place, layer: layer + 1 };
    if (packing === 'gzip') yield* filesInGzip(reader, inside);
    else if (packing === 'zip') yield* filesOf(zipEntries(reader, budget, wants(inside)), inside);
    else yield* filesInTar(queueOf(chunksOf(reader)), inside);
  } catch (cause) {
    yield brokenArchive(path, cause as Error);
  }
}

const wants =
  ({ path, wanted }: Place) =>
  (name: string) =>
    wanted === null || wanted.has(entryPath(path, name));

const filesInTar = (queue: ByteQueue, place: Place) =>
  filesOf(tarEntries(queue, place.budget, wants(place)), place);

async function* filesOf(entries: AsyncIterable<ArchiveEntry>, place: Place): AsyncGenerator<FoundFile> {
  for await (const entry of entries)
    if ('kind' in entry) {
      const found = issueOf(place.path, entry);
      yield { path: found.path, issue: found };
    } else yield* filesAt(readerOf(entry.bytes), { ...place, path: entryPath(place.path, entry.name) });
}

/** A gzipped tar is read as it unpacks; any other gzipped file is unpacked whole and looked at again. */
async function* filesInGzip(reader: ByteReader, place: Place): AsyncGenerator<FoundFile> {
  const { path, budget, layer } = place;
  const chunks = gunzipped(chunksOf(reader), budget);
  try {
    const queue = queueOf(chunks);
    const isTar = packingOf(await queue.peek(headBytes)) === 'tar';
    if (isTar && layer < budget.limits.depth) {
      yield* filesInTar(queue, { ...place, layer: layer + 1 });
      return;
    }
    const bytes = await queue.take(budget.limits.fileBytes + 1);
    if (bytes.length > budget.limits.fileBytes) yield tooLarge(path, bytes.length, budget);
    else yield* filesAt(readerOf(bytes), place);
  } finally {
    await chunks.return(undefined);
  }
}

async function wholeFile(reader: ByteReader, path: string, budget: Budget): Promise<FoundFile> {
  if (reader.size > budget.limits.fileBytes) return tooLarge(path, reader.size, budget);
  const bytes = await reader.read(0, reader.size);
  if (bytes.length < reader.size)
    return refusedFile(path, 'truncated', `expected ${reader.size} bytes, found ${bytes.length}`);
  const foreign = foreignArchive(bytes);
  if (foreign !== null)
    return refusedFile(path, 'unsupported', `expected a zip, tar or gzip archive, found ${foreign}`);
  return { path, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}

function tooLarge(path: string, found: number, { limits }: Budget): RefusedFile {
  return refusedFile(
    path,
    'unsupported',
    `expected at most ${limits.fileBytes} bytes in one file, found ${found}`,
  );
}

function refusedFile(path: string, kind: Issue['kind'], message: string): RefusedFile {
  return { path, issue: issue(kind, path, message) };
}

function brokenArchive(path: string, { message }: Error): RefusedFile {
  if (message.startsWith('expected to unpack'))
    return refusedFile(path, 'unsafe-entry', `${message}: the rest is not read`);
  const kind = message === 'unexpected end of file' ? 'truncated' : 'not-readable';
  return refusedFile(path, kind, `expected the rest of an archive: ${message}`);
}
