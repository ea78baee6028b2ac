import type { Random } from '@myocast/base';
import { balance, collectDoubtful, countOf, newDoubtful } from './balance.ts';
import { lgeSignals } from './contrast.ts';
import type { SeriesImages } from './exam.ts';
import type { Injury } from './injury.ts';
import type { Sequence } from './plan.ts';
import { addGhost, receive } from './scanner.ts';
import { restingBeat, type Scene, stateAt } from './scene.ts';
import { type SliceShelf, store, storeLabels } from './sax-stack.ts';
import { newSliceTables, paintBackdrop, paintSlice, tabulateSlice } from './slice.ts';
import { tissueCode, tissueLabels } from './tissue.ts';

/** Stored value of no signal in a phase-sensitive image, so that MVO stays below remote. */
const psirZero = 1024;
const topValue = 1400;
/** Held against the slices of EMIDEC. */
const texture = { flow: 0.08, patchy: 0.1 } as const;

/**
 * Late enhancement, short axis: the phase-sensitive image and, where it is
 * wanted, the magnitude of the same read-out.
 */
export function scanEnhancement(
  random: Random,
  scene: Scene,
  shelf: SliceShelf,
  injury: Pick<Injury, 'infarctPercent' | 'mvoPercent'>,
  wanted: (name: Sequence) => boolean,
): { series: SeriesImages[]; tiMs: number } {
  const { plan, slices, faults, centre } = scene;
  const washOut = Math.exp(random.fork('wash-out').normal(0, 0.08));
  const { signals, tiMs } = lgeSignals(centre.fieldT, scene.rrMs, washOut, faults.tiErrorMs);
  if (!wanted('lge-sax') && !wanted('lge-magnitude')) return { series: [], tiMs };
  const pixels = plan.matrix ** 2;
  const signed = new Uint16Array(slices * pixels);
  const magnitude = new Uint16Array(wanted('lge-magnitude') ? signed.length : 0);
  const label = new Uint8Array(signed.length);
  const infarct = newDoubtful({ inner: [3, 4], outer: [2] });
  const core = newDoubtful({ inner: [4], outer: [3] });
  const brightest = signals[tissueCode.infarct]!;
  // DOMAIN C3: contrast of the infarct 10 to 30 times the noise.
  const sigma = brightest / random.uniform(12, 26);
  const tables = newSliceTables();
  const image = new Float32Array(pixels);
  for (let index = 0; index < slices; index++) {
    const draw = random.fork(index);
    const slice = shelf.open(index, draw);
    const at = index * pixels;
    tabulateSlice(slice, stateAt(scene, restingBeat), tables);
    paintSlice(slice, tables, paintBackdrop(slice, signals, texture), tissueLabels['lge-sax'], image);
    if (faults.ghost > 0) addGhost(image, plan.matrix, plan.matrix / 8 + index, faults.ghost);
    receive(image, { width: plan.matrix, gain: scene.gain, sigma, part: 'real' }, draw);
    if (magnitude.length > 0) store(image.map(Math.abs), topValue / brightest, magnitude, at);
    for (let pixel = 0; pixel < pixels; pixel++)
      image[pixel] = image[pixel]! + (psirZero / topValue) * brightest;
    store(image, topValue / brightest, signed, at);
    storeLabels(slice, label, at);
    collectDoubtful(slice, at, infarct);
    collectDoubtful(slice, at, core);
  }
  const wall = countOf(label, [2, 3, 4]);
  const goal = (percent: number) => (wall * percent) / 100;
  const first = balance(label, infarct, countOf(label, [3, 4]), goal(injury.infarctPercent));
  const second = balance(label, core, countOf(label, [4]), goal(injury.mvoPercent));
  const shared = {
    kind: 'lge-sax',
    phases: 1,
    slices,
    sliceIndices: Array.from({ length: slices }, (_, index) => index),
    label,
    labelsMoved: first.moved + second.moved,
  } as const;
  const series: SeriesImages[] = [];
  if (magnitude.length > 0) series.push({ ...shared, sequence: 'lge-magnitude', image: magnitude });
  if (wanted('lge-sax')) series.push({ ...shared, sequence: 'lge-sax', image: signed });
  return { series, tiMs };
}
