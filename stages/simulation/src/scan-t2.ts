import type { Random } from '@myocast/base';
import { balance, collectDoubtful, countOf, newDoubtful } from './balance.ts';
import { stirSignals } from './contrast.ts';
import type { SeriesImages } from './exam.ts';
import { addGhost, receive } from './scanner.ts';
import { restingBeat, type Scene, sliceSpacingMm, stateAt } from './scene.ts';
import { type SliceShelf, store, storeLabels } from './sax-stack.ts';
import { newSliceTables, paintBackdrop, paintSlice, tabulateSlice } from './slice.ts';
import { tissueCode, tissueLabels } from './tissue.ts';

const topValue = 900;

/**
 * T2-STIR, short axis: dark blood, dark fat, bright oedema. Blood that hardly
 * moves near the apex keeps some of its signal and makes a bright rim (DOMAIN C1).
 */
export function scanT2(
  random: Random,
  scene: Scene,
  shelf: SliceShelf,
  areaAtRiskPercent: number,
): SeriesImages {
  const { plan, slices, faults, centre } = scene;
  const pixels = plan.matrix ** 2;
  const stored = new Uint16Array(slices * pixels);
  const label = new Uint8Array(stored.length);
  const border = newDoubtful({ inner: [3], outer: [2] });
  const flowing = random.uniform(0.02, 0.08);
  const lingering = random.uniform(0.1, 0.4);
  const remote = stirSignals(centre.fieldT, scene.rrMs, 0).signals[tissueCode.myocardium]!;
  // A turbo spin echo of the heart is noisy: 8 to 18 times the noise in remote muscle. (recalled)
  const sigma = remote / random.uniform(8, 18);
  const tables = newSliceTables();
  const image = new Float32Array(pixels);
  for (let index = 0; index < slices; index++) {
    const draw = random.fork(index);
    const slice = shelf.open(index, draw);
    const level = Math.min(1, Math.max(0, (scene.firstSliceMm + index * sliceSpacingMm) / scene.lengthMm));
    const { signals } = stirSignals(centre.fieldT, scene.rrMs, flowing + lingering * level ** 4);
    tabulateSlice(slice, stateAt(scene, restingBeat), tables);
    paintSlice(slice, tables, paintBackdrop(slice, signals, { grain: 0.08 }), tissueLabels['t2-sax'], image);
    if (faults.ghost > 0) addGhost(image, plan.matrix, plan.matrix / 8 + index, 1.5 * faults.ghost);
    receive(image, { width: plan.matrix, gain: scene.gain, sigma, part: 'magnitude' }, draw);
    store(image, topValue / (2 * remote), stored, index * pixels);
    storeLabels(slice, label, index * pixels);
    collectDoubtful(slice, index * pixels, border);
  }
  const wall = countOf(label, [2, 3]);
  const { moved } = balance(label, border, countOf(label, [3]), (wall * areaAtRiskPercent) / 100);
  return {
    sequence: 't2-sax',
    kind: 't2-sax',
    phases: 1,
    slices,
    sliceIndices: Array.from({ length: slices }, (_, index) => index),
    image: stored,
    label,
    labelsMoved: moved,
  };
}
