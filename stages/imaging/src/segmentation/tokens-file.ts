import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import type { SliceTokens } from '../records.ts';

interface TokensEntry {
  readonly kind: SliceTokens['kind'];
  readonly encoder: string;
  readonly width: number;
  readonly level: readonly number[];
  readonly slice?: readonly number[];
}

/** Writes `tokens.json` (what) and `tokens.bin` (float32, little-endian, in the order of the JSON). */
export async function writeTokens(folder: string, tokens: readonly SliceTokens[]): Promise<void> {
  const entries: TokensEntry[] = tokens.map(({ kind, encoder, width, level, slice }) => ({
    kind,
    encoder,
    width,
    level: [...level],
    ...(slice ? { slice } : {}),
  }));
  const values = tokens.flatMap((entry) => [...entry.values]);
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (const [index, value] of values.entries()) bytes.setFloat32(4 * index, value, true);
  await writeFile(join(folder, 'tokens.json'), `${JSON.stringify(entries)}\n`);
  await writeFile(join(folder, 'tokens.bin'), new Uint8Array(bytes.buffer));
}

/** Reads the tokens of an exam; none where there are none, refused where file and record do not agree. */
export async function readTokens(folder: string): Promise<Checked<readonly SliceTokens[]>> {
  const path = join(folder, 'tokens.json');
  let entries: readonly TokensEntry[] | null;
  try {
    entries = await readJsonFile<readonly TokensEntry[]>(path);
  } catch (error) {
    return refused(issue('not-readable', path, `expected JSON, found: ${(error as Error).message}`));
  }
  if (entries === null) return accepted([]);
  const bytes = await readFile(join(folder, 'tokens.bin')).catch(() => Buffer.alloc(0));
  const expected = 4 * entries.reduce((sum, { width, level }) => sum + width * level.length, 0);
  if (bytes.length !== expected)
    return refused(
      issue('truncated', path, `expected ${expected} bytes in tokens.bin, found ${bytes.length}`),
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  return accepted(
    entries.map(({ kind, encoder, width, level, slice }) => {
      const values = Float32Array.from({ length: width * level.length }, (_, index) =>
        view.getFloat32(start + 4 * index, true),
      );
      start += 4 * values.length;
      return { kind, encoder, width, values, level: Float32Array.from(level), ...(slice ? { slice } : {}) };
    }),
  );
}
