import { Random } from '@myocast/base';
import type { BeatState, HeartParts } from './scene.ts';
import { heartGeometry, longAxisPlane, shortAxisPlane, tilted } from './geometry.ts';
import { heartReachMm, newPainted, paintHeart, type Placement, polarGrid } from './heart-image.ts';
import { HeartStack, paintLongAxis } from './long-axis.ts';
import { randomScan } from './random-scan.ts';
import { randomSignals } from './random-signals.ts';
import { randomHeart } from './random-heart.ts';
import { newSliceTables, tabulateLevel } from './slice.ts';
import { lookAround, paintSurroundings, paintVessels, type PlaneAxes } from './surroundings.ts';
import { createThorax, type Thorax } from './thorax.ts';
import { type LabelledKind, tissueLabels } from './tissue.ts';
import { emptyPlane, ventricleLengthMm } from './ventricle.ts';

export type PhantomKind = LabelledKind;

/** One slice with its ground truth: [size, size] each. */
export interface PhantomSample {
  readonly image: Float32Array;
  readonly label: Uint8Array;
  readonly size: number;
  readonly spacingMm: number;
}

export interface SampleOptions {
  /** 'random' draws the matrix (96 to 192) and the pixel (0.9 to 2.4 mm); 'fixed' is 128 of 1.5 mm. */
  readonly field?: 'fixed' | 'random';
}

/** Everything of a sample that is drawn before its signals. */
interface Setting {
  readonly parts: HeartParts;
  readonly thorax: Thorax;
  readonly placement: Placement;
  readonly state: BeatState;
  readonly lengthMm: number;
}

/**
 * One domain-randomised slice for training a segmentation: shape, position, turn,
 * contraction, infarct, tissue contrast (inverted now and then), surroundings,
 * coils, blur, artefacts and noise are all drawn far wider than in patients, so
 * that real scanners fall inside.
 *
 * About one short-axis slice in ten lies above the base or below the apex and has
 * no label. Labels: `tissueLabels`.
 */
export function phantomSample(
  random: Random,
  kind: PhantomKind,
  { field = 'fixed' }: SampleOptions = {},
): PhantomSample {
  const painted = paintPhantom(random, kind, () => randomSignals(random, kind), field);
  const { image, label, placement, signals } = painted;
  randomScan(random, image, placement, kind, signals);
  return { image, label, size: placement.size, spacingMm: placement.spacingMm };
}

/** A slice before it is scanned: signals as they are, no coils, no blur, no noise. */
export interface PaintedPhantom extends Pick<PhantomSample, 'image' | 'label'> {
  readonly placement: Placement;
  /** By tissue code. */
  readonly signals: Float32Array;
}

/**
 * A random heart in a random chest, cut anywhere.
 *
 * @param kind decides the plane, the part of the beat and the labels
 * @param drawSignals signals by tissue code, negative ones among them where a sequence has a sign; called once
 */
export function paintPhantom(
  random: Random,
  kind: PhantomKind,
  drawSignals: () => Float32Array,
  field: 'fixed' | 'random' = 'fixed',
): PaintedPhantom {
  const heart = randomHeart(random, kind);
  const setting: Setting = {
    parts: { heart, chambers: heart.chambers, relief: heart.relief },
    thorax: createThorax(random, random.uniform(0.8, 1.2), random.uniform(3, 40)),
    placement: randomPlacement(random, field),
    state: {
      contraction: kind.startsWith('cine') ? random.uniform() : random.uniform(0, 0.35),
      filling: random.uniform(),
    },
    lengthMm: ventricleLengthMm(heart.shape),
  };
  const signals = drawSignals();
  const painted =
    kind === 'cine-lax' ? paintAlong(random, setting, signals) : paintAcross(random, setting, kind, signals);
  return { ...painted, placement: setting.placement, signals };
}

/** An endless stream of samples; sample n depends on the seed and n alone. */
export function* phantomSamples(
  seed: number | string,
  kind: PhantomKind,
  options: SampleOptions = { field: 'random' },
): Generator<PhantomSample, never> {
  const root = new Random(`phantom samples ${seed}`);
  for (let n = 0; ; n++) yield phantomSample(root.fork(n), kind, options);
}

function randomPlacement(random: Random, field: 'fixed' | 'random'): Placement {
  const size = field === 'fixed' ? 128 : 2 * Math.round(random.uniform(48, 96));
  const spacingMm = field === 'fixed' ? 1.5 : random.uniform(Math.max(0.9, 150 / size), 2.4);
  return {
    size,
    spacingMm,
    column: size / 2 + random.normal(0, 12) / spacingMm,
    row: size / 2 + random.normal(0, 12) / spacingMm,
    turn: 0,
    oversampling: 2,
  };
}

function paintAcross(random: Random, setting: Setting, kind: PhantomKind, signals: Float32Array) {
  const { lengthMm, placement, state } = setting;
  // Any way up, one in seven; else as scanners show it.
  const geometry = heartGeometry(random);
  const turn =
    (random.chance(0.15) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.4)) + geometry.roll;
  const z = random.uniform(-12, lengthMm + 4);
  const thicknessMm = random.uniform(5, 9);
  const turned = { ...placement, turn };
  const { image, label } = empty(placement);
  paintChest(setting, shortAxisPlane(geometry, z, lengthMm), thicknessMm, signals, image);
  const tables = newSliceTables();
  const planes = tables.map((table, index) => {
    const plane = emptyPlane();
    tabulateLevel(setting.parts, z + (index - 2) * 0.2 * thicknessMm, state, table, plane);
    return plane;
  });
  const grid = polarGrid(turned, heartReachMm(planes) + (z < 12 ? 60 : 4));
  const painted = newPainted(grid);
  const surroundings = new Float32Array(grid.width * grid.height);
  const each = (use: (inBox: number, inImage: number) => void) => {
    for (let row = 0; row < grid.height; row++)
      for (let column = 0; column < grid.width; column++)
        use(row * grid.width + column, (grid.firstRow + row) * placement.size + grid.firstColumn + column);
  };
  each((inBox, inImage) => (surroundings[inBox] = image[inImage]!));
  const weights = [0.16, 0.22, 0.24, 0.22, 0.16] as const;
  paintHeart(grid, { tables, weights, signal: signals, labelOf: tissueLabels[kind], surroundings }, painted);
  each((inBox, inImage) => {
    image[inImage] = painted.image[inBox]!;
    label[inImage] = painted.label[inBox]!;
  });
  return { image, label };
}

/** Two, three and four chambers, degrees from the lateral wall of what lies to the right. */
const longAxisDegrees = [90, 128, -4] as const;
/** Tables of the last sample. */
const spareTables: Uint8Array[] = [];

function paintAlong(random: Random, setting: Setting, signals: Float32Array) {
  const { placement, state, parts } = setting;
  const geometry = heartGeometry(random);
  // Two in three near a plane that scanners take, seen from either side; else any through the long axis.
  const degrees = random.chance(0.67)
    ? random.choice(longAxisDegrees) + random.normal(0, 10) + (random.chance(0.3) ? 180 : 0)
    : random.uniform(0, 360);
  const view = {
    degrees,
    offsetMm: random.normal(0, 3),
    // The apex points up and to either side, or anywhere.
    tilt: random.chance(0.3) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.6),
  };
  const { image, label } = empty(placement);
  paintChest(setting, tilted(longAxisPlane(geometry, degrees, 0), view.tilt), 7, signals, image);
  const stack = new HeartStack(parts, setting.lengthMm, 2, spareTables);
  stack.cut(state);
  paintLongAxis(stack, view, placement, signals, tissueLabels['cine-lax'], image, label);
  return { image, label };
}

function empty({ size }: Placement) {
  return { image: new Float32Array(size * size), label: new Uint8Array(size * size) };
}

function paintChest(
  { thorax, placement }: Setting,
  axes: PlaneAxes,
  thicknessMm: number,
  signals: Float32Array,
  image: Float32Array,
): void {
  const surroundings = lookAround(thorax, axes, placement);
  paintSurroundings(surroundings, signals, image);
  paintVessels(thorax.lungVessels, 'lung', axes, placement, thicknessMm, surroundings, signals, image);
  paintVessels(thorax.liverVessels, 'liver', axes, placement, thicknessMm, surroundings, signals, image);
}
