import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { ExamFolders } from '../../deformation/exam-deformation.ts';
import type { CineQuantities, QuantitiesRecord, SeriesRecord } from '../../records.ts';
import type { TissueQuantities } from '../../tissue-records.ts';
import { maskInForce } from '../../contours/mask-in-force.ts';
import { volumeAt } from '../../segmentation/dataset.ts';
import { checkLabels } from '../check-labels.ts';
import { assumedReference, type SegmentReference } from '../segments.ts';
import { quantifyTissue, type TissueImage, type TissueKind, tissueKinds } from './tissue.ts';

/** The masks that the exam's other quantities were made from. */
export interface ExamMasks {
  readonly cineMask: Mask | null;
  readonly lgeMask: Mask | null;
  readonly cine: CineQuantities | null;
  readonly reference: SegmentReference | null;
}

/**
 * What the images of an ingested exam tell about its tissue: those that `exam.json`
 * names, the T2 contours in force where there are some, and the given masks.
 *
 * @param folders `maskFolder` of this subject
 * @param flags images and masks that cannot be read, and parts that allow no number, are added
 * @returns null where the folder holds no ingested exam
 */
export async function examTissue(
  { examFolder, series, maskFolder, subject }: ExamFolders,
  { cineMask, lgeMask, cine, reference }: ExamMasks,
  haematocrit: number | null,
  flags: Issue[],
): Promise<TissueQuantities | null> {
  if (series === null) return null;
  const images: { -readonly [Kind in TissueKind]?: TissueImage } = {};
  for (const kind of tissueKinds) {
    const record = series.find((own) => own.kind === kind);
    const image = record && (await imageOf(examFolder, record, flags));
    if (image) images[kind] = image;
  }
  const tissue = quantifyTissue(
    {
      images,
      lgeMask,
      t2Mask: await oedemaMask(maskFolder, subject, flags),
      cineMask: cine && cineMask,
      edPhase: cine?.edPhase ?? 0,
      reference,
      haematocrit,
    },
    assumedReference,
  );
  flags.push(...partFlags(tissue));
  return tissue;
}

async function imageOf(
  examFolder: string,
  { kind, variant, fieldStrengthT }: SeriesRecord,
  flags: Issue[],
): Promise<TissueImage | null> {
  const volume = await volumeAt(join(examFolder, `${kind}.nii.gz`));
  if (volume.ok) return { volume: volume.value, variant: variant ?? null, fieldT: fieldStrengthT ?? null };
  flags.push(...volume.issues);
  return null;
}

/** Null, with a flag where they cannot be used, or where there are none. */
async function oedemaMask(folder: string, subject: string, flags: Issue[]): Promise<Mask | null> {
  const found = await maskInForce(folder, subject, 't2-sax');
  flags.push(...found.issues);
  if (!found.ok || found.value === null) return null;
  const mask = checkLabels(found.value.mask, 't2-sax', found.value.path);
  flags.push(...mask.issues);
  return mask.ok ? mask.value : null;
}

/** What the parts say against themselves as a whole: one line each, for the record's flags. */
function partFlags({ enhancement, oedema, flags }: TissueQuantities): Issue[] {
  const said: readonly (readonly [QuantitiesRecord['subject'], readonly string[]])[] = [
    ['lge-sax image', enhancement?.flags ?? []],
    ['t2-stir image', oedema?.flags ?? []],
    ['exam images', flags],
  ];
  return said.flatMap(([path, messages]) => messages.map((message) => issue('quality-flag', path, message)));
}
