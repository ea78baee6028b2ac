import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IssueKind } from '@myocast/base';
import { readDataset, readPixels } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { inspect, type Inspection } from '../index.ts';

const shared = resolve(import.meta.dirname, '../../../../../shared/data/dicom');
const present = existsSync(join(shared, 'MANIFEST.csv'));
if (!present) process.stderr.write('conformance: skipped, the files of ../shared/data/dicom are not here\n');

interface ManifestRow {
  readonly path: string;
  readonly syntax: string;
  readonly sopClass: string;
  readonly shape: string;
  readonly dtype: string;
  /** Start of the pixels' SHA-256 as pydicom 2.3.1 and GDCM 3.0.21 decode them; '' where they decode none. */
  readonly hash: string;
}

function manifestRows(): readonly ManifestRow[] {
  const [, ...lines] = readFileSync(join(shared, 'MANIFEST.csv'), 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const cells = (line.match(/("[^"]*"|[^,]*)(,|$)/g) ?? []).map((cell) => cell.replace(/^"|"?,?$/g, ''));
    return {
      path: cells[0]!,
      syntax: cells[3]!,
      sopClass: cells[4]!,
      shape: cells[11]!,
      dtype: cells[12]!,
      hash: cells[13]!,
    };
  });
}

const ct = 'cornerstone/testImages/CTImage.dcm_JPEGProcess';
const files = 'pydicom/src/pydicom/data/test_files';

/** Rows that pydicom decodes to other pixels than here, or that only one of the two decodes. */
const exceptions: { readonly [path: string]: { readonly hash: string | null; readonly reason: string } } = {
  [`${ct}10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm`]: {
    hash: '85e3b617e00dc755',
    reason: 'pydicom has no decoder; the coefficients are those of the file in .51, and so are the pixels',
  },
  [`${ct}6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm`]: {
    hash: '85e3b617e00dc755',
    reason: 'pydicom has no decoder; the coefficients are those of the file in .51, and so are the pixels',
  },
  [`${files}/SC_rgb_small_odd_big_endian.dcm`]: {
    hash: 'ef2df252ba3cd066',
    reason:
      '8 bits in OW are swapped by words (PS3.5 7.3): the pixels of SC_rgb_small_odd.dcm, and of pydicom 3.0.2',
  },
  [`${files}/JPEG2000-embedded-sequence-delimiter.dcm`]: {
    hash: null,
    reason:
      'the delimiter lies in the stream header, which then claims 3,722,445,056 columns; GDCM gives memory it never wrote, other from machine to machine',
  },
};

/** What stops the files that are damaged, or no DICOM at all. */
const stopped: { readonly [path: string]: IssueKind } = {
  [`${files}/MR_truncated.dcm`]: 'truncated',
  [`${files}/rtplan_truncated.dcm`]: 'truncated',
  [`${files}/badVR.dcm`]: 'bad-value',
  [`${files}/JPEG2000-embedded-sequence-delimiter.dcm`]: 'bad-value',
};

describe.skipIf(!present)('the conformance manifest', () => {
  const rows = present ? manifestRows() : [];

  it('every file decodes to the pixels of pydicom and GDCM, or is refused by name', () => {
    const counts = { equal: 0, exception: 0, withoutPixels: 0 };
    for (const row of rows) counts[checkRow(row)]++;
    process.stderr.write(`manifest: ${JSON.stringify(counts)}\n`);
    expect(counts).toEqual({ equal: 133, exception: 4, withoutPixels: 89 });
  });

  it('every exception and every stopped file is in the manifest', () => {
    const paths = new Set(rows.map(({ path }) => path));
    for (const path of [...Object.keys(exceptions), ...Object.keys(stopped)])
      expect([path, paths.has(path)]).toEqual([path, true]);
  });
});

type Outcome = 'equal' | 'exception' | 'withoutPixels';

function checkRow(row: ManifestRow): Outcome {
  const { path, hash } = row;
  const bytes = readFileSync(join(shared, path));
  const seen = inspect(bytes, path);
  if (path in stopped) expect([path, seen.issue?.kind]).toEqual([path, stopped[path]]);
  const exception = exceptions[path];
  if (exception === undefined && hash !== '') return checkPixels(row, bytes, seen);
  const expected = exception?.hash ?? null;
  expect([path, seen.pixelHash?.slice(0, 16) ?? null]).toEqual([path, expected]);
  return exception ? 'exception' : 'withoutPixels';
}

function checkPixels(row: ManifestRow, bytes: Uint8Array, seen: Inspection): Outcome {
  const { path, hash, dtype } = row;
  const found = dtype.startsWith('>') ? bigEndianHash(bytes, Number(dtype.at(-1))) : seen.pixelHash;
  expect([path, found?.slice(0, 16) ?? seen.issue?.message]).toEqual([path, hash]);
  const described = [seen.shape?.join('x'), seen.transferSyntax, seen.sopClassName];
  expect([path, ...described]).toEqual([path, row.shape, row.syntax, row.sopClass]);
  return 'equal';
}

/** The manifest hashes big-endian rows in their own byte order. */
function bigEndianHash(bytes: Uint8Array, width: number): string {
  const dataset = readDataset(bytes, 'big-endian');
  const pixels = dataset.ok ? readPixels(dataset.value) : dataset;
  if (!pixels.ok) throw new Error(pixels.issues[0]!.message);
  const { buffer } = pixels.value.stored;
  const swapped = new Uint8Array(buffer.slice(0));
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse();
  return createHash('sha256').update(swapped).digest('hex');
}
