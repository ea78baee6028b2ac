import { basename } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Outline, PixelGrid, Point } from './outline.ts';
import { polygonFault } from './polygon-faults.ts';
import { withoutRepeats } from './read-contours.ts';

/** A file of one contour, and the name of the image that it was drawn on. */
export interface TextContour {
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
export function readTextContour(text: string, path: string, grid: PixelGrid): Checked<TextContour> {
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
