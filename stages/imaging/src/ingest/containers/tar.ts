import type { Budget } from './archive-limits.ts';
import type { ByteQueue } from './byte-reader.ts';
import { type ArchiveEntry, type RefusedEntry, unsafeName } from './entry.ts';
import { isTarHeader } from './format-of.ts';

const block = 512;
/** Long names and extended headers are short; one that is not is hostile. */
const longestName = 2 ** 20;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** What extended headers say of the next file (POSIX pax, GNU long names). */
interface Extended {
  readonly path?: string | undefined;
  readonly size?: number | undefined;
  readonly sparse?: boolean | undefined;
}

/**
 * The files of a tar archive, in its order: old, ustar, pax and GNU headers.
 * Folders are passed over. Links, devices and sparse files are refused by name.
 * Reads each byte once; memory holds one file.
 *
 * @param wants by name; files that are not wanted are passed over
 */
export async function* tarEntries(
  queue: ByteQueue,
  budget: Budget,
  wants: (name: string) => boolean,
): AsyncGenerator<ArchiveEntry> {
  const seen = new Set<string>();
  let extended: Extended = {};
  let everywhere: Extended = {};
  for (;;) {
    const header = await nextHeader(queue, budget, { ...everywhere, ...extended });
    if (header === null) return;
    if ('kind' in header) {
      yield header;
      return;
    }
    const more = await extendedBy(header, queue);
    if (more !== null && header.type === 'g') everywhere = { ...everywhere, ...more };
    else if (more !== null) extended = { ...extended, ...more };
    else {
      extended = {};
      if (isFolder(header) || !wants(header.name)) await queue.skip(padded(header.size));
      else yield await entryOf(header, queue, budget, seen);
    }
  }
}

/** The next header, null at the end, or why the archive is not read any further. */
async function nextHeader(
  queue: ByteQueue,
  budget: Budget,
  extended: Extended,
): Promise<Header | RefusedEntry | null> {
  const head = await queue.take(block);
  if (head.length < block) return cutOff(head.length);
  if (head.every((byte) => byte === 0)) return null;
  if (!isTarHeader(head))
    return stopped('not-readable', 'expected the header of a file, found other bytes: the rest is not read');
  const header = headerOf(head, extended);
  if (header.size > Number.MAX_SAFE_INTEGER)
    return stopped('not-readable', 'expected a size, found other bytes: the rest is not read');
  const over = budget.entry();
  return over === null ? header : stopped('unsafe-entry', `${over}: the rest is not read`);
}

function stopped(kind: RefusedEntry['kind'], message: string): RefusedEntry {
  return { name: null, kind, message };
}

async function entryOf(
  { name, size, type }: Header,
  queue: ByteQueue,
  budget: Budget,
  seen: Set<string>,
): Promise<ArchiveEntry> {
  const unsafe = notAFile(type) ?? unsafeName(name, seen);
  const large =
    size > budget.limits.fileBytes
      ? `expected at most ${budget.limits.fileBytes} bytes in one file, found ${size}`
      : null;
  if (unsafe !== null || large !== null) {
    // A link has no data, whatever its header says (POSIX); other kinds have what the size says.
    if (type !== '1' && type !== '2') await queue.skip(padded(size));
    return { name, kind: unsafe === null ? 'unsupported' : 'unsafe-entry', message: (unsafe ?? large)! };
  }
  const bytes = await queue.take(size);
  if (bytes.length < size)
    return { name, kind: 'truncated', message: `expected ${size} bytes, found ${bytes.length}` };
  await queue.skip(padded(size) - size);
  return { name, bytes };
}

const padded = (size: number) => Math.ceil(size / block) * block;

function cutOff(found: number): RefusedEntry {
  return stopped(
    'truncated',
    `expected an empty block at the end, found ${found} bytes: files may be missing`,
  );
}

function headerOf(head: Uint8Array, { path, size, sparse }: Extended): Header {
  const text = (start: number, length: number) => textOf(head.subarray(start, start + length));
  const prefix = text(257, 6).startsWith('ustar') && head[263] === 0x30 ? text(345, 155) : '';
  const short = text(0, 100);
  return {
    name: path ?? (prefix === '' ? short : `${prefix}/${short}`),
    size: size ?? numberOf(head.subarray(124, 136)),
    type: sparse === true ? 'S' : String.fromCharCode(head[156]!),
  };
}

const isFolder = ({ type, name }: Header) =>
  type === '5' || type === 'D' || type === 'V' || ((type === '0' || type === '\0') && name.endsWith('/'));

const kinds: { readonly [type: string]: string } = {
  '1': 'a link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  S: 'a sparse file',
  M: 'a part of a file',
};

function notAFile(type: string): string | null {
  if (type === '0' || type === '\0' || type === '7') return null;
  return `expected a file, found ${kinds[type] ?? 'an entry of an unknown sort'}`;
}

/** What an extended header says, its data taken; null where the header is that of a file. */
async function extendedBy({ type, size }: Header, queue: ByteQueue): Promise<Extended | null> {
  if (!'LKxgX'.includes(type) || type === '') return null;
  const data = await queue.take(Math.min(size, longestName));
  await queue.skip(padded(size) - data.length);
  if (type === 'L') return { path: textOf(data) };
  return type === 'K' ? {} : paxOf(data);
}

/** Records of the form "<length> <key>=<value>\n", the length counting the whole record (POSIX pax). */
function paxOf(data: Uint8Array): Extended {
  const records = new Map<string, string>();
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (let start = 0; start < text.length; ) {
    const length = Number.parseInt(text.toString('latin1', start, start + 12), 10);
    if (!(length > 4)) break;
    const [, key, value] =
      /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(text.toString('utf8', start, start + length)) ?? [];
    if (key === undefined || value === undefined) break;
    records.set(key, value);
    start += length;
  }
  const size = records.get('size');
  return {
    path: records.get('GNU.sparse.name') ?? records.get('path'),
    ...(size !== undefined && /^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
    ...([...records.keys()].some((key) => key.startsWith('GNU.sparse')) ? { sparse: true } : {}),
  };
}

/** Text up to the first zero, UTF-8 where it is, else Latin-1. */
function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  const bytes = Buffer.from(end < 0 ? field : field.subarray(0, end));
  const utf8 = bytes.toString('utf8');
  return utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8;
}

/** Octal digits, or, with the first bit set, big-endian binary (GNU). What is neither is too large for any file. */
function numberOf(field: Uint8Array): number {
  if (field[0]! & 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
  const digits = /^[\0 ]*([0-7]*)[\0 ]*$/.exec(Buffer.from(field).toString('latin1'));
  return digits === null ? Number.POSITIVE_INFINITY : Number.parseInt(digits[1] || '0', 8);
}
