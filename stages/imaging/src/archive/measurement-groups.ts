import type { Code, Measurement, MeasurementGroup, WrittenObject } from '@myocast/dicom/objects';
import {
  type CineQuantities,
  cineLabel,
  lgeLabel,
  type LgeQuantities,
  type QuantitiesRecord,
  type SegmentedKind,
} from '../records.ts';
import { mostellerM2 } from '../quantification/ventricles/body-size.ts';
import { ahaSegmentCodes, findings, quantityNames as name, summationOfSlices, units } from './terms.ts';

/** What the groups refer to: the segmentation and the source series of a kind, where they are there. */
export type MeasuredOn = {
  readonly [Kind in SegmentedKind]?: {
    readonly segmentation: WrittenObject;
    readonly sourceSeriesUid: string;
  };
};

/** Body surface area of Mosteller, from the height in metres that DICOM gives. */
export function bodySurfaceM2(heightM: number, weightKg: number): number {
  return mostellerM2(heightM * 100, weightKg);
}

/**
 * The quantities of an exam as the groups of a measurement report: the ventricles, the
 * myocardium, infarct and MVO, and each AHA segment. A quantity that is null is not in it.
 *
 * @param surfaceM2 body surface area, for the indexed values; null leaves them out
 */
export function measurementGroups(
  { cine, lge }: Pick<QuantitiesRecord, 'cine' | 'lge'>,
  on: MeasuredOn,
  surfaceM2: number | null,
): readonly MeasurementGroup[] {
  const groups = [
    ...(cine ? cineGroups(cine, on, surfaceM2) : []),
    ...(lge ? lgeGroups(lge, on) : []),
    ...segmentGroups(cine, lge),
  ];
  return groups.filter(({ measurements }) => measurements.length > 0);
}

type Entry = readonly [name: Code, value: number | null, unit: Code, method?: Code];

function numbersOf(entries: readonly Entry[]): readonly Measurement[] {
  return entries.flatMap(([named, value, unit, method]) =>
    value === null ? [] : [{ name: named, value, unit, method: method ?? null }],
  );
}

function groupOn(
  trackingIdentifier: string,
  finding: Code,
  [kind, label]: readonly [kind: SegmentedKind, label: number],
  on: MeasuredOn,
  entries: readonly Entry[],
): MeasurementGroup {
  const drawn = on[kind];
  return {
    trackingIdentifier,
    finding,
    site: null,
    segment: drawn
      ? {
          sopClassUid: drawn.segmentation.sopClassUid,
          sopInstanceUid: drawn.segmentation.sopInstanceUid,
          segment: label,
        }
      : null,
    sourceSeriesUid: drawn?.sourceSeriesUid ?? null,
    measurements: numbersOf(entries),
  };
}

function cineGroups(
  cine: CineQuantities,
  on: MeasuredOn,
  surfaceM2: number | null,
): readonly MeasurementGroup[] {
  const { ml, gram, percent, mlPerM2, gramPerM2 } = units;
  const index = (value: number) => (surfaceM2 === null ? null : value / surfaceM2);
  return [
    groupOn('Left ventricle', findings.leftVentricle, ['cine-sax', cineLabel.leftVentricle], on, [
      [name.edv, cine.edvMl, ml, summationOfSlices],
      [name.esv, cine.esvMl, ml, summationOfSlices],
      [name.strokeVolume, cine.strokeVolumeMl, ml, summationOfSlices],
      [name.ejectionFraction, cine.ejectionFractionPercent, percent],
      [name.edvIndex, index(cine.edvMl), mlPerM2],
      [name.esvIndex, index(cine.esvMl), mlPerM2],
      [name.strokeIndex, index(cine.strokeVolumeMl), mlPerM2],
    ]),
    groupOn('LV myocardium', findings.leftMyocardium, ['cine-sax', cineLabel.myocardium], on, [
      [name.mass, cine.massG, gram, summationOfSlices],
      [name.massIndex, index(cine.massG), gramPerM2],
    ]),
    groupOn('Right ventricle', findings.rightVentricle, ['cine-sax', cineLabel.rightVentricle], on, [
      [name.rvEdv, drawnMl(cine, cine.rvEdvMl), ml, summationOfSlices],
      [name.rvEsv, drawnMl(cine, cine.rvEsvMl), ml, summationOfSlices],
      [name.rvEjectionFraction, cine.rvEjectionFractionPercent, percent],
      [name.rvEdvIndex, cine.rvEdvMl > 0 ? index(cine.rvEdvMl) : null, mlPerM2],
    ]),
  ];
}

/** Volumes of an RV that is not drawn are not 0 ml. */
function drawnMl({ rvEdvMl }: CineQuantities, value: number): number | null {
  return rvEdvMl > 0 ? value : null;
}

/** Groups of what is not there (no infarct, no MVO) say so with a 0, and refer to no segment. */
function lgeGroups(lge: LgeQuantities, on: MeasuredOn): readonly MeasurementGroup[] {
  const { ml, percent } = units;
  const where = (share: number) => (share > 0 ? on : {});
  return [
    groupOn('LV myocardium on LGE', findings.leftMyocardium, ['lge-sax', lgeLabel.normalMyocardium], {}, [
      [name.myocardialVolume, lge.myocardiumMl, ml, summationOfSlices],
    ]),
    groupOn('Infarct', findings.infarct, ['lge-sax', lgeLabel.infarct], where(lge.infarctPercent), [
      [name.infarctPercent, lge.infarctPercent, percent],
      [name.infarctVolume, lge.infarctMl, ml, summationOfSlices],
    ]),
    groupOn('MVO', findings.obstruction, ['lge-sax', lgeLabel.mvo], where(lge.mvoPercent), [
      [name.mvoPercent, lge.mvoPercent, percent],
      [name.mvoVolume, lge.mvoMl, ml, summationOfSlices],
    ]),
  ];
}

function segmentGroups(cine: CineQuantities | null, lge: LgeQuantities | null): readonly MeasurementGroup[] {
  const { mm, percent } = units;
  return ahaSegmentCodes.map((site, index) => ({
    trackingIdentifier: `AHA segment ${index + 1}`,
    finding: findings.leftMyocardium,
    site,
    segment: null,
    sourceSeriesUid: null,
    measurements: numbersOf([
      [name.wallThickness, cine?.wallThicknessMm[index] ?? null, mm],
      [name.wallThickening, cine?.wallThickeningPercent[index] ?? null, percent],
      [name.transmurality, lge?.transmuralityPercent[index] ?? null, percent],
      [name.mvoSegment, lge?.mvoSegmentPercent[index] ?? null, percent],
    ]),
  }));
}
