import { formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { roundTicks } from './axis-ticks.ts';
import { palette } from './figure.ts';
import { shapesFile } from './svg-file.ts';
import { svgText } from './svg-text.ts';
import { fitText } from './text-width.ts';

export interface WaterfallStep {
  readonly label: string;
  readonly value: number;
  /** 0 where there is none */
  readonly standardError: number;
}

/** How a number comes about, step by step from a base: base + steps = total. */
export interface WaterfallFigure {
  readonly title: string;
  /** A line below the title: what the numbers are */
  readonly note: string;
  /** What the axis counts: '%' */
  readonly unit: string;
  readonly base: { readonly label: string; readonly value: number };
  readonly total: { readonly label: string; readonly value: number };
  readonly steps: readonly WaterfallStep[];
  /** Most steps that are drawn by themselves; the smallest beyond them are one step. 14 where absent. */
  readonly most?: number;
}

const width = 760;
const left = 300;
const right = 690;
const rowHeight = 24;
const above = 62;
const raise = palette[1];
const lower = palette[0];

/**
 * A waterfall from top to bottom: the base, the steps from the largest to the smallest, the total. What raises the
 * number is orange and points to the right, what lowers it blue and to the left; thin lines are 95 % intervals of the
 * sampling where they are wide enough to be seen. As an SVG file.
 *
 * @throws RangeError for a number that is not finite, or steps that do not lead from the base to the total
 */
export function waterfallFigure(figure: WaterfallFigure): string {
  const { title, note, unit, base, total } = figure;
  const numbers = [
    base.value,
    total.value,
    ...figure.steps.flatMap(({ value, standardError }) => [value, standardError]),
  ];
  const sum = figure.steps.reduce((reached, { value }) => reached + value, base.value);
  if (!numbers.every(Number.isFinite) || Math.abs(sum - total.value) > 1e-6 * (1 + Math.abs(total.value)))
    throw new RangeError(
      `waterfallFigure: expected finite steps from ${base.value} to ${total.value}, got ${sum}`,
    );
  const steps = placed(figure);
  const scale = scaleOf([
    base.value,
    ...steps.flatMap(({ from, to, half }) => [from, to, to - half, to + half]),
  ]);
  const height = above + (steps.length + 2) * rowHeight + 44;
  const bottom = above + (steps.length + 2) * rowHeight + 4;
  const shapes = html`${svgText(fitText(title, width - 16, 14), [8, 20], { size: 14, bold: true })}
${svgText(fitText(note, width - 16, 11), [8, 38], { size: 11, colour: '#555' })}
${axis(scale, bottom, unit)}
${anchor(base, 0, scale, unit)}
${steps.map((step, row) => stepShape(step, row + 1, scale))}
${anchor(total, steps.length + 1, scale, unit)}`;
  return shapesFile({ width, height }, shapes, {
    title,
    description: `${note}. ${base.label}: ${formatNumber(base.value, 1)} ${unit}. ${steps
      .map(({ label, value }) => `${label}: ${signed(value)}`)
      .join(', ')}. ${total.label}: ${formatNumber(total.value, 1)} ${unit}.`,
  });
}

interface PlacedStep {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** Half the width of the interval */
  readonly half: number;
}

/** The steps in the order drawn, each with where it begins and ends. */
function placed({ base, steps, most = 14 }: WaterfallFigure): PlacedStep[] {
  const order = [...steps.keys()].sort(
    (a, b) => Math.abs(steps[b]!.value) - Math.abs(steps[a]!.value) || a - b,
  );
  const ranked = order.map((index) => steps[index]!);
  const kept = ranked.length <= most + 1 ? ranked : ranked.slice(0, most);
  const rest = ranked.slice(kept.length);
  const shown: WaterfallStep[] = [...kept];
  if (rest.length > 0)
    shown.push({
      label: `${rest.length} others together`,
      value: rest.reduce((sum, { value }) => sum + value, 0),
      standardError: 0,
    });
  let reached = base.value;
  return shown.map(({ label, value, standardError }) => {
    const from = reached;
    reached += value;
    return { label, value, from, to: reached, half: 1.96 * standardError };
  });
}

interface Scale {
  readonly at: (value: number) => number;
  readonly low: number;
  readonly high: number;
}

function scaleOf(values: readonly number[]): Scale {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (greatest - least || 1);
  const low = least >= 0 ? Math.max(0, least - room) : least - room;
  const high = greatest + room;
  return { low, high, at: (value) => left + ((value - low) / (high - low)) * (right - left) };
}

const yOf = (row: number) => above + row * rowHeight;

function axis({ low, high, at }: Scale, bottom: number, unit: string): Markup {
  return html`${roundTicks(low, high, 6).map(
    (tick) =>
      html`<path d="M${at(tick)} ${above - 4}V${bottom}" stroke="#ddd"/>${svgText(String(tick).replace('-', '\u2212'), [at(tick), bottom + 15], { size: 11, anchor: 'middle', colour: '#555' })}`,
  )}${svgText(unit, [right + 14, bottom + 15], { size: 11, colour: '#555' })}`;
}

/** The base or the total: a line at its value with the number. */
function anchor({ label, value }: WaterfallFigure['base'], row: number, { at }: Scale, unit: string): Markup {
  const y = yOf(row);
  return html`${svgText(fitText(label, left - 24, 12), [left - 12, y + 15], { size: 12, bold: true, anchor: 'end' })}<path d="M${at(value)} ${y + 1}v${rowHeight - 2}" stroke="#1a1a1a" stroke-width="3"/>${svgText(`${formatNumber(value, 1)} ${unit}`, [at(value) + 8, y + 15], { size: 12, bold: true })}`;
}

function stepShape({ label, value, from, to, half }: PlacedStep, row: number, { at }: Scale): Markup {
  const y = yOf(row);
  const [x1, x2] = [at(from), at(to)];
  const colour = value >= 0 ? raise : lower;
  const reach = at(to + half) - x2;
  const whisker =
    reach > 1.5 ? html`<path d="M${x2 - reach} ${y + 12}H${x2 + reach}" stroke="#1a1a1a"/>` : null;
  const end = Math.max(x1, x2) + (reach > 1.5 ? reach : 0);
  return html`<path d="M${x1} ${y - 4}v${rowHeight}" stroke="#999" stroke-dasharray="2,2"/><rect x="${Math.min(x1, x2)}" y="${y + 4}" width="${Math.max(1, Math.abs(x2 - x1))}" height="${rowHeight - 8}" fill="${colour}"/>${whisker}${svgText(fitText(label, left - 24, 12), [left - 12, y + 16], { size: 12, anchor: 'end' })}${svgText(signed(value), [end + 6, y + 16], { size: 11, colour: '#333' })}`;
}

function signed(value: number): string {
  const digits = Math.abs(value) >= 0.995 ? 1 : 2;
  return `${value > 0 ? '+' : ''}${formatNumber(value, digits)}`;
}
