import type { Mask, Volume } from '@myocast/dicom';
import { groundTruth, noFaults, type SeriesImages, type SimulationConfig } from '@myocast/simulation';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TissueQuantities } from '../../tissue-records.ts';
import { quantifyLge } from '../lge-quantities.ts';
import { assumedReference } from '../segments.ts';
import { quantifyHaemorrhage } from './haemorrhage.ts';
import { quantifyTissue } from './tissue.ts';
import { wallOf } from './wall.ts';

const config: SimulationConfig = {
  patients: 8,
  centres: 2,
  seed: 33,
  imaging: {
    sequences: ['lge-sax', 'lge-magnitude', 't2-sax', 't1-map', 't2-map', 't2star-map'],
    matrix: 128,
  },
};
/** One at 1.5 T with MVO and haemorrhage, one at 3 T without. */
const subjects = ['V1-0004', 'V2-0002'];

interface Measured {
  readonly truePercent: number;
  /** By the true mask, in % of the wall. */
  readonly trueMvo: number;
  readonly fieldT: number;
  readonly tissue: TissueQuantities;
  readonly magnitude: TissueQuantities;
}
const measured: Measured[] = [];

/** On the grid of the whole stack; what a map leaves out is 0. */
function onStack(
  { image, sliceIndices }: SeriesImages,
  slices: number,
  affine: Volume['affine'],
  scale: number,
) {
  const area = image.length / sliceIndices.length;
  const data = new Float32Array(slices * area);
  for (const [place, z] of sliceIndices.entries())
    data.set(
      Float32Array.from(image.subarray(place * area, (place + 1) * area), (value) => value / scale),
      z * area,
    );
  const size = Math.sqrt(area);
  return { shape: [1, slices, size, size] as const, data, affine, triggerTimesMs: null };
}

beforeAll(() => {
  for (const subject of subjects) {
    const exam = groundTruth(config, subject, noFaults);
    const { slices, spacingMm: mm } = exam;
    const affine = [0.8 * mm, 0, 6, 0, 0, mm, 0, 0, 0.6 * mm, 0, -8, 0, 0, 0, 0, 1];
    const of = (name: string) => exam.series.find(({ sequence }) => sequence === name)!;
    const mask = (name: string): Mask => {
      const own = of(name);
      const size = Math.sqrt(own.label.length / slices);
      return { shape: [1, slices, size, size], data: own.label, affine };
    };
    const fieldT = exam.scene.centre.fieldT;
    const image = (name: string, scale: number, variant: 'magnitude' | 'phase-sensitive' | null = null) => ({
      volume: onStack(of(name), slices, affine, scale),
      variant,
      fieldT,
    });
    const input = {
      images: {
        'lge-sax': image('lge-sax', 1, 'phase-sensitive'),
        't2-stir': image('t2-sax', 1),
        't1-map-native': image('t1-map', 1),
        't2-map': image('t2-map', 10),
        't2star-map': image('t2star-map', 10),
      },
      lgeMask: mask('lge-sax'),
      t2Mask: mask('t2-sax'),
      cineMask: null,
      edPhase: 0,
      reference: null,
      haematocrit: null,
    };
    const lge = quantifyLge(input.lgeMask, assumedReference(input.lgeMask));
    if (!lge.ok) throw new Error('expected quantities of the true mask');
    measured.push({
      truePercent: lge.value.infarctPercent,
      trueMvo: lge.value.mvoPercent,
      fieldT,
      tissue: quantifyTissue(input, assumedReference),
      magnitude: quantifyTissue(
        { ...input, images: { 'lge-sax': image('lge-magnitude', 1, 'magnitude') } },
        assumedReference,
      ),
    });
  }
}, 120_000);

const infarctBy = ({ enhancement }: TissueQuantities, method: string) =>
  enhancement!.methods.find((own) => own.method === method)!.infarctPercent!;

/** What relaxation.ts of the simulation gives remote wall, infarct and blood, by field strength, in ms. */
const nominal = {
  1.5: { 't1-map-native': [996, 1150, 1600], 't2-map': [52, 66, 250], 't2star-map': [36, 36, 90] },
  3: { 't1-map-native': [1184, 1350, 1900], 't2-map': [46, 60, 150], 't2star-map': [24, 24, 50] },
} as const;

describe('virtual patients without faults', () => {
  it('have an infarct that low thresholds overestimate', () => {
    for (const { tissue, truePercent } of measured) {
      const error = (method: string) => infarctBy(tissue, method) - truePercent;
      expect(error('2-sd')).toBeGreaterThan(4);
      expect(error('2-sd')).toBeGreaterThan(error('5-sd') + 4);
      expect(error('fwhm')).toBeLessThan(error('5-sd'));
    }
    // Without MVO half of the maximum comes within half a point; where a core borders on the bright rim it does not.
    const plain = measured.find(({ trueMvo }) => trueMvo === 0)!;
    expect(Math.abs(infarctBy(plain.tissue, 'fwhm') - plain.truePercent)).toBeLessThan(0.5);
  });

  it('have the same infarct in the magnitude and the phase-sensitive image of one read-out', () => {
    for (const { tissue, magnitude } of measured)
      for (const method of ['5-sd', 'fwhm'])
        expect(Math.abs(infarctBy(tissue, method) - infarctBy(magnitude, method)), method).toBeLessThan(1.5);
  });

  it('have the relaxation times that their tissues were given, to the error of a scanner', () => {
    for (const { tissue, fieldT } of measured)
      for (const { kind, remote, infarct, bloodMs } of tissue.maps) {
        const [ofRemote, ofInfarct, ofBlood] = nominal[fieldT as 3][kind as 't2-map'];
        expect(Math.abs(remote!.ms / ofRemote - 1), kind).toBeLessThan(0.06);
        expect(Math.abs(infarct!.ms / ofInfarct - 1), kind).toBeLessThan(0.14);
        expect(Math.abs(bloodMs! / ofBlood - 1), kind).toBeLessThan(0.06);
      }
  });

  it('have the area at risk of the true mask, and no iron without haemorrhage', () => {
    for (const { tissue, trueMvo, truePercent } of measured) {
      const [drawn] = tissue.oedema!.methods;
      expect(drawn!.salvageIndex).toBeCloseTo(1 - truePercent / drawn!.areaAtRiskPercent!, 6);
      if (trueMvo === 0) expect(tissue.haemorrhage!.lvPercent).toBe(0);
      expect(tissue.notThere).toEqual(['t1-map-post']);
    }
  });

  it('have iron in the core of a haemorrhagic infarct, as far as whole voxels are of it', () => {
    const imaging = { sequences: ['t2star-map'] as const, matrix: 192 };
    const exam = groundTruth({ ...config, imaging }, 'V1-0015', noFaults);
    const map = exam.series[0]!;
    const grid = { shape: [1, 3, 192, 192] as const, affine: null };
    const mask: Mask = { ...grid, data: map.label };
    const found = quantifyHaemorrhage(
      {
        kind: 't2star-map',
        contours: 'lge-sax',
        wall: wallOf(mask, assumedReference(mask)),
        volume: { ...grid, data: Float32Array.from(map.image, (value) => value / 10), triggerTimesMs: null },
      },
      exam.scene.centre.fieldT,
    );
    expect(found.present).toBe(true);
    // 8.0 % of the wall is haemorrhage; slices of 8 mm mix much of it with its rim.
    expect(found.lvPercent!).toBeGreaterThan(1);
    expect(found.lvPercent!).toBeLessThan(12);
  });
});
