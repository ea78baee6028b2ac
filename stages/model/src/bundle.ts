import { readFile, stat } from 'node:fs/promises';
import { type Checked, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  type Bundle,
  type CardFacts,
  decodeBundle,
  decodeCard,
  encodeBundle,
} from './bundle/bundle-bytes.ts';
import { mostBundleBytes } from './bundle/container.ts';
import { runMember } from './member-logits.ts';
import type { ModelCard } from './records.ts';
import type { TrainedForecast } from './train.ts';

/** Writes a model bundle (see `encodeBundle`), whole or not at all; gives its card. */
export async function writeBundle(
  trained: TrainedForecast,
  path: string,
  facts: CardFacts,
): Promise<ModelCard> {
  const { bytes, card } = await encodeBundle(runMember, trained, facts);
  await writeFileAtomic(path, bytes);
  return card;
}

/** Reads a model bundle and runs its test vectors; refused as `decodeBundle` says. */
export async function readBundle(path: string): Promise<Checked<Bundle>> {
  const bytes = await contentOf(path);
  return bytes instanceof Uint8Array ? decodeBundle(runMember, bytes, path) : bytes;
}

/** Reads the card of a model bundle, which issues call `name`; its networks are not run. */
export async function readBundleCard(path: string, name = path): Promise<Checked<ModelCard>> {
  const bytes = await contentOf(path);
  return bytes instanceof Uint8Array ? decodeCard(bytes, name) : bytes;
}

async function contentOf(path: string): Promise<Uint8Array | (Checked<never> & { ok: false })> {
  const expected = 'expected a model bundle (.myocast), found';
  const refuse = (found: string) =>
    ({ ok: false, issues: [issue('not-readable', path, `${expected} ${found}`)] }) as const;
  try {
    const { size } = await stat(path).then((entry) => {
      if (entry.isFile()) return entry;
      throw new Error(entry.isDirectory() ? 'a folder' : 'no file');
    });
    if (size > mostBundleBytes)
      return { ok: false, issues: [issue('unsafe-entry', path, `${expected} ${size} bytes`)] };
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    return refuse(code === 'ENOENT' ? 'no such file' : message);
  }
}
