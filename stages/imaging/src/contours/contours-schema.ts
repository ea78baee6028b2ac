import { z } from 'zod';
import { maskNames } from '../records.ts';

/** What a file of contours says it is. */
export const contoursFormat = 'myocast-contours';
/** Raised when an older reader would misread a file. */
export const contoursVersion = 1;

const finite = z.number();
const outline = z.strictObject({
  /** [column, row]; (0, 0) is the centre of the first pixel. The last point is joined to the first. */
  pixels: z.array(z.tuple([finite, finite])).nullable(),
  /** The same points in the patient, LPS mm; null where the series carries no geometry. */
  mm: z.array(z.tuple([finite, finite, finite])).nullable(),
});

const region = z.strictObject({
  label: z.int().min(1).max(255),
  /** What the label is, for a reader. */
  name: z.string(),
  polygons: z.array(z.strictObject({ outer: outline, holes: z.array(outline) })),
});

const slice = z.strictObject({
  /** From 0. */
  phase: z.int().min(0),
  /** From 0, in the order of the series' volume. */
  slice: z.int().min(0),
  /** The image that was drawn on, where it is known. */
  sopInstanceUid: z.string().nullable(),
  /** All that is drawn in the slice; none where nothing is. */
  regions: z.array(region),
});

const series = z.strictObject({
  kind: z.enum(maskNames),
  /** The series by its pixels, as exam.json names it. */
  seriesKey: z.string(),
  shape: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  /** 4×4, row by row: [column, row, slice, 1] to [x, y, z, 1] in LPS mm. */
  affine: z.array(finite).length(16).nullable(),
  /** An expert, the network with this hash, or who corrected it. */
  drawnBy: z.string(),
  slices: z.array(slice),
});

/** A file of contours (docs/contours.md). */
export const contoursSchema = z.strictObject({
  format: z.literal(contoursFormat),
  version: z.literal(contoursVersion),
  subject: z.string(),
  softwareVersion: z.string(),
  series: z.array(series),
});

export type ContoursFile = z.infer<typeof contoursSchema>;
export type ContouredSeries = ContoursFile['series'][number];
export type ContouredSlice = ContouredSeries['slices'][number];
export type WrittenOutline = z.infer<typeof outline>;
