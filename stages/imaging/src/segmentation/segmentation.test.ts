import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import { groundTruth, phantomSample } from '@myocast/simulation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/nifti-writer.ts';
import { crossValidate, foldsOf } from './cross-validate.ts';
import { findDataset, heldOutCases, readAnnotated } from './dataset.ts';
import { dice } from './dice.ts';
import { keepLargestComponent } from './largest-component.ts';
import { parametersOf, sizesOf } from './onnx-parameters.ts';
import { contactSheetPicture } from './overlay.ts';
import { segment } from './segment.ts';
import { casesOf, segmentCase } from './segment-dataset.ts';
import { openSegmenter, readWeights, type Segmenter } from './segmenter.ts';
import { sliceTokens } from './slice-features.ts';
import { readTokens, writeTokens } from './tokens-file.ts';
import { type TrainingOrder, trainOnDataset } from './train-on-dataset.ts';
import { normalise, sampleView } from './view.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segmentation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pixelAffine = (mm: number) => [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];

/** Phantoms one above the other: no anatomy from slice to slice, but true labels. */
function phantoms(kind: 'cine-sax' | 'lge-sax', count: number): { volume: Volume; mask: Mask } {
  const shape = [1, count, 128, 128] as const;
  const data = new Float32Array(count * 128 * 128);
  const labels = new Uint8Array(data.length);
  for (let z = 0; z < count; z++) {
    const sample = phantomSample(new Random(`test ${z}`), kind);
    data.set(sample.image, z * 128 * 128);
    labels.set(sample.label, z * 128 * 128);
  }
  const affine = pixelAffine(1.5);
  return { volume: { shape, data, affine, triggerTimesMs: null }, mask: { shape, data: labels, affine } };
}

describe('dice', () => {
  it('is twice the common part over the sum, and null where there is nothing', () => {
    const a = Uint8Array.of(1, 1, 1, 0, 2, 2);
    const b = Uint8Array.of(1, 1, 0, 1, 0, 2);
    expect(dice(a, b, [1])).toBeCloseTo((2 * 2) / 6, 12);
    expect(dice(a, b, [1, 2])).toBeCloseTo((2 * 3) / 9, 12);
    expect(dice(a, b, [3])).toBeNull();
    expect(() => dice(a, b.subarray(1), [1])).toThrow(RangeError);
  });
});

describe('keepLargestComponent', () => {
  it('keeps the largest piece of each phase, or of one label alone', () => {
    const labels = Uint8Array.of(1, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3, 3, 0);
    const all = labels.slice();
    keepLargestComponent(all, [2, 1, 2, 4]);
    expect([...all]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3, 3, 0]);
    const one = Uint8Array.of(1, 3, 0, 3, 3, 0);
    keepLargestComponent(one, [1, 1, 1, 6], 3);
    expect([...one]).toEqual([1, 0, 0, 3, 3, 0]);
  });
});

describe('a view of a slice', () => {
  const slice = {
    pixels: Float32Array.from({ length: 64 }, (_, place) => (place % 8) + 10 * Math.floor(place / 8)),
    rows: 8,
    columns: 8,
    pixelMm: [2, 1] as const,
  };

  it('samples a plane exactly, in millimetres, and nothing outside', () => {
    const { image, inside } = sampleView(slice, { centre: [3.5, 3.5], zoomMm: 1, turn: 0, size: 4 });
    // Half a row and one column a step: value = column + 10 row.
    expect(image[0]).toBeCloseTo(3.5 - 1.5 + 10 * (3.5 - 0.75), 5);
    expect(image[5]! - image[0]!).toBeCloseTo(1 + 5, 5);
    expect(inside.every((value) => value === 1)).toBe(true);
    const beyond = sampleView(slice, { centre: [100, 100], zoomMm: 1, turn: 0, size: 4 });
    expect(beyond.inside.some((value) => value === 1)).toBe(false);
  });

  it('normalises to mean 0 and deviation 1, and a constant to 0', () => {
    const image = Float32Array.from({ length: 100 }, (_, place) => place);
    normalise(image, new Uint8Array(100).fill(1));
    expect(image.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 3);
    expect(image.reduce((sum, value) => sum + value * value, 0) / 100).toBeCloseTo(1, 4);
    const constant = new Float32Array(100).fill(7);
    normalise(constant, new Uint8Array(100).fill(1));
    expect(constant.every((value) => value === 0)).toBe(true);
  });
});

describe('segment', () => {
  let segmenter: Segmenter;
  beforeAll(async () => {
    const opened = await openSegmenter('cine-phantom', { threads: 1 });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    segmenter = opened.value;
  });
  afterAll(() => segmenter.close());

  it('finds the chambers of unseen virtual patients with the shipped weights', async () => {
    const study = { patients: 4, centres: 4, seed: 3 };
    for (const subject of ['V1-0001', 'V4-0001']) {
      const { cine, slices, placement, spacingMm } = groundTruth(study, subject);
      const count = slices * placement.size ** 2;
      const shape = [1, slices, placement.size, placement.size] as const;
      const data = Float32Array.from(cine!.image.subarray(0, count));
      const affine = pixelAffine(spacingMm);
      const seen = await segment({ shape, data, affine, triggerTimesMs: null }, segmenter, subject);
      if (!seen.ok) throw new Error(seen.issues[0]?.message);
      const truth = cine!.label.subarray(0, count);
      expect(dice(seen.value.mask.data, truth, [1])).toBeGreaterThan(0.85);
      expect(dice(seen.value.mask.data, truth, [2])).toBeGreaterThan(0.85);
      expect(dice(seen.value.mask.data, truth, [3])).toBeGreaterThan(0.9);
    }
  });

  it('keeps a token of every slice, which a file gives back', async () => {
    const { volume } = phantoms('cine-sax', 4);
    const found = await segment(volume, segmenter, 'phantoms');
    if (!found.ok) throw new Error(found.issues[0]!.message);
    const tokens = sliceTokens(found.value.mask, found.value.features, 'cine-sax', segmenter.card.network);
    expect(tokens!.values.length).toBe(tokens!.width * tokens!.level.length);
    expect(tokens!.values.some((value) => value !== 0)).toBe(true);
    await writeTokens(folder, [tokens!]);
    const back = await readTokens(folder);
    expect(back.ok && back.value).toEqual([tokens]);
  });

  it('gives the same labels with one lane and with two', async () => {
    const { volume } = phantoms('cine-sax', 3);
    const two = await openSegmenter('cine-phantom', { threads: 2 });
    if (!two.ok) throw new Error(two.issues[0]!.message);
    const [a, b] = [await segment(volume, segmenter, 'a'), await segment(volume, two.value, 'b')];
    await two.value.close();
    expect(a.ok && b.ok && a.value).toEqual(b.ok && b.value);
  });

  it('refuses a constant volume and noise without a heart', async () => {
    const shape = [1, 3, 64, 64] as const;
    const empty = {
      shape,
      data: new Float32Array(3 * 64 * 64),
      affine: pixelAffine(2),
      triggerTimesMs: null,
    };
    expect((await segment(empty, segmenter, 'x')).issues.map(({ kind }) => kind)).toEqual(['quality-flag']);
    const ramp = { ...empty, data: Float32Array.from(empty.data, (_, index) => index % 64) };
    const seen = await segment(ramp, segmenter, 'x');
    expect(seen.ok).toBe(false);
    expect(seen.issues[0]!.message).toContain('expected a heart');
  });

  it('flags a single slice and a source without pixel size', async () => {
    const { volume } = phantoms('cine-sax', 2);
    const one = { ...volume, shape: [1, 1, 128, 128] as const, data: volume.data.slice(0, 128 * 128) };
    const messages = (await segment({ ...one, affine: null }, segmenter, 'x')).issues.map(
      ({ message }) => message,
    );
    expect(messages.some((message) => message.includes('found one'))).toBe(true);
    expect(messages.some((message) => message.includes('no pixel size'))).toBe(true);
  });

  it('refuses weights that are not those of their card', async () => {
    const broken = join(folder, 'broken');
    await mkdir(broken, { recursive: true });
    await writeFile(join(broken, 'card.json'), JSON.stringify(segmenter.card));
    await writeFile(join(broken, 'network.onnx'), 'not a network');
    expect((await readWeights(broken)).issues.map(({ kind }) => kind)).toEqual(['bad-value']);
    expect((await readWeights(join(folder, 'nowhere'))).issues.map(({ kind }) => kind)).toEqual([
      'not-readable',
    ]);
  });
});

describe('training', () => {
  it('reads annotated images of the nnU-Net layout, keeps every fifth case out, and goes on from its weights', async () => {
    const data = join(folder, 'annotated');
    await mkdir(join(data, 'imagesTr'), { recursive: true });
    await mkdir(join(data, 'labelsTr'), { recursive: true });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { volume, mask } = phantoms('cine-sax', 2);
      await writeFile(join(data, 'imagesTr', `${name}_0000.nii.gz`), writeNifti(volume));
      await writeFile(join(data, 'labelsTr', `${name}.nii.gz`), writeNifti(mask));
    }
    const order: TrainingOrder = {
      kind: 'cine-sax',
      data,
      phantoms: 0.5,
      steps: 2,
      seed: 1,
      threads: 1,
      from: 'cine-phantom',
      heldOut: 'every fifth',
      patience: 0,
      out: join(folder, 'trained'),
      licence: 'made by this test',
    };
    const losses: number[] = [];
    const card = await trainOnDataset(order, (_, loss) => losses.push(loss));
    if (!card.ok) throw new Error(card.issues[0]!.message);
    expect(card.value).toMatchObject({ heldOut: ['e'], licence: 'made by this test', name: 'trained' });
    // Trained weights to start from: far below the 2 or so of a network that knows nothing.
    expect(losses).toHaveLength(2);
    expect(Math.max(...losses)).toBeLessThan(1);
    const again = await trainOnDataset({ ...order, out: join(folder, 'again') });
    expect(again.ok && again.value.network).toBe(card.value.network);
    const onnx = await readFile(join(order.out, 'network.onnx'));
    expect(sizesOf(parametersOf(onnx))).toEqual({ base: 16, levels: 5, widest: 128 });
    const known = new Set<number>();
    const resumed = await trainOnDataset(order, (step) => known.add(step));
    expect(resumed.ok && [...known]).toEqual([]);
    expect(card.value.learnedFrom).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps the phases of a patient together, and takes weights of the kind alone', async () => {
    const data = join(folder, 'phases');
    await mkdir(join(data, 'imagesTr'), { recursive: true });
    await mkdir(join(data, 'labelsTr'), { recursive: true });
    const { volume, mask } = phantoms('cine-sax', 2);
    for (const name of ['p1_ed', 'p1_es', 'p2_ed', 'p2_es', 'p3_frame01', 'p3_frame12', 'p4']) {
      await writeFile(join(data, 'imagesTr', `${name}_0000.nii.gz`), writeNifti(volume));
      await writeFile(join(data, 'labelsTr', `${name}.nii.gz`), writeNifti(mask));
    }
    const dataset = (await findDataset(data, 'cine-sax'))!;
    expect(foldsOf(dataset, 2)).toEqual([
      ['p1', 'p3'],
      ['p2', 'p4'],
    ]);
    expect(casesOf(dataset).map((parts) => parts.map(({ part }) => part))).toEqual([
      ['ed', 'es'],
      ['ed', 'es'],
      ['frame01', 'frame12'],
      [''],
    ]);
    const other = await openSegmenter('cine-phantom', { kind: 'lge-sax' });
    expect(other.issues[0]!.message).toBe('expected weights for lge-sax, found some for cine-sax');
    const opened = await openSegmenter('cine-phantom', { threads: 1, kind: 'cine-sax' });
    if (!opened.ok) throw new Error('not opened');
    const scored = await segmentCase(
      dataset,
      casesOf(dataset)[0]!,
      opened.value,
      join(folder, 'phases-masks'),
    );
    await opened.value.close();
    expect(scored.ok && scored.value.map(({ name, part, cases }) => [name, part, cases])).toEqual([
      ['p1', 'ed', 'other'],
      ['p1', 'es', 'other'],
    ]);
    const written = await readdir(join(folder, 'phases-masks'));
    expect(written.sort()).toEqual(['p1_ed.nii.gz', 'p1_es.nii.gz']);
  });

  it('measures no fold with a network that began with its cases, and goes on from the folds before', async () => {
    const data = join(folder, 'annotated');
    const order = {
      kind: 'cine-sax',
      data,
      phantoms: 0,
      steps: 1,
      seed: 1,
      threads: 1,
      patience: 0,
      licence: 'made by this test',
      folds: 2,
    } as const;
    const seen = await crossValidate({
      ...order,
      from: join(folder, 'trained'),
      out: join(folder, 'seen-folds'),
    });
    expect(seen.ok).toBe(false);
    expect(seen.issues[0]!.message).toContain(
      'weights that have not seen the 3 cases kept out, found that they learned from 2 of them (a, c)',
    );
    const first = join(folder, 'first');
    await crossValidate({ ...order, from: 'cine-phantom', out: `${first}-folds` });
    const second = await crossValidate({ ...order, from: first, out: join(folder, 'second-folds') });
    expect(second.ok).toBe(true);
    for (const [fold, learnedFrom] of [
      ['b', 'd'],
      ['a', 'c', 'e'],
    ].entries()) {
      const weights = await readWeights(join(folder, 'second-folds', `fold-${fold + 1}`, 'weights'));
      expect(weights.ok && weights.value.card.learnedFrom).toEqual(learnedFrom);
    }
  });
});

const shared = join(import.meta.dirname, '../../../../../shared/data');
const present = existsSync(join(shared, 'acdc')) && existsSync(join(shared, 'emidec'));
if (!present) process.stderr.write('skipped: ../shared/data/acdc and emidec are not there\n');

describe.skipIf(!present)('the real data sets', () => {
  it('are found with as many cases and held-out cases as they have', async () => {
    const acdc = await findDataset(join(shared, 'acdc'), 'cine-sax');
    expect(acdc?.stacks).toHaveLength(100);
    expect(heldOutCases(acdc!.stacks)).toHaveLength(10);
    const emidec = await findDataset(join(shared, 'emidec'), 'cine-sax');
    expect(emidec?.kind).toBe('lge-sax');
    expect(emidec?.stacks).toHaveLength(50);
    const { pairs, issues } = await readAnnotated(emidec!, (name) => name === 'Case_P001');
    expect(issues).toEqual([]);
    expect(pairs[0]!.mask.data.filter((label) => label === 4)).toHaveLength(2011);
  });

  it('give an ACDC patient whose LV agrees with the expert', async () => {
    const acdc = await findDataset(join(shared, 'acdc'), 'cine-sax');
    const stack = acdc!.stacks.find(({ name, part }) => name === 'patient019' && part === 'ed')!;
    const opened = await openSegmenter('cine-sax', { threads: 1 });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    const [volume, expert] = [await stack.read(), await stack.readMask!()];
    if (!volume.ok || !expert.ok) throw new Error('not read');
    const found = await segment(volume.value, opened.value, 'patient019');
    await opened.value.close();
    expect(found.ok && dice(found.value.mask.data, expert.value.data, [3])).toBeGreaterThan(0.95);
    expect(found.ok && dice(found.value.mask.data, expert.value.data, [2])).toBeGreaterThan(0.85);
  });
});

describe('contactSheetPicture', () => {
  it('draws every slice with its number, grey inside and coloured at the borders of labels', () => {
    const { volume, mask } = phantoms('cine-sax', 2);
    const sheet = contactSheetPicture(volume, mask, 0);
    expect([sheet.width, sheet.height]).toEqual([512, 256]);
    let coloured = 0;
    for (let pixel = 0; pixel < sheet.rgb.length; pixel += 3)
      if (sheet.rgb[pixel] !== sheet.rgb[pixel + 1]) coloured++;
    expect(coloured).toBeGreaterThan(100);
    // The foot of a 1, one letter into the first slice, 2 × 2 pixels a dot.
    const at = (2 * 6 * 512 + 2 * (6 + 2)) * 3;
    expect([...sheet.rgb.subarray(at, at + 3)]).toEqual([255, 255, 255]);
    expect(() => contactSheetPicture(volume, { ...mask, shape: [1, 1, 128, 128] }, 0)).toThrow(RangeError);
  });
});
