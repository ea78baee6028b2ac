import type { Mask, Volume } from '@myocast/dicom';
import type { CineQuantities, LgeQuantities, QuantitiesRecord, SegmentedKind } from '../records.ts';
import { contactSheetPicture } from '../segmentation/overlay.ts';
import { type Canvas, type Colour, drawPicture, drawText, lineHeight, textWidth } from './bitmap-font.ts';
import { segmentsOf } from './terms.ts';

/** One series as it is shown: its images with the contours drawn in. */
export interface ShownSeries {
  readonly kind: SegmentedKind;
  readonly volume: Volume;
  readonly mask: Mask;
}

export interface SummaryInput {
  /** The pseudonym under which the exam is known; no name. */
  readonly subject: string;
  readonly series: readonly ShownSeries[];
  readonly quantities: QuantitiesRecord | null;
  readonly softwareVersion: string;
}

const white: Colour = [255, 255, 255];
const grey: Colour = [170, 170, 170];
const warning: Colour = [255, 120, 90];
const warningText = 'RESEARCH USE ONLY - NOT FOR DIAGNOSIS OR TREATMENT';
const margin = 12;
const columns = 1280;

interface Panel {
  readonly title: string;
  readonly kind: SegmentedKind;
  readonly picture: Canvas;
}

/**
 * One picture of an exam: every slice with its contours (cine at end-diastole and end-systole,
 * LGE), the numbers beside their names, and above and below that it is for research alone.
 */
export function summaryPicture({ subject, series, quantities, softwareVersion }: SummaryInput): Canvas {
  const panels = series.flatMap((one) => panelsOf(one, quantities));
  const lines = quantities ? quantityLines(quantities) : [];
  const pictures = panels.reduce((sum, { picture }) => sum + picture.height + 2 * lineHeight(2), 0);
  const rows = Math.ceil(lines.length / 2);
  const height = 8 * lineHeight(2) + pictures + rows * lineHeight(2) + 2 * margin;
  const canvas: Canvas = { width: columns, height, rgb: new Uint8Array(columns * height * 3) };
  let top = margin;
  const write = (text: string, colour: Colour, left = margin) =>
    drawText(canvas, text, [left, top], { scale: 2, colour });
  const next = () => (top += lineHeight(2));
  write(warningText, warning);
  next();
  write(`MYOCAST ${softwareVersion}  EXAM ${subject}`.slice(0, 100), white);
  next();
  for (const { title, kind, picture } of panels) {
    next();
    write(title, white);
    drawLegend(canvas, kind, textWidth(`${title}   `, 2) + margin, top);
    next();
    drawPicture(canvas, picture, 0, top);
    top += picture.height;
  }
  next();
  for (let row = 0; row < rows; row++) {
    write(lines[row]!, white);
    write(lines[row + rows] ?? '', white, columns / 2);
    next();
  }
  for (const { message } of (quantities?.flags ?? []).slice(0, 2)) {
    write(`FLAG: ${message}`.slice(0, 100), grey);
    next();
  }
  write(warningText, warning);
  return canvas;
}

function panelsOf(
  { kind, volume, mask }: ShownSeries,
  quantities: QuantitiesRecord | null,
): readonly Panel[] {
  const panel = (title: string, phase: number): Panel => ({
    title,
    kind,
    picture: contactSheetPicture(volume, mask, phase, { width: columns, tile: 128 }),
  });
  if (kind === 'lge-sax') return [panel('LGE', 0)];
  const cine = quantities?.cine;
  if (!cine) return [panel('CINE, PHASE 1', 0)];
  const { edPhase, esPhase } = cine;
  return [
    panel(`CINE, END-DIASTOLE (PHASE ${edPhase + 1})`, edPhase),
    panel(`CINE, END-SYSTOLE (PHASE ${esPhase + 1})`, esPhase),
  ];
}

function drawLegend(canvas: Canvas, kind: SegmentedKind, left: number, top: number): void {
  let x = left;
  for (const { name, colour } of segmentsOf[kind]) {
    drawText(canvas, name, [x, top], { scale: 2, colour });
    x += textWidth(`${name}  `, 2);
  }
}

const cineLines: readonly (readonly [name: string, key: keyof CineQuantities, unit: string])[] = [
  ['LV EDV', 'edvMl', 'ML'],
  ['LV ESV', 'esvMl', 'ML'],
  ['LV STROKE VOLUME', 'strokeVolumeMl', 'ML'],
  ['LV EJECTION FRACTION', 'ejectionFractionPercent', '%'],
  ['LV MASS', 'massG', 'G'],
  ['RV EDV', 'rvEdvMl', 'ML'],
  ['RV ESV', 'rvEsvMl', 'ML'],
  ['RV EJECTION FRACTION', 'rvEjectionFractionPercent', '%'],
];
const lgeLines: readonly (readonly [name: string, key: keyof LgeQuantities, unit: string])[] = [
  ['INFARCT, MVO INCLUDED', 'infarctPercent', '% OF LV'],
  ['INFARCT, MVO INCLUDED', 'infarctMl', 'ML'],
  ['MVO', 'mvoPercent', '% OF LV'],
  ['MVO', 'mvoMl', 'ML'],
];

function quantityLines({ cine, lge }: QuantitiesRecord): readonly string[] {
  const line = (name: string, value: unknown, unit: string) =>
    typeof value === 'number' ? [`${name.padEnd(24)}${value.toFixed(1).padStart(7)} ${unit}`] : [];
  return [
    ...cineLines.flatMap(([name, key, unit]) => line(name, cine?.[key], unit)),
    ...lgeLines.flatMap(([name, key, unit]) => line(name, lge?.[key], unit)),
  ];
}
