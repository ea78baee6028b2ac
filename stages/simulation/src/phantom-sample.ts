import type { Random } from '@myocast/base';
import {
  heartReachMm,
  newTissueTable,
  type Papillaries,
  paintHeart,
  type Placement,
  polarGrid,
  tabulatePlane,
} from './heart-image.ts';
import { type Culprit, createInfarct, fieldLevels, noInfarct } from './infarct.ts';
import {
  addGaussianNoise,
  addGhost,
  addRicianNoise,
  applyGain,
  coilGain,
  blur,
  createCoils,
} from './scanner.ts';
import { cineSignals, type FieldStrengthT, lgeSignals } from './signal.ts';
import { tissueCode, tissueLabels } from './tissue.ts';
import { createTorso, paintTorso, torsoAt } from './torso.ts';
import {
  type Contraction,
  cutPlane,
  emptyPlane,
  type Plane,
  type VentricleShape,
  ventricleLengthMm,
} from './ventricle.ts';

export type PhantomKind = 'cine-sax' | 'lge-sax';

/** One slice with its ground truth: [size, size] each. */
export interface PhantomSample {
  readonly image: Float32Array;
  readonly label: Uint8Array;
  readonly size: number;
  readonly spacingMm: number;
}

const size = 128;
const spacingMm = 1.5;

/**
 * One domain-randomised slice for training a segmentation: shape, position, turn,
 * contraction, infarct, tissue contrast, coils, blur, artefacts and noise are all
 * drawn far wider than in patients, so that real scanners fall inside.
 *
 * About one slice in ten lies above the base or below the apex and has no label.
 */
export function phantomSample(random: Random, kind: PhantomKind): PhantomSample {
  const painted = paintPhantom(random, {
    infarctChance: kind === 'cine-sax' ? 0.5 : 0.8,
    fraction: () => (kind === 'cine-sax' ? random.uniform() : random.uniform(0, 0.3)),
    signals: () => randomSignals(random, kind),
    labels: tissueLabels[kind],
  });
  const { image, label, signals } = painted;
  scan(random, image, kind, signals);
  return { image, label, size, spacingMm };
}

/** How a phantom slice is to be painted. The functions are called once each, in the order of the drawing. */
interface Painting {
  readonly infarctChance: number;
  /** Of the contraction, 0 end-diastole to 1 end-systole. */
  readonly fraction: () => number;
  /** By tissue code. */
  readonly signals: () => Float32Array;
  readonly labels: Uint8Array;
}

/** A slice of a random heart in a random chest before it is scanned. */
export function paintPhantom(
  random: Random,
  { infarctChance, fraction: drawFraction, signals: drawSignals, labels }: Painting,
): Pick<PhantomSample, 'image' | 'label'> & { readonly signals: Float32Array } {
  const shape = randomShape(random);
  const infarct = random.chance(infarctChance) ? randomInfarct(random) : noInfarct();
  const contraction: Contraction = {
    radial: random.uniform(0.05, 0.5),
    longitudinal: random.uniform(0.02, 0.2),
    rv: random.uniform(0.1, 0.5),
  };
  const fraction = drawFraction();
  const length = ventricleLengthMm(shape);
  const z = random.uniform(-7, length + 4);
  const placement = randomPlacement(random);
  const signals = drawSignals();
  const image = new Float32Array(size * size);
  const label = new Uint8Array(size * size);
  paintTorso(torsoAt(createTorso(random), z / length), placement, signals, image, 1);
  const thickness = random.uniform(5, 9);
  const papillaries = randomPapillaries(random);
  const planes = [-0.25, 0.25].map((part) => {
    const plane = emptyPlane();
    cutPlane(shape, infarct, contraction, z + part * thickness, fraction, plane);
    roughen(random, plane);
    return plane;
  });
  const tables = planes.map((plane) => {
    const table = newTissueTable();
    tabulatePlane(plane, papillaries, table);
    return table;
  });
  const grid = polarGrid(placement, heartReachMm(planes));
  paintHeart(grid, tables, signals, labels, image, label);
  return { image, label, signals };
}

function randomShape(random: Random): VentricleShape {
  const radiusMm = random.uniform(15, 36);
  return {
    radiusMm,
    halfLengthMm: Math.min(90, Math.max(48, radiusMm * random.uniform(2, 3.2))),
    offset: random.uniform(0.15, 0.45),
    wallMm: random.chance(0.2) ? random.uniform(11, 18) : random.uniform(5, 11),
    apexWallMm: random.uniform(3, 8),
    ovality: [
      random.normal(0, 0.04),
      random.uniform(0, Math.PI),
      random.normal(0, 0.025),
      random.uniform(0, Math.PI),
    ],
    rvWidthMm: random.uniform(18, 52),
    rvHalfAngle: random.uniform(1.0, 1.65),
    rvWallMm: random.uniform(1.5, 4.5),
    fatMm: random.uniform(0, 10),
  };
}

function randomInfarct(random: Random) {
  const infarctPercent = 2 + 48 * random.uniform() ** 1.5;
  return createInfarct(random, {
    culprit: random.choice<Culprit>(['LAD', 'RCA', 'LCx']),
    riskPercent: random.uniform(20, 60),
    infarctPercent,
    mvoPercent: random.chance(0.55) ? infarctPercent * random.uniform(0.03, 0.4) : 0,
    levelWeights: new Float32Array(fieldLevels).fill(1 / fieldLevels),
  });
}

function randomPlacement(random: Random): Placement {
  return {
    size,
    spacingMm,
    column: size / 2 + random.normal(0, 9),
    row: size / 2 + random.normal(0, 9),
    turn: random.chance(0.15) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.4),
    oversampling: 2,
  };
}

function randomPapillaries(random: Random): Papillaries {
  return {
    bins: [random.integer(60) + 15, random.integer(60) + 265],
    radiusShare: random.uniform(0.5, 0.85),
    sizeMm: random.chance(0.8) ? random.uniform(2, 5.5) : 0,
  };
}

/** Trabeculae and drawing noise: the borders wobble by about a millimetre. */
function roughen(random: Random, plane: Plane): void {
  const waves = Array.from({ length: 4 }, () => ({
    around: 2 + random.integer(9),
    phase: random.uniform(0, 6.28),
    inner: random.normal(0, 0.35),
    outer: random.normal(0, 0.25),
  }));
  for (let bin = 0; bin < plane.endo.length; bin++) {
    let inner = 0;
    let outer = 0;
    for (const wave of waves) {
      const value = Math.cos((wave.around * bin * Math.PI) / 180 + wave.phase);
      inner += wave.inner * value;
      outer += wave.outer * value;
    }
    const endo = plane.endo[bin]! > 3 ? plane.endo[bin]! + inner : plane.endo[bin]!;
    plane.endo[bin] = endo;
    plane.epi[bin] = Math.max(endo + 1, plane.epi[bin]! + outer);
    plane.rv[bin] = plane.rv[bin]! + 2 * outer;
  }
}

/** Contrast from the physics at a random field strength, then every tissue's own factor. */
function randomSignals(random: Random, kind: PhantomKind): Float32Array {
  const field = random.choice<FieldStrengthT>([1.5, 3]);
  const physics =
    kind === 'cine-sax'
      ? cineSignals(field)
      : lgeSignals(field, random.uniform(600, 1100), random.uniform(0.8, 1.2), random.normal(0, 30)).signals;
  const top = physics.reduce((most, value) => Math.max(most, value), 0);
  const spread = random.uniform(0.05, 0.35);
  const signals = physics.map((value) => (value / top) * Math.exp(random.normal(0, spread)));
  if (kind === 'cine-sax') mixCineContrast(random, signals);
  else mixLgeContrast(random, signals);
  for (const name of ['papillary', 'rvWall', 'atrialWall'] as const)
    signals[tissueCode[name]] = signals[tissueCode.myocardium]! * random.uniform(0.85, 1.15);
  for (const name of ['rvBlood', 'atrialBlood', 'aorta'] as const)
    signals[tissueCode[name]] = signals[tissueCode.lvBlood]! * random.uniform(0.75, 1.15);
  return signals;
}

function mixCineContrast(random: Random, signals: Float32Array): void {
  const blood = random.uniform(0.45, 1);
  signals[tissueCode.lvBlood] = blood;
  signals[tissueCode.myocardium] = blood * random.uniform(0.15, 0.65);
  signals[tissueCode.infarct] = signals[tissueCode.myocardium]! * random.uniform(0.9, 1.2);
  signals[tissueCode.mvo] = signals[tissueCode.myocardium]! * random.uniform(0.8, 1.1);
}

function mixLgeContrast(random: Random, signals: Float32Array): void {
  const infarct = random.uniform(0.55, 1);
  const myocardium = random.uniform(-0.05, 0.25);
  signals[tissueCode.infarct] = infarct;
  signals[tissueCode.myocardium] = myocardium;
  signals[tissueCode.lvBlood] = myocardium + (infarct - myocardium) * random.uniform(0.3, 1.05);
  signals[tissueCode.mvo] = myocardium + random.uniform(-0.2, 0.1);
}

function scan(random: Random, image: Float32Array, kind: PhantomKind, signals: Float32Array): void {
  applyGain(image, coilGain(size, createCoils(random)));
  if (random.chance(0.15)) addGhost(image, size, random.normal(0, 12), random.uniform(0.03, 0.15));
  blur(image, size, random.chance(0.7) ? random.uniform(0, 0.22) : 0);
  const sigma = (0.02 + 0.08 * random.uniform() ** 2) * Math.max(0.4, signals[tissueCode.lvBlood]!);
  if (kind === 'cine-sax' || random.chance(0.25)) addRicianNoise(image, sigma, random);
  else {
    addGaussianNoise(image, sigma, random);
    const offset = random.uniform(-0.02, 0.25);
    for (let pixel = 0; pixel < image.length; pixel++) image[pixel] = Math.max(0, image[pixel]! + offset);
  }
  blur(image, size, random.chance(0.5) ? random.uniform(0, 0.15) : 0);
  const gamma = Math.exp(random.normal(0, 0.15));
  const gain = random.uniform(100, 2000);
  for (let pixel = 0; pixel < image.length; pixel++) image[pixel] = gain * image[pixel]! ** gamma;
}
