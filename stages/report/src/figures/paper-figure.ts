import * as Plot from '@observablehq/plot';
import { plainTicks } from './axis-ticks.ts';
import { drawPlot } from './figure.ts';
import {
  axisHeight,
  beside,
  fontSize,
  type Layout,
  layoutOf,
  lineHeight,
  marginRight,
  type PaperAxis,
  type PaperFigure,
  small,
  type TickTable,
  width,
} from './paper-layout.ts';
import { svgFile } from './svg-file.ts';
import { fitText, plainText } from './text-width.ts';

/** What the figure functions have in common. */
export interface PaperOptions {
  readonly title?: string | undefined;
  /** Lines below the title. */
  readonly notes?: readonly string[] | undefined;
}

const ink = '#1a1a1a';

/**
 * A figure for a paper: one SVG file that needs nothing else, 400 units wide, with its letters as text. The same
 * input gives the same bytes.
 */
export function paperFigure(figure: PaperFigure): string {
  const { x, y, table } = figure;
  if (![...x.domain, ...y.domain].every(Number.isFinite))
    throw new RangeError(
      `paperFigure: expected finite limits of both axes, got ${[...x.domain, ...y.domain].join(', ')}`,
    );
  const frame = layoutOf(figure);
  const svg = drawPlot({
    width,
    height: frame.height,
    marginLeft: frame.left,
    marginRight,
    marginTop: frame.top,
    marginBottom: frame.bottom,
    className: 'figure',
    style: { fontSize: `${fontSize}px`, fontFamily: 'Arial, Helvetica, sans-serif', color: ink },
    x: { type: 'linear', domain: [...x.domain], axis: null },
    y: { type: 'linear', domain: [...y.domain], axis: null },
    marks: [
      ...figure.marks,
      Plot.axisX([...x.ticks], axisOptions(x, 35)),
      Plot.axisY([...y.ticks], axisOptions(y, frame.labelOffset)),
      Plot.frame({ anchor: 'left', stroke: ink }),
      Plot.frame({ anchor: 'bottom', stroke: ink }),
      ...titleMarks(figure, frame),
      ...noteMarks(figure, frame),
      ...keyMarks(frame),
      ...(table ? tableMarks(table, x.ticks, frame) : []),
    ],
  });
  svg.setAttribute('role', 'img');
  svg.querySelector('style')?.remove();
  return svgFile(svg.outerHTML, figure);
}

function axisOptions({ label, tickFormat }: PaperAxis, labelOffset: number) {
  return {
    label: plainText(label),
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset,
    tickFormat: tickFormat ?? plainTicks,
    tickSize: 4,
    fontSize: small,
    color: ink,
  } as const;
}

function titleMarks({ title }: PaperFigure, { left, top }: Layout): Plot.Markish[] {
  if (!title) return [];
  const text = fitText(title, width - 2 - marginRight, 14);
  return [
    Plot.text([text], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      dx: 2 - left,
      dy: 8 - top,
      fontWeight: 'bold',
      fontSize: 13,
      fill: ink,
    }),
  ];
}

function noteMarks({ notes = [] }: PaperFigure, { notesTop }: Layout): Plot.Markish[] {
  return notes.map((note, line) =>
    drawing((add) => {
      const text = fitText(note, width - 2 - marginRight, small);
      const y = notesTop + line * lineHeight + 6;
      add('text', { x: 2, y, 'text-anchor': 'start', 'font-size': small }, text);
    }),
  );
}

function keyMarks({ key, keyTop }: Layout): Plot.Markish[] {
  return key.map(({ label, colour, dash, isPoint, left, line }) =>
    drawing((add) => {
      const y = keyTop + line * lineHeight + 6;
      const [from, to] = isPoint ? [left + 11, left + 11] : [left, left + 22];
      const [above, below] = isPoint ? [y - 6, y + 6] : [y, y];
      add('line', {
        x1: from,
        x2: to,
        y1: above,
        y2: below,
        stroke: colour,
        'stroke-width': isPoint ? 1.4 : 2,
        'stroke-dasharray': dash,
      });
      if (isPoint) add('circle', { cx: from, cy: y, r: 3.6, fill: colour, stroke: '#fff' });
      const text = fitText(label, width - marginRight - left - 28, small);
      add('text', { x: left + 27, y: y + 4, 'text-anchor': 'start', 'font-size': small }, text);
    }),
  );
}

function tableMarks({ heading, rows }: TickTable, ticks: readonly number[], layout: Layout): Plot.Markish[] {
  const { height, bottom, left } = layout;
  const first = height - bottom + axisHeight + lineHeight - 4;
  const several = rows.length > 1;
  return [
    drawing((add, x) => {
      const heads = {
        x: several ? 2 : left,
        y: first,
        'text-anchor': 'start',
        'font-weight': 'bold',
        'font-size': small,
      };
      add('text', heads, heading);
      for (const [at, { name, colour, cells }] of rows.entries()) {
        const y = first + (at + 1) * lineHeight;
        const own = { y, 'font-size': small };
        if (several)
          add(
            'text',
            { ...own, x: 2, 'text-anchor': 'start', fill: colour },
            fitText(name, left - beside({ heading, rows }), small),
          );
        for (const [k, cell] of cells.entries()) add('text', { ...own, x: x(ticks[k]!) }, cell);
      }
    }),
  ];
}

type Attributes = { readonly [name: string]: string | number };
type Add = (tag: string, attributes: Attributes, text?: string) => void;

/** Shapes and texts at places of the page, or of the x axis. Attributes come from here, never from data. */
function drawing(draw: (add: Add, x: (value: number) => number) => void): Plot.Markish {
  return (_index, scales, _values, _dimensions, context) => {
    const element = (tag: string) => context.document.createElementNS('http://www.w3.org/2000/svg', tag);
    const group = element('g') as SVGGElement;
    group.setAttribute('fill', ink);
    draw(
      (tag, attributes, text) => {
        const shape = element(tag);
        for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
        if (text !== undefined) shape.textContent = plainText(text);
        group.append(shape);
      },
      scales.x as (value: number) => number,
    );
    return group;
  };
}
