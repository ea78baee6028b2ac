import { type Issue, issue } from '@myocast/base';
import { type Dataset, valueBytes } from './dataset.ts';
import type { ElementPlace } from './element-scan.ts';
import { formatTag } from './keywords.ts';

/** One item of encapsulated pixel data. */
interface Fragment {
  /** From the first byte of the first fragment's item tag, as offset tables count. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const item = 0xfffee000;
const sequenceEnd = 0xfffee0dd;

/**
 * The compressed frames of encapsulated pixel data (PS3.5 A.4). Where a frame begins
 * says the extended offset table, else the basic one; without either, a single frame has all
 * fragments, as many fragments as frames have one each, and otherwise a frame begins where
 * a JPEG or JPEG 2000 stream does. A missing delimiter at the end of the file is no fault.
 *
 * @returns one run of bytes per frame; copied only where a frame has several fragments
 */
export function encapsulatedFrames(
  dataset: Dataset,
  place: ElementPlace,
  frames: number,
): readonly Uint8Array[] | Issue {
  const fragments = readFragments(dataset, place);
  if ('kind' in fragments) return fragments;
  const [table, ...data] = fragments;
  if (table === undefined || data.length === 0)
    return issue('truncated', dataset.path, 'expected fragments of compressed pixels, found none');
  const groups =
    extendedGroups(dataset, data, frames) ??
    basicGroups(table.bytes, data, frames) ??
    plainGroups(data, frames) ??
    markerGroups(data, frames);
  if (groups !== null) return groups;
  return issue(
    'bad-value',
    dataset.path,
    `expected ${frames} compressed frames, found ${data.length} fragments that do not say where they begin`,
  );
}

function readFragments({ bytes, path }: Dataset, place: ElementPlace): readonly Fragment[] | Issue {
  const end = place.offset + place.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Fragment[] = [];
  let base = 0;
  for (let at = place.offset; at + 8 <= end; ) {
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    if (tag === sequenceEnd) break;
    const length = view.getUint32(at + 4, true);
    if (tag !== item || at + 8 + length > end)
      return issue(
        'not-readable',
        path,
        `expected a fragment of pixels at byte ${at}, found ${formatTag(tag)} of ${length} bytes`,
      );
    if (fragments.length === 1) base = at;
    fragments.push({ offset: at - base, bytes: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length;
  }
  return fragments;
}

/** One fragment a frame, and its length without padding (PS3.3 C.7.6.3.1.8). */
function extendedGroups(
  dataset: Dataset,
  fragments: readonly Fragment[],
  frames: number,
): readonly Uint8Array[] | null {
  const offsets = longs(valueBytes(dataset, 'ExtendedOffsetTable'));
  const lengths = longs(valueBytes(dataset, 'ExtendedOffsetTableLengths'));
  if (offsets.length !== frames) return null;
  const byOffset = new Map(fragments.map(({ offset, bytes }) => [offset, bytes]));
  const found = offsets.map((offset, frame) => byOffset.get(offset)?.subarray(0, lengths[frame]));
  return found.every((one) => one !== undefined) ? found : null;
}

function longs(value: Uint8Array | null): readonly number[] {
  if (value === null) return [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: Math.floor(value.length / 8) }, (_, index) =>
    Number(view.getBigUint64(8 * index, true)),
  );
}

/** Null unless the table has the start of every frame, in order, each at a fragment. */
function basicGroups(
  table: Uint8Array,
  fragments: readonly Fragment[],
  frames: number,
): readonly Uint8Array[] | null {
  if (table.length !== 4 * frames) return null;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const indexOf = new Map(fragments.map(({ offset }, index) => [offset, index]));
  const starts = Array.from({ length: frames }, (_, frame) => indexOf.get(view.getUint32(4 * frame, true)));
  const inOrder = starts.every((start, frame) =>
    frame === 0 ? start === 0 : start !== undefined && start > starts[frame - 1]!,
  );
  return inOrder ? groupsAt(fragments, starts as number[]) : null;
}

function plainGroups(fragments: readonly Fragment[], frames: number): readonly Uint8Array[] | null {
  if (frames === 1) return groupsAt(fragments, [0]);
  return fragments.length === frames ? fragments.map(({ bytes }) => bytes) : null;
}

/** Frames that begin with a start marker, or failing that, behind an end marker. */
function markerGroups(fragments: readonly Fragment[], frames: number): readonly Uint8Array[] | null {
  const indices = [...fragments.keys()];
  const begun = indices.filter((index) => index === 0 || beginsStream(fragments[index]!.bytes));
  if (begun.length === frames) return groupsAt(fragments, begun);
  const behind = indices.filter((index) => index === 0 || endsStream(fragments[index - 1]!.bytes));
  return behind.length === frames ? groupsAt(fragments, behind) : null;
}

/** SOI of JPEG and JPEG-LS, SOC and SIZ of JPEG 2000, the signature boxes of JP2 and JPEG XL. */
const beginnings = [
  [0xff, 0xd8, 0xff],
  [0xff, 0x4f, 0xff, 0x51],
  [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20],
  [0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20],
] as const;

function beginsStream(bytes: Uint8Array): boolean {
  return beginnings.some((beginning) => beginning.every((byte, index) => bytes[index] === byte));
}

/** EOI and EOC are the same two bytes; one byte of padding may follow. */
function endsStream(bytes: Uint8Array): boolean {
  const end = bytes.at(-1) === 0xd9 ? bytes.length : bytes.length - 1;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}

function groupsAt(fragments: readonly Fragment[], starts: readonly number[]): readonly Uint8Array[] {
  return starts.map((start, index) => joined(fragments.slice(start, starts[index + 1])));
}

function joined(fragments: readonly Fragment[]): Uint8Array {
  if (fragments.length === 1) return fragments[0]!.bytes;
  const total = fragments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const result = new Uint8Array(total);
  let at = 0;
  for (const { bytes } of fragments) {
    result.set(bytes, at);
    at += bytes.length;
  }
  return result;
}
