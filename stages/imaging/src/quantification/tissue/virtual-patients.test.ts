import type { Mask, Volume } from '@myocast/dicom';
import { groundTruth, noFaults, type SeriesImages, type SimulationConfig } from '@myocast/simulation';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TissueQuantities } from '../../tissue-records.ts';
import { quantifyLge } from '../lge-quantities.ts';
import { assumedReference } from '../segments.ts';
import { quantifyTissue } from './tissue.ts';

const config: SimulationConfig = {
  patients: 32,
  centres: 4,
  seed: 7,
  imaging: {
    sequences: ['lge-sax', 'lge-magnitude', 't2-sax', 't1-map', 't2-map', 't2star-map'],
    matrix: 128,
  },
};
/** Two at 1.5 T, of which the second has much MVO and haemorrhage, and one at 3 T without either. */
const subjects = ['V4-0005', 'V1-0008', 'V2-0007'];

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
}, 300_000);

const infarctBy = ({ enhancement }: TissueQuantities, method: string) =>
  enhancement!.methods.find((own) => own.method === method)!.infarctPercent!;

/** What relaxation.ts of the simulation gives remote wall, infarct and blood, by field strength, in ms. */
const nominal = {
  1.5: { 't1-map-native': [996, 1150, 1600], 't2-map': [52, 66, 250], 't2star-map': [36, 36, 90] },
  3: { 't1-map-native': [1184, 1350, 1900], 't2-map': [46, 60, 150], 't2star-map': [24, 24, 50] },
} as const;

/** Cores that border on the bright rim pull thresholds apart. */
const withoutLargeCores = () => measured.filter(({ trueMvo }) => trueMvo < 5);

describe('virtual patients without faults', () => {
  it('have an infarct that low thresholds overestimate', () => {
    for (const { tissue, truePercent } of withoutLargeCores()) {
      const error = (method: string) => infarctBy(tissue, method) - truePercent;
      expect(error('2-sd')).toBeGreaterThan(4);
      expect(error('2-sd')).toBeGreaterThan(error('5-sd') + 4);
    }
    // Without MVO half of the maximum comes within two points; where a core borders on the bright rim it need not.
    const plain = measured.find(({ trueMvo }) => trueMvo === 0)!;
    expect(Math.abs(infarctBy(plain.tissue, 'fwhm') - plain.truePercent)).toBeLessThan(2);
  });

  it('have the same infarct in the magnitude and the phase-sensitive image of one read-out', () => {
    for (const { tissue, magnitude } of withoutLargeCores())
      for (const method of ['5-sd', 'fwhm'])
        expect(Math.abs(infarctBy(tissue, method) - infarctBy(magnitude, method)), method).toBeLessThan(2);
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

  it('have the area at risk of the true mask, and iron where there is haemorrhage alone', () => {
    for (const { tissue, trueMvo, truePercent, fieldT } of measured) {
      const [drawn] = tissue.oedema!.methods;
      expect(drawn!.salvageIndex).toBeCloseTo(1 - truePercent / drawn!.areaAtRiskPercent!, 6);
      expect(tissue.haemorrhage!.present).toBe(fieldT === 1.5 ? trueMvo > 5 : null);
      expect(tissue.notThere).toEqual(['t1-map-post']);
    }
  });
});
