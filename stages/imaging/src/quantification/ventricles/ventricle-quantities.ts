import { accepted, type Checked, type Issue, issue } from '@myocast/base';
import { type Mask, spacingMm, voxelVolumeMm3 } from '@myocast/dicom';
import { type CineQuantities, cineLabel } from '../../records.ts';
import { type MeasuredCine, myocardialDensity, wholeHeartSlices } from '../cine-quantities.ts';
import { checkPerson, duBoisM2, mostellerM2 } from './body-size.ts';
import { chamberRates, type RatesFound } from './chamber-rates.ts';
import { errorOf } from './measurement-error.ts';
import { compareWithReference } from './reference-ranges.ts';
import type {
  Beat,
  IndexedQuantities,
  NotAvailable,
  Person,
  VentricleQuantities,
  WallQuantities,
} from './ventricle-records.ts';

const path = 'cine-sax';

/**
 * What follows from the volumes and contours of a cine beyond them: indices to body
 * surface, mass over volume, global function index, sphericity, output, filling and
 * ejection of both ventricles, the wall by the centre-line method in 17 segments,
 * and where all of it lies among healthy people. What cannot be said is null and
 * stands in `notAvailable` with the reason.
 *
 * Indices divide by the body surface of Mosteller. The long axis is the covered
 * slices from end to end, so that the sphericity is known to about half a slice at either end.
 * Output needs a heart rate that was given or stands in the headers.
 *
 * @param mask cine labels [t, z, y, x] with geometry, the one that was measured
 * @returns always accepted; a 'quality-flag' where ED or ES lies off the volume curve, or
 *   phases were left out; a 'bad-value' for what no adult can be
 *
 * Source: schulzmenger2020, mewton2013 (LVGFI; docs/references.bib).
 */
export function quantifyVentricles(
  mask: Mask,
  { cine, wall }: Pick<MeasuredCine, 'cine' | 'wall'>,
  beat: Beat,
  given: Person,
): Checked<VentricleQuantities> {
  const { person, issues } = checkPerson(given, path);
  const toMl = mask.affine === null ? 0 : voxelVolumeMm3(mask.affine) / 1000;
  const left = chamberRates(cine.volumeCurveMl, beat);
  const right = chamberRates(
    cine.volumeCurveMl.map((_, phase) => countLabel(mask, phase, cineLabel.rightVentricle) * toMl),
    beat,
  );
  const measured = {
    person,
    ...shapeOf(mask, cine),
    ...flowOf(cine, beat, person),
    systolicMassG: countLabel(mask, cine.esPhase, cineLabel.myocardium) * toMl * myocardialDensity,
    leftRates: left.rates,
    rightRates: right.rates,
    wall,
    midWallThicknessMm: midWallThickness(wall),
  };
  const numbers = comparable(cine, measured);
  const quantities: VentricleQuantities = {
    ...measured,
    comparisons: numbers.flatMap(([name, value]) => compareWithReference(name, value, person) ?? []),
    errors: numbers.flatMap(([name, value]) => errorOf(name, value) ?? []),
    notAvailable: reasonsOf(measured, left, right),
  };
  return accepted(quantities, [...issues, ...curveFlags(cine, 'LV', left), ...curveFlags(cine, 'RV', right)]);
}

function countLabel({ shape, data }: Mask, phase: number, label: number): number {
  const length = shape[1] * shape[2] * shape[3];
  let count = 0;
  for (let at = phase * length; at < (phase + 1) * length; at++) if (data[at] === label) count++;
  return count;
}

type Shape = Pick<
  VentricleQuantities,
  | 'massToVolumeGPerMl'
  | 'globalFunctionIndexPercent'
  | 'sphericityIndex'
  | 'longAxisMm'
  | 'longAxisErrorMm'
  | 'rvStrokeVolumeMl'
  | 'strokeVolumeDifferenceMl'
>;

function shapeOf(mask: Mask, cine: CineQuantities): Shape {
  const { edvMl, esvMl, strokeVolumeMl, massG, rvEdvMl, rvEsvMl } = cine;
  const muscleMl = massG / myocardialDensity;
  const rvStrokeVolumeMl = rvEdvMl > 0 && rvEsvMl > 0 ? rvEdvMl - rvEsvMl : null;
  return {
    massToVolumeGPerMl: massG > 0 ? massG / edvMl : null,
    globalFunctionIndexPercent: massG > 0 ? (100 * strokeVolumeMl) / ((edvMl + esvMl) / 2 + muscleMl) : null,
    ...longAxisOf(mask, cine),
    rvStrokeVolumeMl,
    strokeVolumeDifferenceMl: rvStrokeVolumeMl === null ? null : strokeVolumeMl - rvStrokeVolumeMl,
  };
}

/** The slices with cavity from end to end; none where they do not cover a ventricle. */
function longAxisOf(
  { affine }: Mask,
  { slices, edvMl }: CineQuantities,
): Pick<Shape, 'sphericityIndex' | 'longAxisMm' | 'longAxisErrorMm'> {
  if (affine === null || slices < wholeHeartSlices)
    return { sphericityIndex: null, longAxisMm: null, longAxisErrorMm: null };
  const [sliceMm] = spacingMm(affine);
  const longAxisMm = sliceMm * slices;
  return {
    sphericityIndex: (1000 * edvMl) / ((Math.PI / 6) * longAxisMm ** 3),
    longAxisMm,
    longAxisErrorMm: sliceMm / 2,
  };
}

type Flow = Pick<
  VentricleQuantities,
  'heartRatePerMin' | 'cardiacOutputLPerMin' | 'bodySurfaceM2' | 'bodySurfaceDuBoisM2' | 'indexed'
>;

function flowOf(cine: CineQuantities, { rrMs }: Beat, { heightCm, weightKg }: Person): Flow {
  const heartRatePerMin = rrMs === null ? null : 60_000 / rrMs;
  const cardiacOutputLPerMin =
    heartRatePerMin === null ? null : (cine.strokeVolumeMl * heartRatePerMin) / 1000;
  const known = heightCm !== null && weightKg !== null;
  const bodySurfaceM2 = known ? mostellerM2(heightCm, weightKg) : null;
  return {
    heartRatePerMin,
    cardiacOutputLPerMin,
    bodySurfaceM2,
    bodySurfaceDuBoisM2: known ? duBoisM2(heightCm, weightKg) : null,
    indexed: bodySurfaceM2 === null ? null : indexedOf(cine, cardiacOutputLPerMin, bodySurfaceM2),
  };
}

function indexedOf(cine: CineQuantities, outputLPerMin: number | null, surfaceM2: number): IndexedQuantities {
  const rv = (ml: number) => (cine.rvEdvMl > 0 ? ml / surfaceM2 : null);
  const rvWhole = cine.rvEdvMl > 0 && cine.rvEsvMl > 0;
  return {
    edvMlPerM2: cine.edvMl / surfaceM2,
    esvMlPerM2: cine.esvMl / surfaceM2,
    strokeVolumeMlPerM2: cine.strokeVolumeMl / surfaceM2,
    massGPerM2: cine.massG / surfaceM2,
    rvEdvMlPerM2: rv(cine.rvEdvMl),
    rvEsvMlPerM2: rvWhole ? rv(cine.rvEsvMl) : null,
    rvStrokeVolumeMlPerM2: rvWhole ? rv(cine.rvEdvMl - cine.rvEsvMl) : null,
    cardiacIndexLPerMinPerM2: outputLPerMin === null ? null : outputLPerMin / surfaceM2,
  };
}

type Measured = Omit<VentricleQuantities, 'comparisons' | 'errors' | 'notAvailable'>;

/** The numbers that sources may have, by name. Part of a ventricle is compared with nobody's whole one. */
function comparable(cine: CineQuantities, measured: Measured): readonly (readonly [string, number])[] {
  if (cine.slices < wholeHeartSlices) return [];
  const rv = cine.rvEdvMl > 0 && cine.rvEsvMl > 0;
  const named: Readonly<Record<string, number | null>> = {
    edvMl: cine.edvMl,
    esvMl: cine.esvMl,
    strokeVolumeMl: cine.strokeVolumeMl,
    ejectionFractionPercent: cine.ejectionFractionPercent,
    massG: cine.massG > 0 ? cine.massG : null,
    rvEdvMl: rv ? cine.rvEdvMl : null,
    rvEsvMl: rv ? cine.rvEsvMl : null,
    rvStrokeVolumeMl: measured.rvStrokeVolumeMl,
    rvEjectionFractionPercent: rv ? cine.rvEjectionFractionPercent : null,
    cardiacOutputLPerMin: measured.cardiacOutputLPerMin,
    midWallThicknessMm: measured.midWallThicknessMm,
    ...measured.indexed,
  };
  return Object.entries(named).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** Mean of segments 7 to 12; null where one is not covered. */
function midWallThickness({ meanThicknessMm }: WallQuantities): number | null {
  const mid = meanThicknessMm.slice(6, 12).filter((wall) => wall !== null);
  return mid.length === 6 ? mid.reduce((sum, wall) => sum + wall, 0) / 6 : null;
}

function reasonsOf(measured: Measured, left: RatesFound, right: RatesFound): readonly NotAvailable[] {
  const reasons: (readonly [quantity: string, missing: boolean, why: string])[] = [
    ['indexed', measured.indexed === null, 'expected height and weight, found not both'],
    ['comparisons', measured.person.sex === null, 'expected a sex, found none'],
    [
      'cardiacOutputLPerMin',
      measured.cardiacOutputLPerMin === null,
      'expected a heart rate, given or in the headers, found none',
    ],
    [
      'massToVolumeGPerMl',
      measured.massToVolumeGPerMl === null,
      'expected myocardium at end-diastole, found none',
    ],
    [
      'sphericityIndex',
      measured.sphericityIndex === null,
      `expected an LV over ${wholeHeartSlices} slices, found fewer`,
    ],
    ['rvStrokeVolumeMl', measured.rvStrokeVolumeMl === null, 'expected an RV at ED and ES, found not both'],
    ['leftRates', left.why !== null, left.why ?? ''],
    ['rightRates', right.why !== null, right.why ?? ''],
    [
      'wall segment 17',
      measured.wall.meanThicknessMm[16] === null,
      'the wall is measured in short axes, which do not cut the apex: long axes give its strain, not its thickness',
    ],
  ];
  return reasons.flatMap(([quantity, missing, why]) => (missing ? [{ quantity, why }] : []));
}

/** ED or ES off the curve is a volume that should not be relied on. */
function curveFlags({ edPhase, esPhase }: CineQuantities, side: string, { rates }: RatesFound): Issue[] {
  const out = rates?.phasesLeftOut ?? [];
  if (out.length === 0) return [];
  const named = out.map((phase) => phase + 1).join(', ');
  const also = [
    ...(out.includes(edPhase) ? ['end-diastole'] : []),
    ...(out.includes(esPhase) ? ['end-systole'] : []),
  ];
  const which = also.length > 0 ? `, ${also.join(' and ')} among them` : '';
  return [
    issue(
      'quality-flag',
      path,
      `expected ${side} volumes along a smooth curve, found phase ${named} off it${which}`,
    ),
  ];
}
