import { html, type Markup, trusted } from '../markup.ts';
import { plainTicks, roundTicks, roundUp } from './axis-ticks.ts';
import { cividis, type ColourScale, cssColour, diverging, inkOn, type Rgb } from './colour-scale.ts';
import { shapesFile } from './svg-file.ts';
import { fitText } from './text-width.ts';

/** A value of each AHA segment. */
export interface BullsEye {
  readonly title: string;
  /** '' for a number without one. */
  readonly unit: string;
  /** Segments 1 to 16, or to 17 with the apex, at index 0 on; null where it was not measured. */
  readonly values: readonly (number | null)[];
  /** Values of the ends of the scale; else a round range of the values. */
  readonly range?: readonly [low: number, high: number];
  /** Of the values; else three digits at most. */
  readonly decimals?: number;
  /** A line below the title: whose contours, for instance. */
  readonly note?: string;
}

const width = 400;
const centre = [160, 196] as const;
const radii = { basal: [105, 140], mid: [70, 105], apical: [35, 70], apex: [0, 35] } as const;
/** Degrees of the middle of the first sector, against the clock from the right. */
const top = 90;

/**
 * The bull's-eye of the AHA segments: base outside, anterior wall on top, septum on the left, the
 * value in each segment, its colour on a scale that does not depend on telling red from green. A segment that was
 * not measured is hatched. As an SVG file.
 *
 * @throws RangeError for other than 16 or 17 values, one that is not finite, or none at all
 * Source: cerqueira2002 (docs/references.bib).
 */
export function bullsEyeFigure({ title, unit, values, range, note, ...given }: BullsEye): string {
  const known = values.filter((value) => value !== null);
  if ((values.length !== 16 && values.length !== 17) || !known.every(Number.isFinite))
    throw new RangeError(`bullsEyeFigure: expected 16 or 17 finite values or nulls, got ${values.length}`);
  if (known.length === 0) throw new RangeError('bullsEyeFigure: expected a measured segment, got none');
  const [low, high] = range ?? roundRange(known);
  const scale = low < 0 && high > 0 ? diverging : cividis;
  const colourOf = (value: number) => scale((value - low) / (high - low || 1));
  const decimals = decimalsOf(known, given.decimals);
  const heading = unit === '' ? title : `${title} (${unit})`;
  const shapes = html`${hatching}
${text(fitText(heading, width - 12, 13), [6, 17], { size: 13, bold: true, anchor: 'start' })}
${note === undefined ? null : text(fitText(note, width - 12, 10.5), [6, 33], { size: 10.5, anchor: 'start' })}
${values.map((value, index) => segmentShape(index + 1, value, colourOf))}
${values.map((value, index) => valueText(index + 1, value, { colourOf, decimals }))}
${walls.map(({ name, at, turn }) => text(name, at, { size: 11, turn }))}
${scaleShape({ low, high, scale, unit, hasNull: known.length < values.length })}`;
  return shapesFile({ width, height: 366 }, shapes, {
    title: heading,
    description: `${heading} by AHA segment. ${values
      .map((value, index) => `${index + 1}: ${value === null ? 'not measured' : value.toFixed(decimals)}`)
      .join(', ')}.`,
  });
}

const hatching = trusted(
  '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><path d="M0 0V6" stroke="#777" stroke-width="1.6"/></pattern></defs>',
);

/** The names of the walls around it, those at the sides turned. */
const walls = [
  { name: 'anterior', at: [centre[0], 50], turn: 0 },
  { name: 'inferior', at: [centre[0], 351], turn: 0 },
  { name: 'septal', at: [14, centre[1]], turn: -90 },
  { name: 'lateral', at: [306, centre[1]], turn: 90 },
] as const;

type Level = keyof typeof radii;

/** The ring of a segment, and where its sector begins and ends; against the clock from the right. */
function sectorOf(segment: number): { level: Level; from: number; to: number } {
  if (segment === 17) return { level: 'apex', from: 0, to: 360 };
  const level = segment <= 6 ? 'basal' : segment <= 12 ? 'mid' : 'apical';
  const [first, span] = level === 'apical' ? [13, 90] : [level === 'basal' ? 1 : 7, 60];
  const middle = top + (segment - first) * span;
  return { level, from: middle - span / 2, to: middle + span / 2 };
}

function pointAt(radius: number, degrees: number): readonly [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [centre[0] + radius * Math.cos(angle), centre[1] - radius * Math.sin(angle)];
}

function segmentShape(segment: number, value: number | null, colourOf: (value: number) => Rgb): Markup {
  const fill = value === null ? 'url(#hatch)' : cssColour(colourOf(value));
  const { level, from, to } = sectorOf(segment);
  const [inner, outer] = radii[level];
  if (level === 'apex')
    return html`<circle cx="${centre[0]}" cy="${centre[1]}" r="${outer}" fill="${fill}" stroke="#fff" stroke-width="1.5"/>`;
  const [a, b, c, d] = [
    pointAt(outer, from),
    pointAt(outer, to),
    pointAt(inner, to),
    pointAt(inner, from),
  ].map((point) => point.join(' '));
  return html`<path d="M${a!}A${outer} ${outer} 0 0 0 ${b!}L${c!}A${inner} ${inner} 0 0 1 ${d!}Z" fill="${fill}" stroke="#fff" stroke-width="1.5"/>`;
}

function valueText(
  segment: number,
  value: number | null,
  { colourOf, decimals }: { colourOf: (value: number) => Rgb; decimals: number },
): Markup {
  const { level, from, to } = sectorOf(segment);
  const [inner, outer] = radii[level];
  const [x, y] = level === 'apex' ? centre : pointAt((inner + outer) / 2, (from + to) / 2);
  if (value === null)
    return html`<circle cx="${x}" cy="${y}" r="9" fill="#fff"/>${text(String(segment), [x, y + 3.5], { size: 9, colour: '#555' })}`;
  const colour = inkOn(colourOf(value));
  return html`${text(value.toFixed(decimals), [x, y + 2], { size: 11, bold: true, colour })}${text(String(segment), [x, y + 12], { size: 7.5, colour })}`;
}

interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle';
  /** Degrees, with the clock. */
  readonly turn?: number;
}

function text(words: string, [x, y]: readonly [number, number], style: TextStyle): Markup {
  const { size, bold = false, colour = '#1a1a1a', anchor = 'middle', turn = 0 } = style;
  const transform = turn === 0 ? null : html` transform="rotate(${turn} ${x} ${y})"`;
  return html`<text x="${x}" y="${y}" font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}" fill="${colour}" text-anchor="${anchor}"${transform}>${words}</text>`;
}

/** The scale on the right, with its ticks, and what hatching means. */
function scaleShape({
  low,
  high,
  scale,
  unit,
  hasNull,
}: {
  low: number;
  high: number;
  scale: ColourScale;
  unit: string;
  hasNull: boolean;
}): Markup {
  const [left, above, height] = [325, 84, 200];
  const steps = 50;
  const bars = Array.from({ length: steps }, (_, step) => {
    const share = (step + 0.5) / steps;
    return html`<rect x="${left}" y="${above + height * (1 - (step + 1) / steps)}" width="14" height="${height / steps + 0.5}" fill="${cssColour(scale(share))}"/>`;
  });
  const ticks = roundTicks(low, high, 5).map((tick) => {
    const y = above + height * (1 - (tick - low) / (high - low || 1));
    return html`<path d="M${left + 14} ${y}h4" stroke="#1a1a1a"/>${text(plainTicks(tick), [left + 21, y + 4], { size: 10.5, anchor: 'start' })}`;
  });
  return html`${text(unit, [left, above - 10], { size: 10.5, anchor: 'start' })}${bars}${ticks}${
    hasNull
      ? html`<rect x="${left}" y="${above + height + 18}" width="14" height="14" fill="url(#hatch)" stroke="#777" stroke-width="0.6"/>${text('not', [left + 19, above + height + 24], { size: 9.5, anchor: 'start' })}${text('measured', [left + 19, above + height + 34], { size: 9.5, anchor: 'start' })}`
      : null
  }`;
}

/** Round ends around the values; from zero where they are of one sign, alike on both sides where they are not. */
function roundRange(values: readonly number[]): readonly [number, number] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  if (least < 0 && greatest > 0) {
    const reach = roundUp(Math.max(-least, greatest));
    return [-reach, reach];
  }
  if (greatest > 0) return [0, roundUp(greatest)];
  return least < 0 ? [-roundUp(-least), 0] : [0, 1];
}

/** As given, else three digits at most. */
function decimalsOf(values: readonly number[], given?: number): number {
  if (given !== undefined) return given;
  const greatest = Math.max(...values.map(Math.abs));
  if (greatest >= 100) return 0;
  return greatest >= 1 ? 1 : 2;
}
