import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encapsulatedFrames } from './encapsulated.ts';
import { readDataset, readPixels } from './index.ts';

/** Items with these values, and the delimiter. */
function items(...values: readonly (readonly number[])[]): Uint8Array {
  const bytes = values.flatMap((value) => [0xfe, 0xff, 0x00, 0xe0, value.length, 0, 0, 0, ...value]);
  return Uint8Array.from([...bytes, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
}

function framesOf(bytes: Uint8Array, frames: number) {
  const dataset = {
    path: 'a',
    transferSyntax: '1.2.840.10008.1.2.4.70',
    littleEndian: true,
    explicit: true,
    start: 0,
    bytes,
    elements: new Map(),
  };
  const found = encapsulatedFrames(
    dataset,
    { vr: 'OB', offset: 0, length: bytes.length, encapsulated: true },
    frames,
  );
  return 'kind' in found ? `${found.kind}: ${found.message}` : found.map((frame) => [...frame]);
}

const [soi, eoi] = [
  [0xff, 0xd8, 0xff],
  [0xff, 0xd9],
];

describe('fragments of compressed pixels', () => {
  it('are one frame where the file has one, whatever the offset table says', () => {
    const joined = [[1, 2, 3, 4, 5, 6]];
    expect(framesOf(items([], [1, 2], [3, 4, 5, 6]), 1)).toEqual(joined);
    expect(framesOf(items([9, 9, 9, 9], [1, 2], [3, 4, 5, 6]), 1)).toEqual(joined);
  });

  it('are one frame each where there are as many', () => {
    expect(framesOf(items([], [1, 2], [3, 4]), 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('are cut where the offset table says', () => {
    // Fragments begin 0, 10 and 20 bytes behind the first.
    const table = [0, 0, 0, 0, 20, 0, 0, 0];
    expect(framesOf(items(table, [1, 2], [3, 4], [5, 6]), 2)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('are cut where streams begin, or behind where they end, when the table is empty or wrong', () => {
    const wrong = [0, 0, 0, 0, 7, 0, 0, 0];
    const expected = [
      [...soi!, 1, 2],
      [...soi!, 3, 4],
    ];
    for (const table of [[], wrong])
      expect(framesOf(items(table, [...soi!, 1], [2], [...soi!, 3, 4]), 2)).toEqual(expected);
    expect(framesOf(items([], [1, 2], [3, ...eoi!, 0], [4, 5]), 2)).toEqual([
      [1, 2, 3, ...eoi!, 0],
      [4, 5],
    ]);
  });

  it('may hold the bytes of a delimiter', () => {
    const delimiter = [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];
    expect(framesOf(items([], delimiter, [7, 8]), 2)).toEqual([delimiter, [7, 8]]);
  });

  it('are refused when nothing says where the frames begin, or none is there', () => {
    expect(framesOf(items([], [1], [2], [3]), 2)).toBe(
      'bad-value: expected 2 compressed frames, found 3 fragments that do not say where they begin',
    );
    expect(framesOf(items([]), 1)).toBe('truncated: expected fragments of compressed pixels, found none');
  });

  it('are refused when one claims more bytes than there are', () => {
    const bytes = items([], [1, 2]);
    bytes[12] = 200;
    expect(framesOf(bytes, 1)).toBe(
      'not-readable: expected a fragment of pixels at byte 8, found (fffe,e000) of 200 bytes',
    );
  });
});

describe('sizes that a compressed file only claims', () => {
  const file = (name: string) =>
    new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../../reference/dicom/encoded', name)));

  /** Sets an attribute of VR US. */
  function claim(bytes: Uint8Array, element: number, value: number): Uint8Array {
    const at = bytes.findIndex(
      (_, index) =>
        bytes[index] === 0x28 &&
        bytes[index + 1] === 0 &&
        bytes[index + 2] === element &&
        bytes[index + 3] === 0 &&
        bytes[index + 4] === 0x55,
    );
    new DataView(bytes.buffer).setUint16(at + 8, value, true);
    return bytes;
  }

  function issueOf(bytes: Uint8Array): string {
    const dataset = readDataset(bytes, 'a');
    const pixels = dataset.ok ? readPixels(dataset.value) : dataset;
    return pixels.ok ? 'read' : `${pixels.issues[0]!.kind}: ${pixels.issues[0]!.message}`;
  }

  it.each(['rle-12.dcm', 'sv1-12.dcm', 'jpeg-2000-12.dcm'])(
    '%s is not allocated for 65,535 rows and columns',
    (name) => {
      const started = process.memoryUsage.rss();
      const bytes = claim(claim(file(name), 0x10, 65_535), 0x11, 65_535);
      expect(issueOf(bytes)).toBe('unsupported: 8589672450 bytes of decoded pixels, more than 1073741824');
      expect(process.memoryUsage.rss() - started).toBeLessThan(2 ** 26);
    },
  );

  it.each([
    'rle-12.dcm',
    'sv1-12.dcm',
    'jpeg-ls-12.dcm',
    'jpeg-2000-12.dcm',
    'htj2k-12.dcm',
    'jpeg-xl-16.dcm',
  ])('%s is refused when its stream has other sizes', (name) => {
    expect(issueOf(claim(file(name), 0x10, 65))).toMatch(/^(bad-value|not-readable|truncated): /);
  });
});
