import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import {
  type ContouredSeries,
  type ContouredSlice,
  type ContoursFile,
  contoursFormat,
  contoursSchema,
  contoursVersion,
} from './contours-schema.ts';
import { labelNames } from './contours-of-mask.ts';
import type { Drawing } from './drawing.ts';
import { fillPolygons } from './fill-polygons.ts';
import type { Outline, Polygon } from './outline.ts';
import { polygonFault } from './polygon-faults.ts';
import { placedOutline } from './placed-outline.ts';
import { gridFault, type SeriesGrid } from './series-grid.ts';

const mostFaults = 20;

/**
 * What a file of contours says of one series. Every slice that it names is drawn anew, with all of
 * its labels; where regions overlap, the higher label is taken and the pixels are counted.
 *
 * @returns refused when the file is not of this format, is of another exam, series or grid, or holds
 *   a polygon that is no area of the image: nothing of it is taken then
 */
export function readContours(text: string, path: string, grid: SeriesGrid): Checked<Drawing> {
  const file = parseContours(text, path);
  if (!file.ok) return file;
  const series = seriesFor(file.value, path, grid);
  if ('message' in series) return refused(series);
  const faults: Issue[] = [];
  const drawing = new Map<number, Uint8Array>();
  const overlaps = { pixels: 0 };
  for (const slice of series.slices) {
    const at = slice.phase * grid.shape[1] + slice.slice;
    const place = `${path} phase ${slice.phase} slice ${slice.slice}`;
    const wrong =
      sliceFault(slice, grid) ?? (drawing.has(at) ? 'expected a slice once, found it twice' : null);
    if (wrong !== null) faults.push(issue('bad-geometry', place, wrong));
    else drawing.set(at, labelsOf(slice, grid, { place, faults, overlaps }));
  }
  const [first, ...others] = faults;
  if (first) return refused(first, ...others.slice(0, mostFaults - 1));
  return accepted(drawing, overlapIssues(overlaps.pixels, path));
}

export function overlapIssues(pixels: number, path: string): Issue[] {
  if (pixels === 0) return [];
  const message = `expected regions side by side, found ${pixels} pixels in several: the higher label is taken`;
  return [issue('quality-flag', path, message)];
}

/** The file as it is, its form checked. */
export function parseContours(text: string, path: string): Checked<ContoursFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refused(issue('not-readable', path, `expected JSON: ${(cause as Error).message}`));
  }
  const said = json as { format?: unknown; version?: unknown } | null;
  if (said?.format !== contoursFormat)
    return refused(issue('not-readable', path, `expected "format": "${contoursFormat}", found another`));
  if (said.version !== contoursVersion) {
    const found = JSON.stringify(said.version)?.slice(0, 20) ?? 'none';
    return refused(issue('unsupported', path, `expected version ${contoursVersion}, found ${found}`));
  }
  const parsed = contoursSchema.safeParse(json);
  if (parsed.success) return accepted(parsed.data);
  const [fault] = parsed.error.issues;
  return refused(issue('bad-value', `${path} ${fault!.path.join('.')}`, fault!.message));
}

/** The one series of the file that is the exam's, or why there is none. */
function seriesFor(file: ContoursFile, path: string, grid: SeriesGrid): ContouredSeries | Issue {
  if (file.subject !== grid.subject)
    return issue('bad-value', path, `expected contours of ${grid.subject}, found those of ${file.subject}`);
  const own = file.series.filter(({ kind }) => kind === grid.kind);
  const [series] = own;
  if (series === undefined || own.length > 1)
    return issue(
      'missing-series',
      path,
      `expected ${grid.kind} once in the file, found it ${own.length} times`,
    );
  if (series.seriesKey !== grid.key)
    return issue(
      'bad-geometry',
      path,
      `expected contours of the series ${grid.key}, found those of ${series.seriesKey}: other images`,
    );
  const fault = gridFault(grid, series);
  return fault === null ? series : issue('bad-geometry', path, fault);
}

function sliceFault({ phase, slice, sopInstanceUid }: ContouredSlice, grid: SeriesGrid): string | null {
  const [phases, slices] = grid.shape;
  if (phase >= phases || slice >= slices)
    return `expected ${phases} phases of ${slices} slices, counted from 0`;
  const uid = grid.imageUids?.[phase * slices + slice];
  if (sopInstanceUid !== null && uid !== undefined && uid !== sopInstanceUid)
    return `expected contours of the image ${uid || '(none)'}, found those of ${sopInstanceUid}`;
  return null;
}

interface Findings {
  readonly place: string;
  readonly faults: Issue[];
  readonly overlaps: { pixels: number };
}

function labelsOf(
  { slice, regions }: ContouredSlice,
  grid: SeriesGrid,
  { place, faults, overlaps }: Findings,
): Uint8Array {
  const [, , height, width] = grid.shape;
  const labels = new Uint8Array(width * height);
  for (const { label, polygons } of regions.toSorted((a, b) => a.label - b.label)) {
    const most = labelNames[grid.kind].length;
    if (label > most)
      faults.push(issue('bad-value', place, `expected ${grid.kind} labels 1 to ${most}, found ${label}`));
    const areas = polygons.map(({ outer, holes }): Polygon | string => {
      const lines = [outer, ...holes].map((line) => placedOutline(line, slice, grid));
      const unplaced = lines.find((line) => typeof line === 'string');
      if (typeof unplaced === 'string') return unplaced;
      const [around, ...within] = lines as Outline[];
      const polygon = { outer: around!, holes: within };
      return polygonFault(polygon, { width, height }) ?? polygon;
    });
    for (const area of areas)
      if (typeof area === 'string') faults.push(issue('bad-geometry', `${place} label ${label}`, area));
    const sound = areas.filter((area) => typeof area !== 'string');
    overlaps.pixels += paint(labels, label, fillPolygons(sound, { width, height }));
  }
  return labels;
}

/** How many pixels had a label already. */
function paint(labels: Uint8Array, label: number, filled: Uint8Array): number {
  let overlapping = 0;
  for (const [at, inside] of filled.entries()) {
    if (inside === 0) continue;
    if (labels[at] !== 0) overlapping++;
    labels[at] = label;
  }
  return overlapping;
}
