import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { SliceTokens } from '@myocast/imaging';
import { z } from 'zod';

const record = z.array(
  z.object({
    kind: z.enum(['cine-sax', 'lge-sax']),
    encoder: z.string(),
    width: z.int().positive(),
    /** One a slice, base to apex. */
    level: z.array(z.number()),
  }),
);

/**
 * The slice tokens of a study's exams: `masks/<subject>/tokens.json` (an array of
 * kind, encoder, width, level) with the values in `tokens.bin`, float32
 * little-endian, in the order of the array. A subject without them has no
 * tokens; tokens that do not agree with their record are an issue and not used.
 */
export async function slicesOf(
  folder: string,
  issues: Issue[],
): Promise<(subject: string) => readonly SliceTokens[]> {
  const masks = join(folder, 'masks');
  const found = new Map<string, readonly SliceTokens[]>();
  for (const subject of await readdir(masks).catch((): string[] => [])) {
    const path = join(masks, subject, 'tokens.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const values = await readFile(join(masks, subject, 'tokens.bin')).catch(() => Buffer.alloc(0));
    const tokens = tokensFrom(text, values);
    if (typeof tokens === 'string') issues.push(issue('not-readable', path, tokens));
    else found.set(subject, tokens);
  }
  return (subject) => found.get(subject) ?? [];
}

/** The tokens, or what is wrong with them. */
function tokensFrom(text: string, bytes: Buffer): SliceTokens[] | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `expected JSON, found: ${(error as Error).message}`;
  }
  const parsed = record.safeParse(document);
  if (!parsed.success) return `expected the record of slice tokens: ${parsed.error.issues[0]!.message}`;
  const expected = 4 * parsed.data.reduce((sum, { width, level }) => sum + width * level.length, 0);
  if (bytes.length !== expected) return `expected ${expected} bytes in tokens.bin, found ${bytes.length}`;
  let start = 0;
  return parsed.data.map(({ kind, encoder, width, level }) => {
    const values = Float32Array.from({ length: width * level.length }, (_, index) =>
      bytes.readFloatLE(start + 4 * index),
    );
    start += 4 * values.length;
    return { kind, encoder, width, values, level: Float32Array.from(level) };
  });
}
