import type { Random } from '@myocast/base';
import { addGhost, applyGrain, receive } from './scanner.ts';
import { cineLook } from './scan-cine.ts';
import type { SeriesImages } from './exam.ts';
import { longAxisPlane } from './geometry.ts';
import { entryAt, type Placement } from './heart-image.ts';
import { newTissueTable } from './heart-table.ts';
import { spread } from './kspace.ts';
import { type BeatState, type HeartParts, type Scene, stateAt } from './scene.ts';
import { breathHold, store } from './sax-stack.ts';
import { tabulateLevel } from './slice.ts';
import { lookAround, paintSurroundings, paintVessels } from './surroundings.ts';
import { tissueLabels } from './tissue.ts';
import { emptyPlane } from './ventricle.ts';

/** Distance of the levels at which the heart of an exam is cut for long axes. */
const examLevelMm = 1.5;

/**
 * The heart as a stack of tissue tables along its long axis: the tissue at any
 * point, in one state of the beat.
 */
export class HeartStack {
  readonly lengthMm: number;
  readonly #parts: HeartParts;
  readonly #fromMm: number;
  readonly #levelMm: number;
  readonly #tables: readonly Uint8Array[];
  readonly #plane = emptyPlane();

  /**
   * @param levelMm distance of the levels at which the heart is cut
   * @param spare tables to use, of a stack that is no longer used; more are added where they do not suffice
   */
  constructor(parts: HeartParts, lengthMm: number, levelMm = examLevelMm, spare: Uint8Array[] = []) {
    this.#parts = parts;
    this.lengthMm = lengthMm;
    this.#levelMm = levelMm;
    this.#fromMm = -parts.chambers.roofMm - 6;
    const count = Math.ceil((lengthMm + 4 - this.#fromMm) / levelMm);
    while (spare.length < count) spare.push(newTissueTable());
    this.#tables = spare.slice(0, count);
  }

  /** Cuts the heart anew, in this state. */
  cut(state: BeatState): void {
    for (const [index, table] of this.#tables.entries())
      tabulateLevel(this.#parts, this.#fromMm + (index + 0.5) * this.#levelMm, state, table, this.#plane);
  }

  /** Tissue at a point of the ventricle's frame: x lateral, y anterior, z from the base to the apex; 0 outside. */
  at(x: number, y: number, z: number): number {
    const table = this.#tables[Math.floor((z - this.#fromMm) / this.#levelMm)];
    return table === undefined ? 0 : table[entryAt(x, y, 0)]!;
  }
}

/** A long-axis plane of the ventricle's frame. */
export interface LongAxisView {
  /** Degrees from the lateral wall (90 anterior) of what lies to the right; the apex is up. */
  readonly degrees: number;
  /** Distance of the plane from the long axis. */
  readonly offsetMm: number;
  /** Turn of the image in its own plane, radians. */
  readonly tilt: number;
}

const offsets = [-1 / 3, 0, 1 / 3] as const;
const through = [-2.4, 0, 2.4] as const;
const total = offsets.length ** 2 * through.length;
const votes = new Uint8Array(8);
let middles = new Uint8Array(0);

/**
 * Paints the heart over an image of its surroundings, 3 × 3 points a pixel in 3
 * planes of a slice of 7 mm; where a pixel and its neighbours show one tissue in
 * their middles, that one stands for all.
 *
 * @param image [size, size], holds the surroundings
 * @param label [size, size], written where the heart is
 */
export function paintLongAxis(
  stack: HeartStack,
  view: LongAxisView,
  placement: Placement,
  signal: Float32Array,
  labelOf: Uint8Array,
  image: Float32Array,
  label: Uint8Array,
): void {
  const { size } = placement;
  const tissueAt = looker(stack, view, placement);
  if (middles.length < size * size) middles = new Uint8Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) middles[row * size + column] = tissueAt(column, row, 0);
  for (let row = 1; row < size - 1; row++)
    for (let column = 1; column < size - 1; column++) {
      const pixel = row * size + column;
      if (!isPure(pixel, size)) mixPixel(tissueAt, column, row, pixel, signal, labelOf, image, label);
      else if (middles[pixel] !== 0) {
        image[pixel] = signal[middles[pixel]!]!;
        label[pixel] = labelOf[middles[pixel]!]!;
      }
    }
}

function isPure(pixel: number, size: number): boolean {
  const here = middles[pixel]!;
  return (
    here === middles[pixel - 1] &&
    here === middles[pixel + 1] &&
    here === middles[pixel - size] &&
    here === middles[pixel + size]
  );
}

/** Tissue at a place of the image, in pixels, and `through` the slice in mm. */
type TissueAt = (column: number, row: number, throughMm: number) => number;

function looker(
  stack: HeartStack,
  { degrees, offsetMm, tilt }: LongAxisView,
  { spacingMm, column: middleColumn, row: middleRow }: Placement,
): TissueAt {
  const angle = (degrees * Math.PI) / 180;
  const [rightX, rightY] = [Math.cos(angle), Math.sin(angle)];
  const [cosTilt, sinTilt] = [Math.cos(tilt), Math.sin(tilt)];
  return (column, row, throughMm) => {
    const right = (column - middleColumn) * spacingMm;
    const down = (row - middleRow) * spacingMm;
    const u = cosTilt * right - sinTilt * down;
    const z = stack.lengthMm / 2 - (sinTilt * right + cosTilt * down);
    const n = offsetMm + throughMm;
    return stack.at(u * rightX + n * rightY, u * rightY - n * rightX, z);
  };
}

function mixPixel(
  tissueAt: TissueAt,
  column: number,
  row: number,
  pixel: number,
  signal: Float32Array,
  labelOf: Uint8Array,
  image: Float32Array,
  label: Uint8Array,
): void {
  votes.fill(0);
  let sum = 0;
  let heart = 0;
  for (let point = 0; point < total; point++) {
    const tissue = tissueAt(
      column + offsets[point % 3]!,
      row + offsets[((point / 3) | 0) % 3]!,
      through[(point / 9) | 0]!,
    );
    if (tissue === 0) continue;
    heart++;
    sum += signal[tissue]!;
    votes[labelOf[tissue]!]!++;
  }
  image[pixel] = (sum + (total - heart) * image[pixel]!) / total;
  votes[0] = votes[0]! + total - heart;
  let best = 0;
  for (let candidate = 1; candidate < 4; candidate++) if (votes[candidate]! > votes[best]!) best = candidate;
  label[pixel] = best;
}

/** Two, three and four chambers: what lies to the right. */
const viewDegrees = { 'cine-2ch': 90, 'cine-3ch': 128, 'cine-4ch': -4 } as const;
export type LongAxisSequence = keyof typeof viewDegrees;

/** Long-axis cines; the heart is cut once per phase for all of them. */
export function scanLongAxes(
  random: Random,
  scene: Scene,
  wanted: readonly LongAxisSequence[],
): SeriesImages[] {
  if (wanted.length === 0) return [];
  const { plan, faults } = scene;
  const phases = plan.cinePhases;
  const pixels = plan.matrix ** 2;
  const look = cineLook(random.fork('look'), scene);
  const views = wanted.map((sequence) => {
    const draw = random.fork(sequence);
    const degrees = viewDegrees[sequence];
    const shift = breathHold(draw, scene);
    const placement = longAxisPlacement(scene);
    const background = new Float32Array(pixels);
    const axes = longAxisPlane(scene.geometry, degrees, scene.turn);
    const around = lookAround(scene.thorax, axes, placement);
    paintSurroundings(around, look.signals, background);
    paintVessels(scene.thorax.lungVessels, 'lung', axes, placement, 7, around, look.signals, background);
    applyGrain(background, plan.matrix, 0.05, Math.round(degrees) & 255, 9);
    return {
      sequence,
      draw,
      placement: {
        ...placement,
        column: placement.column + shift[0] / placement.spacingMm,
        row: placement.row + shift[1] / placement.spacingMm,
      },
      view: { degrees, offsetMm: draw.normal(0, 1), tilt: 0 },
      background,
      image: new Uint16Array(phases * pixels),
      label: new Uint8Array(phases * pixels),
    };
  });
  const stack = new HeartStack(scene, scene.lengthMm);
  const image = new Float32Array(pixels);
  for (let phase = 0; phase < phases; phase++) {
    stack.cut(stateAt(scene, phase / phases));
    for (const one of views) {
      const at = phase * pixels;
      image.set(one.background);
      const label = one.label.subarray(at, at + pixels);
      paintLongAxis(stack, one.view, one.placement, look.signals, tissueLabels['cine-lax'], image, label);
      applyGrain(image, plan.matrix, 0.05, 77, 31);
      spread(image, plan.matrix, plan.matrix, scene.across, scene.down);
      if (faults.ghost > 0) addGhost(image, plan.matrix, plan.matrix / 9, faults.ghost);
      const { gain, sigma } = look;
      receive(image, { width: plan.matrix, gain, sigma, part: 'magnitude' }, one.draw);
      store(image, look.scale, one.image, at);
    }
  }
  return views.map(({ sequence, image: stored, label }) => ({
    sequence,
    kind: 'cine-lax',
    phases,
    slices: 1,
    sliceIndices: [],
    image: stored,
    label,
    labelsMoved: 0,
  }));
}

/** The middle of the long axis lies a little above the middle of the image: the atria are below. */
export function longAxisPlacement({ placement, plan }: Scene): Placement {
  return {
    ...placement,
    column: plan.matrix / 2,
    row: plan.matrix / 2 - 14 / placement.spacingMm,
    turn: 0,
  };
}

/** The plane of a long-axis series, for its headers. */
export function longAxisAxes({ geometry, turn }: Scene, sequence: LongAxisSequence) {
  return longAxisPlane(geometry, viewDegrees[sequence], turn);
}
