import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, type Volume, voxelVolumeMm3 } from '@myocast/dicom';
import {
  assumedReference,
  cineLabel,
  type ExamRecord,
  findSegmentReference,
  type QuantitiesRecord,
  readNifti,
  type EssentialKind,
  type SegmentedKind,
  type SegmentReference,
  type SeriesKind,
} from '@myocast/imaging';
import {
  automaticDrawer,
  carriedMask,
  correctorOf,
  examRecord,
  maskInForce,
} from '@myocast/imaging/contours';
import { bullsEyeFigure } from '../figures/bulls-eye-figure.ts';
import { contactSheetFigure } from '../figures/contact-sheet-figure.ts';
import { lineFigure, type Moment } from '../figures/line-figure.ts';
import { heartSections, plainSections, type ShownPhase } from './heart-sheet.ts';
import { phaseCurves, segmentVectors, wordsOf } from './segment-vectors.ts';

/** A picture of an exam under the name of its file, without an ending. */
export interface ExamPicture {
  readonly name: string;
  readonly svg: string;
}

export interface ExamPaths {
  readonly exam: string;
  /** Holds one folder a subject. */
  readonly masks: string;
  /** The quantities of the exam; null for none: then there is no bull's-eye. */
  readonly quantities: QuantitiesRecord | null;
}

/** A series with the contours in force. */
interface Drawn {
  readonly volume: Volume;
  readonly mask: Mask;
  readonly drawnBy: string;
}

/**
 * The pictures of an exam: contact sheets of cine at end-diastole and end-systole, of LGE, and of T2 with
 * contours carried over; volumes and strains over the beat; a bull's-eye of every quantity by
 * segment. What is not there is left out, and what cannot be read is an issue.
 *
 * @returns refused when nothing could be drawn
 */
export async function examPictures(paths: ExamPaths): Promise<Checked<readonly ExamPicture[]>> {
  const read = await examRecord(paths.exam);
  if (!read.ok) return read;
  const exam = read.value;
  const issues: Issue[] = [];
  const shown = {
    cine: await drawnSeries(paths, exam, 'cine-sax', issues),
    lge: await drawnSeries(paths, exam, 'lge-sax', issues),
    t2: await volumeOf(paths.exam, exam, 't2-stir', issues),
  };
  const pictures = [
    ...imagePictures(shown, paths.quantities, exam.subject),
    ...quantityPictures(paths.quantities, exam, shown.cine?.volume ?? null),
  ];
  const nothing = issue('empty-input', paths.exam, 'expected contours or quantities to draw, found none');
  const [first = nothing, ...others] = issues;
  return pictures.length > 0 ? accepted(pictures, issues) : refused(first, ...others);
}

interface Shown {
  readonly cine: Drawn | null;
  readonly lge: Drawn | null;
  readonly t2: Volume | null;
}

function imagePictures(
  { cine, lge, t2 }: Shown,
  quantities: QuantitiesRecord | null,
  subject: string,
): readonly ExamPicture[] {
  const moments = cine && momentsOf(cine.mask, quantities);
  const reference = cine && moments ? findSegmentReference(cine.mask, moments.edPhase) : null;
  const about = { subject, reference };
  return [
    ...(cine && moments ? cinePictures(cine, moments, about) : []),
    ...(lge ? [lgePicture(lge, about)] : []),
    ...(t2 ? t2Picture(t2, { cine, lge, moments }, about) : []),
  ];
}

async function drawnSeries(
  { exam: folder, masks }: ExamPaths,
  exam: ExamRecord,
  kind: EssentialKind,
  issues: Issue[],
): Promise<Drawn | null> {
  const found = await maskInForce(join(masks, exam.subject), exam.subject, kind);
  issues.push(...found.issues);
  const volume = found.ok && found.value ? await volumeOf(folder, exam, kind, issues) : null;
  if (!found.ok || found.value === null || volume === null) return null;
  const { mask, correction, path } = found.value;
  if (mask.shape.join() !== volume.shape.join()) {
    issues.push(
      issue(
        'bad-geometry',
        path,
        `expected a mask of ${volume.shape.join('×')}, found ${mask.shape.join('×')}`,
      ),
    );
    return null;
  }
  const own = await automaticDrawer(join(masks, exam.subject), kind);
  return { volume, mask, drawnBy: contourWords(correction ? correctorOf(correction) : own) };
}

async function volumeOf(
  folder: string,
  exam: ExamRecord,
  kind: SeriesKind,
  issues: Issue[],
): Promise<Volume | null> {
  const series = exam.series.find((entry) => entry.kind === kind);
  if (series === undefined) return null;
  const path = join(folder, series.file);
  const bytes = await readFile(path).catch((cause: Error) => cause);
  const read: Checked<Volume> =
    bytes instanceof Error ? refused(issue('not-readable', path, bytes.message)) : readNifti(bytes, path);
  issues.push(...read.issues);
  return read.ok ? read.value : null;
}

/** Who drew, as a record of quantities says it, for a reader. */
function contourWords(drawnBy: string): string {
  const corrector = /^corrected by (.+?) at /.exec(drawnBy)?.[1];
  if (corrector !== undefined) return `contours corrected by ${corrector}`;
  if (drawnBy === 'expert') return 'contours of an expert';
  return drawnBy === 'unknown' ? 'contours of unknown origin' : 'automatic contours';
}

interface Moments {
  readonly edPhase: number;
  readonly esPhase: number;
  /** [t] voxels of the cavities. */
  readonly leftVoxels: readonly number[];
  readonly rightVoxels: readonly number[];
}

/** As the quantities say, else by the largest and the smallest cavity. */
function momentsOf(mask: Mask, quantities: QuantitiesRecord | null): Moments {
  const length = mask.data.length / mask.shape[0];
  const count = (label: number) =>
    Array.from({ length: mask.shape[0] }, (_, phase) =>
      mask.data
        .subarray(phase * length, (phase + 1) * length)
        .reduce((sum, own) => sum + (own === label ? 1 : 0), 0),
    );
  const [leftVoxels, rightVoxels] = [count(cineLabel.leftVentricle), count(cineLabel.rightVentricle)];
  const drawn = leftVoxels.filter((voxels) => voxels > 0);
  const phaseOf = (known: number | undefined, voxels: number) =>
    known !== undefined && known < mask.shape[0] ? known : Math.max(0, leftVoxels.indexOf(voxels));
  return {
    edPhase: phaseOf(quantities?.cine?.edPhase, Math.max(...drawn)),
    esPhase: phaseOf(quantities?.cine?.esPhase, Math.min(...drawn)),
    leftVoxels,
    rightVoxels,
  };
}

interface About {
  readonly subject: string;
  readonly reference: SegmentReference | null;
}

const researchUse = 'research use only';

function cinePictures(
  { volume, mask, drawnBy }: Drawn,
  moments: Moments,
  { subject, reference }: About,
): ExamPicture[] {
  const shown = (heading: string, phase: number): ShownPhase => ({
    heading: `${heading}, phase ${phase + 1} of ${mask.shape[0]}${timeWords(volume, phase)}`,
    volume,
    mask,
    kind: 'cine-sax',
    phase,
    reference,
  });
  const { edPhase, esPhase } = moments;
  const phases = [
    shown('End-diastole', edPhase),
    ...(esPhase === edPhase ? [] : [shown('End-systole', esPhase)]),
  ];
  const svg = contactSheetFigure({
    title: `${subject}: cine, short axis`,
    note: `${drawnBy}; ${researchUse}`,
    sections: heartSections(phases),
  });
  const curve = volumeCurve({ volume, mask, drawnBy }, moments, subject);
  return [{ name: 'cine-sax', svg }, ...(curve ? [{ name: 'volume-time', svg: curve }] : [])];
}

/** The contact sheet of one volume with its mask, of no exam: end-diastole and end-systole, or LGE. */
export function maskSheet(volume: Volume, mask: Mask, kind: SegmentedKind, subject: string): string {
  const drawn = { volume, mask, drawnBy: 'automatic contours' };
  if (kind === 'lge-sax') return lgePicture(drawn, { subject, reference: null }).svg;
  const moments = momentsOf(mask, null);
  return cinePictures(drawn, moments, { subject, reference: findSegmentReference(mask, moments.edPhase) })[0]!
    .svg;
}

function timeWords({ triggerTimesMs }: Volume, phase: number): string {
  return triggerTimesMs ? `, ${Math.round(triggerTimesMs[phase]!)} ms after the R wave` : '';
}

/** Times of the phases where they are known, else their numbers. */
function phaseAxis(volume: Volume | null, phases: number) {
  const times = volume?.triggerTimesMs;
  return times && times.length === phases
    ? { x: times, xLabel: 'Time after the R wave (ms)' }
    : { x: Array.from({ length: phases }, (_, phase) => phase + 1), xLabel: 'Phase' };
}

/** Null without geometry, or with fewer than three phases, which are no curve. */
function volumeCurve({ volume, mask, drawnBy }: Drawn, moments: Moments, subject: string): string | null {
  const phases = mask.shape[0];
  if (mask.affine === null || phases < 3) return null;
  const toMl = voxelVolumeMm3(mask.affine) / 1000;
  const { x, xLabel } = phaseAxis(volume, phases);
  const ml = (voxels: readonly number[]) => voxels.map((count) => (count > 0 ? count * toMl : null));
  const { edPhase, esPhase, leftVoxels, rightVoxels } = moments;
  const curves = [
    { name: 'LV', x, y: ml(leftVoxels) },
    { name: 'RV', x, y: ml(rightVoxels) },
  ].filter(({ y }) => y.some((value) => value !== null));
  if (curves.length === 0) return null;
  return lineFigure(curves, {
    title: `${subject}: volumes, ${drawnBy}`,
    xLabel,
    yLabel: 'Volume (ml)',
    moments: [
      { x: x[edPhase]!, label: 'ED' },
      { x: x[esPhase]!, label: 'ES' },
    ],
  });
}

function lgePicture({ volume, mask, drawnBy }: Drawn, { subject, reference }: About): ExamPicture {
  const own = reference ?? assumedReference(mask);
  const sections = heartSections([
    { heading: 'Late enhancement', volume, mask, kind: 'lge-sax', phase: 0, reference: own },
  ]);
  const note = `${drawnBy}; ${researchUse}`;
  const both = [...plainSections(sections), ...sections];
  const title = `${subject}: late gadolinium enhancement, short axis`;
  return {
    name: 'lge-sax',
    svg: contactSheetFigure({ title, note, sections: both }),
  };
}

/** T2 has no contours of its own: those of LGE, else of the cine at end-diastole, where they lie in the patient. */
function t2Picture(
  volume: Volume,
  { cine, lge, moments }: { cine: Drawn | null; lge: Drawn | null; moments: Moments | null },
  { subject, reference }: About,
): ExamPicture[] {
  const carried = (drawn: Drawn | null, phase: number) => drawn && carriedMask(drawn.mask, phase, volume);
  const [fromLge, fromCine] = [carried(lge, 0), carried(cine, moments?.edPhase ?? 0)];
  const mask = fromLge ?? fromCine;
  const origin = fromLge ? 'contours of LGE' : 'contours of the cine at end-diastole';
  const place = mask ? `${origin}, by their place in the patient; not drawn on these images` : 'no contours';
  const sections = heartSections([
    {
      heading: 'T2-weighted',
      volume,
      mask: mask ?? { ...volume, data: new Uint8Array(volume.data.length) },
      kind: fromLge ? 'lge-sax' : 'cine-sax',
      phase: 0,
      reference,
    },
  ]);
  const both = [...plainSections(sections), ...(mask ? sections : [])];
  const title = `${subject}: T2-weighted oedema image, short axis`;
  const svg = contactSheetFigure({ title, note: `${place}; ${researchUse}`, sections: both });
  return [{ name: 't2', svg }];
}

/** Quantities with a name among readers, and with one scale for all exams, on which zero is pale. */
const knownEyes: {
  readonly [path: string]: { readonly title: string; readonly range?: readonly [number, number] };
} = {
  'cine.wallThickeningPercent': { title: 'Systolic wall thickening', range: [-80, 80] },
  'deformation.shortAxis.segmentCircumferential': {
    title: 'Peak circumferential strain',
    range: [-25, 25],
  },
  'deformation.shortAxis.segmentRadial': { title: 'Peak radial strain', range: [-80, 80] },
  'lge.transmuralityPercent': { title: 'Infarct transmurality' },
  'lge.mvoSegmentPercent': { title: 'MVO, share of the segment' },
};

function quantityPictures(
  quantities: QuantitiesRecord | null,
  { subject }: ExamRecord,
  cine: Volume | null,
): ExamPicture[] {
  if (quantities === null) return [];
  const who = [...new Set(Object.values(quantities.contours).map(contourWords))].join(', ');
  const eyes = segmentVectors(quantities).map(({ path, values }) => {
    const { words, unit } = wordsOf(path);
    const known = knownEyes[path.join('.')];
    const isShareOfWall =
      unit === '%' && values.every((value) => value === null || (value >= 0 && value <= 100));
    const range =
      isShareOfWall && /transmurality|mvo|infarct|extent/i.test(words) ? ([0, 100] as const) : null;
    const scale = known?.range ?? range;
    const note = `${subject}, ${who}`;
    const title = known?.title ?? words;
    const svg = bullsEyeFigure({ title, unit, values, note, ...(scale && { range: scale }) });
    return { name: `bulls-eye-${fileName(path)}`, svg };
  });
  return [...eyes, ...strainPictures(quantities, subject, cine)];
}

/** Curves of one part of the record in one figure. */
function strainPictures(quantities: QuantitiesRecord, subject: string, cine: Volume | null): ExamPicture[] {
  const groups = new Map<string, ReturnType<typeof phaseCurves>[number][]>();
  for (const curve of phaseCurves(quantities)) {
    const part = curve.path.slice(0, -1).join(' ');
    groups.set(part, [...(groups.get(part) ?? []), curve]);
  }
  return [...groups.values()].map((curves) => {
    const phases = curves[0]!.percent.length;
    const { x, xLabel } = phaseAxis(cine, phases);
    const moment = quantities.cine && quantities.cine.esPhase < phases ? quantities.cine.esPhase : null;
    const moments: Moment[] = moment === null ? [] : [{ x: x[moment]!, label: 'ES' }];
    const part = curves[0]!.path.slice(0, -1);
    const svg = lineFigure(
      curves.map(({ path, percent }) => ({ name: wordsOf(['', path.at(-1)!]).words, x, y: percent })),
      { title: `${subject}: ${wordsOf(part).words} strain`, xLabel, yLabel: 'Strain (%)', moments },
    );
    return { name: `curves-${fileName(part)}`, svg };
  });
}

function fileName(path: readonly string[]): string {
  return path
    .join('-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
}
