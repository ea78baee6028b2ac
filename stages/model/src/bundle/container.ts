import { accepted, type Checked, issue, type IssueKind, refused } from '@myocast/base';
import { unzipSync, zipSync } from 'fflate';

/**
 * The container of a model bundle: a ZIP archive that any unzip opens, of which there is exactly one for
 * the same entries. They lie uncompressed, in the order of their names after the card, with one fixed date; so
 * an archive cannot unpack to more than itself, and whatever is not the bytes that its entries give (a comment,
 * something before, behind or between, a wrong checksum) is not a bundle.
 */

/** Entries of a bundle by name. */
export type Entries = ReadonlyMap<string, Uint8Array>;

/** More bytes than a bundle has. */
export const mostBundleBytes = 2 ** 28;
const mostEntries = 80;
const entryName =
  /^(?:(?:card|forecast|population|test-vectors)\.json|member-[1-9]\d?\.onnx|trees-[1-9]\d?\.json)$/;
/** Of the local time, as ZIP has it, so that the zone of the machine does not show. */
const fixedDate = new Date(1980, 0, 2);
const first = 'card.json';

/** @throws RangeError for a name that a bundle does not have, or no card */
export function packEntries(entries: Entries): Uint8Array {
  const foreign = [...entries.keys()].find((name) => !entryName.test(name));
  if (foreign !== undefined)
    throw new RangeError(`packEntries: expected an entry of a bundle, got ${foreign}`);
  if (!entries.has(first)) throw new RangeError(`packEntries: expected ${first}, got none`);
  return pack(entries);
}

/** The entries of a bundle; refused in one line when the bytes are not exactly what `packEntries` gives. */
export function unpackEntries(bytes: Uint8Array, path: string): Checked<Entries> {
  const refuse = (kind: IssueKind, message: string) => refused<Entries>(issue(kind, path, message));
  if (bytes.length > mostBundleBytes)
    return refuse(
      'unsafe-entry',
      `expected a model bundle of at most ${mostBundleBytes} bytes, found ${bytes.length}`,
    );
  if (!beginsAsZip(bytes)) return refuse('not-readable', `expected a model bundle, found ${startOf(bytes)}`);
  const read = readZip(bytes);
  if (typeof read === 'string') return refuse('not-readable', `expected a model bundle, found ${read}`);
  if (!read.has(first))
    return refuse('not-readable', `expected a model bundle, found an archive without ${first}`);
  if (!sameBytes(pack(read), bytes))
    return refuse('bad-value', 'expected the bytes that the entries of a model bundle give, found others');
  return accepted(read);
}

function pack(entries: Entries): Uint8Array {
  const order = [...entries.keys()].sort(
    (a, b) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1),
  );
  return zipSync(Object.fromEntries(order.map((name) => [name, entries.get(name)!])), {
    level: 0,
    mtime: fixedDate,
  });
}

/** The entries, or what was found in their place. */
function readZip(bytes: Uint8Array): Map<string, Uint8Array> | string {
  let fault: string | null = null;
  const seen = new Set<string>();
  let total = 0;
  const wanted = ({ name, size, originalSize, compression }: ZipEntry) => {
    total += originalSize;
    fault ??= faultOf({ name, size, originalSize, compression }, seen, total > bytes.length);
    seen.add(name);
    return fault === null;
  };
  try {
    const found = unzipSync(bytes, { filter: wanted });
    return fault ?? new Map(Object.entries(found));
  } catch {
    // What the library says of a broken archive differs from one break to the next; the reader can do nothing with it.
    return 'an archive that is cut off or damaged';
  }
}

interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
  readonly compression: number;
}

function faultOf(
  { name, size, originalSize, compression }: ZipEntry,
  seen: ReadonlySet<string>,
  tooMuch: boolean,
): string | null {
  if (!entryName.test(name)) return `an archive with the entry ${JSON.stringify(name).slice(0, 80)}`;
  if (seen.has(name)) return `an archive with ${name} twice`;
  if (seen.size >= mostEntries) return `an archive of more than ${mostEntries} entries`;
  if (compression !== 0 || size !== originalSize) return `an archive in which ${name} is compressed`;
  return tooMuch ? 'an archive whose entries are larger than itself' : null;
}

function beginsAsZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && [0x50, 0x4b, 0x03, 0x04].every((byte, place) => bytes[place] === byte);
}

function startOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  const hex = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `a file that begins with ${hex}`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}
