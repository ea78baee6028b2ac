import type { Mask, Volume } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import type { Segmenter, SegmenterCard } from './segmenter.ts';

/** Images whose brightness is the label, which the segmenter of labels reads off. */
export function imagesOf({ shape, data, affine }: Mask): Volume {
  return { shape, data: Float32Array.from(data), affine, triggerTimesMs: null };
}

const card = (kind: SegmentedKind, labels: number, size: number): SegmenterCard => ({
  name: `labels of ${kind}`,
  kind,
  network: `network of ${kind}`,
  labels: Array.from({ length: labels }, (_, label) => `label ${label + 1}`),
  architecture: 'reads labels off the brightness',
  window: { size, fineMm: 1.5, searchMm: 2.5 },
  training: 'none',
  data: [],
  licence: 'none',
  heldOut: [],
  learnedFrom: [],
  measured: [],
  intendedUse: 'tests',
});

/**
 * A segmenter that takes the brightness between the darkest and the brightest of a
 * window for the label: no network, but all the rest of segmentation is real.
 */
export function segmenterOfLabels(kind: SegmentedKind, labels: number, size = 64): Segmenter {
  const area = size * size;
  const classes = labels + 1;
  return {
    card: card(kind, labels, size),
    classes,
    run(images) {
      const count = images.length / area;
      const logits = new Float32Array(count * classes * area);
      for (let n = 0; n < count; n++) {
        const own = images.subarray(n * area, (n + 1) * area);
        const [low, high] = [Math.min(...own), Math.max(...own)];
        const range = high > low ? high - low : 1;
        for (let place = 0; place < area; place++) {
          const label = Math.round((labels * (own[place]! - low)) / range);
          logits[(n * classes + label) * area + place] = 6;
        }
      }
      return Promise.resolve({
        size,
        logits,
        bottleneck: new Float32Array(count * 2 * 16).fill(1),
        bottleneckWidth: 2,
        bottleneckSize: 4,
      });
    },
    close: () => Promise.resolve(),
  };
}
