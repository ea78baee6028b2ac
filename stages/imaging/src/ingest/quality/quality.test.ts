import { Random } from '@myocast/base';
import type { Affine, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { examQuality } from './exam-quality.ts';
import { findHeart } from './heart-region.ts';
import { noiseOf } from './signal.ts';
import { sliceShifts } from './slice-shifts.ts';
import { smallStack } from './small-stack.ts';
import { graded, type MeasureName } from './thresholds.ts';

const edge = 96;
const mm = 2;
/** Slices 10 mm apart along (-0.8, 0.6, 0), about 31° off the axis of most hearts. */
const affine: Affine = [0.6 * mm, 0, -8, 0, 0.8 * mm, 0, 6, 0, 0, -mm, 0, 0, 0, 0, 0, 1];

interface Plan {
  readonly slices?: number;
  readonly phases?: number;
  /** Shift of a slice in pixels. */
  readonly shift?: (slice: number) => readonly [rows: number, columns: number];
  /** Which moment of the beat a phase shows. */
  readonly moment?: (phase: number, slice: number) => number;
  readonly noise?: number;
  /** Radius of the cavity at rest, mm. */
  readonly radius?: (slice: number) => number;
  readonly myocardium?: number;
}

/** A bright cavity in a grey wall that beats, in a chest that does not; row 44, column 52 is its middle. */
function beating(plan: Plan = {}): Volume {
  const { slices, phases, noise } = { ...usual, ...plan };
  const random = new Random('beating');
  const data = new Float32Array(phases * slices * edge * edge);
  for (let t = 0; t < phases; t++)
    for (let z = 0; z < slices; z++) paint(data, (t * slices + z) * edge * edge, plan, t, z);
  for (let at = 0; at < data.length; at++) data[at] = data[at]! + noise * random.normal();
  return {
    shape: [phases, slices, edge, edge],
    data,
    affine,
    triggerTimesMs: Array.from({ length: phases }, (_, t) => t * 40),
  };
}

const usual: Required<Plan> = {
  slices: 8,
  phases: 12,
  shift: () => [0, 0],
  moment: (phase) => phase,
  noise: 1,
  radius: (slice) => 24 - 2.4 * slice,
  myocardium: 60,
};

function paint(data: Float32Array, start: number, plan: Plan, t: number, z: number): void {
  const { phases, moment, myocardium, shift, radius: restAt } = { ...usual, ...plan };
  const [down, across] = shift(z);
  const rest = restAt(z);
  const radius = rest * (1 - 0.4 * contraction((moment(t, z) % phases) / phases));
  for (let y = 0; y < edge; y++)
    for (let x = 0; x < edge; x++) {
      const [row, column] = [y - down, x - across];
      const off = Math.hypot(row - 44, column - 52) * mm;
      const wall = off < rest + 9 ? myocardium : chest(row, column);
      data[start + y * edge + x] = off < radius ? 200 : wall;
    }
}

/** Fast in systole, slow in diastole. */
function contraction(beat: number): number {
  return beat < 0.4
    ? Math.sin((Math.PI / 2) * (beat / 0.4)) ** 2
    : Math.cos((Math.PI / 2) * ((beat - 0.4) / 0.6)) ** 2;
}

function chest(row: number, column: number): number {
  const inside = Math.hypot((row - 48) / 40, (column - 48) / 44) < 1;
  return inside ? 90 + 25 * Math.sin(row / 5) * Math.cos(column / 7) : 0;
}

const essential = (kind: 'cine-sax' | 'lge-sax', volume: Volume) => ({
  kind,
  volume,
  emptySlices: [],
  variant: kind === 'lge-sax' ? ('magnitude' as const) : null,
  oriented: true,
});

const measured = (volume: Volume, kind: 'cine-sax' | 'lge-sax' = 'cine-sax') => {
  const all = examQuality([essential(kind, volume)]);
  return (name: MeasureName) => all.find((one) => one.name === name)!;
};

describe('the heart', () => {
  it('is found where the image beats', () => {
    const stack = smallStack(beating());
    const { row, column, found } = findHeart(stack);
    expect(Math.hypot(row - 44, column - 52)).toBeLessThan(6);
    expect(found).toBe('by its beat');
  });

  it('of a single phase is looked for in the middle', () => {
    expect(findHeart(smallStack(beating({ phases: 1 }))).found).toBe('as the middle of the image');
  });
});

describe('a good stack', () => {
  it('passes every measure that can be taken', () => {
    const found = examQuality([essential('cine-sax', beating())]);
    expect(found.filter(({ grade }) => grade !== 'pass')).toEqual([]);
    expect(found.length).toBeGreaterThan(10);
  });
});

describe('a shift between breath-holds', () => {
  it('of one slice is measured to a millimetre, and named', () => {
    const stack = smallStack(beating({ shift: (z) => (z === 4 ? [5, -4] : [0, 0]) }));
    const shifts = sliceShifts(stack, findHeart(stack));
    const moved = shifts.find(({ slice }) => slice === 4)!;
    expect(Math.hypot(moved.rows - 5, moved.columns + 4) * mm).toBeLessThan(1);
    const measure = measured(beating({ shift: (z) => (z === 4 ? [5, -4] : [0, 0]) }))('slice-shift');
    expect(measure).toMatchObject({ grade: 'doubt', note: expect.stringContaining('slice 5') });
    expect(Math.abs(measure.value! - Math.hypot(10, 8))).toBeLessThan(1);
  });

  it('is not seen in a heart that lies oblique to the stack', () => {
    const measure = measured(beating({ shift: (z) => [z, -z] }))('slice-shift');
    expect(measure.value).toBeLessThan(3);
  });
});

describe('motion and triggering', () => {
  it('a slice that was triggered a quarter of a beat late disagrees with the others', () => {
    const late = beating({ moment: (t, z) => (z === 2 ? t + 3 : t) });
    expect(measured(late)('beat-agreement')).toMatchObject({ grade: 'doubt', note: 'slice 3' });
    expect(measured(beating())('beat-agreement').grade).toBe('pass');
  });

  it('a phase in a wrong place jumps', () => {
    const wrong = beating({ moment: (t, z) => (z === 1 && t === 1 ? 6 : t) });
    expect(measured(wrong)('phase-jump').value).toBeGreaterThan(2 * measured(beating())('phase-jump').value!);
  });

  it('ghosts in one direction stand out', () => {
    const volume = beating();
    const ghosted = { ...volume, data: volume.data.slice() };
    const step = 36;
    for (let at = 0; at < volume.data.length; at++) {
      const row = Math.floor(at / edge) % edge;
      if (row + step < edge) ghosted.data[at + step * edge]! += 0.4 * volume.data[at]!;
    }
    expect(Math.abs(measured(ghosted)('ghosting').value! - 40)).toBeLessThan(8);
    expect(measured(volume)('ghosting').value).toBe(0);
  });

  it('a stack that ends where the heart still beats is in doubt', () => {
    expect(measured(beating({ slices: 7, radius: () => 22 }))('end-slice-heart').grade).toBe('doubt');
    const tapering = measured(beating())('end-slice-heart');
    expect(tapering).toMatchObject({ grade: 'pass' });
    expect(tapering.bySlice).toHaveLength(8);
  });
});

describe('what the images themselves do not allow', () => {
  it('a frozen cine fails and the late enhancement is not blamed for it', () => {
    const found = examQuality([
      essential('cine-sax', beating({ moment: () => 0, noise: 0 })),
      essential('lge-sax', beating({ phases: 1, myocardium: 10 })),
    ]);
    expect(found.filter(({ grade }) => grade === 'fail')).toMatchObject([
      { series: 'cine-sax', name: 'beat', value: 0, note: 'nothing moves' },
    ]);
    const blamed = found.filter(({ name }) => name === 'noise' || name === 'nulling');
    expect(blamed.filter(({ series }) => series === 'lge-sax').map(({ grade }) => grade)).toEqual([
      'not-measured',
      'not-measured',
    ]);
    expect(measured(beating())('beat').value).toBeGreaterThan(1);
  });

  it('slices unlike their neighbours are in doubt, where there are six', () => {
    const random = new Random('unlike');
    const scrambled = (slices: number) => {
      const volume = beating({ slices });
      for (let at = 0; at < volume.data.length; at++) volume.data[at] = 100 * random.normal();
      return measured(volume)('slice-shift');
    };
    expect(scrambled(6)).toMatchObject({ value: null, grade: 'doubt' });
    expect(scrambled(5)).toMatchObject({ value: null, grade: 'not-measured' });
  });

  it('one value throughout and noise alone fail', () => {
    const flat = beating();
    flat.data.fill(7);
    expect(measured(flat)('slices')).toMatchObject({ value: 0, grade: 'fail' });
    const random = new Random('noise alone');
    const noisy = beating();
    noisy.data.forEach((_, at) => (noisy.data[at] = Math.hypot(random.normal(), random.normal())));
    expect(measured(noisy)('noise').grade).toBe('fail');
    expect(measured({ ...noisy, shape: [1, 8, edge, edge] }, 'lge-sax')('noise').grade).toBe('fail');
  });

  it('a phase that every slice lacks is a step of two', () => {
    const volume = beating();
    const times = volume.triggerTimesMs!.map((ms, phase) => (phase < 5 ? ms : ms + 40));
    expect(measured({ ...volume, triggerTimesMs: times })('phase-gap')).toMatchObject({
      value: 2,
      grade: 'doubt',
      note: '80 ms after phase 5',
    });
  });
});

describe('noise', () => {
  it('is estimated between phases and within an image to a tenth', () => {
    const slices = [0, 1, 2, 3, 4, 5, 6, 7];
    for (const noise of [4, 12]) {
      const between = noiseOf(beating({ noise }), slices)!;
      expect(between.method).toBe('between phases');
      expect(Math.abs(between.sigma / noise - 1)).toBeLessThan(0.1);
      const within = noiseOf(beating({ noise, phases: 1 }), slices)!;
      expect(within.method).toBe('within the image');
      expect(Math.abs(within.sigma / noise - 1)).toBeLessThan(0.15);
    }
  });

  it('that drowns the heart raises doubt', () => {
    expect(measured(beating({ noise: 40 }))('noise').grade).toBe('doubt');
  });
});

describe('late enhancement', () => {
  const lge = (myocardium: number) => beating({ phases: 1, myocardium });

  it('of nulled myocardium passes, of grey myocardium is in doubt', () => {
    const [nulled, grey] = [
      measured(lge(10), 'lge-sax')('nulling'),
      measured(lge(130), 'lge-sax')('nulling'),
    ];
    expect(nulled.grade).toBe('pass');
    expect(grey.value!).toBeGreaterThan(nulled.value! + 20);
    expect(grey.grade).toBe('doubt');
  });

  it('is looked at where the cine of the same patient beats', () => {
    const found = examQuality([essential('lge-sax', lge(10)), essential('cine-sax', beating())]);
    const nulling = found.find(({ name }) => name === 'nulling')!;
    expect(nulling.note).toContain('by its place in another series');
    expect(found.find(({ name }) => name === 'stack-overlap')).toMatchObject({ value: 100, grade: 'pass' });
  });

  it('that covers half of the cine is in doubt', () => {
    const half = beating({ phases: 1, slices: 4 });
    const found = examQuality([essential('lge-sax', half), essential('cine-sax', beating())]);
    expect(found.find(({ name }) => name === 'stack-overlap')).toMatchObject({ value: 50, grade: 'doubt' });
    expect(found.find(({ series, name }) => series === 'lge-sax' && name === 'slices')!.grade).toBe('doubt');
  });
});

describe('damaged values', () => {
  it('blank slices, clipped hearts and values that are no number are counted', () => {
    const volume = beating();
    const pixels = edge * edge;
    for (let t = 0; t < 12; t++) volume.data.fill(7, (t * 8 + 3) * pixels, (t * 8 + 4) * pixels);
    expect(measured(volume)('blank-slices')).toMatchObject({ value: 1, grade: 'doubt', note: 'slice 4' });
    const clipped = beating();
    clipped.data.forEach((value, at) => (clipped.data[at] = Math.min(150, value)));
    expect(measured(clipped)('clipped').grade).toBe('doubt');
    expect(measured(beating())('clipped').grade).toBe('pass');
    const bad = beating();
    bad.data[5] = Number.NaN;
    bad.data[6] = Number.POSITIVE_INFINITY;
    expect(measured(bad)('bad-values')).toMatchObject({ value: 2, grade: 'doubt' });
  });

  it('never give a measure that is no number', () => {
    for (const fill of [0, 5, Number.NaN]) {
      const volume = beating({ slices: 6, phases: 9 });
      volume.data.fill(fill);
      for (const { value } of examQuality([essential('cine-sax', volume)]))
        expect(value === null || Number.isFinite(value)).toBe(true);
    }
  });

  it('a stack in a plane of the body lies off the axis', () => {
    const axial = { ...beating(), affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1] };
    expect(measured(axial)('off-axis')).toMatchObject({ grade: 'doubt' });
    expect(measured({ ...beating(), affine: null })('off-axis')).toMatchObject({
      value: null,
      grade: 'not-measured',
    });
  });
});

describe('a grade', () => {
  it('holds a value against its limits on the good side', () => {
    expect(graded('cine-sax', 'slices', 3, '').grade).toBe('fail');
    expect(graded('cine-sax', 'slices', 5, '').grade).toBe('doubt');
    expect(graded('cine-sax', 'slices', 6, '').grade).toBe('pass');
    expect(graded('cine-sax', 'slice-shift', 10.1, '').grade).toBe('doubt');
    expect(graded('cine-sax', 'slice-shift', 10, '').grade).toBe('pass');
    expect(graded('cine-sax', 'slice-shift', null, '').grade).toBe('not-measured');
  });
});
