import { type ImageHeader, type PixelEvidence, planVolume, text, type VolumePlan } from '@myocast/dicom';
import type { FoundFile } from './containers/files-in.ts';
import {
  type Looked,
  openLoading,
  type PlannedExam,
  type PlannedSeries,
  type UnplannedSeries,
} from './dicom-exam.ts';
import { pixelEvidence } from './image-look/image-look.ts';

/** Below this the headers leave it open what a series is, and its pixels are asked. */
const open = 0.75;
/** An exam with more series in doubt is no exam of a scanner; the first of them are looked at. */
const mostSeries = 60;

/** The series of which the headers do not say enough, each with a plan of a few of its slices. */
export interface Doubtful {
  readonly key: string;
  readonly plan: VolumePlan<ImageHeader>;
}

export function doubtfulSeries({ planned, unplanned }: PlannedExam): readonly Doubtful[] {
  return [...planned, ...unplanned]
    .filter((series) => isDoubtful(series))
    .slice(0, mostSeries)
    .flatMap(({ key, images }) => {
      const plan = planVolume(images, key);
      return plan.ok ? [{ key, plan: sampleOf(plan.value) }] : [];
    });
}

function isDoubtful({ confidence, setBy, images }: PlannedSeries | UnplannedSeries): boolean {
  return setBy === null && confidence < open && text(images[0]!.dataset, 'Modality') === 'MR';
}

/** Up to three slices about the middle, at the first phase. */
function sampleOf(plan: VolumePlan<ImageHeader>): VolumePlan<ImageHeader> {
  const [, depth, rows, columns] = plan.shape;
  const filled = Array.from({ length: depth }, (_, z) => z).filter((z) => !plan.emptySlices.includes(z));
  const picked = [0.3, 0.5, 0.7].map((share) => filled[Math.floor(share * filled.length)]!);
  const slices = [...new Set(picked)];
  const pixels = rows * columns;
  const places = slices.flatMap((z, index) =>
    plan.places
      .filter(({ start }) => start === z * pixels)
      .map(({ image }) => ({ image, start: index * pixels })),
  );
  return { ...plan, shape: [1, slices.length, rows, columns], places, emptySlices: [], triggerTimesMs: null };
}

/** What the pixels of doubtful series say. Series whose pixels cannot be read say nothing here. */
export async function lookAtSeries(
  doubtful: readonly Doubtful[],
  hashOf: ReadonlyMap<string, string>,
  reread: (wanted: ReadonlySet<string>) => AsyncIterable<FoundFile>,
): Promise<Looked> {
  if (doubtful.length === 0) return new Map();
  // Writing in the pixels is looked for when a series is taken.
  const loading = openLoading(doubtful, true);
  for await (const file of reread(loading.missing)) {
    if (!('issue' in file) && loading.missing.has(file.path)) loading.take(file, hashOf.get(file.path)!);
    if (loading.missing.size === 0) break;
  }
  const found = new Map<string, PixelEvidence>();
  for (const [index, { volume, failed }] of loading.close().entries())
    if (failed.size === 0) found.set(doubtful[index]!.key, pixelEvidence(volume));
  return found;
}
