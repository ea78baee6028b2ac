import { spacingMm, type Volume } from '@myocast/dicom';
import type { Segmentation } from './segment.ts';
import { sampleScores } from './showing.ts';
import { forEachCovered, usualFieldOfViewMm } from './view.ts';

/**
 * How unsure the label of each voxel is: the entropy of its probabilities as a share of
 * the entropy of not knowing at all, 0 (certain) to 1 (every label as probable). 0
 * outside of the window around the heart, which was not looked at.
 */
export function uncertaintyMap(volume: Volume, { maps, view }: Pick<Segmentation, 'maps' | 'view'>): Volume {
  const [phases, slices, rows, columns] = volume.shape;
  const { classes, size, values } = maps;
  const pixelMm: readonly [number, number] = volume.affine
    ? [spacingMm(volume.affine)[1], spacingMm(volume.affine)[2]]
    : [usualFieldOfViewMm / rows, usualFieldOfViewMm / columns];
  const data = new Float32Array(volume.data.length);
  const length = classes * size * size;
  const scores = new Float64Array(classes);
  for (let index = 0; index < phases * slices; index++) {
    const own = values.subarray(index * length, (index + 1) * length);
    forEachCovered({ rows, columns, pixelMm }, view, (place, y, x) => {
      sampleScores(own, scores, size, x, y);
      let entropy = 0;
      for (const share of scores) if (share > 0) entropy -= share * Math.log(share);
      data[index * rows * columns + place] = entropy / Math.log(classes);
    });
  }
  return { ...volume, data };
}
