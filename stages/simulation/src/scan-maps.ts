import type { Random } from '@myocast/base';
import {
  molliSignals,
  t2PreparationsMs,
  t2PreparedSignals,
  t2StarEchoesMs,
  t2StarSignals,
} from './contrast.ts';
import type { SeriesImages } from './exam.ts';
import { decayTimeMs, recoveryTimeMs } from './relaxation-fit.ts';
import { receive } from './scanner.ts';
import { restingBeat, type Scene, stateAt } from './scene.ts';
import { type SliceShelf, storeLabels } from './sax-stack.ts';
import { newSliceTables, paintBackdrop, paintSlice, tabulateSlice } from './slice.ts';
import { tissueCode, tissueLabels } from './tissue.ts';

export type MapSequence = 't1-map' | 't2-map' | 't2star-map';

/** Stored value of 1 ms. */
export const mapScale: { readonly [Name in MapSequence]: number } = {
  't1-map': 1,
  't2-map': 10,
  't2star-map': 10,
};

interface Recipe {
  readonly signals: readonly Float32Array[];
  readonly part: 'magnitude' | 'real';
  readonly fit: (values: ArrayLike<number>) => number;
}

function recipeOf(sequence: MapSequence, { centre, rrMs }: Scene): Recipe {
  if (sequence === 't2-map')
    return {
      signals: t2PreparedSignals(centre.fieldT),
      part: 'magnitude',
      fit: (values) => decayTimeMs(values, t2PreparationsMs, 300),
    };
  if (sequence === 't2star-map')
    return {
      signals: t2StarSignals(centre.fieldT),
      part: 'magnitude',
      fit: (values) => decayTimeMs(values, t2StarEchoesMs, 150),
    };
  const { timesMs, signals } = molliSignals(centre.fieldT, rrMs);
  return { signals, part: 'real', fit: (values) => recoveryTimeMs(values, timesMs) };
}

/**
 * A native map of three slices (base, middle, apex): the images behind it are
 * painted and received, then fitted pixel by pixel as the scanner does; where there
 * is only noise the map is 0.
 */
export function scanMap(
  random: Random,
  scene: Scene,
  shelf: SliceShelf,
  sequence: MapSequence,
): SeriesImages {
  const { plan, centre } = scene;
  const recipe = recipeOf(sequence, scene);
  const pixels = plan.matrix ** 2;
  // Evenly apart, as a volume needs them.
  const middle = Math.round(0.5 * (scene.slices - 1));
  const step = Math.round(0.25 * (scene.slices - 1));
  const sliceIndices = [middle - step, middle, middle + step];
  const stored = new Uint16Array(3 * pixels);
  const label = new Uint8Array(stored.length);
  const muscle = Math.abs(recipe.signals[0]![tissueCode.myocardium]!);
  const sigma = muscle / (0.8 * centre.snr);
  const tables = newSliceTables();
  const images = recipe.signals.map(() => new Float32Array(pixels));
  for (const [place, index] of sliceIndices.entries()) {
    const draw = random.fork(index);
    const slice = shelf.open(index, draw);
    tabulateSlice(slice, stateAt(scene, restingBeat), tables);
    for (const [n, signals] of recipe.signals.entries()) {
      paintSlice(
        slice,
        tables,
        paintBackdrop(slice, signals, { grain: 0.02 }),
        tissueLabels['lge-sax'],
        images[n]!,
      );
      receive(images[n]!, { width: plan.matrix, gain: scene.gain, sigma, part: recipe.part }, draw);
    }
    fitMap(
      images,
      recipe,
      3 * sigma,
      mapScale[sequence],
      stored.subarray(place * pixels, (place + 1) * pixels),
    );
    storeLabels(slice, label, place * pixels);
  }
  return {
    sequence,
    kind: 'lge-sax',
    phases: 1,
    slices: 3,
    sliceIndices,
    image: stored,
    label,
    labelsMoved: 0,
  };
}

function fitMap(
  images: readonly Float32Array[],
  { fit }: Recipe,
  least: number,
  scale: number,
  stored: Uint16Array,
): void {
  const values = new Float64Array(images.length);
  for (let pixel = 0; pixel < stored.length; pixel++) {
    let most = 0;
    for (let n = 0; n < values.length; n++) {
      values[n] = images[n]![pixel]!;
      most = Math.max(most, Math.abs(values[n]!));
    }
    stored[pixel] = most > least ? Math.round(Math.max(0, fit(values)) * scale) : 0;
  }
}
