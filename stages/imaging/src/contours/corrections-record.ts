import { basename, dirname, join, resolve } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { z } from 'zod';
import { type MaskName, maskNames } from '../records.ts';

const maskFile = z
  .string()
  .regex(new RegExp(`^(${maskNames.join('|')})\\.(automatic|corrected)-[0-9a-f]{12}\\.nii\\.gz$`));
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const corrected = z.strictObject({
  did: z.literal('corrected'),
  /** A role or initials. */
  by: z.string(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Why, in a line; not there where nobody said it. */
  reason: z.string().optional(),
  softwareVersion: z.string(),
  /** What the contours came as. */
  from: z.enum(['polygons', 'dicom-seg', 'nifti', 'text']),
  mask: maskFile,
  /** SHA-256 of the labels, voxel by voxel. */
  hash,
  /** The automatic contours at that time, kept as they were; null where there were none. */
  automatic: z.strictObject({ mask: maskFile, hash, drawnBy: z.string() }).nullable(),
  /** Voxels whose label is another than before, and the slices they are in. */
  changedVoxels: z.int(),
  changedSlices: z.int(),
  labels: z.array(
    z.strictObject({
      label: z.int(),
      name: z.string(),
      voxelsBefore: z.int(),
      voxelsAfter: z.int(),
      /** Null where neither mask has the label, or there are no automatic contours. */
      diceToAutomatic: z.number().nullable(),
      /** With what was in force before; null where neither mask has the label. Not there in older records. */
      diceToBefore: z.number().nullable().optional(),
    }),
  ),
  /** What should be looked at before the correction is relied on; not there in older records. */
  flags: z.array(z.string()).optional(),
});

const returned = z.strictObject({
  did: z.literal('returned'),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().optional(),
  softwareVersion: z.string(),
  /** The correction that is in force again, from 1; null for the automatic contours. */
  to: z.int().min(1).nullable(),
});

const seriesSchema = z.strictObject({
  /** The entry of the history that counts, from 1; null for the automatic contours. */
  inForce: z.int().min(1).nullable(),
  history: z.array(z.discriminatedUnion('did', [corrected, returned])),
});

const schema = z.strictObject({
  format: z.literal('myocast-corrections'),
  version: z.literal(1),
  subject: z.string(),
  series: z.partialRecord(z.enum(maskNames), seriesSchema),
});

/** `corrections.json` of one exam: everything that was done to its contours by hand, oldest first. */
export type CorrectionsRecord = z.infer<typeof schema>;
export type SeriesCorrections = z.infer<typeof seriesSchema>;
export type Correction = z.infer<typeof corrected>;
export type CorrectionEntry = SeriesCorrections['history'][number];

/**
 * Where the corrections of a subject lie: `corrections/<subject>`, beside the folder of masks.
 * Masks are made anew at any time; what a person drew is in no folder that a stage clears.
 */
export function correctionsFolder(maskFolder: string, subject: string): string {
  return join(dirname(resolve(maskFolder)), 'corrections', basename(subject));
}

const recordName = 'corrections.json';

/** The corrections of one exam; null where there are none. */
export async function readCorrections(
  folder: string,
  subject: string,
): Promise<Checked<CorrectionsRecord | null>> {
  const path = join(folder, recordName);
  let json: unknown;
  try {
    json = await readJsonFile(path);
  } catch (cause) {
    return refused(issue('not-readable', path, `expected JSON: ${(cause as Error).message}`));
  }
  if (json === null) return accepted(null);
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [fault] = parsed.error.issues;
    return refused(issue('bad-value', `${path} ${fault!.path.join('.')}`, fault!.message));
  }
  const record = parsed.data;
  if (record.subject !== subject)
    return refused(
      issue('bad-value', path, `expected corrections of ${subject}, found those of ${record.subject}`),
    );
  const lost = Object.values(record.series).flatMap((own) =>
    own && own.inForce !== null && correctionAt(own, own.inForce) === null ? [own.inForce] : [],
  );
  return lost.length > 0
    ? refused(issue('bad-value', path, `expected a correction ${lost[0]} in the history, found none`))
    : accepted(record);
}

/** The correction of this number, from 1; null where the entry is none. */
export function correctionAt({ history }: SeriesCorrections, number: number): Correction | null {
  const entry = history[number - 1];
  return entry?.did === 'corrected' ? entry : null;
}

/** The correction that counts; null where the automatic contours do. */
export function correctionInForce(record: CorrectionsRecord | null, kind: MaskName): Correction | null {
  const own = record?.series[kind];
  return own && own.inForce !== null ? correctionAt(own, own.inForce) : null;
}

/** Adds an entry to the history of one series; the record is on disk whole, or as it was. */
export async function addEntry(
  folder: string,
  { subject, record }: { readonly subject: string; readonly record: CorrectionsRecord | null },
  kind: MaskName,
  entry: CorrectionEntry,
): Promise<CorrectionsRecord> {
  const history = [...(record?.series[kind]?.history ?? []), entry];
  const inForce = entry.did === 'corrected' ? history.length : entry.to;
  const next: CorrectionsRecord = {
    format: 'myocast-corrections',
    version: 1,
    subject,
    series: { ...record?.series, [kind]: { inForce, history } },
  };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(next, null, 2)}\n`);
  return next;
}

/**
 * What is to be said where contours are drawn anew that were corrected: the corrections count.
 *
 * @param own the folder of the subject's masks
 */
export async function correctionsKept(own: string, subject: string): Promise<Issue[]> {
  const record = await readCorrections(correctionsFolder(dirname(resolve(own)), subject), subject);
  if (!record.ok) return [...record.issues];
  return maskNames.flatMap((kind) => {
    const correction = correctionInForce(record.value, kind);
    if (correction === null) return [];
    const message = `expected no contours by hand, found those of ${correction.by} at ${correction.at}: they stay in force`;
    return [issue('quality-flag', `${subject} ${kind}`, message)];
  });
}

/** Who drew the contours that are in force, for a record of quantities. */
export function correctorOf({ by, at, automatic }: Correction): string {
  return `corrected by ${by} at ${at}${automatic ? ` from ${automatic.drawnBy}` : ''}`;
}
