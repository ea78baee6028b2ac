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
  seriesAffine,
  type SimulationConfig,
  trueStrain,
  trueStrainOf,
} from '@myocast/simulation';

const longAxes = ['cine-2ch', 'cine-3ch', 'cine-4ch'] as const;
/** The whole circle of the wall between the levels whose circles are the phantom's own truth. */
const middle = { levels: [0.3, 0.7], degrees: [0, 360] } as const;
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

/** One virtual patient: the truth, and what is measured with the phantom's contours and with the networks'. */
export interface StrainOfPatient {
  readonly patient: string;
  readonly infarctPercent: number;
  /** Off-resonance at the middle of the heart: beyond 45 Hz a band lies over it. */
  readonly bandingHz: number;
  readonly truth: StrainValues;
  readonly trueContours: StrainValues;
  readonly networkContours: StrainValues;
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
    truth: truthOf(exam),
    trueContours: valuesOf(deformation(inputOf(cines.map(({ drawn }) => drawn)))),
    networkContours: valuesOf(ours),
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

function truthOf({ scene: { heart, lengthMm } }: Exam): StrainValues {
  const wall = trueStrain(heart, endSystole);
  const plane = trueStrainOf(heart, endSystole, middle, 'plane');
  return {
    'GCS, in the planes': plane.circumferential,
    'GCS, wall followed': wall.circumferential,
    'GRS, in the planes': plane.radial,
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
