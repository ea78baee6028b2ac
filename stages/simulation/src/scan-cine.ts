import type { Random } from '@myocast/base';
import { balance, collectDoubtful, countOf, newDoubtful } from './balance.ts';
import { cineSignals, cineTiming } from './contrast.ts';
import type { SeriesImages } from './exam.ts';
import { shimmedHz } from './faults.ts';
import { nativeT1, nativeT2 } from './relaxation.ts';
import { addGhost, receive } from './scanner.ts';
import { type Scene, sliceSpacingMm, stateAt } from './scene.ts';
import { bandingShare } from './signal.ts';
import { type SliceShelf, store, storeLabels } from './sax-stack.ts';
import { type Backdrop, newSliceTables, paintBackdrop, paintSlice, tabulateSlice } from './slice.ts';
import { tissueCode, tissueLabels } from './tissue.ts';
import { chamberVolumesMl } from './ventricle.ts';

/** Border between cavity and wall in the cine's labels. */
const endocardium = { inner: [3], outer: [2] } as const;

/** Share by which blood varies: held against the slices of ACDC. */
const bloodFlow = 0.1;

/** The brightest tissue is stored at about this value. */
const topValue = 1600;

/** What a cine of this exam looks like, whichever its planes. */
export interface CineLook {
  readonly signals: Float32Array;
  /** Coil and off-resonance, per pixel. */
  readonly gain: Float32Array;
  readonly sigma: number;
  readonly scale: number;
}

export function cineLook(random: Random, scene: Scene): CineLook {
  const { centre, faults, plan } = scene;
  const signals = cineSignals(centre.fieldT, random.uniform(1.3, 1.7));
  // Smaller voxels hold less signal: the centre's ratio is that of its 128 pixels.
  const volume = (scene.placement.spacingMm / centre.inPlaneMm) ** 2;
  return {
    signals,
    gain: shaded(scene.gain, plan.matrix, bandingGain(random, scene, faults.bandingHz)),
    sigma: signals[tissueCode.lvBlood]! / (1.6 * centre.snr * Math.max(0.6, volume)),
    scale: topValue / signals[tissueCode.lvBlood]!,
  };
}

function shaded(gain: Float32Array, size: number, bands: Float32Array): Float32Array {
  return gain.map((value, pixel) => value * bands[pixel % (size * size)]!);
}

/**
 * Signal that off-resonance leaves at every pixel. The field at the
 * middle of the heart is off by `bandingHz`, slopes, and bends away towards the edges of the
 * body, where every bSSFP image shows bands.
 */
function bandingGain(random: Random, { plan, placement, centre }: Scene, bandingHz: number): Float32Array {
  const { matrix: size } = plan;
  const timing = cineTiming[centre.fieldT];
  const [t1, t2] = [nativeT1[centre.fieldT].myocardium, nativeT2[centre.fieldT].myocardium];
  const share = Float32Array.from({ length: 512 }, (_, hz) => bandingShare(4 * hz, t1, t2, timing));
  // Where a band crosses the heart the field is steep (beside lung and the posterior vein), else nearly even.
  const direction = random.uniform(0, 2 * Math.PI);
  const steepness =
    Math.abs(bandingHz) > shimmedHz ? random.uniform(3.5, 6) : Math.abs(random.normal(0, 0.3));
  const slope = [steepness * Math.cos(direction), steepness * Math.sin(direction)] as const;
  // Bands come closer together with the distance from the isocentre, sooner below than above.
  const edge = random.uniform(0.15, 0.4) * Math.sqrt(centre.fieldT / 1.5);
  const middle = [random.normal(-10, 12), random.normal(-25, 12)] as const;
  const aspect = random.uniform(0.75, 1.25);
  const gain = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const x = (column - placement.column) * placement.spacingMm;
      const y = (row - placement.row) * placement.spacingMm;
      const far = (aspect * (x - middle[0]) ** 2 + (y - middle[1]) ** 2 / aspect) / 1e4;
      const hz =
        bandingHz + Math.max(-150, Math.min(150, slope[0] * x + slope[1] * y)) + 14 * edge * far * far * far;
      gain[row * size + column] = share[Math.min(511, Math.abs(hz) / 4) | 0]!;
    }
  return gain;
}

/** Short-axis cine: every phase of every slice. */
export function scanCine(random: Random, scene: Scene, shelf: SliceShelf): SeriesImages {
  const { plan, slices, faults } = scene;
  const pixels = plan.matrix ** 2;
  const phases = plan.cinePhases;
  const look = cineLook(random.fork('look'), scene);
  const stored = new Uint16Array(phases * slices * pixels);
  const label = new Uint8Array(stored.length);
  const doubtful = Array.from({ length: phases }, () => newDoubtful(endocardium));
  const tables = newSliceTables();
  const image = new Float32Array(pixels);
  for (let index = 0; index < slices; index++) {
    const draw = random.fork(index);
    const slice = shelf.open(index, draw);
    const backdrop = ghosted(
      paintBackdrop(slice, look.signals, { flow: bloodFlow }),
      plan.matrix,
      faults.ghost,
      index,
    );
    for (let phase = 0; phase < phases; phase++) {
      const at = (phase * slices + index) * pixels;
      const slip = faults.misTrigger > 0 ? draw.normal(0, faults.misTrigger) : 0;
      tabulateSlice(slice, stateAt(scene, phase / phases + slip), tables);
      paintSlice(slice, tables, backdrop, tissueLabels['cine-sax'], image);
      if (faults.misTrigger > 0)
        addGhost(image, plan.matrix, plan.matrix / 3 + phase, 0.9 * faults.misTrigger);
      receive(image, { width: plan.matrix, gain: look.gain, sigma: look.sigma, part: 'magnitude' }, draw);
      store(image, look.scale, stored, at);
      storeLabels(slice, label, at);
      collectDoubtful(slice, index * pixels, doubtful[phase]!);
    }
  }
  const labelsMoved = faults.misTrigger > 0 ? 0 : fitVolumes(scene, label, doubtful);
  return {
    sequence: 'cine-sax',
    kind: 'cine-sax',
    phases,
    slices,
    sliceIndices: Array.from({ length: slices }, (_, index) => index),
    image: stored,
    label,
    labelsMoved,
  };
}

/** A backdrop with the copy that breathing leaves. */
function ghosted(backdrop: Backdrop, size: number, strength: number, slice: number): Backdrop {
  if (strength > 0) addGhost(backdrop.seen, size, size / 9 + slice, strength);
  return backdrop;
}

/** Makes the cavity of every phase as large as the heart's, to the voxel. */
function fitVolumes(scene: Scene, label: Uint8Array, doubtful: ReturnType<typeof newDoubtful>[]): number {
  const { heart, placement } = scene;
  const voxelMl = (placement.spacingMm ** 2 * sliceSpacingMm) / 1000;
  const perPhase = label.length / doubtful.length;
  let most = 0;
  for (const [phase, candidates] of doubtful.entries()) {
    const { contraction } = stateAt(scene, phase / doubtful.length);
    const volumeMl =
      contraction === 0
        ? heart.edvMl
        : contraction === 1
          ? heart.esvMl
          : chamberVolumesMl(heart.shape, heart.infarct, heart.contraction, contraction).lv;
    const own = label.subarray(phase * perPhase, (phase + 1) * perPhase);
    const { moved } = balance(own, candidates, countOf(own, endocardium.inner), volumeMl / voxelMl);
    most = Math.max(most, moved);
  }
  return most;
}
