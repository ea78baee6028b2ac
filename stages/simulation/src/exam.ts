import type { Random } from '@myocast/base';
import { type Anatomy, createAnatomy, solveContraction } from './anatomy.ts';
import type { Centre } from './centre.ts';
import type { Patient } from './clinical.ts';
import {
  heartReachMm,
  newTissueTable,
  type Papillaries,
  paintHeart,
  type Placement,
  polarGrid,
  tabulatePlane,
} from './heart-image.ts';
import {
  addGaussianNoise,
  addGhost,
  addRicianNoise,
  applyGain,
  blur,
  coilGain,
  createCoils,
} from './scanner.ts';
import { cineSignals, lgeSignals } from './signal.ts';
import { tissueCode, tissueLabels } from './tissue.ts';
import { createTorso, paintTorso, type Torso, torsoAt } from './torso.ts';
import { type Contraction, cutPlane, emptyPlane, type Plane, ventricleLengthMm } from './ventricle.ts';

export const matrixSize = 128;
export const cinePhases = 10;
export const sliceSpacingMm = 10;
export const sliceThicknessMm = 8;

/** Systole takes 40 % of the beat (DOMAIN C4: 35 to 40), so that phase 4 of 10 is end-systole. */
const systoleShare = 0.4;

/** Images of one series with their ground truth: [phases, slices, size, size], slices from base to apex. */
export interface SeriesImages {
  readonly kind: 'cine-sax' | 'lge-sax';
  readonly phases: number;
  readonly slices: number;
  readonly image: Uint16Array;
  readonly label: Uint8Array;
}

/** Everything about an exam that is the same in all of its images. */
export interface Exam {
  readonly anatomy: Anatomy;
  readonly slices: number;
  readonly spacingMm: number;
  readonly rrMs: number;
  readonly tiMs: number;
  readonly cine: SeriesImages | null;
  readonly lge: SeriesImages | null;
}

/** What an exam may lack or suffer from, DOMAIN B7: cine missing 1 %, LGE 3 %, breath-hold artefact 15 %, gating 8 %, poor nulling 7 %. */
interface Quality {
  readonly cine: boolean;
  readonly lge: boolean;
  readonly breathHoldArtefact: boolean;
  readonly gatingArtefact: boolean;
  readonly tiErrorMs: number;
}

interface Scene {
  readonly anatomy: Anatomy;
  readonly contraction: Contraction;
  readonly papillaries: Papillaries;
  readonly torso: Torso;
  readonly gain: Float32Array;
  readonly centre: Centre;
  readonly quality: Quality;
  readonly placement: Placement;
  readonly slices: number;
  readonly firstSliceMm: number;
}

/** The anatomy that `createExam` images; the outcome depends on it too. */
export function anatomyOf(random: Random, patient: Patient): Anatomy {
  return createAnatomy(random.fork('anatomy'), patient);
}

/**
 * Scans a patient: cine and LGE short-axis stacks as stored values, with their
 * labels. The two stacks are breath-holds of their own and shift slice by slice.
 */
export function createExam(random: Random, patient: Patient, centre: Centre): Exam {
  const scene = createScene(random, patient, centre);
  const rrMs = 60_000 / patient.clinical.heart_rate;
  const lgeContrast = lgeSignals(
    centre.fieldT,
    rrMs,
    Math.exp(random.fork('wash-out').normal(0, 0.08)),
    scene.quality.tiErrorMs,
  );
  return {
    anatomy: scene.anatomy,
    slices: scene.slices,
    spacingMm: centre.inPlaneMm,
    rrMs,
    tiMs: lgeContrast.tiMs,
    cine: scene.quality.cine ? scanCine(random.fork('cine'), scene) : null,
    lge: scene.quality.lge ? scanLge(random.fork('lge'), scene, lgeContrast.signals) : null,
  };
}

function createScene(random: Random, patient: Patient, centre: Centre): Scene {
  const anatomy = anatomyOf(random, patient);
  const draw = random.fork('scene');
  const length = ventricleLengthMm(anatomy.shape);
  return {
    anatomy,
    contraction: solveContraction(draw, anatomy),
    papillaries: {
      bins: [20 + draw.integer(35), 285 + draw.integer(35)],
      radiusShare: draw.uniform(0.62, 0.78),
      sizeMm: draw.uniform(2.5, 4.2),
    },
    torso: createTorso(draw),
    gain: coilGain(matrixSize, createCoils(draw)),
    centre,
    quality: {
      cine: !draw.chance(0.01),
      lge: !draw.chance(0.03),
      breathHoldArtefact: draw.chance(0.15),
      gatingArtefact: draw.chance(0.08),
      tiErrorMs: draw.chance(0.07) ? draw.choice([-1, 1]) * draw.uniform(30, 60) : draw.normal(0, 6),
    },
    placement: {
      size: matrixSize,
      spacingMm: centre.inPlaneMm,
      column: matrixSize / 2 + draw.normal(4, 3),
      row: matrixSize / 2 + draw.normal(-2, 3),
      turn: draw.normal(0, 0.15),
      oversampling: 2,
    },
    // The stack covers the ventricle to the apex: 8 or 9 slices as a rule.
    slices: Math.min(11, Math.max(8, Math.round(length / sliceSpacingMm))),
    firstSliceMm: draw.uniform(4, 6),
  };
}

/** The breath-hold shift of a slice: SD 2 mm in plane, now and then 8 to 10 mm (DOMAIN C3). */
function shifted(random: Random, placement: Placement, artefact: boolean): Placement {
  const spread = artefact && random.chance(0.2) ? 8 : 1.2;
  return {
    ...placement,
    column: placement.column + random.normal(0, spread) / placement.spacingMm,
    row: placement.row + random.normal(0, spread) / placement.spacingMm,
  };
}

/** Contraction through the beat: sin² systole, fast filling, a plateau, the atrial kick. */
export function contractionAt(beat: number): number {
  if (beat <= systoleShare) return Math.sin((Math.PI / 2) * (beat / systoleShare)) ** 2;
  const diastole = (beat - systoleShare) / (1 - systoleShare);
  if (diastole < 0.45) return 1 - 0.78 * Math.sin((Math.PI / 2) * (diastole / 0.45)) ** 2;
  return diastole < 0.8 ? 0.22 : 0.22 * (1 - (diastole - 0.8) / 0.2);
}

function scanCine(random: Random, scene: Scene): SeriesImages {
  const signals = cineSignals(scene.centre.fieldT);
  const sigma = signals[tissueCode.lvBlood]! / scene.centre.snr;
  // Blood that flows in between excitations is fresher and brighter than the steady state. (recalled)
  const inflow = random.uniform(1.3, 1.7);
  for (const name of ['lvBlood', 'rvBlood', 'atrialBlood', 'aorta'] as const)
    signals[tissueCode[name]] = signals[tissueCode[name]]! * inflow;
  return scanStack(random, scene, 'cine-sax', signals, cinePhases, (slice, phase, image, draw) => {
    const missed = scene.quality.gatingArtefact ? 0.12 : scene.quality.breathHoldArtefact ? 0.06 : 0;
    if (missed > 0) addGhost(image, matrixSize, 14 + slice + phase, missed);
    applyGain(image, scene.gain);
    blur(image, matrixSize, 0.08);
    addRicianNoise(image, sigma, draw);
  });
}

/** LGE is read in diastole, when the heart is nearly at rest. */
const lgeContraction = 0.1;

function scanLge(random: Random, scene: Scene, signals: Float32Array): SeriesImages {
  const brightest = signals[tissueCode.infarct]!;
  const sigma = brightest / random.uniform(14, 26);
  return scanStack(random, scene, 'lge-sax', signals, 1, (slice, _, image, draw) => {
    if (scene.quality.breathHoldArtefact && draw.chance(0.4)) addGhost(image, matrixSize, 16 + slice, 0.1);
    applyGain(image, scene.gain);
    blur(image, matrixSize, 0.1);
    addGaussianNoise(image, sigma, draw);
    // A phase-sensitive image keeps the sign; stored values are shifted so that MVO stays below remote.
    for (let pixel = 0; pixel < image.length; pixel++)
      image[pixel] = Math.max(0, image[pixel]! + 0.25 * brightest);
  });
}

type Receive = (slice: number, phase: number, image: Float32Array, random: Random) => void;

/** Paints every plane of a stack; `receive` turns the signal into what the scanner reads. */
function scanStack(
  random: Random,
  scene: Scene,
  kind: SeriesImages['kind'],
  signals: Float32Array,
  phases: number,
  receive: Receive,
): SeriesImages {
  const pixels = matrixSize * matrixSize;
  const { slices } = scene;
  const stored = new Uint16Array(phases * slices * pixels);
  const label = new Uint8Array(stored.length);
  const background = new Float32Array(pixels);
  const image = new Float32Array(pixels);
  const scale = 1200 / signals.reduce((most, value) => Math.max(most, value), 0);
  const planes = [emptyPlane(), emptyPlane()];
  const tables = [newTissueTable(), newTissueTable()];
  for (let slice = 0; slice < slices; slice++) {
    const draw = random.fork(slice);
    const placement = shifted(draw, scene.placement, scene.quality.breathHoldArtefact);
    paintTorso(torsoAt(scene.torso, slice / slices), placement, signals, background);
    cutStack(scene, slice, 0, planes);
    const grid = polarGrid(placement, heartReachMm(planes) + 6);
    for (let phase = 0; phase < phases; phase++) {
      const at = (phase * slices + slice) * pixels;
      image.set(background);
      cutStack(scene, slice, phases > 1 ? contractionAt(phase / phases) : lgeContraction, planes);
      for (const [index, plane] of planes.entries()) tabulatePlane(plane, scene.papillaries, tables[index]!);
      paintHeart(grid, tables, signals, tissueLabels[kind], image, label.subarray(at, at + pixels));
      receive(slice, phase, image, draw);
      for (let pixel = 0; pixel < pixels; pixel++)
        stored[at + pixel] = Math.min(4095, Math.max(0, image[pixel]! * scale + 0.5));
    }
  }
  return { kind, phases, slices, image: stored, label };
}

/** Two planes at a quarter of the thickness on both sides of the slice's middle. */
function cutStack(scene: Scene, slice: number, fraction: number, planes: readonly Plane[]): void {
  const middle = scene.firstSliceMm + slice * sliceSpacingMm;
  for (const [index, plane] of planes.entries())
    cutPlane(
      scene.anatomy.shape,
      scene.anatomy.infarct,
      scene.contraction,
      middle + (index - 0.5) * (sliceThicknessMm / 2),
      fraction,
      plane,
    );
}
