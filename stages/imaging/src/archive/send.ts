import { accepted, type Checked, type Issue, issue } from '@myocast/base';
import { derivedUid } from '@myocast/dicom/objects';
import type { Archive } from './address.ts';
import { faultsAsIssues } from './archive-fault.ts';
import { datasetsOf, type JsonDataset, jsonItems, jsonNumber, jsonText } from './dicom-json.ts';
import { multipartBody } from './multipart.ts';
import { ask, type WebAnswer } from './web-request.ts';

/** An object to be stored. */
export interface OutgoingObject {
  readonly sopInstanceUid: string;
  readonly bytes: Uint8Array;
}

/** What an archive said of the objects it was sent. */
export interface SendOutcome {
  readonly stored: readonly string[];
  readonly notStored: readonly string[];
}

/** Objects go in requests of about this size: archives limit them. */
const requestBytes = 32 * 2 ** 20;
/** 409 is the answer where no object was taken (PS3.18 10.5.3). */
const noneStored = 409;

/**
 * Stores objects in an archive (STOW-RS). Sending the same objects again changes nothing, since
 * their UIDs are the same; so a request that got no answer is repeated.
 *
 * @returns an issue ('not-stored') for each object that was not taken, with the archive's reason, or of
 *   which the archive says nothing; refused when it does not answer
 */
export function sendObjects(
  archive: Archive,
  objects: readonly OutgoingObject[],
): Promise<Checked<SendOutcome>> {
  return faultsAsIssues(async () => {
    const stored: string[] = [];
    const issues: Issue[] = [];
    for (const batch of batches(objects)) {
      const said = await sendBatch(archive, batch);
      stored.push(...batch.map(({ sopInstanceUid }) => sopInstanceUid).filter((uid) => said.get(uid) === ''));
      for (const { sopInstanceUid } of batch) {
        const reason = said.get(sopInstanceUid) ?? 'the archive says nothing of it';
        if (reason !== '') issues.push(issue('not-stored', `${archive.root} ${sopInstanceUid}`, reason));
      }
    }
    const notStored = objects
      .map(({ sopInstanceUid }) => sopInstanceUid)
      .filter((uid) => !stored.includes(uid));
    return accepted({ stored, notStored }, issues);
  });
}

function* batches(objects: readonly OutgoingObject[]): Generator<readonly OutgoingObject[]> {
  let batch: OutgoingObject[] = [];
  let length = 0;
  for (const object of objects) {
    if (batch.length > 0 && length + object.bytes.length > requestBytes) {
      yield batch;
      [batch, length] = [[], 0];
    }
    batch.push(object);
    length += object.bytes.length;
  }
  if (batch.length > 0) yield batch;
}

/** For each UID that the archive speaks of: '' where it is stored, else why not. */
async function sendBatch(
  archive: Archive,
  batch: readonly OutgoingObject[],
): Promise<ReadonlyMap<string, string>> {
  const boundary = `myocast${derivedUid(...batch.map(({ sopInstanceUid }) => sopInstanceUid)).slice(5)}`;
  const parts = batch.map(({ bytes }) => bytes);
  const request = {
    method: 'POST',
    path: '/studies',
    accept: 'application/dicom+json',
    body: multipartBody(parts, 'application/dicom', boundary),
    alsoAnswers: [noneStored],
  } as const;
  const [answer] = await ask(archive, request, async (got: WebAnswer) => datasetsOf(got));
  return answer === undefined ? new Map() : outcomeOf(answer);
}

const tags = { failed: '00081198', reason: '00081197', stored: '00081199' } as const;

function outcomeOf(answer: JsonDataset): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const item of jsonItems(answer, tags.stored)) said.set(jsonText(item, 'ReferencedSOPInstanceUID'), '');
  for (const item of jsonItems(answer, tags.failed))
    said.set(jsonText(item, 'ReferencedSOPInstanceUID'), reasonOf(jsonNumber(item, tags.reason)));
  return said;
}

/** PS3.18 table I.2-2. */
const reasons: { readonly [code: number]: string } = {
  0x0110: 'processing failure',
  0x0122: 'SOP class not supported',
  0x0124: 'not authorised',
  0xa700: 'out of resources',
  0xa900: 'the data set does not match its SOP class',
  0xc000: 'cannot understand the data set',
  0xc122: 'transfer syntax not supported',
};

function reasonOf(code: number | null): string {
  if (code === null) return 'refused without a reason';
  const family = code & (code >= 0xc000 && code !== 0xc122 ? 0xf000 : 0xff00);
  const meaning = reasons[code] ?? reasons[family] ?? 'refused';
  return `${meaning} (0x${code.toString(16).padStart(4, '0')})`;
}
