import { Readable } from 'node:stream';
import { callbackify, promisify } from 'node:util';
import { constants, crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from 'yauzl';
import { ahead } from './ahead.ts';
import type { Budget } from './archive-limits.ts';
import { type ByteReader, chunksOf } from './byte-reader.ts';
import { type ArchiveEntry, type RefusedEntry, unsafeName } from './entry.ts';

const inflate = promisify(inflateRaw);
const inflatedAtOnce = 8;
const inflatedBytesAtOnce = 2 ** 25;
const localHeader = 30;
/** The local extra field may be longer than the directory's; a second read is rare. */
const slack = 64;

const methods: { readonly [method: number]: string } = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  98: 'PPMd',
  99: 'AES encryption',
};

/**
 * The files of a zip archive (zip64 too), in the order of its directory, each
 * held against its stated size and CRC-32. Folders are passed over. Encrypted
 * entries, links, other compressions than deflate, names that lead out or come
 * twice, and entries that lie over each other are refused by name.
 *
 * @param wants by name; entries that are not wanted are passed over
 */
export async function* zipEntries(
  reader: ByteReader,
  budget: Budget,
  wants: (name: string) => boolean,
): AsyncGenerator<ArchiveEntry> {
  const { entries, stopped } = await directoryOf(reader, budget);
  const overlapping = overlaps(entries);
  const seen = new Set<string>();
  let spent: string | null = null;
  const begin = async (entry: Entry): Promise<ArchiveEntry> => {
    const name = nameOf(entry);
    const refused = reasonAgainst(entry, name, overlapping, budget, seen);
    if (refused !== null) return { name, ...refused };
    // Later entries are begun before earlier ones are taken: an archive that has cost too much goes no further.
    spent ??= budget.unpack(entry.uncompressedSize);
    return spent === null ? unpack(reader, entry, name) : { name, kind: 'unsafe-entry', message: spent };
  };
  yield* ahead(
    entries.filter((entry) => !isFolder(entry) && wants(nameOf(entry))),
    ({ uncompressedSize }) => Math.max(1 / inflatedAtOnce, uncompressedSize / inflatedBytesAtOnce),
    begin,
  );
  if (stopped !== null) yield stopped;
}

async function directoryOf(
  reader: ByteReader,
  budget: Budget,
): Promise<{ readonly entries: readonly Entry[]; readonly stopped: RefusedEntry | null }> {
  const entries: Entry[] = [];
  const refused = (kind: RefusedEntry['kind'], message: string) => ({
    entries,
    stopped: { name: null, kind, message },
  });
  try {
    const zip = await fromRandomAccessReaderPromise(new Window(reader), reader.size, {
      lazyEntries: true,
      decodeStrings: false,
      autoClose: false,
    });
    for await (const entry of zip.eachEntry()) {
      const over = budget.entry();
      if (over !== null) return refused('unsafe-entry', `${over}: the rest is not read`);
      entries.push(entry);
    }
    return { entries, stopped: null };
  } catch (cause) {
    const rest = entries.length > 0 ? ` after ${entries.length} entries` : '';
    return refused(
      'not-readable',
      `expected the directory of a zip archive${rest}: ${(cause as Error).message}`,
    );
  }
}

/** Reads ahead, because the directory is asked for in small pieces. */
class Window extends RandomAccessReader {
  readonly #reader: ByteReader;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(reader: ByteReader) {
    super();
    this.#reader = reader;
  }

  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    callbackify(this.#copy.bind(this))(into.subarray(offset, offset + length), position, done);
  }

  async #copy(into: Uint8Array, position: number): Promise<void> {
    const end = position + into.length;
    if (position < this.#start || end > this.#start + this.#bytes.length) {
      this.#bytes = await this.#reader.read(position, Math.max(into.length, 2 ** 18));
      this.#start = position;
    }
    if (end > this.#start + this.#bytes.length) throw new Error('unexpected end of the archive');
    into.set(this.#bytes.subarray(position - this.#start, end - this.#start));
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const part: ByteReader = {
      size: end - start,
      read: (from, length) => this.#reader.read(start + from, length),
    };
    return Readable.from(chunksOf(part));
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

function isFolder(entry: Entry): boolean {
  return entry.uncompressedSize === 0 && /[/\\]$/.test(nameOf(entry));
}

/** Entries that begin before the one in front of them ends: one piece of data made to count many times. */
function overlaps(entries: readonly Entry[]): ReadonlySet<Entry> {
  const found = new Set<Entry>();
  let end = 0;
  for (const entry of entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    const { relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize } = entry;
    if (start < end) found.add(entry);
    end = Math.max(end, start + localHeader + fileNameLength + compressedSize);
  }
  return found;
}

function reasonAgainst(
  entry: Entry,
  name: string,
  overlapping: ReadonlySet<Entry>,
  { limits }: Budget,
  seen: Set<string>,
): Omit<RefusedEntry, 'name'> | null {
  const unsafe = unsafeName(name, seen);
  if (unsafe !== null) return { kind: 'unsafe-entry', message: unsafe };
  if (isLink(entry)) return { kind: 'unsafe-entry', message: 'expected a file, found a symbolic link' };
  if (overlapping.has(entry))
    return { kind: 'unsafe-entry', message: 'expected data of its own, found data of another entry' };
  if (entry.isEncrypted())
    return { kind: 'unsupported', message: 'expected a plain entry, found an encrypted one' };
  if (entry.uncompressedSize > limits.fileBytes)
    return {
      kind: 'unsupported',
      message: `expected at most ${limits.fileBytes} bytes in one file, found ${entry.uncompressedSize}`,
    };
  const { compressionMethod: method } = entry;
  if (method === 0 || method === 8) return null;
  const found = methods[method] ?? `method ${method}`;
  return { kind: 'unsupported', message: `expected a stored or deflated entry, found ${found}` };
}

/** Unix mode in the upper half of the attributes, where the archive was made on Unix (APPNOTE 4.4.2, 4.4.15). */
function isLink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  return versionMadeBy >>> 8 === 3 && ((externalFileAttributes >>> 16) & 0xf000) === 0xa000;
}

async function unpack(reader: ByteReader, entry: Entry, name: string): Promise<ArchiveEntry> {
  const packed = await packedBytes(reader, entry);
  if ('kind' in packed) return { name, ...packed };
  const bytes = entry.compressionMethod === 0 ? packed : await inflated(packed, entry.uncompressedSize);
  if (typeof bytes === 'string') return { name, kind: 'not-readable', message: bytes };
  if (bytes.length !== entry.uncompressedSize)
    return {
      name,
      kind: 'truncated',
      message: `expected ${entry.uncompressedSize} bytes, found ${bytes.length}`,
    };
  if (crc32(bytes) !== entry.crc32)
    return { name, kind: 'not-readable', message: 'expected the CRC-32 of its directory, found another' };
  return { name, bytes };
}

async function packedBytes(
  reader: ByteReader,
  entry: Entry,
): Promise<Uint8Array | Omit<RefusedEntry, 'name'>> {
  const { relativeOffsetOfLocalHeader: start, compressedSize, fileNameLength, extraFieldLength } = entry;
  const guess = localHeader + fileNameLength + extraFieldLength + slack;
  const read = await reader.read(start, guess + compressedSize);
  const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
  if (read.length < localHeader || view.getUint32(0, true) !== 0x04034b50)
    return { kind: 'not-readable', message: `expected an entry at byte ${start}, found none` };
  const from = localHeader + view.getUint16(26, true) + view.getUint16(28, true);
  const packed =
    from <= guess
      ? read.subarray(from, from + compressedSize)
      : await reader.read(start + from, compressedSize);
  if (packed.length === compressedSize) return packed;
  return { kind: 'truncated', message: `expected ${compressedSize} packed bytes, found ${packed.length}` };
}

/** Never allocates more than the entry states, whatever its data unpack to. */
async function inflated(packed: Uint8Array, size: number): Promise<Uint8Array | string> {
  try {
    return await inflate(packed, {
      maxOutputLength: Math.max(size, 1),
      chunkSize: Math.min(Math.max(size, constants.Z_MIN_CHUNK), 2 ** 20),
    });
  } catch (cause) {
    return `expected ${size} bytes of deflated data: ${(cause as Error).message}`;
  }
}
