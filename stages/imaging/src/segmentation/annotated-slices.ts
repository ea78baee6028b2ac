import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import { type Dataset, findDataset, readAnnotated } from './dataset.ts';
import { labelledBox, pixelMmByHeart } from './heart-box.ts';
import { labelNames } from './label-names.ts';
import type { LabelledSlice } from './training-batch.ts';
import { usualPixelMm } from './view.ts';

/** The annotated slices of the cases that a network learns from. */
export interface AnnotatedSlices {
  readonly slices: readonly LabelledSlice[];
  readonly cases: number;
}

/** The data set in a folder. Refused when it has none of the layouts, or another kind of image. */
export async function annotatedDataset(folder: string, kind: SegmentedKind): Promise<Checked<Dataset>> {
  const dataset = await findDataset(folder, kind);
  return dataset?.kind === kind
    ? accepted(dataset)
    : refused(issue('empty-input', folder, `expected annotated ${kind} images, found none`));
}

/**
 * Every slice of these cases. Cases that cannot be read or have labels that are
 * none of the kind's become issues; refused when nothing is left.
 */
export async function annotatedSlices(
  dataset: Dataset,
  cases: ReadonlySet<string>,
): Promise<Checked<AnnotatedSlices>> {
  const read = await readAnnotated(dataset, (name) => cases.has(name));
  const issues: Issue[] = [...read.issues];
  const highest = labelNames[dataset.kind].length;
  const slices: LabelledSlice[] = [];
  const used = new Set<string>();
  for (const { name, volume, mask } of read.pairs) {
    const wrong = mask.data.find((label) => label > highest);
    if (wrong === undefined) {
      slices.push(...slicesOf(volume, mask));
      used.add(name);
    } else issues.push(issue('bad-value', name, `expected labels 0 to ${highest}, found ${wrong}: not used`));
  }
  if (slices.length > 0) return accepted({ slices, cases: used.size }, issues);
  return refused(
    issue('empty-input', dataset.kind, 'expected annotated images to train on, found none'),
    ...issues,
  );
}

function slicesOf(volume: Volume, mask: Mask): LabelledSlice[] {
  const [phases, count, rows, columns] = volume.shape;
  const area = rows * columns;
  const spacing = volume.affine && spacingMm(volume.affine);
  const heart = labelledBox(mask.data, columns, area);
  const pixelMm = spacing
    ? ([spacing[1], spacing[2]] as const)
    : heart
      ? pixelMmByHeart(heart)
      : usualPixelMm(rows, columns);
  return Array.from({ length: phases * count }, (_, index) => ({
    pixels: volume.data.subarray(index * area, (index + 1) * area),
    labels: mask.data.subarray(index * area, (index + 1) * area),
    rows,
    columns,
    pixelMm,
    heart,
  }));
}
