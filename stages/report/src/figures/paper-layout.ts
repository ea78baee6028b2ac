import { plainTicks } from './axis-ticks.ts';
import type * as Plot from '@observablehq/plot';
import { widthOf } from './text-width.ts';

// At 8 cm the letters are 6.5 pt high, at 16 cm 13 pt.
export const width = 400;
export const fontSize = 12;
export const small = 11;
export const marginRight = 16;
export const lineHeight = 16;
const widestNames = 130;
export const axisHeight = 42;

/** A line of the key above the frame. */
export interface KeyEntry {
  readonly label: string;
  readonly colour: string;
  readonly dash: string;
  /** A point with an interval instead of a line. */
  readonly isPoint?: boolean;
}

/** Numbers below the axis, one column a tick. */
export interface TickTable {
  readonly heading: string;
  readonly rows: readonly {
    readonly name: string;
    readonly colour: string;
    readonly cells: readonly string[];
  }[];
}

/** One axis. Ticks are where the numbers of a table below stand. */
export interface PaperAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly label: string;
  readonly tickFormat?: (value: number) => string;
}

export interface PaperFigure {
  readonly title?: string | undefined;
  /** Lines below the title: numbers, or what a reader must know. */
  readonly notes?: readonly string[] | undefined;
  /** Shown where there is more than one entry. */
  readonly key: readonly KeyEntry[];
  readonly x: PaperAxis;
  readonly y: PaperAxis;
  /** Height over width of the frame; 0.66 where absent. */
  readonly aspect?: number;
  readonly marks: readonly Plot.Markish[];
  readonly table?: TickTable;
  /** What the figure shows, in words. */
  readonly description: string;
}

/** Where things stand on the page, in its units. */
export interface Layout {
  readonly left: number;
  readonly labelOffset: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
  readonly notesTop: number;
  readonly keyTop: number;
  readonly key: readonly (KeyEntry & { readonly left: number; readonly line: number })[];
}

export function layoutOf({ title, notes = [], key, y, aspect = 0.66, table }: PaperFigure): Layout {
  const labelOffset =
    27 + Math.max(...y.ticks.map((tick) => widthOf((y.tickFormat ?? plainTicks)(tick), small)));
  const left = Math.max(labelOffset + 7, nameWidth(table));
  const notesTop = 10 + (title ? lineHeight + 6 : 0);
  const keyTop = notesTop + (notes.length > 0 ? notes.length * lineHeight + 2 : 0);
  const placed = key.length > 1 ? placeKey(key, left) : [];
  const top = keyTop + (placed.length > 0 ? (placed.at(-1)!.line + 1) * lineHeight + 6 : 0);
  const bottom = axisHeight + (table ? (table.rows.length + 1) * lineHeight + 4 : 0);
  const frameWidth = width - left - marginRight;
  return {
    left: round(left),
    labelOffset,
    top,
    bottom,
    height: Math.round(top + bottom + frameWidth * aspect),
    notesTop,
    keyTop,
    key: placed,
  };
}

/** The names of a table stand left of the frame, where there is more than one. */
function nameWidth(table: TickTable | undefined): number {
  if (!table || table.rows.length < 2) return 0;
  const widest = Math.max(...table.rows.map(({ name }) => widthOf(name, small)));
  return Math.min(widestNames, widest + beside(table));
}

/** Room between the names of a table and the left of the frame: half of the first column, and a gap. */
export function beside(table: TickTable | undefined): number {
  return Math.max(0, ...(table?.rows ?? []).map(({ cells }) => widthOf(cells[0] ?? '', small) / 2)) + 8;
}

/** Entries side by side where they fit. */
function placeKey(key: readonly KeyEntry[], left: number) {
  let [at, line] = [left, 0];
  return key.map((entry) => {
    const own = Math.min(widthOf(entry.label, small), width - left - marginRight - 30) + 30 + 14;
    if (at > left && at + own - 14 > width - marginRight) [at, line] = [left, line + 1];
    const place = { ...entry, left: round(at), line };
    at += own;
    return place;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
