import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type ImageHeader, number, type VolumePlan } from '@myocast/dicom';
import { type ExamIdentity, examIdentity, type SourceStack, sourceStack } from '@myocast/dicom/objects';
import type { SeriesKind } from '../records.ts';

/** Where a volume comes from: what a result needs to be filed beside its images. Identifying, unless the images are not. */
export interface SeriesSource {
  readonly identity: ExamIdentity;
  readonly stack: SourceStack;
  /** As the scanner was told; null where it was not. */
  readonly heightM: number | null;
  readonly weightKg: number | null;
}

/**
 * What an exam keeps of its source: the source itself, one with other names (pseudonyms,
 * remapped UIDs), or null for nothing.
 */
export type SourceLookup = (source: SeriesSource) => SeriesSource | null;

/** Sources as the images have them: results go back to the archive the images came from. */
export const originalSources: SourceLookup = (source) => source;

/** Sources of de-identified images: every UID and the identity go through the given functions. */
export function renamedSources(
  uidOf: (uid: string) => string,
  identityOf: (identity: ExamIdentity) => ExamIdentity,
): SourceLookup {
  const renamed = (uid: string) => (uid === '' ? '' : uidOf(uid));
  return ({ identity, stack, ...body }) => ({
    ...body,
    identity: identityOf(identity),
    stack: {
      ...stack,
      frameOfReferenceUid: renamed(stack.frameOfReferenceUid),
      instances: stack.instances.map(
        (one) =>
          one && {
            ...one,
            sopInstanceUid: renamed(one.sopInstanceUid),
            seriesInstanceUid: renamed(one.seriesInstanceUid),
          },
      ),
    },
  });
}

/** The source of a planned volume; null where its images have no geometry or no UIDs. */
export function seriesSource(plan: VolumePlan<ImageHeader>): SeriesSource | null {
  const stack = sourceStack(plan);
  const dataset = plan.places[0]?.image.dataset;
  if (stack === null || dataset === undefined) return null;
  const identity = examIdentity(dataset);
  if (identity.StudyInstanceUID === '') return null;
  const known = (value: number | null) => (value !== null && value > 0 ? value : null);
  return {
    identity,
    stack,
    heightM: known(number(dataset, 'PatientSize')),
    weightKg: known(number(dataset, 'PatientWeight')),
  };
}

/** `<kind>.sources.json`, beside the volume. */
export function sourcesFile(kind: SeriesKind): string {
  return `${kind}.sources.json`;
}

/** The source of a volume of an ingested exam; refused ('missing-value') where the exam keeps none. */
export async function readSeriesSource(examFolder: string, kind: SeriesKind): Promise<Checked<SeriesSource>> {
  const path = join(examFolder, sourcesFile(kind));
  try {
    const source = JSON.parse(await readFile(path, 'utf8')) as SeriesSource;
    const { stack, identity } = source;
    const [phases, slices] = stack.shape;
    if (
      stack.instances.length === phases * slices &&
      stack.positions.length === slices &&
      identity.StudyInstanceUID
    )
      return accepted(source);
    return refused(issue('bad-value', path, 'expected an image or null for each slice and phase'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      return refused(
        issue(
          'missing-value',
          path,
          'expected the source of the series: ingest again with --references original',
        ),
      );
    return refused(issue('not-readable', path, `expected JSON: ${(cause as Error).message}`));
  }
}
