import type { LpsPoint, Mask, Volume } from '@myocast/dicom';
import {
  certaintyFlags,
  type ContouredCine,
  deformation,
  type DeformationInput,
  type DeformationQuantities,
  type DeformationSeries,
  findSegmentReference,
  labelledCentre,
  pixelNear,
  quantifyCine,
  segment,
  type Segmenter,
  stackCertainty,
} from '@myocast/imaging';
import {
  clinicalPlan,
  createSubject,
  type Exam,
  groundTruth,
  type SeriesImages,
  segmentPatch,
  seriesAffine,
  type SimulationConfig,
  trueStrain,
  trueStrainOf,
} from '@myocast/simulation';

const longAxes = ['cine-2ch', 'cine-3ch', 'cine-4ch'] as const;
/** Distance of the short-axis slices of the phantom. */
const spacingMm = 10;
/** Segments of the middle third, which lie in slices that no plane of the base or the apex cuts. */
export const middleSegments = [7, 8, 9, 10, 11, 12] as const;
/** The phantom's own fraction of contraction at end-systole. */
const endSystole = 1;

/** What is measured; strains in %, the mitral way in mm. */
export const strainMeasures = [
  'GCS, in the planes',
  'GCS, wall followed',
  'GRS, in the planes',
  'GLS, endocardium',
  'GLS, middle of the wall',
  'mitral way (mm)',
] as const;

export type StrainValues = { readonly [Name in (typeof strainMeasures)[number]]: number | null };

/** What is measured, and what is true of the slices that were followed. */
export interface AgainstTruth {
  readonly measured: StrainValues;
  readonly truth: StrainValues;
  /** By `middleSegments`, at end-systole in the planes; null where not followed. */
  readonly segments: {
    readonly circumferential: readonly SegmentPair[];
    readonly radial: readonly SegmentPair[];
  };
}

export interface SegmentPair {
  readonly measured: number | null;
  readonly truth: number;
}

/** One virtual patient, with the phantom's contours and with the networks'. */
export interface StrainOfPatient {
  readonly patient: string;
  readonly infarctPercent: number;
  /** Off-resonance at the middle of the heart: beyond 45 Hz a band lies over it. */
  readonly bandingHz: number;
  readonly trueContours: AgainstTruth;
  readonly networkContours: AgainstTruth;
  /** What the road says of the networks' contours and of the strain on them. */
  readonly flags: readonly string[];
}

export interface StrainNetworks {
  readonly sax: Segmenter;
  readonly lax: Segmenter;
}

/**
 * Strain of one virtual patient with the cines of a clinical exam (25 phases), by the way of
 * `myocast segment` and `quantify`: from the phantom's labels and from the networks' contours.
 *
 * @returns null where the exam has no short-axis cine
 */
export async function measureStrain(
  study: SimulationConfig,
  patient: string,
  networks: StrainNetworks,
): Promise<StrainOfPatient | null> {
  const plan = { ...clinicalPlan, sequences: ['cine-sax', ...longAxes] as const };
  const config = { ...study, imaging: plan };
  const exam = groundTruth(config, patient);
  const cines = exam.series.map((series) => ({ series, drawn: drawnBy(exam, series) }));
  if (!cines.some(({ series }) => series.sequence === 'cine-sax')) return null;
  const flags: string[] = [];
  const found: Drawn[] = [];
  let heart: LpsPoint | null = null;
  for (const { series, drawn } of cines) {
    const network = series.sequence === 'cine-sax' ? networks.sax : networks.lax;
    const near = heart && pixelNear(drawn.mask.affine, heart);
    const where = near ? { supposedCentre: near } : {};
    const done = await segment(drawn.image, network, series.sequence, where);
    const doubts = done.ok
      ? certaintyFlags(stackCertainty(done.value, network.card.kind), series.sequence)
      : [];
    flags.push(...[...done.issues, ...doubts].map(({ path, message }) => `${path}: ${message}`));
    if (!done.ok) continue;
    found.push({ ...drawn, mask: done.value.mask });
    heart ??= labelledCentre(done.value.mask);
  }
  const ours = deformation(inputOf(found));
  flags.push(...ours.flags.map(({ path, message }) => `${path}: ${message}`));
  const { injury } = createSubject(config, patient).patient;
  return {
    patient,
    infarctPercent: injury.infarctPercent,
    bandingHz: exam.faults.bandingHz,
    trueContours: againstTruth(exam, deformation(inputOf(cines.map(({ drawn }) => drawn)))),
    networkContours: againstTruth(exam, ours),
    flags,
  };
}

interface Drawn {
  readonly sequence: SeriesImages['sequence'];
  readonly image: Volume;
  readonly mask: Mask;
}

function drawnBy(exam: Exam, series: SeriesImages): Drawn {
  const { sequence, phases, slices, image, label } = series;
  const { matrix } = exam.scene.plan;
  const shape = [phases, slices, matrix, matrix] as const;
  const affine = seriesAffine(exam, series);
  const triggerTimesMs = Array.from({ length: phases }, (_, phase) => (phase * exam.rrMs) / phases);
  return {
    sequence,
    image: { shape, data: Float32Array.from(image), affine, triggerTimesMs },
    mask: { shape, data: label, affine },
  };
}

function inputOf(drawn: readonly Drawn[]): DeformationInput {
  const seriesOf = (sequence: Drawn['sequence']): DeformationSeries | null => {
    const one = drawn.find((entry) => entry.sequence === sequence);
    return one ? { image: one.image, mask: one.mask, timesMs: one.image.triggerTimesMs } : null;
  };
  const short = seriesOf('cine-sax');
  const cine = short && contoured(short.mask);
  return {
    sax:
      short && cine
        ? {
            ...short,
            edPhase: cine.quantities.edPhase,
            esPhase: cine.quantities.esPhase,
            reference: cine.reference,
          }
        : null,
    longAxes: Object.fromEntries(
      longAxes.flatMap((view) => {
        const series = seriesOf(view);
        return series ? [[view, series]] : [];
      }),
    ),
    bsaM2: null,
  };
}

function contoured(mask: Mask): ContouredCine | null {
  const quantities = quantifyCine(mask);
  if (!quantities.ok) return null;
  const { value } = quantities;
  return { mask, quantities: value, reference: findSegmentReference(mask, value.edPhase) };
}

type ShortAxis = NonNullable<DeformationQuantities['shortAxis']>;

function againstTruth(exam: Exam, found: DeformationQuantities): AgainstTruth {
  const { heart } = exam.scene;
  const { shortAxis } = found;
  const pair = (kind: 'circumferential' | 'radial', curves: ShortAxis['segmentRadial'] | null) =>
    middleSegments.map((segment) => ({
      measured: curves?.[segment - 1]?.endSystolicPercent ?? null,
      truth: trueStrainOf(heart, endSystole, segmentPatch(segment), 'plane')[kind],
    }));
  return {
    measured: valuesOf(found),
    truth: truthOf(exam, shortAxis ? shortAxis.slicesFollowed : []),
    segments: {
      circumferential: pair('circumferential', shortAxis && shortAxis.segmentCircumferential),
      radial: pair('radial', shortAxis && shortAxis.segmentRadial),
    },
  };
}

/** @param slices whose wall was followed: the planes' truth is that of all levels which they show */
function truthOf({ scene }: Exam, slices: readonly number[]): StrainValues {
  const { heart, lengthMm, firstSliceMm } = scene;
  const wall = trueStrain(heart, endSystole);
  const level = (z: number) => Math.min(1, Math.max(0, (firstSliceMm + spacingMm * z) / lengthMm));
  const levels = [level(Math.min(...slices) - 0.5), level(Math.max(...slices) + 0.5)] as const;
  const plane =
    slices.length > 0 ? trueStrainOf(heart, endSystole, { levels, degrees: [0, 360] }, 'plane') : null;
  return {
    'GCS, in the planes': plane && plane.circumferential,
    'GCS, wall followed': wall.circumferential,
    'GRS, in the planes': plane && plane.radial,
    'GLS, endocardium': wall.longitudinal,
    'GLS, middle of the wall': wall.longitudinal,
    'mitral way (mm)': heart.contraction.longitudinal * lengthMm,
  };
}

function valuesOf({
  shortAxis,
  longAxes: views,
  globalLongitudinalPercent,
  mapseMm,
}: DeformationQuantities): StrainValues {
  const middles = views.map(({ midWallLongitudinal }) => midWallLongitudinal.peakPercent);
  return {
    'GCS, in the planes': shortAxis && shortAxis.circumferential.endSystolicPercent,
    'GCS, wall followed': shortAxis && shortAxis.circumferentialFollowedPercent,
    'GRS, in the planes': shortAxis && shortAxis.radial.endSystolicPercent,
    'GLS, endocardium': globalLongitudinalPercent,
    'GLS, middle of the wall':
      middles.length === 0 ? null : middles.reduce((sum, value) => sum + value, 0) / middles.length,
    'mitral way (mm)': mapseMm,
  };
}
