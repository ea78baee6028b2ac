import { join } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { readExamMask } from '../archive/read-masks.ts';
import { readSeriesSource } from '../archive/series-source.ts';
import { checkLabels } from '../quantification/check-labels.ts';
import { type MaskName, maskSources } from '../records.ts';
import { maskOf } from '../segmentation/dataset.ts';
import { readNifti } from '../volume/nifti.ts';
import { formatOfContours, kindOfContours } from './contours-format.ts';
import { correctMask, type CorrectionOrder } from './correct-mask.ts';
import type { Correction } from './corrections-record.ts';
import { type Drawing, drawingOfMask, redrawn } from './drawing.ts';
import { maskInForce } from './mask-in-force.ts';
import { orientedMask } from './oriented-mask.ts';
import { readContours } from './read-contours.ts';
import { gridFault, type SeriesGrid, seriesGrid } from './series-grid.ts';
import { bytesAt, textDrawing } from './text-contours.ts';

/** Contours from elsewhere, for a series of an exam. */
export interface ImportOrder extends Omit<CorrectionOrder, 'subject' | 'kind'> {
  readonly examFolder: string;
  /** The series; not there or null where the file says it: polygons of one series, or a segmentation object. */
  readonly kind?: MaskName | null | undefined;
  /** One file of polygons, a segmentation object or a NIfTI mask; of contours as text, any number. */
  readonly files: readonly string[];
  /** Of a NIfTI mask of one phase: which phase of the series it is, from 0. */
  readonly phase?: number | undefined;
  /** Of contours as text: the label they outline, and the folder of the images they are named after. */
  readonly label?: number | undefined;
  readonly images?: string | undefined;
  /** Whether a structure may be taken away altogether. */
  readonly mayRemove?: boolean | undefined;
}

/**
 * Takes contours in and puts them into force. What they are is told by their bytes. Contours that
 * are not of the exam, its series and its grid are refused, and nothing changes then.
 *
 * A file of polygons draws the slices that it names, a mask all of its slices, and contours as text one label
 * of their images.
 */
export async function importContours(order: ImportOrder): Promise<Checked<Correction>> {
  const { examFolder, maskFolder, files, mayRemove } = order;
  const kind = await kindOfContours(examFolder, files[0], order.kind ?? null);
  if (!kind.ok) return kind;
  const grid = await seriesGrid(examFolder, kind.value);
  if (!grid.ok) return grid;
  const before = await maskBefore(maskFolder, grid.value);
  if (!before.ok) return before;
  const drawn = await readDrawing(order, grid.value, before.value);
  if (!drawn.ok) return drawn;
  const { drawing, from } = drawn.value;
  const mask = redrawn(before.value, drawing, grid.value);
  const done = await correctMask(
    { ...order, kind: kind.value, subject: grid.value.subject },
    { mask, before: before.value, from, mayRemove },
  );
  return done.ok ? accepted(done.value, [...drawn.issues, ...done.issues]) : done;
}

/** What is in force on the grid; null where nothing is. */
async function maskBefore(maskFolder: string, grid: SeriesGrid): Promise<Checked<Mask | null>> {
  const { subject, kind } = grid;
  const found = await maskInForce(join(maskFolder, subject), subject, kind);
  if (!found.ok) return found;
  if (found.value === null) return accepted(null);
  const { mask, path } = found.value;
  const unfit = gridFault(grid, mask);
  return unfit === null ? accepted(mask) : refused(issue('bad-geometry', path, unfit));
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
  const from = formatOfContours(bytes);
  if (from === 'text') {
    const drawing = await textDrawing(order, grid, before);
    return drawing.ok ? accepted({ drawing: drawing.value, from }, drawing.issues) : drawing;
  }
  if (more.length > 0)
    return refused(issue('unsupported', more[0]!, 'expected one file, or contours as text, found several'));
  const drawing = await drawingOf[from](bytes, path, grid, order);
  return drawing.ok ? accepted({ drawing: drawing.value, from }, drawing.issues) : drawing;
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
    const checked = read.ok ? checkLabels(read.value, maskSources[grid.kind].kind, path) : read;
    if (!checked.ok) return checked;
    const mask = orientedMask(checked.value, grid.affine);
    const [phases, slices, rows, columns] = grid.shape;
    if (phase !== undefined && phase >= phases)
      return refused(issue('bad-value', path, `expected a phase below ${phases}, found ${phase}`));
    const shape = [phase === undefined ? phases : 1, slices, rows, columns] as const;
    const fault = gridFault({ shape, affine: grid.affine }, mask);
    if (fault !== null) return refused(issue('bad-geometry', path, fault));
    return accepted(drawingOfMask(mask, phase), read.issues);
  },
};
