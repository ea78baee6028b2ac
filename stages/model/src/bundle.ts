import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '@myocast/autodiff';
import { accepted, canonicalJson, type Checked, contentHash, issue, refused } from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import type { ModelCard } from './records.ts';
import type { ForecastPlan, TrainedForecast } from './train.ts';

/** A trained forecast as it was read from a folder. */
export interface Bundle extends TrainedForecast {
  readonly card: ModelCard;
}

/** `forecast.json`: the plan, and which file is which member. */
interface ForecastFile extends ForecastPlan {
  readonly format: 'myocast-forecast 1';
  readonly members: readonly string[];
}

/**
 * Writes a model bundle: `member-1.onnx` and so on, `forecast.json` (scaler,
 * intervals, causes, what training decided) and `card.json` with the SHA-256 of the others.
 * The same model and card give the same bytes.
 */
export async function writeBundle(
  { plan, members }: TrainedForecast,
  folder: string,
  card: Omit<ModelCard, 'files'>,
): Promise<ModelCard> {
  const names = members.map((_, index) => `member-${index + 1}.onnx`);
  const content: ForecastFile = { format: 'myocast-forecast 1', ...plan, members: names };
  const forecastJson = `${canonicalJson(content)}\n`;
  const files = Object.fromEntries(names.map((name, index) => [name, contentHash(members[index]!)]));
  const complete: ModelCard = { ...card, files: { ...files, 'forecast.json': contentHash(forecastJson) } };
  await writeFolderAtomic(folder, /\.(onnx|json)$/, async (draft) => {
    for (const [index, name] of names.entries()) await writeFile(join(draft, name), members[index]!);
    await writeFile(join(draft, 'forecast.json'), forecastJson);
    await writeFile(join(draft, 'card.json'), `${canonicalJson(complete)}\n`);
  });
  return complete;
}

/**
 * Reads a model bundle. Refused when it is not one, when a file that the card names
 * is absent or not the one the card names, or when a member does not open.
 */
export async function readBundle(folder: string): Promise<Checked<Bundle>> {
  const card = parse<ModelCard>(await contentOf(folder, 'card.json'));
  if (typeof card?.files?.['forecast.json'] !== 'string')
    return refused(
      issue('not-readable', join(folder, 'card.json'), 'expected the card of a model bundle, found none'),
    );
  const contents = await checkedContents(folder, card.files);
  if (!contents.ok) return contents;
  const path = join(folder, 'forecast.json');
  const file = parse<ForecastFile>(contents.value.get('forecast.json')!);
  if (file?.format !== 'myocast-forecast 1')
    return refused(
      issue('unsupported', path, `expected format "myocast-forecast 1", found "${file?.format}"`),
    );
  const members = membersOf(file, contents.value);
  if (members === null) return refused(issue('bad-value', path, 'expected members that the card names'));
  const broken = await firstUnreadable(members);
  if (broken !== null)
    return refused(issue('not-readable', join(folder, file.members[broken]!), 'expected an ONNX model'));
  const { format: _format, members: _members, ...plan } = file;
  return accepted({ plan, members, card });
}

function membersOf(file: ForecastFile, contents: ReadonlyMap<string, Uint8Array>): Uint8Array[] | null {
  const members = file.members.flatMap((name) => contents.get(name) ?? []);
  return members.length === 0 || members.length < file.members.length ? null : members;
}

/** Every file that the card names, when each is there and has the hash the card gives it. */
async function checkedContents(
  folder: string,
  hashes: ModelCard['files'],
): Promise<Checked<Map<string, Uint8Array>>> {
  const contents = new Map<string, Uint8Array>();
  for (const [name, hash] of Object.entries(hashes)) {
    const path = join(folder, name);
    // A card from elsewhere must not lead out of its folder.
    const bytes = /^[\w-][\w.-]*$/.test(name) ? await contentOf(folder, name) : null;
    if (bytes === null)
      return refused(issue('not-readable', path, 'expected a file of the model bundle, found none'));
    const found = contentHash(bytes);
    if (found !== hash)
      return refused(issue('bad-value', path, `expected the content of hash ${hash}, found ${found}`));
    contents.set(name, bytes);
  }
  return accepted(contents);
}

async function firstUnreadable(members: readonly Uint8Array[]): Promise<number | null> {
  for (const [index, bytes] of members.entries()) {
    const model = await loadModel(bytes).catch(() => null);
    if (model === null) return index;
    await model.close();
  }
  return null;
}

async function contentOf(folder: string, name: string): Promise<Uint8Array | null> {
  return readFile(join(folder, name)).catch(() => null);
}

function parse<Value>(bytes: Uint8Array | null): Value | null {
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Value;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
