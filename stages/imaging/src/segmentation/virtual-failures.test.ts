import type { Mask, Volume } from '@myocast/dicom';
import {
  createExam,
  createSubject,
  type Exam,
  type ExamFaults,
  noFaults,
  type Sequence,
  type SeriesImages,
  seriesAffine,
  subjectRandom,
} from '@myocast/simulation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantifyCine } from '../quantification/cine-quantities.ts';
import { darkBandShare } from './dark-band.ts';
import { segment } from './segment.ts';
import { openSegmenter, type Segmenter } from './segmenter.ts';

const matrix = 128;
const config = { patients: 8, centres: 4, seed: 11 };

function scan(subject: string, sequences: readonly Sequence[], faults: Partial<ExamFaults> = {}): Exam {
  const { patient, centre } = createSubject(config, subject);
  const random = subjectRandom(config, subject).fork('exam');
  return createExam(
    random,
    patient,
    centre,
    { sequences, matrix, cinePhases: 10 },
    { ...noFaults, ...faults },
  );
}

/** End-diastole and end-systole of a series. */
function twoPhases(exam: Exam, { image, label, phases, slices, ...series }: SeriesImages) {
  const size = slices * matrix * matrix;
  const both = <Data extends Uint16Array | Uint8Array>(data: Data) =>
    [0, 0.4 * phases].flatMap((phase) => [...data.subarray(phase * size, (phase + 1) * size)]);
  const shape = [2, slices, matrix, matrix] as const;
  const affine = seriesAffine(exam, { ...series, image, label, phases, slices });
  const volume: Volume = { shape, affine, data: Float32Array.from(both(image)), triggerTimesMs: null };
  const truth: Mask = { shape, affine, data: Uint8Array.from(both(label)) };
  return { volume, truth };
}

/** One of the axes of a slice becomes that of the slices, every `step`-th is taken, and the rows are as fine as the columns. */
function cutAcross({ shape, data, affine }: Volume, kept: 'rows' | 'columns', step: number): Volume {
  const [phases, depth] = shape;
  const [slices, finer] = [Math.floor(matrix / step), 6];
  const height = (depth - 1) * finer + 1;
  const out = new Float32Array(phases * slices * height * matrix);
  const at = (t: number, z: number, across: number, along: number) => {
    const [row, column] = kept === 'columns' ? [across, along] : [along, across];
    return data[((t * depth + z) * matrix + row) * matrix + column]!;
  };
  let place = 0;
  for (let t = 0; t < phases; t++)
    for (let s = 0; s < slices; s++)
      for (let h = 0; h < height; h++)
        for (let w = 0; w < matrix; w++) {
          const [below, share] = [Math.floor(h / finer), (h % finer) / finer];
          const above = Math.min(depth - 1, below + 1);
          out[place++] = (1 - share) * at(t, below, step * s, w) + share * at(t, above, step * s, w);
        }
  const line = (axis: 0 | 1 | 2, of: number) => affine![4 * of + axis]!;
  const [along, across] = kept === 'columns' ? ([0, 1] as const) : ([1, 0] as const);
  const turned = [0, 1, 2].flatMap((of) => [
    line(along, of),
    line(2, of) / finer,
    step * line(across, of),
    affine![4 * of + 3]!,
  ]);
  return {
    shape: [phases, slices, height, matrix],
    data: out,
    affine: [...turned, 0, 0, 0, 1],
    triggerTimesMs: null,
  };
}

describe('virtual images that are no usual short axis', () => {
  let segmenter: Segmenter;
  const exam = scan('V4-0001', ['cine-sax', 'cine-2ch', 'cine-3ch', 'cine-4ch']);
  const { volume, truth } = twoPhases(exam, exam.cine!);
  beforeAll(async () => {
    const opened = await openSegmenter('cine-sax', { threads: 1 });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    segmenter = opened.value;
  });
  afterAll(() => segmenter.close());

  /** What is said of a volume on its way to numbers, and the numbers; EDV is null where there are none. */
  async function measured(images: Volume) {
    const found = await segment(images, segmenter, 'x');
    if (!found.ok)
      return { edvMl: null, said: found.issues.map(({ message }) => message).join('\n'), mask: null };
    const quantities = quantifyCine(found.value.mask);
    const said = [...found.issues, ...quantities.issues].map(({ message }) => message).join('\n');
    return { edvMl: quantities.ok ? quantities.value.edvMl : null, said, mask: found.value.mask };
  }

  it('have numbers and no flag where nothing is wrong', async () => {
    const { edvMl, said, mask } = await measured(volume);
    const right = quantifyCine(truth);
    expect(said).toBe('');
    expect(right.ok && Math.abs(edvMl! / right.value.edvMl - 1)).toBeLessThan(0.12);
    expect(darkBandShare(volume, mask!)).toBeLessThan(0.012);
  });

  it.each([
    ['V2-0001', 90],
    ['V3-0001', -115],
  ])('are flagged where a band lies over the heart of %s (%i Hz)', async (subject, bandingHz) => {
    const banded = scan(subject, ['cine-sax'], { bandingHz });
    const { said } = await measured(twoPhases(banded, banded.cine!).volume);
    expect(said).toMatch(
      /a dark piece of \d+\.\d % lies within the contours of the heart: a band of off-resonance/,
    );
  });

  it('have no number without a flag where the thorax has no heart', async () => {
    const { row, column, spacingMm } = exam.placement;
    // Lung in the heart's place, with the noise that the images have elsewhere.
    const data = volume.data.map((value, at) => {
      const away = Math.hypot((Math.floor(at / matrix) % matrix) - row, (at % matrix) - column) * spacingMm;
      return away < 80 ? 20 + ((at * 7919) % 13) : value;
    });
    const { edvMl, said } = await measured({ ...volume, data });
    expect(edvMl === null || said !== '').toBe(true);
  });

  it.each([
    [0, 0],
    [64, 0],
  ])(
    'have no number without a flag where a corner is all there is (row %i, column %i)',
    async (top, left) => {
      const size = 64;
      const [phases, slices] = volume.shape;
      const data = Float32Array.from({ length: phases * slices * size * size }, (_, at) => {
        const [slice, row] = [Math.floor(at / (size * size)), Math.floor(at / size) % size];
        return volume.data[(slice * matrix + top + row) * matrix + left + (at % size)]!;
      });
      const { edvMl, said } = await measured({ ...volume, shape: [phases, slices, size, size], data });
      expect(edvMl === null || said !== '').toBe(true);
    },
  );

  it('are flagged as one slice, by the network and by the volumes', async () => {
    const [phases, slices] = volume.shape;
    const area = matrix * matrix;
    const data = Float32Array.from({ length: phases * area }, (_, at) => {
      const from = Math.floor(at / area) * slices + 4;
      return volume.data[from * area + (at % area)]!;
    });
    const { said } = await measured({ ...volume, shape: [phases, 1, matrix, matrix], data });
    expect(said).toContain('expected a stack of slices, found one: not the whole heart');
    expect(said).toContain('the volumes are of what is covered, not of the ventricle');
  });

  it.each(['rows', 'columns'] as const)(
    'have no number without a flag where the stack is cut along its %s',
    async (kept) => {
      const { edvMl, said } = await measured(cutAcross(volume, kept, 16));
      expect(edvMl === null || said !== '').toBe(true);
    },
  );

  it('have no number without a flag where long axes are given as a stack', async () => {
    const views = exam.series
      .filter(({ kind }) => kind === 'cine-lax')
      .map((one) => twoPhases(exam, one).volume);
    const area = matrix * matrix;
    const data = new Float32Array(2 * views.length * area);
    for (const t of [0, 1])
      for (const [z, view] of views.entries())
        data.set(view.data.subarray(t * area, (t + 1) * area), (t * views.length + z) * area);
    const { edvMl, said } = await measured({ ...views[0]!, shape: [2, views.length, matrix, matrix], data });
    expect(views.length).toBe(3);
    expect(edvMl === null || said !== '').toBe(true);
  });
});
