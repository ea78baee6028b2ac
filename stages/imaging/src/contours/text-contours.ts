import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, readDataset, text as textOf } from '@myocast/dicom';
import { labelNames } from './contours-of-mask.ts';
import type { Drawing } from './drawing.ts';
import { fillPolygons } from './fill-polygons.ts';
import type { Outline, PixelGrid, Point } from './outline.ts';
import { polygonFault } from './polygon-faults.ts';
import { withoutRepeats } from './placed-outline.ts';
import type { SeriesGrid } from './series-grid.ts';

/** A file of one contour, and the name of the image that it was drawn on. */
interface TextContour {
  readonly path: string;
  /** What its name shares with that of the image: `P09-0020` of `P09-0020-icontour-manual.txt`. */
  readonly image: string;
  readonly outline: Outline;
}

/** More than any hand has drawn. */
const mostPoints = 100_000;

/**
 * A contour as text, one point a line: column and row in pixels, (0, 0) being the centre of the
 * first (RVSC 2012, Sunnybrook 2009). The last point is joined to the first.
 *
 * @returns refused when a line is no point, or the outline no area of the image
 */
function readTextContour(text: string, path: string, grid: PixelGrid): Checked<TextContour> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length > mostPoints)
    return refused(
      issue('unsupported', path, `expected at most ${mostPoints} points, found ${lines.length}`),
    );
  const points: Point[] = [];
  for (const [index, line] of lines.entries()) {
    const point = pointOf(line);
    if (point === null)
      return refused(
        issue(
          'not-readable',
          `${path} line ${index + 1}`,
          `expected a column and a row, found "${line.slice(0, 40)}"`,
        ),
      );
    points.push(point);
  }
  const outline = withoutRepeats(points);
  const fault = polygonFault({ outer: outline, holes: [] }, grid);
  if (fault !== null) return refused(issue('bad-geometry', path, fault));
  const image = basename(path)
    .replace(/[-_]?[io]?contour.*$/i, '')
    .replace(/\.txt$/i, '');
  return accepted({ path, image, outline });
}

function pointOf(line: string): Point | null {
  const [column, row, ...more] = line.trim().split(/[\s,;]+/);
  const point = [Number(column), Number(row)] as const;
  const isNumber = /^[-+\d.]/.test(column ?? '') && row !== undefined && point.every(Number.isFinite);
  return isNumber && more.length === 0 ? point : null;
}

/** Contours as text, and what they cannot say themselves. */
export interface TextOrder {
  readonly files: readonly string[];
  /** The label they outline. */
  readonly label?: number | undefined;
  /** The folder of the images they are named after. */
  readonly images?: string | undefined;
}

/**
 * One label of some images: outside of the contours it goes, inside it stands above other labels,
 * and the pixels of those are counted. The image of a contour is found by the name of its file and, in
 * the exam, by its SOP instance UID.
 */
export async function textDrawing(
  order: TextOrder,
  grid: SeriesGrid,
  before: Mask | null,
): Promise<Checked<Drawing>> {
  const { files, label, images } = order;
  const names = labelNames[grid.kind];
  const path = files[0]!;
  if (label === undefined || images === undefined || label < 1 || label > names.length) {
    const expected = `expected a label of 1 to ${names.length} and the folder of the images for contours as text`;
    return refused(issue('missing-value', path, `${expected}, found not both`));
  }
  const contours = await placedContours(files, images, grid);
  if (!contours.ok) return contours;
  const area = grid.shape[2] * grid.shape[3];
  const drawing = new Map<number, Uint8Array>();
  let overwritten = 0;
  for (const [at, own] of contours.value) {
    const filled = fillPolygons(own.map(polygonOf), sizeOf(grid));
    const slice = before?.data.subarray(at * area, (at + 1) * area) ?? new Uint8Array(area);
    overwritten += slice.filter(
      (value, pixel) => filled[pixel] === 1 && value !== 0 && value !== label,
    ).length;
    drawing.set(
      at,
      slice.map((value, pixel) => labelAt(value, filled[pixel] === 1, label)),
    );
  }
  if (overwritten === 0) return accepted(drawing);
  const message = `expected pixels without another label, found ${overwritten}: they are ${names[label - 1]} now`;
  return accepted(drawing, [issue('quality-flag', path, message)]);
}

function labelAt(before: number, isInside: boolean, label: number): number {
  if (isInside) return label;
  return before === label ? 0 : before;
}

const polygonOf = ({ outline }: TextContour) => ({ outer: outline, holes: [] });
const sizeOf = ({ shape }: SeriesGrid): PixelGrid => ({ width: shape[3], height: shape[2] });

/** The contours of each image, by t * slices + z. */
async function placedContours(
  files: readonly string[],
  images: string,
  grid: SeriesGrid,
): Promise<Checked<ReadonlyMap<number, readonly TextContour[]>>> {
  const contours = new Map<number, TextContour[]>();
  for (const path of files) {
    const bytes = await bytesAt(path);
    if (!(bytes instanceof Uint8Array)) return refused(bytes);
    const contour = readTextContour(new TextDecoder().decode(bytes), path, sizeOf(grid));
    if (!contour.ok) return contour;
    const at = await placeOf(contour.value, images, grid);
    if (typeof at !== 'number') return refused(at);
    contours.set(at, [...(contours.get(at) ?? []), contour.value]);
  }
  return accepted(contours);
}

async function placeOf(
  { path, image }: TextContour,
  images: string,
  grid: SeriesGrid,
): Promise<number | Issue> {
  if (grid.imageUids === null)
    return issue(
      'missing-value',
      path,
      'expected an exam that keeps its sources: ingest again with --references original',
    );
  const names = await readdir(images).catch(() => [] as string[]);
  const own = names.filter((name) => name === image || name.replace(/\.[^.]*$/, '') === image);
  if (own.length !== 1)
    return issue('missing-value', path, `expected one image ${image} in ${images}, found ${own.length}`);
  const file = join(images, own[0]!);
  const bytes = await bytesAt(file);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const dataset = readDataset(bytes, file);
  if (!dataset.ok) return dataset.issues[0]!;
  const at = grid.imageUids.indexOf(textOf(dataset.value, 'SOPInstanceUID'));
  return at >= 0
    ? at
    : issue(
        'bad-geometry',
        path,
        `expected the image ${image} in the ${grid.kind} of the exam, found it in none`,
      );
}

/** The bytes of a file, or the issue that it cannot be read. */
export async function bytesAt(path: string): Promise<Uint8Array | Issue> {
  return readFile(path).catch((cause: Error) => issue('not-readable', path, cause.message));
}
