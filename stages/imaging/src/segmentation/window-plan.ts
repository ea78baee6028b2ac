import type { SegmentedKind } from '../records.ts';
import type { LabelledSlice } from './training-batch.ts';
import type { WindowPlan } from './view.ts';

/** 168 mm around the heart, 280 mm to look for it. */
const cinePlan: WindowPlan = { size: 112, fineMm: 1.5, searchMm: 2.5 };

/** For networks that begin with phantoms. */
export const usualPlans: Readonly<Record<SegmentedKind, WindowPlan>> = {
  'cine-sax': cinePlan,
  // Late enhancement is often kept without pixel sizes; the heart's own size serves.
  'lge-sax': { size: 96, fineMm: 1.5, searchMm: 2.9, heartShare: 0.55 },
  't2-sax': { size: 96, fineMm: 1.5, searchMm: 2.9 },
  'cine-lax': { size: 112, fineMm: 1.8, searchMm: 2.6 },
};

/** The window's side divides by this: 2 to the number of times the network halves it. */
const sideStep = 16;

/**
 * The window for these images: pixels as most of them have (between 1 and 2 mm), a
 * side in which the largest heart takes 85 %, and a search window that shows the
 * whole slice of most. Without pixel sizes, the heart's own size sets the scale.
 */
export function planFor(slices: readonly LabelledSlice[], hasPixelSize: boolean): WindowPlan {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const most = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(0.99 * (values.length - 1))]!;
  const hearts = slices.filter(({ heart }) => heart !== null);
  const extents = hearts.map(({ heart, pixelMm }) =>
    Math.max(heart!.extent[0] * pixelMm[0], heart!.extent[1] * pixelMm[1]),
  );
  const pixelMm = middle(slices.map((slice) => Math.max(...slice.pixelMm)));
  const fineMm = Math.round(10 * Math.min(2, Math.max(1, pixelMm))) / 10;
  const side = sideStep * Math.ceil(most(extents) / 0.85 / fineMm / sideStep);
  const size = Math.min(160, Math.max(80, side));
  const fields = slices.map(({ rows, columns, pixelMm: [down, across] }) =>
    Math.max(rows * down, columns * across),
  );
  const searchMm = Math.round((10 * 0.8 * middle(fields)) / size) / 10;
  return { size, fineMm, searchMm, ...(hasPixelSize ? {} : { heartShare: 0.55 }) };
}
