import { join } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { readExamMask } from '../archive/read-masks.ts';
import { readSeriesSource } from '../archive/series-source.ts';
import { checkLabels } from '../quantification/check-labels.ts';
import { maskSources } from '../records.ts';
import { maskOf } from '../segmentation/dataset.ts';
import { readNifti } from '../volume/nifti.ts';
import { correctMask, type CorrectionOrder } from './correct-mask.ts';
import type { Correction } from './corrections-record.ts';
import { type Drawing, drawingOfMask, redrawn } from './drawing.ts';
import { maskInForce } from './mask-in-force.ts';
import { readContours } from './read-contours.ts';
import { gridFault, type SeriesGrid, seriesGrid } from './series-grid.ts';
import { bytesAt, textDrawing } from './text-contours.ts';

/** Contours from elsewhere, for a series of an exam. */
export interface ImportOrder extends Omit<CorrectionOrder, 'subject'> {
  readonly examFolder: string;
  /** One file of polygons, a segmentation object or a NIfTI mask; of contours as text, any number. */
  readonly files: readonly string[];
  /** Of a NIfTI mask of one phase: which phase of the series it is, from 0. */
  readonly phase?: number | undefined;
  /** Of contours as text: the label they outline, and the folder of the images they are named after. */
  readonly label?: number | undefined;
  readonly images?: string | undefined;
}

/**
 * Takes contours in and puts them into force. What they are is told by their bytes. Contours that
 * are not of the exam, its series and its grid are refused, and nothing changes then.
 *
 * A file of polygons draws the slices that it names, a mask all of its slices, and contours as text one label
 * of their images.
 */
export async function importContours(order: ImportOrder): Promise<Checked<Correction>> {
  const { examFolder, maskFolder, kind } = order;
  const grid = await seriesGrid(examFolder, kind);
  if (!grid.ok) return grid;
  const { subject } = grid.value;
  const before = await maskInForce(join(maskFolder, subject), subject, kind);
  if (!before.ok) return before;
  const mask = before.value?.mask ?? null;
  const unfit = mask && gridFault(grid.value, mask);
  if (unfit) return refused(issue('bad-geometry', before.value!.path, unfit));
  const drawn = await readDrawing(order, grid.value, mask);
  if (!drawn.ok) return drawn;
  const { drawing, from } = drawn.value;
  const corrected = redrawn(mask, drawing, grid.value);
  const done = await correctMask({ ...order, subject }, { mask: corrected, before: mask, from });
  return done.ok ? accepted(done.value, [...drawn.issues, ...done.issues]) : done;
}

interface Drawn {
  readonly drawing: Drawing;
  readonly from: Correction['from'];
}

async function readDrawing(
  order: ImportOrder,
  grid: SeriesGrid,
  before: Mask | null,
): Promise<Checked<Drawn>> {
  const [path, ...more] = order.files;
  if (path === undefined)
    return refused(issue('empty-input', order.examFolder, 'expected contours, found none'));
  const bytes = await bytesAt(path);
  if (!(bytes instanceof Uint8Array)) return refused(bytes);
  const from = formatOf(bytes);
  if (from === 'text') {
    const drawing = await textDrawing(order, grid, before);
    return drawing.ok ? accepted({ drawing: drawing.value, from }, drawing.issues) : drawing;
  }
  if (more.length > 0)
    return refused(issue('unsupported', more[0]!, 'expected one file, or contours as text, found several'));
  const drawing = await drawingOf[from](bytes, path, grid, order);
  return drawing.ok ? accepted({ drawing: drawing.value, from }, drawing.issues) : drawing;
}

function formatOf(bytes: Uint8Array): Correction['from'] {
  if (String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM') return 'dicom-seg';
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const firstWords = String.fromCharCode(...bytes.subarray(0, 4));
  if (isGzip || ['\u005c\u0001\u0000\u0000', '\u0000\u0000\u0001\u005c'].includes(firstWords)) return 'nifti';
  return /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64))) ? 'polygons' : 'text';
}

type Reader = (
  bytes: Uint8Array,
  path: string,
  grid: SeriesGrid,
  order: ImportOrder,
) => Checked<Drawing> | Promise<Checked<Drawing>>;

const drawingOf: Readonly<Record<Exclude<Correction['from'], 'text'>, Reader>> = {
  polygons: (bytes, path, grid) => readContours(new TextDecoder().decode(bytes), path, grid),
  'dicom-seg': async (bytes, path, grid, { examFolder }) => {
    const source = await readSeriesSource(examFolder, maskSources[grid.kind].series);
    if (!source.ok) return source;
    const mask = readExamMask(bytes, path, maskSources[grid.kind].kind, source.value.stack);
    return mask.ok ? accepted(drawingOfMask(mask.value), mask.issues) : mask;
  },
  nifti: (bytes, path, grid, { phase }) => {
    const read = maskOf(readNifti(bytes, path), path);
    const mask = read.ok ? checkLabels(read.value, maskSources[grid.kind].kind, path) : read;
    if (!mask.ok) return mask;
    const [phases, slices, rows, columns] = grid.shape;
    if (phase !== undefined && phase >= phases)
      return refused(issue('bad-value', path, `expected a phase below ${phases}, found ${phase}`));
    const shape = [phase === undefined ? phases : 1, slices, rows, columns] as const;
    const fault = gridFault({ shape, affine: grid.affine }, mask.value);
    if (fault !== null) return refused(issue('bad-geometry', path, fault));
    return accepted(drawingOfMask(mask.value, phase), read.issues);
  },
};
