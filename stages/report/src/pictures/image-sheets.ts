import type { Mask, Volume } from '@myocast/dicom';
import {
  assumedReference,
  cineLabel,
  findSegmentReference,
  longAxisLabel,
  type QuantitiesRecord,
  type SegmentedKind,
  type SegmentReference,
} from '@myocast/imaging';
import { carriedMask } from '@myocast/imaging/contours';
import { contactSheetFigure } from '../figures/contact-sheet-figure.ts';
import { momentsOf, type Moments, phaseWords } from './beat-moments.ts';
import type { ExamPicture } from './exam-pictures.ts';
import { heartSections, momentsBesideEachOther, plainSections, type ShownPhase } from './heart-sheet.ts';
import type { Drawn } from './shown-series.ts';

/** Whose exam, and how the heart is turned in it. */
export interface About {
  readonly subject: string;
  readonly reference: SegmentReference | null;
}

const researchUse = 'research use only';

/**
 * The short-axis cine at end-diastole and end-systole.
 *
 * @param obstacle why these are not known: then largest and smallest cavity are called what they are
 */
export function cineSheet(
  drawn: Drawn,
  moments: Moments,
  { subject, reference }: About,
  obstacle: string | null = null,
): ExamPicture {
  const { volume, mask, drawnBy } = drawn;
  const svg = contactSheetFigure({
    title: `${subject}: cine, short axis`,
    note: [drawnBy, ...(obstacle === null ? [] : [obstacle]), researchUse].join('; '),
    sections: heartSections(
      momentPhases(moments, obstacle === null ? heartMoments : cavityMoments).map(({ name, phase }) => ({
        heading: `${name}, ${phaseWords(volume, phase)}`,
        volume,
        mask,
        kind: 'cine-sax',
        phase,
        reference,
      })),
    ),
  });
  return { name: 'cine-sax', group: 'images', svg };
}

const heartMoments = ['End-diastole', 'End-systole'] as const;
const cavityMoments = ['Largest cavity', 'Smallest cavity'] as const;

function momentPhases(
  { edPhase, esPhase }: Moments,
  [first, second]: readonly [string, string] = heartMoments,
) {
  const ed = { name: first, phase: edPhase };
  return esPhase === edPhase ? [ed] : [ed, { name: second, phase: esPhase }];
}

/** What a view shows of the heart's chambers. */
const longAxisWords = {
  'cine-2ch': '2 chambers',
  'cine-3ch': '3 chambers',
  'cine-4ch': '4 chambers',
} as const;

export type LongAxisName = keyof typeof longAxisWords;
export const longAxisNames = Object.keys(longAxisWords) as readonly LongAxisName[];

/** A long-axis cine at end-diastole and end-systole: with LV, wall and left atrium, and as it is. */
export function longAxisSheet(
  name: LongAxisName,
  drawn: Drawn,
  quantities: QuantitiesRecord | null,
  { subject }: About,
): ExamPicture {
  const known = quantities?.deformation?.longAxes.find(({ view }) => view === name) ?? null;
  const svg = longAxisFigure(drawn, known, `${subject}: cine, ${longAxisWords[name]}`);
  return { name, group: 'images', svg };
}

function longAxisFigure(
  { volume, mask, drawnBy }: Drawn,
  known: Pick<Moments, 'edPhase' | 'esPhase'> | null,
  title: string,
): string {
  const shown = momentPhases(momentsOf(mask, longAxisLabel.leftVentricle, known)).map(
    ({ name, phase }): ShownPhase => ({
      heading: `${name}, ${phaseWords(volume, phase)}`,
      volume,
      mask,
      kind: 'cine-lax',
      phase,
      reference: null,
    }),
  );
  const sections = momentsBesideEachOther(heartSections(shown), 'With contours');
  const plain = plainSections(sections).map((section) => ({ ...section, heading: 'Without' }));
  return contactSheetFigure({ title, note: `${drawnBy}; ${researchUse}`, sections: [...sections, ...plain] });
}

/** Late enhancement as it is, and with wall, infarct and MVO. */
export function lgeSheet(drawn: Drawn, { subject, reference }: About): ExamPicture {
  const svg = stillSheet(drawn, 'lge-sax', {
    title: `${subject}: late gadolinium enhancement, short axis`,
    heading: 'Late enhancement',
    reference: reference ?? assumedReference(drawn.mask),
  });
  return { name: 'lge-sax', group: 'images', svg };
}

interface StillWords {
  readonly title: string;
  readonly heading: string;
  readonly reference: SegmentReference | null;
}

/** Images of one phase, without and with contours. */
function stillSheet({ volume, mask, drawnBy }: Drawn, kind: SegmentedKind, words: StillWords): string {
  const { title, heading, reference } = words;
  const sections = heartSections([{ heading, volume, mask, kind, phase: 0, reference }]);
  const note = `${drawnBy}; ${researchUse}`;
  return contactSheetFigure({ title, note, sections: [...plainSections(sections), ...sections] });
}

/** Whose contours can be laid on images that have none of their own. */
export interface Lenders {
  readonly cine: Drawn | null;
  readonly lge: Drawn | null;
  readonly moments: Moments | null;
}

const t2Words = (subject: string) => ({
  title: `${subject}: T2-weighted oedema image, short axis`,
  heading: 'T2-weighted',
});

/** T2-weighted images with the contours drawn on them: wall and oedema. */
export function t2Sheet(drawn: Drawn, { subject, reference }: About): ExamPicture {
  const svg = stillSheet(drawn, 't2-sax', { ...t2Words(subject), reference });
  return { name: 't2', group: 'images', svg };
}

/** T2-weighted images without contours of their own: those of LGE, else of the cine at end-diastole, by their place. */
export function lentT2Sheet(volume: Volume, lenders: Lenders, { subject, reference }: About): ExamPicture {
  const svg = lentSheet(volume, lenders, { ...t2Words(subject), reference });
  return { name: 't2', group: 'images', svg };
}

/** Maps, and what is shown black and white in every exam, in ms. */
const maps = {
  't1-map-native': { words: 'native T1 map', window: [600, 1600] },
  't1-map-post': { words: 'T1 map after contrast', window: [100, 800] },
  't2-map': { words: 'T2 map', window: [20, 100] },
  't2star-map': { words: 'T2* map', window: [0, 60] },
} as const;

export type MapName = keyof typeof maps;
export const mapNames = Object.keys(maps) as readonly MapName[];

/** A map with the contours that it is measured by: those of LGE, else of the cine at end-diastole. */
export function mapSheet(
  name: MapName,
  volume: Volume,
  lenders: Lenders,
  { subject, reference }: About,
): ExamPicture {
  const { words, window } = maps[name];
  const title = `${subject}: ${words}, short axis`;
  const heading = `${words.charAt(0).toUpperCase()}${words.slice(1)}, black ${window[0]} to white ${window[1]} ms`;
  return { name, group: 'images', svg: lentSheet(volume, lenders, { title, heading, reference, window }) };
}

function lentSheet(
  volume: Volume,
  { cine, lge, moments }: Lenders,
  { title, heading, reference, window }: StillWords & Pick<ShownPhase, 'window'>,
): string {
  const carried = (drawn: Drawn | null, phase: number) =>
    drawn && (onOneGrid(drawn.mask, phase, volume) ?? carriedMask(drawn.mask, phase, volume));
  const [fromLge, fromCine] = [carried(lge, 0), carried(cine, moments?.edPhase ?? 0)];
  const mask = fromLge ?? fromCine;
  const origin = fromLge ? 'contours of LGE' : 'contours of the cine at end-diastole';
  const place = mask ? `${origin}, by their place in the patient; not drawn on these images` : 'no contours';
  const sections = heartSections([
    {
      heading,
      volume,
      mask: mask ?? { ...volume, data: new Uint8Array(volume.data.length) },
      kind: fromLge ? 'lge-sax' : 'cine-sax',
      phase: 0,
      reference,
      ...(window && { window }),
    },
  ]);
  const both = [...plainSections(sections), ...(mask ? sections : [])];
  return contactSheetFigure({ title, note: `${place}; ${researchUse}`, sections: both });
}

/** The labels of one phase where the images have the same grid, with or without a place in the patient. */
function onOneGrid({ shape, affine, data }: Mask, phase: number, to: Volume): Mask | null {
  if (shape.slice(1).join() !== to.shape.slice(1).join() || affine?.join() !== to.affine?.join()) return null;
  const length = data.length / shape[0];
  return { ...to, data: data.slice(phase * length, (phase + 1) * length) };
}

/** The contact sheet of one volume with its mask, of no exam: end-diastole and end-systole, or images of one phase. */
export function maskSheet(volume: Volume, mask: Mask, kind: SegmentedKind, subject: string): string {
  const drawn = { volume, mask, drawnBy: 'automatic contours' };
  if (kind === 'lge-sax') return lgeSheet(drawn, { subject, reference: null }).svg;
  if (kind === 't2-sax') return t2Sheet(drawn, { subject, reference: null }).svg;
  if (kind === 'cine-lax') return longAxisFigure(drawn, null, `${subject}: cine, long axis`);
  const moments = momentsOf(mask, cineLabel.leftVentricle, null);
  return cineSheet(drawn, moments, { subject, reference: findSegmentReference(mask, moments.edPhase) }).svg;
}
