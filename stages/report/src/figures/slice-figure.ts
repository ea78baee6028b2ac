import { formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { cssColour, diverging, inkOn } from './colour-scale.ts';
import { shapesFile } from './svg-file.ts';
import { svgText } from './svg-text.ts';

/** What the slices of some sequences do to a number, from base to apex. */
export interface SliceFigure {
  readonly title: string;
  readonly note: string;
  readonly sequences: readonly {
    readonly name: string;
    readonly slices: readonly {
      /** Number in the exam, from 1; null where it is not known */
      readonly examNumber: number | null;
      readonly value: number;
    }[];
  }[];
}

const width = 760;
const left = 110;
const right = 748;
const above = 66;
const rowHeight = 58;

/**
 * A row of cells for each sequence, base on the left and apex on the right, a cell for a slice with its value and
 * below it its number in the exam; blue lowers, orange raises, on one scale for all. As an SVG file.
 *
 * @throws RangeError without a slice, or for a value that is not finite
 */
export function sliceFigure({ title, note, sequences }: SliceFigure): string {
  const values = sequences.flatMap(({ slices }) => slices.map(({ value }) => value));
  if (values.length === 0 || !values.every(Number.isFinite))
    throw new RangeError(`sliceFigure: expected finite values of slices, got ${values.length}`);
  const reach = Math.max(...values.map(Math.abs)) || 1;
  const longest = Math.max(...sequences.map(({ slices }) => slices.length * cellWidth(slices.length)));
  const shapes = html`${svgText(title, [8, 20], { size: 14, bold: true })}${svgText(note, [8, 38], { size: 11, colour: '#555' })}
${svgText('base', [left, above - 8], { size: 11, colour: '#555' })}${svgText('apex', [left + longest - 2, above - 8], { size: 11, colour: '#555', anchor: 'end' })}
${sequences.map((sequence, row) => sequenceRow(sequence, row, reach))}`;
  const said = sequences.map(
    ({ name, slices }) => `${name}: ${slices.map(({ value }) => formatNumber(value, 2)).join(', ')}`,
  );
  return shapesFile({ width, height: above + sequences.length * rowHeight + 8 }, shapes, {
    title,
    description: `${note}. From base to apex, ${said.join('; ')}.`,
  });
}

const cellWidth = (count: number) => Math.min(64, (right - left) / Math.max(1, count));

function sequenceRow({ name, slices }: SliceFigure['sequences'][number], row: number, reach: number): Markup {
  const y = above + row * rowHeight;
  const cell = cellWidth(slices.length);
  return html`${svgText(name, [8, y + 20], { size: 12 })}${slices.map(({ value, examNumber }, index) => {
    const x = left + index * cell;
    const colour = diverging((value / reach + 1) / 2);
    return html`<rect x="${x}" y="${y}" width="${cell - 2}" height="32" fill="${cssColour(colour)}"/>${svgText(formatNumber(value, 2), [x + cell / 2 - 1, y + 20], { size: 10.5, anchor: 'middle', colour: inkOn(colour) })}${svgText(examNumber === null ? `(${index + 1})` : String(examNumber), [x + cell / 2 - 1, y + 45], { size: 10, anchor: 'middle', colour: '#555' })}`;
  })}`;
}
