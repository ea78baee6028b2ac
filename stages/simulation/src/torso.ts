import type { Random } from '@myocast/base';
import type { Placement } from './heart-image.ts';
import { tissueCode } from './tissue.ts';

type Disc = readonly [x: number, y: number, radius: number];

/**
 * What surrounds the heart in a short-axis plane, in mm from the LV's centre,
 * x right, y down, in the image: the chest wall up and left, the lungs, the liver
 * and the stomach below the diaphragm, the descending aorta below right.
 */
export interface Torso {
  readonly centre: readonly [x: number, y: number];
  readonly halfAxes: readonly [x: number, y: number];
  readonly tilt: number;
  readonly subcutaneousMm: number;
  readonly muscleMm: number;
  readonly diaphragm: { readonly height: number; readonly slope: number; readonly dome: number };
  readonly liverEdge: number;
  readonly stomach: Disc;
  readonly aorta: Disc;
  readonly spine: Disc;
  readonly mediastinum: { readonly x: number; readonly y: number; readonly radius: number };
  /** Fat and effusion round the heart, which keeps the lung off it. */
  readonly pericardium: Disc;
  /** Vessels of the lungs and the liver. */
  readonly vessels: readonly Disc[];
  /** Waves of the texture inside organs: [kx, ky, phase] per mm. */
  readonly texture: readonly (readonly [number, number, number])[];
}

export function createTorso(random: Random): Torso {
  const around = (value: number, spread: number) => random.normal(value, spread);
  return {
    centre: [around(-30, 12), around(42, 8)],
    halfAxes: [around(158, 14), around(118, 10)],
    tilt: around(-0.25, 0.12),
    subcutaneousMm: random.uniform(6, 22),
    muscleMm: random.uniform(6, 12),
    diaphragm: { height: around(42, 5), slope: around(-0.05, 0.1), dome: random.uniform(5, 22) },
    liverEdge: around(5, 18),
    stomach: [around(48, 10), around(72, 8), random.uniform(18, 32)],
    aorta: [around(58, 7), around(34, 8), random.uniform(9.5, 13)],
    spine: [around(82, 9), around(52, 8), random.uniform(17, 22)],
    mediastinum: { x: around(-62, 10), y: around(-22, 8), radius: random.uniform(34, 54) },
    pericardium: [around(-8, 5), around(-4, 4), random.uniform(36, 50)],
    vessels: Array.from({ length: 16 }, () => [
      random.uniform(-130, 90),
      random.uniform(-60, 110),
      1 + 4 * random.uniform() ** 2,
    ]),
    texture: Array.from({ length: 5 }, () => [around(0, 0.12), around(0, 0.12), random.uniform(0, 6.28)]),
  };
}

/** The same torso in a plane nearer the apex (level 0 base to 1 apex): organs drift, the lung opens up. */
export function torsoAt(torso: Torso, level: number): Torso {
  const { diaphragm, mediastinum } = torso;
  return {
    ...torso,
    diaphragm: { ...diaphragm, height: diaphragm.height - 12 * level },
    mediastinum: { ...mediastinum, radius: mediastinum.radius * (1.1 - 0.7 * level) },
    stomach: [torso.stomach[0], torso.stomach[1] - 16 * level, torso.stomach[2]],
    liverEdge: torso.liverEdge + 14 * level,
  };
}

/** The tissue at a point (mm from the LV's centre); the cosine and sine are those of the torso's tilt. */
function locate(torso: Torso, x: number, y: number, cos: number, sin: number): number {
  const dx = x - torso.centre[0];
  const dy = y - torso.centre[1];
  const u = (cos * dx + sin * dy) / torso.halfAxes[0];
  const v = (-sin * dx + cos * dy) / torso.halfAxes[1];
  const out = Math.sqrt(u * u + v * v);
  if (out > 1) return tissueCode.air;
  const depth = (1 - out) * torso.halfAxes[1];
  if (depth < torso.subcutaneousMm) return tissueCode.fat;
  if (depth < torso.subcutaneousMm + torso.muscleMm) return tissueCode.muscle;
  return viscera(torso, x, y);
}

function viscera(torso: Torso, x: number, y: number): number {
  if (within(torso.aorta, x, y)) return tissueCode.aorta;
  if (within(torso.spine, x, y)) return tissueCode.bone;
  const { height, slope, dome } = torso.diaphragm;
  const below = y - (height + slope * x - dome / (1 + (x + 20) ** 2 / 2500));
  if (below > 0) return abdomen(torso, x, y, below);
  const { mediastinum } = torso;
  const fatty =
    (x - mediastinum.x) ** 2 + 1.5 * (y - mediastinum.y) ** 2 < mediastinum.radius ** 2 ||
    within(torso.pericardium, x, y);
  if (fatty) return tissueCode.fat;
  return inVessel(torso, x, y) ? tissueCode.muscle : tissueCode.lung;
}

function abdomen(torso: Torso, x: number, y: number, below: number): number {
  if (below < 2) return tissueCode.muscle;
  if (x < torso.liverEdge) return inVessel(torso, x, y) ? tissueCode.aorta : tissueCode.liver;
  return within(torso.stomach, x, y) ? tissueCode.stomach : tissueCode.fat;
}

function inVessel({ vessels }: Torso, x: number, y: number): boolean {
  for (const vessel of vessels) if (within(vessel, x, y)) return true;
  return false;
}

function within([centreX, centreY, radius]: Disc, x: number, y: number): boolean {
  return (x - centreX) ** 2 + (y - centreY) ** 2 < radius * radius;
}

/**
 * Paints the surroundings, each organ with a gentle texture.
 *
 * @param oversampling sub-pixels along one side of a pixel
 * @param signal by tissue code
 * @param image [size, size], overwritten
 */
export function paintTorso(
  torso: Torso,
  placement: Placement,
  signal: Float32Array,
  image: Float32Array,
  oversampling = 2,
): void {
  const { size, spacingMm } = placement;
  const fine = oversampling * size;
  const share = 1 / oversampling ** 2;
  const cos = Math.cos(placement.turn);
  const sin = Math.sin(placement.turn);
  const cosTilt = Math.cos(torso.tilt);
  const sinTilt = Math.sin(torso.tilt);
  image.fill(0);
  for (let row = 0; row < fine; row++) {
    const imageY = ((row + 0.5) / oversampling - 0.5 - placement.row) * spacingMm;
    for (let column = 0; column < fine; column++) {
      const imageX = ((column + 0.5) / oversampling - 0.5 - placement.column) * spacingMm;
      // Turning the heart anticlockwise on the screen turns its surroundings with it.
      const x = cos * imageX - sin * imageY;
      const y = sin * imageX + cos * imageY;
      const pixel = ((row / oversampling) | 0) * size + ((column / oversampling) | 0);
      image[pixel] = image[pixel]! + share * signal[locate(torso, x, y, cosTilt, sinTilt)]!;
    }
  }
  applyTexture(torso.texture, placement, image);
}

function applyTexture(waves: Torso['texture'], { size, spacingMm }: Placement, image: Float32Array): void {
  for (const [kx, ky, phase] of waves) {
    // cos(a + b) by its rows and columns, so that no pixel costs a cosine.
    const columns = Float32Array.from({ length: 2 * size }, (_, index) => {
      const angle = kx * spacingMm * (index >> 1);
      return index & 1 ? Math.sin(angle) : Math.cos(angle);
    });
    for (let row = 0; row < size; row++) {
      const cosRow = 0.04 * Math.cos(ky * spacingMm * row + phase);
      const sinRow = 0.04 * Math.sin(ky * spacingMm * row + phase);
      for (let column = 0; column < size; column++) {
        const wave = cosRow * columns[2 * column]! - sinRow * columns[2 * column + 1]!;
        image[row * size + column] = image[row * size + column]! * (1 + wave);
      }
    }
  }
}
