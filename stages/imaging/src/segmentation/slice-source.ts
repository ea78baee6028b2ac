import type { Random } from '@myocast/base';
import { phantomSample } from '@myocast/simulation';
import type { SegmentedKind } from '../records.ts';
import { labelledBox } from './heart-box.ts';
import type { LabelledSlice, SliceSource } from './training-batch.ts';

/**
 * Draws phantoms and annotated slices in this proportion. Of the annotated ones,
 * first a label is drawn, then a slice that shows it: what is rare, as
 * microvascular obstruction is, would else be seen in one batch of many only.
 *
 * @param phantoms share of the slices that are phantoms, 0 to 1
 * @param labels how many there are, without the background
 */
export function sliceSource(
  kind: SegmentedKind,
  phantoms: number,
  slices: readonly LabelledSlice[],
  labels: number,
): SliceSource {
  const groups = [
    slices,
    ...Array.from({ length: labels }, (_, index) =>
      slices.filter((slice) => slice.labels.includes(index + 1)),
    ),
  ].filter((group) => group.length > 0);
  return (random) =>
    slices.length > 0 && !random.chance(phantoms)
      ? random.choice(random.choice(groups))
      : phantomSlice(kind, random.fork('phantom'));
}

/** Heart of a slice near base or apex is small; its stack's is not smaller than this. */
const leastHeartMm = 60;

function phantomSlice(kind: SegmentedKind, random: Random): LabelledSlice {
  const { image, label, size, spacingMm } = phantomSample(random, kind);
  const box = labelledBox(label, size, size * size);
  const least = leastHeartMm / spacingMm;
  return {
    pixels: image,
    labels: label,
    rows: size,
    columns: size,
    pixelMm: [spacingMm, spacingMm],
    heart: box && {
      centre: box.centre,
      extent: [Math.max(least, box.extent[0]), Math.max(least, box.extent[1])],
    },
  };
}
