import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonFile } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { cineLabel, lgeLabel } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { quantifyCine, quantifyPhase } from './cine-quantities.ts';
import { quantifyLge } from './lge-quantities.ts';
import { quantifyExam, writeQuantities } from './quantify.ts';
import { findSegmentReference } from './rv-insertion.ts';
import { assumedReference } from './segments.ts';
import { type GridPlan, placeOf, plainGrid, plan, stackMask } from './stack.fixture.ts';

function valueOf<Value>(
  checked: { ok: true; value: Value } | { ok: false; issues: readonly { message: string }[] },
): Value {
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

const degreesBetween = (a: number, b: number) => Math.abs(((a - b + 540) % 360) - 180);
const grids: (GridPlan & { name: string })[] = [
  { ...plainGrid, name: 'upright' },
  { turnDegrees: 70, mirrored: false, apexFirst: false, name: 'turned' },
  { turnDegrees: 200, mirrored: false, apexFirst: true, name: 'upside down and from the apex' },
  { turnDegrees: -35, mirrored: true, apexFirst: false, name: 'mirrored' },
  { turnDegrees: 130, mirrored: true, apexFirst: true, name: 'mirrored, turned and from the apex' },
];

describe('quantifyCine', () => {
  it('gives a cylinder its volume, mass, thickness and thickening', () => {
    const cylinder = stackMask({
      ...plan,
      slices: 6,
      size: 160,
      spacingMm: [10, 0.5],
      cavityMm: (_, phase) => (phase === 0 ? 20 : 14),
      wallMm: (phase) => (phase === 0 ? 8 : 12),
    });
    const quantities = valueOf(quantifyCine(cylinder));
    const lengthMm = 6 * 10;
    expect(Math.abs(quantities.edvMl / ((Math.PI * 20 ** 2 * lengthMm) / 1000) - 1)).toBeLessThan(0.005);
    expect(Math.abs(quantities.esvMl / ((Math.PI * 14 ** 2 * lengthMm) / 1000) - 1)).toBeLessThan(0.005);
    expect(Math.abs(quantities.ejectionFractionPercent - 51)).toBeLessThan(0.3);
    const mass = (1.05 * Math.PI * (28 ** 2 - 20 ** 2) * lengthMm) / 1000;
    expect(Math.abs(quantities.massG / mass - 1)).toBeLessThan(0.005);
    for (const wall of quantities.wallThicknessMm) expect(Math.abs(wall! - 8)).toBeLessThan(0.1);
    for (const part of quantities.wallThickeningPercent) expect(Math.abs(part! - 50)).toBeLessThan(2);
    expect(quantities).toMatchObject({ edPhase: 0, esPhase: 1 });
    const rv = ((Math.PI / 3) * (38 ** 2 - 28 ** 2) * lengthMm) / 1000;
    expect(Math.abs(quantities.rvEdvMl / rv - 1)).toBeLessThan(0.01);
  });

  it('measures along the true directions where columns and rows are unequally spaced', () => {
    const shape = [2, 4, 60, 120] as const;
    const data = new Uint8Array(2 * 4 * 60 * 120);
    for (let at = 0; at < data.length; at++) {
      const mm = Math.hypot(((at % 120) - 60) * 0.6, ((Math.floor(at / 120) % 60) - 30) * 1.2);
      const inner = at < data.length / 2 ? 18 : 12;
      data[at] = mm < inner ? cineLabel.leftVentricle : mm < inner + 9 ? cineLabel.myocardium : 0;
    }
    const affine = [0.6, 0, 0, 0, 0, 1.2, 0, 0, 0, 0, 9, 0, 0, 0, 0, 1];
    const quantities = valueOf(quantifyCine({ shape, data, affine }));
    for (const wall of quantities.wallThicknessMm) expect(Math.abs(wall! - 9)).toBeLessThan(0.35);
    expect(quantities.rvEjectionFractionPercent).toBeNull();
  });

  it('finds a thick septum in the septal segments alone, however the grid lies', () => {
    for (const grid of grids) {
      const mask = stackMask(plan, grid);
      const data = mask.data.map((label, at) => {
        const { degrees, mm } = placeOf(
          mask.affine!,
          plan,
          at % plan.size,
          Math.floor(at / plan.size) % plan.size,
        );
        return label === cineLabel.leftVentricle && mm > 15 && Math.abs(degrees) < 60
          ? cineLabel.myocardium
          : label;
      });
      const { wallThicknessMm } = valueOf(quantifyCine({ ...mask, data }));
      for (const segment of [2, 3, 8, 9])
        expect(wallThicknessMm[segment - 1]!, grid.name).toBeGreaterThan(12);
      for (const segment of [5, 6, 11, 12, 16])
        expect(wallThicknessMm[segment - 1]!, grid.name).toBeLessThan(9);
    }
  });

  it('passes over a phase that lost its contours, and says so', () => {
    const mask = stackMask({ ...plan, phases: 12, cavityMm: (_, phase) => 26 - phase });
    const perPhase = mask.data.length / 12;
    const data = mask.data.slice().fill(0, 11 * perPhase);
    const checked = quantifyCine({ ...mask, data });
    expect(valueOf(checked).esPhase).toBe(10);
    expect(checked.issues.map(({ message }) => message)).toContain(
      'expected an LV cavity in every phase, found none in 1',
    );
  });

  it('refuses what allows no number, and flags what no heart can have', () => {
    const whole = stackMask(plan);
    const half = whole.data.length / 2;
    const refusal = (mask: Mask) => {
      const checked = quantifyCine(mask);
      return checked.ok ? 'accepted' : checked.issues[0]!.message;
    };
    expect(refusal({ ...whole, affine: null })).toBe('expected a mask with voxel sizes, found none');
    expect(refusal({ ...whole, data: new Uint8Array(whole.data.length) })).toMatch('expected an LV cavity');
    const onePhase: Mask = { ...whole, shape: [1, 9, 96, 96], data: whole.data.slice(0, half) };
    expect(refusal(onePhase)).toMatch('at ED and ES, found it in 1 phase');
    expect(valueOf(quantifyPhase(onePhase, 0)).lvMl).toBe(valueOf(quantifyCine(whole)).edvMl);
    expect(refusal(stackMask({ ...plan, slices: 2 }))).toBe('accepted');
    const oneSlice = whole.data.map((label, at) => (Math.floor(at / 96 ** 2) % 9 === 4 ? label : 0));
    const part = quantifyCine({ ...whole, data: oneSlice });
    expect(valueOf(part).slices).toBe(1);
    expect(part.issues[0]!.message).toMatch('found 1: the volumes are of what is covered');
    const still = quantifyCine(stackMask({ ...plan, cavityMm: () => 5 }));
    expect(still.issues.map(({ kind }) => kind)).toEqual(['quality-flag', 'quality-flag']);
    expect(still.issues[1]!.message).toMatch('found 5.8 ml in every phase that has one: the same contours');
    const weak = quantifyCine(stackMask({ ...plan, cavityMm: (_, phase) => 25 - phase / 4 }));
    expect(weak.issues.map(({ message }) => message).join()).toMatch('fraction of 5 to 85 %, found 2.');
  });
});

describe('findSegmentReference', () => {
  it.each(grids)('finds both insertions and the base on a grid that is $name', (grid) => {
    const mask = stackMask(plan, grid);
    const reference = findSegmentReference(mask, 0);
    const upright = findSegmentReference(stackMask(plan), 0);
    expect(reference.source).toBe('rv-insertion');
    for (const direction of ['anteriorInsertion', 'septum', 'baseToApex'] as const) {
      const [a, b] = [reference[direction]!, upright[direction]!];
      expect(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]).toBeGreaterThan(Math.cos((3 * Math.PI) / 180));
    }
    const [left, posterior, superior] = reference.anteriorInsertion;
    expect([Math.abs(left) < 0.5, posterior < 0, superior > 0.5]).toEqual([true, true, true]);
  });

  it('assumes an angle where no RV touches the wall', () => {
    expect(findSegmentReference(stackMask({ ...plan, septumHalfDegrees: null }), 0).source).toBe('assumed');
  });
});

describe('quantifyLge', () => {
  const cineReference = findSegmentReference(stackMask(plan), 0);
  const onePhase = { ...plan, phases: 1 };

  /** The mask of a grid, with the angle from the septum (towards anterior) of each pixel of a slice. */
  const drawn = new Map(
    grids.map((grid) => {
      const anatomy = stackMask(onePhase, grid);
      const degrees = Array.from({ length: plan.size ** 2 }, (_, at) => {
        return placeOf(anatomy.affine!, plan, at % plan.size, Math.floor(at / plan.size)).degrees;
      });
      return [grid, { anatomy, degrees }] as const;
    }),
  );

  /** All myocardium between two angles, in the slices of one third. */
  function infarctAt(from: number, to: number, third: 0 | 1 | 2, grid: GridPlan, label: number): Mask {
    const { anatomy, degrees } = drawn.get(grid as never)!;
    const data = anatomy.data.map((tissue, at) => {
      const z = Math.floor(at / plan.size ** 2);
      const order = grid.apexFirst ? plan.slices - 1 - z : z;
      if (tissue === cineLabel.leftVentricle) return lgeLabel.leftVentricle;
      if (tissue !== cineLabel.myocardium) return 0;
      const apart = degreesBetween(degrees[at % plan.size ** 2]!, (from + to) / 2);
      const inside = apart < (to - from) / 2 && Math.floor(order / 3) === third;
      return inside ? label : lgeLabel.normalMyocardium;
    });
    return { ...anatomy, data };
  }

  // The anterior insertion lies 60° from the septum; segment 2 is between them, segment 1 beyond.
  const places = [
    [1, 60, 120, 0],
    [2, 0, 60, 0],
    [3, -60, 0, 0],
    [4, -120, -60, 0],
    [5, -180, -120, 0],
    [6, 120, 180, 0],
    [8, 0, 60, 1],
    [11, -180, -120, 1],
    [13, 45, 135, 2],
    [14, -45, 45, 2],
    [15, -135, -45, 2],
    [16, 135, 225, 2],
  ] as const;

  it('puts an infarct of one sector into its AHA segment, from a cine on another grid', () => {
    for (const grid of grids) {
      for (const [segment, from, to, third] of places) {
        const { transmuralityPercent } = valueOf(
          quantifyLge(infarctAt(from, to, third, grid, lgeLabel.infarct), cineReference),
        );
        for (const [at, share] of transmuralityPercent.entries()) {
          if (at === segment - 1) expect(share, `${grid.name} ${segment}`).toBeGreaterThan(93);
          else expect(share, `${grid.name} ${segment} in ${at + 1}`).toBeLessThan(8);
        }
      }
    }
  });

  it('counts the MVO as infarct, and gives ml only with geometry', () => {
    const mask = infarctAt(0, 60, 1, grids[0]!, lgeLabel.mvo);
    const quantities = valueOf(quantifyLge(mask, cineReference));
    expect(quantities.mvoPercent).toBe(quantities.infarctPercent);
    expect(quantities.mvoSegmentPercent).toEqual(quantities.transmuralityPercent);
    const count = (label: number) => mask.data.filter((value) => value === label).length;
    const wall = count(lgeLabel.mvo) + count(lgeLabel.normalMyocardium);
    expect(quantities.infarctPercent).toBeCloseTo((100 * count(lgeLabel.mvo)) / wall, 10);
    expect(quantities.mvoMl).toBeCloseTo((count(lgeLabel.mvo) * 8) / 1000, 6);
    const bare = { ...mask, affine: null };
    const checked = quantifyLge(bare, assumedReference(bare));
    expect(valueOf(checked)).toMatchObject({ infarctMl: null, mvoMl: null, myocardiumMl: null });
    expect(valueOf(checked).infarctPercent).toBe(quantities.infarctPercent);
    expect(checked.issues.map(({ message }) => message).join()).toMatch('assumed angle');
  });

  it('refuses a mask without myocardium', () => {
    const mask = stackMask(onePhase);
    const empty = { ...mask, data: new Uint8Array(mask.data.length) };
    expect(quantifyLge(empty, cineReference).ok).toBe(false);
  });
});

describe('quantifyExam', () => {
  async function folders() {
    const root = await mkdtemp(join(tmpdir(), 'myocast-quantify-'));
    const [exam, masks] = [join(root, 'exams', 'V1-0001'), join(root, 'masks')];
    await mkdir(join(masks, 'V1-0001'), { recursive: true });
    await mkdir(exam, { recursive: true });
    await writeFile(join(exam, 'exam.json'), '{"subject":"V1-0001"}');
    return { exam, masks, own: join(masks, 'V1-0001'), root };
  }
  const lgeOf = (mask: Mask): Mask => {
    const wall = mask.data.subarray(0, mask.data.length / 2).map((label) => [0, 0, 2, 1][label]!);
    return { shape: [1, mask.shape[1], mask.shape[2], mask.shape[3]], data: wall, affine: mask.affine };
  };

  it('reads the masks, names who drew them, and writes the record', async () => {
    const { exam, masks, own, root } = await folders();
    await writeFile(join(own, 'cine-sax.nii.gz'), writeNifti(stackMask(plan)));
    await writeFile(join(own, 'lge-sax.nii.gz'), writeNifti(lgeOf(stackMask(plan))));
    await writeFile(join(own, 'segmentation.json'), '{"contours":{"cine-sax":"abc"}}');
    const record = valueOf(await quantifyExam(exam, masks));
    expect(record).toMatchObject({
      subject: 'V1-0001',
      segmentReference: 'rv-insertion',
      contours: { 'cine-sax': 'abc', 'lge-sax': 'unknown' },
      // The made-up RV keeps its size. Both masses are one.
      flags: [{ kind: 'quality-flag', path: 'V1-0001 exam' }],
    });
    expect(record.flags[0]!.message).toMatch('found 61.7 and 4.6 ml (172 %)');
    // Two phases without images: strain says what it could not see.
    expect(record.deformation!.flags.map(({ message }) => message.slice(0, 40))).toEqual([
      'expected at least 10 phases, found 2: st',
      'strain is that of the contours alone: ho',
    ]);
    expect(record.lge!.infarctPercent).toBe(0);
    const file = join(root, 'quantities', 'V1-0001.json');
    await writeQuantities(record, file);
    expect(await readJsonFile(file)).toEqual(record);
  });

  it('keeps an exam without masks, with an empty, a foreign or a broken one, and flags each', async () => {
    const { exam, masks, own } = await folders();
    const kinds = async () => {
      const record = valueOf(await quantifyExam(exam, masks));
      return [record.cine, record.lge, ...record.flags.map(({ kind }) => kind)];
    };
    expect(await kinds()).toEqual([null, null, 'missing-series', 'missing-series']);
    const mask = stackMask(plan);
    const empty = { ...mask, data: new Uint8Array(mask.data.length) };
    await writeFile(join(own, 'cine-sax.nii.gz'), writeNifti(empty));
    await writeFile(join(own, 'lge-sax.nii.gz'), writeNifti({ ...mask, data: mask.data.map((v) => 3 * v) }));
    expect(await kinds()).toEqual([null, null, 'bad-value', 'not-estimable']);
    await writeFile(join(own, 'lge-sax.nii.gz'), 'no NIfTI');
    await writeFile(join(own, 'segmentation.json'), '{');
    const broken = await kinds();
    expect(
      broken
        .slice(2)
        .map(String)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['not-estimable', 'not-readable', 'not-readable']);
  });

  it('quantifies the LGE by itself from an assumed angle', async () => {
    const { exam, masks, own } = await folders();
    await writeFile(join(own, 'lge-sax.nii.gz'), writeNifti(lgeOf(stackMask(plan))));
    const record = valueOf(await quantifyExam(exam, masks));
    expect([record.cine, record.segmentReference]).toEqual([null, 'assumed']);
    expect(record.lge!.transmuralityPercent).toEqual(Array.from({ length: 16 }, () => 0));
    expect(record.flags.map(({ kind }) => kind)).toEqual(['missing-series', 'quality-flag']);
  });

  it('refuses a subject with neither exam nor masks', async () => {
    const { masks, root } = await folders();
    expect((await quantifyExam(join(root, 'exams', 'nobody'), masks)).ok).toBe(false);
  });
});
