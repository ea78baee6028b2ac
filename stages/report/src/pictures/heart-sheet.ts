import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import {
  cineLabel,
  lgeLabel,
  longAxisLabel,
  t2Label,
  type SegmentedKind,
  type SegmentReference,
} from '@myocast/imaging';
import {
  baseComesFirst,
  insertionPoints,
  lgeAnatomy,
  outlinesOf,
  type Polygon,
} from '@myocast/imaging/contours';
import type { OutlineStyle, SheetSection, SheetTile } from '../figures/contact-sheet-figure.ts';

/** A tissue and the labels that its outline goes around. */
interface Tissue {
  readonly labels: readonly number[];
  readonly style: OutlineStyle;
}

const tissue = (name: string, colour: string, labels: readonly number[], dash = 'none', tinted = false) => ({
  labels,
  style: { name, colour, dash, tinted },
});
const { rightVentricle, myocardium, leftVentricle } = cineLabel;
const { infarct, mvo, normalMyocardium } = lgeLabel;

/** Endo- and epicardium have one colour in every series; the epicardium goes around all that is in it. */
const tissues: Readonly<Record<SegmentedKind, readonly Tissue[]>> = {
  'cine-sax': [
    tissue('RV endocardium', '#56b4e9', [rightVentricle], '5,2.5'),
    tissue('LV epicardium', '#35d6a8', [myocardium, leftVentricle]),
    tissue('LV endocardium', '#ff8a3c', [leftVentricle]),
  ],
  'lge-sax': [
    tissue('LV epicardium', '#35d6a8', [lgeLabel.leftVentricle, normalMyocardium, infarct, mvo]),
    tissue('LV endocardium', '#ff8a3c', [lgeLabel.leftVentricle]),
    tissue('infarct', '#f0e442', [infarct, mvo], 'none', true),
    tissue('MVO', '#ff9ad5', [mvo], '2,1.5'),
  ],
  't2-sax': [
    tissue('LV epicardium', '#35d6a8', [t2Label.leftVentricle, t2Label.normalMyocardium, t2Label.oedema]),
    tissue('LV endocardium', '#ff8a3c', [t2Label.leftVentricle]),
    tissue('oedema', '#f0e442', [t2Label.oedema], 'none', true),
  ],
  'cine-lax': [
    tissue('LV epicardium', '#35d6a8', [longAxisLabel.myocardium, longAxisLabel.leftVentricle]),
    tissue('LV endocardium', '#ff8a3c', [longAxisLabel.leftVentricle]),
    tissue('left atrium', '#56b4e9', [longAxisLabel.leftAtrium], '5,2.5'),
  ],
};

/** One phase of a series with a mask on its grid. */
export interface ShownPhase {
  readonly heading: string;
  readonly volume: Volume;
  readonly mask: Mask;
  /** What the labels of the mask are. */
  readonly kind: SegmentedKind;
  readonly phase: number;
  /** How the heart is turned; null where it is not to be shown. */
  readonly reference: SegmentReference | null;
  /** Values that are shown black and white, one for all exams; else percentiles of the image itself. */
  readonly window?: readonly [low: number, high: number];
}

/** Around the heart, as a share of its size. */
const border = 0.22;

/**
 * The slices of a phase that hold contours in any of the phases shown, and one beyond at either end, cut to
 * the heart; the whole images where there are no contours. All phases are cut alike.
 */
export function heartSections(phases: readonly ShownPhase[]): readonly SheetSection[] {
  return phases.map((shown) => {
    const together = phases.filter(({ mask }) => mask.shape.join() === shown.mask.shape.join());
    const box = boxAround(together);
    const { affine } = shown.volume;
    const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, null] as const);
    const window = shown.window ?? greyWindow(shown, box);
    const tiles = Array.from({ length: box.to[2] - box.from[2] + 1 }, (_, index) =>
      tileOf(shown, box.from[2] + index, box, window),
    );
    return {
      heading: headingOf(shown, tiles.length),
      width: box.to[0] - box.from[0] + 1,
      height: box.to[1] - box.from[1] + 1,
      pixelAspect: rowMm / (columnMm ?? 1),
      columnMm,
      tiles,
    };
  });
}

function headingOf({ heading, volume: { affine, shape } }: ShownPhase, tiles: number): string {
  const lost = affine === null ? ', without geometry: the shape of a pixel is not known' : '';
  const slices = shape[1] === 1 ? '' : `, ${tiles} of ${shape[1]} slices`;
  return `${heading}${slices}${lost}`;
}

/** Moments of one slice side by side, each image named by its own words. */
export function momentsBesideEachOther(
  sections: readonly SheetSection[],
  heading: string,
): readonly SheetSection[] {
  const tiles = sections.flatMap(({ heading: label, tiles: [tile] }) => (tile ? [{ ...tile, label }] : []));
  return sections[0] ? [{ ...sections[0], heading, tiles }] : [];
}

/** The images of sections without anything drawn on them, to be looked at first. */
export function plainSections(sections: readonly SheetSection[]): readonly SheetSection[] {
  return sections.map((section) => ({
    ...section,
    heading: `${section.heading}, as they are`,
    tiles: section.tiles.map((tile) => ({ ...tile, outlines: [], insertions: null })),
  }));
}

/** [column, row, slice], both ends inside. */
interface Box {
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
}

function boxAround(phases: readonly ShownPhase[]): Box {
  const [, slices, height, width] = phases[0]!.mask.shape;
  const least = [width, height, slices];
  const most = [-1, -1, -1];
  for (const { mask, phase } of phases) {
    const start = phase * slices * height * width;
    for (let at = 0; at < slices * height * width; at++) {
      if (mask.data[start + at] === 0) continue;
      for (const [axis, place] of [
        at % width,
        Math.floor(at / width) % height,
        Math.floor(at / (width * height)),
      ].entries()) {
        least[axis] = Math.min(least[axis]!, place);
        most[axis] = Math.max(most[axis]!, place);
      }
    }
  }
  if (most[0]! < 0) return { from: [0, 0, 0], to: [width - 1, height - 1, slices - 1] };
  const room = Math.ceil(border * Math.max(most[0]! - least[0]!, most[1]! - least[1]!));
  return {
    from: [Math.max(0, least[0]! - room), Math.max(0, least[1]! - room), Math.max(0, least[2]! - 1)],
    to: [
      Math.min(width - 1, most[0]! + room),
      Math.min(height - 1, most[1]! + room),
      Math.min(slices - 1, most[2]! + 1),
    ],
  };
}

/** Values that are shown black and white: 1st and 99.5th percentile of what is shown of the phase. */
function greyWindow({ volume, phase }: ShownPhase, { from, to }: Box): readonly [low: number, high: number] {
  const [, slices, height, width] = volume.shape;
  const values: number[] = [];
  for (let z = from[2]; z <= to[2]; z++)
    for (let row = from[1]; row <= to[1]; row++)
      for (let column = from[0]; column <= to[0]; column++)
        values.push(volume.data[((phase * slices + z) * height + row) * width + column]!);
  const sorted = Float32Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0.01), at(0.995)];
}

function tileOf(shown: ShownPhase, z: number, box: Box, [low, high]: readonly [number, number]): SheetTile {
  const { volume, mask, phase, kind, reference } = shown;
  const [, slices, height, width] = volume.shape;
  const size = { width: box.to[0] - box.from[0] + 1, height: box.to[1] - box.from[1] + 1 };
  const start = (phase * slices + z) * height * width;
  const placeOf = (at: number) =>
    start + (box.from[1] + Math.floor(at / size.width)) * width + box.from[0] + (at % size.width);
  const count = size.width * size.height;
  const grey = Uint8Array.from({ length: count }, (_, at) => {
    const share = high > low ? (volume.data[placeOf(at)]! - low) / (high - low) : 0;
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  });
  const labels = Uint8Array.from({ length: count }, (_, at) => mask.data[placeOf(at)]!);
  const outlines = tissues[kind].map(({ labels: own, style }) => ({
    style,
    polygons: polygonsOf(labels, own, size),
  }));
  const anatomy = kind === 'cine-sax' ? mask : lgeAnatomy(mask);
  const points = reference && insertionPoints(anatomy, phase, z, reference);
  const moved = ([column, row]: readonly [number, number]) =>
    [column - box.from[0], row - box.from[1]] as const;
  return {
    label: `${z + 1}${endWords(shown, z, box)}`,
    grey,
    outlines: outlines.filter(({ polygons }) => polygons.length > 0),
    insertions: points && {
      anterior: moved(points.anterior),
      inferior: moved(points.inferior),
      assumed: reference!.source === 'assumed',
    },
  };
}

/** Which end of the heart the first or the last slice shown is, where that is known. */
function endWords({ mask, reference }: ShownPhase, z: number, { from, to }: Box): string {
  const baseFirst = reference && baseComesFirst(mask, reference);
  if (baseFirst === null || (z !== from[2] && z !== to[2])) return '';
  return (z === from[2]) === baseFirst ? ' base' : ' apex';
}

function polygonsOf(
  labels: Uint8Array,
  own: readonly number[],
  size: { width: number; height: number },
): readonly Polygon[] {
  return outlinesOf(
    labels.map((label) => (own.includes(label) ? 1 : 0)),
    size,
  );
}
