import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { readDataset, text } from '@myocast/dicom';
import { isUid } from '../dicom-json.ts';
import type { AgreedContext } from './associate.ts';
import { status } from './command.ts';

/** What became of one received instance. */
export interface StoredInstance {
  readonly status: number;
  /** `<StudyInstanceUID>/<SOPInstanceUID>.dcm` under the folder; '' where it was not stored. */
  readonly file: string;
  readonly message: string;
}

const refusal = (found: number, message: string): StoredInstance => ({ status: found, file: '', message });

/**
 * Stores a received data set as a Part 10 file, as it was sent: on disk and synchronised before the
 * sender is told. An instance that is there already with the same bytes is stored; with other bytes it is
 * refused, and the first one stays.
 *
 * @param bytes the data set in the transfer syntax of its context
 */
export async function storeInstance(
  folder: string,
  bytes: Uint8Array,
  { transferSyntax }: AgreedContext,
  asked: { readonly sopClass: string; readonly sopInstance: string },
): Promise<StoredInstance> {
  const file = Buffer.concat([fileHead(asked, transferSyntax), bytes]);
  const dataset = readDataset(file, asked.sopInstance);
  if (!dataset.ok) return refusal(status.notUnderstood, dataset.issues[0]!.message);
  const [study, instance] = [text(dataset.value, 'StudyInstanceUID'), text(dataset.value, 'SOPInstanceUID')];
  if (instance !== asked.sopInstance || !isUid(instance) || !isUid(study))
    return refusal(status.mismatch, `expected instance ${asked.sopInstance} of an exam, found another`);
  const name = join(study, `${instance}.dcm`);
  const path = join(folder, name);
  const known = await readFile(path).catch(() => null);
  if (known !== null && !known.equals(file))
    return refusal(status.duplicate, `expected a new instance, found ${instance} there with other content`);
  if (known === null) await writeSynchronised(path, file);
  return { status: status.success, file: name, message: '' };
}

async function writeSynchronised(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = join(dirname(path), `.${randomUUID()}.part`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    await synchroniseFolder(dirname(path));
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(`cannot write ${path}`, { cause });
  }
}

/** The new name is on disk, too; not every system can synchronise a folder. */
async function synchroniseFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Preamble and file meta information (PS3.10 7.1). */
function fileHead(
  { sopClass, sopInstance }: { readonly sopClass: string; readonly sopInstance: string },
  transferSyntax: string,
): Buffer {
  const uid = (element: number, value: string) => {
    const padded = Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, 'latin1');
    const head = Buffer.from([2, 0, element, 0, 0x55, 0x49, padded.length & 0xff, padded.length >> 8]);
    return Buffer.concat([head, padded]);
  };
  const version = Buffer.from([2, 0, 1, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1]);
  const body = Buffer.concat([
    version,
    uid(0x02, sopClass),
    uid(0x03, sopInstance),
    uid(0x10, transferSyntax),
    uid(0x12, '2.25.211475846280316592114012386420948325077'),
  ]);
  const length = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0]);
  length.writeUInt32LE(body.length, 8);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), length, body]);
}
