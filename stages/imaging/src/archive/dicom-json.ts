import { attributes, type Keyword } from '@myocast/dicom';
import { fault } from './archive-fault.ts';
import { mediaType } from './multipart.ts';
import { bodyOf, type WebAnswer } from './web-request.ts';

/** A data set in the JSON of DICOM (PS3.18 annex F); nothing in it is trusted. */
export type JsonDataset = { readonly [tag: string]: unknown };

const mostJsonBytes = 64 * 2 ** 20;

/**
 * The data sets of an answer; none where it is empty (204).
 *
 * @throws ArchiveFault where it is not JSON, or not a list of data sets
 */
export async function datasetsOf(answer: WebAnswer): Promise<readonly JsonDataset[]> {
  if (answer.status === 204) return [];
  const { type } = mediaType(answer.contentType);
  if (type !== 'application/dicom+json' && type !== 'application/json')
    throw fault(answer.shown, `expected application/dicom+json, found ${type || 'no content type'}`);
  const parsed = parsedJson(await bodyOf(answer, mostJsonBytes), answer.shown);
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (!list.every(isRecord)) throw fault(answer.shown, 'expected a list of data sets, found other JSON');
  return list;
}

function parsedJson(body: Buffer, shown: string): unknown {
  if (body.length === 0) return [];
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw fault(shown, `expected JSON, found ${body.length} bytes of something else`);
  }
}

const isRecord = (value: unknown): value is JsonDataset =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `00080018`, as the JSON names an attribute. */
export function jsonTag(keyword: Keyword): string {
  return attributes[keyword][0].toString(16).padStart(8, '0').toUpperCase();
}

function valuesOf(dataset: JsonDataset, tag: string): readonly unknown[] {
  const entry = dataset[tag];
  if (!isRecord(entry) || !Array.isArray(entry['Value'])) return [];
  return entry['Value'];
}

/** The values of a text or number attribute, as text; of a name, its letters. */
export function jsonTexts(dataset: JsonDataset, keyword: Keyword): readonly string[] {
  return valuesOf(dataset, jsonTag(keyword)).flatMap((value) => {
    const plain = isRecord(value) ? value['Alphabetic'] : value;
    return typeof plain === 'string' || typeof plain === 'number' ? [String(plain).trim()] : [];
  });
}

export function jsonText(dataset: JsonDataset, keyword: Keyword): string {
  return jsonTexts(dataset, keyword)[0] ?? '';
}

/** The items of a sequence, by its tag. */
export function jsonItems(dataset: JsonDataset, tag: string): readonly JsonDataset[] {
  return valuesOf(dataset, tag).filter(isRecord);
}

/** A number of an attribute by its tag, or null. */
export function jsonNumber(dataset: JsonDataset, tag: string): number | null {
  const [value] = valuesOf(dataset, tag);
  return value !== undefined && value !== '' && Number.isFinite(Number(value)) ? Number(value) : null;
}

/** Whether a text may be a UID: it goes into addresses and file names. */
export function isUid(text: string): boolean {
  return /^[0-9]+(\.[0-9]+)*$/.test(text) && text.length <= 64;
}
