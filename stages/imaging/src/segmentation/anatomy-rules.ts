import type { Volume } from '@myocast/dicom';
import { boxOf } from './label-box.ts';

/** What the rules need to know of a labelling. */
export interface WallLabels {
  readonly cavity: number;
  /** All that is myocardium; where the wall has to be mended, it becomes the first of them. */
  readonly wall: readonly number[];
}

/** What was changed, by rule: slices in which a rule found something to mend. */
export interface Repairs {
  readonly holesFilled: number;
  readonly ringsClosed: number;
  readonly bareCavities: number;
}

/** A cavity of which less than this share touches the wall is none: there is no heart around it. */
const leastWall = 0.25;
/** A wall open over a larger share of the cavity's border is no gap but the base. */
const widestGap = 0.3;

/**
 * In place, slice by slice: what every short-axis slice of a left ventricle is like.
 *
 * - A hole in what is labelled belongs to what lies around most of it.
 * - A cavity without myocardium around it, in the first or last slice of a cavity, is
 *   not that of the left ventricle. (In between, it is the wall that was missed.)
 * - The wall around a cavity is closed: where the cavity touches anything else over
 *   a small part of its border, the pixels beside it are wall.
 *
 * In the expert masks of 50 patients of ACDC no cavity lacks its wall and 4 of 904
 * walls are open.
 */
export function mendSlices(
  labels: Uint8Array,
  [phases, slices, rows, columns]: Volume['shape'],
  { cavity, wall }: WallLabels,
): Repairs {
  const area = rows * columns;
  const found = { holesFilled: 0, ringsClosed: 0, bareCavities: 0 };
  for (let index = 0; index < phases * slices; index++) {
    const slice = labels.subarray(index * area, (index + 1) * area);
    const crop = cropOf(slice, rows, columns);
    if (crop === null) continue;
    if (fillHoles(crop.labels, crop.rows, crop.columns)) found.holesFilled++;
    const atEnd = isEnd(labels, index, slices, area, cavity);
    const mended = mendWall(crop.labels, crop.rows, crop.columns, { cavity, wall }, atEnd);
    if (mended !== null) found[mended]++;
    for (let row = 0; row < crop.rows; row++)
      slice.set(
        crop.labels.subarray(row * crop.columns, (row + 1) * crop.columns),
        (crop.top + row) * columns + crop.left,
      );
  }
  return found;
}

/** A copy of what is labelled, with a pixel around it where the slice has one; null where nothing is. */
function cropOf(slice: Uint8Array, rows: number, columns: number) {
  const box = boxOf(slice, columns);
  if (box === null) return null;
  const [top, left] = [Math.max(0, box.top - 1), Math.max(0, box.left - 1)];
  const height = Math.min(rows, box.bottom + 2) - top;
  const width = Math.min(columns, box.right + 2) - left;
  const labels = new Uint8Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * columns + left;
    labels.set(slice.subarray(start, start + width), row * width);
  }
  return { labels, top, left, rows: height, columns: width };
}

/** Whether the slice before or the one after lacks the cavity. */
function isEnd(labels: Uint8Array, index: number, slices: number, area: number, cavity: number): boolean {
  const z = index % slices;
  const holds = (at: number) => labels.subarray(at * area, (at + 1) * area).includes(cavity);
  return z === 0 || z === slices - 1 || !holds(index - 1) || !holds(index + 1);
}

/** Removes a cavity without a wall, or closes a wall that is nearly closed; null where neither is needed. */
function mendWall(
  slice: Uint8Array,
  rows: number,
  columns: number,
  { cavity, wall }: WallLabels,
  atEnd: boolean,
): 'bareCavities' | 'ringsClosed' | null {
  const border = borderOf(slice, rows, columns, cavity);
  const open = border.filter((place) => !wall.includes(slice[place]!));
  if (open.length === 0) return null;
  const share = open.length / border.length;
  if (share > 1 - leastWall) {
    if (!atEnd) return null;
    for (let place = 0; place < slice.length; place++) if (slice[place] === cavity) slice[place] = 0;
    return 'bareCavities';
  }
  if (share > widestGap) return null;
  for (const place of open) slice[place] = wall[0]!;
  return 'ringsClosed';
}

/** The pixels that are not of this label and touch it by an edge. */
function borderOf(slice: Uint8Array, rows: number, columns: number, label: number): number[] {
  const border: number[] = [];
  for (let place = 0; place < rows * columns; place++) {
    if (slice[place] === label) continue;
    if (neighbours(place, rows, columns).some((other) => slice[other] === label)) border.push(place);
  }
  return border;
}

function neighbours(place: number, rows: number, columns: number): number[] {
  const column = place % columns;
  const near: number[] = [];
  if (column > 0) near.push(place - 1);
  if (column < columns - 1) near.push(place + 1);
  if (place >= columns) near.push(place - columns);
  if (place < (rows - 1) * columns) near.push(place + columns);
  return near;
}

/** True where a hole was found. */
function fillHoles(slice: Uint8Array, rows: number, columns: number): boolean {
  const outside = reachedFromEdge(slice, rows, columns);
  const seen = outside;
  let filled = false;
  for (let start = 0; start < slice.length; start++) {
    if (slice[start] !== 0 || seen[start]) continue;
    fillHole(slice, seen, start, rows, columns);
    filled = true;
  }
  return filled;
}

function reachedFromEdge(slice: Uint8Array, rows: number, columns: number): Uint8Array {
  const reached = new Uint8Array(slice.length);
  const waiting: number[] = [];
  const take = (place: number) => {
    if (slice[place] !== 0 || reached[place]) return;
    reached[place] = 1;
    waiting.push(place);
  };
  for (let column = 0; column < columns; column++) {
    take(column);
    take((rows - 1) * columns + column);
  }
  for (let row = 0; row < rows; row++) {
    take(row * columns);
    take(row * columns + columns - 1);
  }
  while (waiting.length > 0) for (const other of neighbours(waiting.pop()!, rows, columns)) take(other);
  return reached;
}

/** The hole gets the label that touches most of it. */
function fillHole(slice: Uint8Array, seen: Uint8Array, start: number, rows: number, columns: number): void {
  const hole = [start];
  const touching = new Map<number, number>();
  seen[start] = 1;
  for (let at = 0; at < hole.length; at++) {
    for (const other of neighbours(hole[at]!, rows, columns)) {
      const label = slice[other]!;
      if (label !== 0) touching.set(label, (touching.get(label) ?? 0) + 1);
      else if (!seen[other]) {
        seen[other] = 1;
        hole.push(other);
      }
    }
  }
  const [[label]] = [...touching].sort(([a, m], [b, n]) => n - m || a - b) as [[number, number]];
  for (const place of hole) slice[place] = label;
}
