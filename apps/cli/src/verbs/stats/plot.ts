import { extname } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';
import { countAtRisk, type StepCurve } from '@myocast/report/figures';
import type { FollowUp } from '@myocast/survival';
import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../../terminal.ts';
import type { StudyTable } from './study-table.ts';
import { number } from './table-verb.ts';

/** Of a command that can draw what it found. */
export interface PlotOptions {
  readonly plot?: string;
  readonly plotTitle?: string;
}

/** Of a figure with a time axis. */
export interface TimePlotOptions extends PlotOptions {
  readonly plotTime?: string;
  readonly plotScale?: number;
}

/** --plot and --plot-title. */
export function withPlot(command: Command, what: string): Command {
  return command
    .option('--plot <file.svg>', `figure of ${what}`, svgFile)
    .option('--plot-title <text>', 'title of the figure');
}

/** The same with a time axis. */
export function withTimePlot(command: Command, what: string): Command {
  return withPlot(command, what)
    .option(
      '--plot-time <label>',
      'label of the time axis (default: the column, and its unit where the header has one)',
    )
    .option('--plot-scale <days>', 'times in one unit of the axis, such as 365.25 for years', positive);
}

/** Draws and writes the figure where one was asked for. */
export async function writePlot(
  { plot }: PlotOptions,
  terminal: Terminal,
  draw: () => string,
): Promise<void> {
  if (plot === undefined) return;
  await writeFileAtomic(plot, draw());
  if (!terminal.json) terminal.say(`figure in ${plot}`);
}

/** What a figure with a time axis takes from the options. */
export function timeAxis(
  { plotTitle: title, plotTime, plotScale }: TimePlotOptions,
  table: StudyTable,
  column: string,
) {
  const unit = table.unit(column);
  const plain = unit === null ? column : `${column} (${unit})`;
  return {
    title,
    timeLabel: plotTime ?? (plotScale === undefined ? plain : `${plain} / ${plotScale}`),
    ...(plotScale === undefined ? {} : { daysPerUnit: plotScale }),
  };
}

/** A curve of these subjects, with its censorings and who is at risk. */
export function curveOf(
  name: string,
  followUp: FollowUp,
  curve: {
    readonly days: Float64Array;
    readonly low?: Float64Array;
    readonly high?: Float64Array;
  },
  values: Float64Array,
  censoredCodes: (event: number) => boolean,
): StepCurve {
  return {
    name,
    values,
    days: curve.days,
    ...(curve.low && curve.high ? { low: curve.low, high: curve.high } : {}),
    censoredDays: [...new Set(followUp.days.filter((_, row) => censoredCodes(followUp.event[row]!)))].sort(
      (a, b) => a - b,
    ),
    atRisk: (day) => countAtRisk(followUp, day),
  };
}

/** `by day 365`: what a prediction is about. */
export function horizonWords(table: StudyTable, column: string, at: number): string {
  const unit = table.unit(column) ?? 'days';
  return unit === 'days' ? `by day ${at}` : `by ${at} ${unit}`;
}

function svgFile(path: string): string {
  if (extname(path).toLowerCase() !== '.svg')
    throw new InvalidArgumentError('Expected a name that ends in .svg.');
  return path;
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
