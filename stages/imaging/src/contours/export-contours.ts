import { accepted, type Checked, issue, refused } from '@myocast/base';
import { drawnMask, maskSegmentation, masksOfExam } from '../archive/mask-segmentation.ts';
import { type MaskName, maskNames } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { join } from 'node:path';
import {
  contoursFormat,
  contoursVersion,
  type ContouredSeries,
  type ContoursFile,
} from './contours-schema.ts';
import { contoursOfMask } from './contours-of-mask.ts';
import { correctorOf } from './corrections-record.ts';
import { automaticDrawer, maskInForce, type MaskInForce } from './mask-in-force.ts';
import { examRecord, gridFault, type SeriesGrid, seriesGrid } from './series-grid.ts';

export interface ExportOrder {
  readonly examFolder: string;
  /** Holds one folder a subject. */
  readonly maskFolder: string;
  readonly softwareVersion: string;
}

/** The contours in force of an exam as a file of polygons: of one kind of series, or of all that are drawn. */
export async function contoursFile(
  order: ExportOrder,
  kind: MaskName | null,
): Promise<Checked<ContoursFile>> {
  const exam = await examRecord(order.examFolder);
  if (!exam.ok) return exam;
  const series: ContouredSeries[] = [];
  for (const own of kind === null ? maskNames : [kind]) {
    const drawn = await drawnSeries(order, exam.value.subject, own);
    if (!drawn.ok) return drawn;
    if (drawn.value !== null) {
      const { grid, mask, drawnBy } = drawn.value;
      series.push(contoursOfMask(mask, grid, drawnBy));
    }
  }
  if (series.length === 0) return refused(noMask(order, kind));
  return accepted({
    format: contoursFormat,
    version: contoursVersion,
    subject: exam.value.subject,
    softwareVersion: order.softwareVersion,
    series,
  });
}

/** The contours in force of one series as a NIfTI mask. */
export async function contoursNifti(order: ExportOrder, kind: MaskName): Promise<Checked<Uint8Array>> {
  const exam = await examRecord(order.examFolder);
  if (!exam.ok) return exam;
  const drawn = await drawnSeries(order, exam.value.subject, kind);
  if (!drawn.ok) return drawn;
  return drawn.value === null ? refused(noMask(order, kind)) : accepted(writeNifti(drawn.value.mask));
}

/** The contours in force of one series as a DICOM segmentation object, of an exam that keeps its sources. */
export async function contoursSegmentation(
  order: ExportOrder,
  kind: MaskName,
  at: Date,
): Promise<Checked<Uint8Array>> {
  const { examFolder, maskFolder, softwareVersion } = order;
  const exam = await examRecord(examFolder);
  if (!exam.ok) return exam;
  const masks = await masksOfExam(examFolder, exam.value, join(maskFolder, exam.value.subject));
  if (!masks.ok) return masks;
  const drawn = await drawnMask(masks.value, kind);
  if (!drawn.ok) return drawn;
  if (drawn.value === null) return refused(noMask(order, kind));
  return accepted(maskSegmentation(drawn.value, { softwareVersion, at }).bytes, drawn.issues);
}

interface Drawn extends Pick<MaskInForce, 'mask'> {
  readonly grid: SeriesGrid;
  readonly drawnBy: string;
}

/** Null where nothing is drawn. */
async function drawnSeries(
  { examFolder, maskFolder }: ExportOrder,
  subject: string,
  kind: MaskName,
): Promise<Checked<Drawn | null>> {
  const found = await maskInForce(join(maskFolder, subject), subject, kind);
  if (!found.ok) return found;
  if (found.value === null) return accepted(null);
  const grid = await seriesGrid(examFolder, kind);
  if (!grid.ok) return grid;
  const { mask, path, correction } = found.value;
  const fault = gridFault(grid.value, mask);
  if (fault !== null) return refused(issue('bad-geometry', path, fault));
  const drawnBy = correction
    ? correctorOf(correction)
    : await automaticDrawer(join(maskFolder, subject), kind);
  return accepted({ mask, grid: grid.value, drawnBy });
}

function noMask({ maskFolder }: ExportOrder, kind: MaskName | null) {
  return issue('missing-series', maskFolder, `expected contours of ${kind ?? 'the exam'}, found none`);
}
