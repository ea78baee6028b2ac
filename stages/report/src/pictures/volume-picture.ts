import { voxelVolumeMm3 } from '@myocast/dicom';
import { cineLabel, type CineQuantities, type QuantitiesRecord } from '@myocast/imaging';
import { lineFigure, type Moment } from '../figures/line-figure.ts';
import { labelCounts, type Moments, obstacleToMoments, phaseAxis } from './beat-moments.ts';
import type { ExamPicture } from './exam-pictures.ts';
import type { Drawn } from './shown-series.ts';

/**
 * Volumes of both ventricles over the beat, with EDV, ESV and EF and the phases they are of. Where no quantities of a
 * whole ventricle stand behind it, end-systole is not marked, and the picture says why.
 *
 * @returns null without geometry, with fewer than three phases, which are no curve, or without a cavity
 */
export function volumePicture(
  { volume, mask, drawnBy }: Drawn,
  moments: Moments,
  quantities: QuantitiesRecord | null,
  subject: string,
): ExamPicture | null {
  const phases = mask.shape[0];
  if (mask.affine === null || phases < 3) return null;
  const toMl = voxelVolumeMm3(mask.affine) / 1000;
  const { x, xLabel } = phaseAxis(volume, phases);
  const ml = (voxels: readonly number[]) => voxels.map((count) => (count > 0 ? count * toMl : null));
  const curves = [
    { name: 'LV', x, y: ml(moments.leftVoxels) },
    { name: 'RV', x, y: ml(labelCounts(mask, cineLabel.rightVentricle)) },
  ].filter(({ y }) => y.some((value) => value !== null));
  if (curves.length === 0) return null;
  const obstacle = obstacleToMoments(quantities);
  const svg = lineFigure(curves, {
    title: `${subject}: volumes`,
    notes: [
      drawnBy,
      ...(quantities?.cine && obstacle === null ? numberLines(quantities.cine) : [obstacle ?? notMeasured]),
    ],
    xLabel,
    yLabel: 'Volume (ml)',
    moments: obstacle === null ? momentMarks(moments, x) : [],
  });
  return { name: 'volume-time', group: 'curves', svg };
}

const notMeasured = 'no quantities: ED and ES by the largest and smallest cavity';

/** Phases from 1. */
function momentMarks({ edPhase, esPhase }: Moments, x: readonly number[]): readonly Moment[] {
  return [
    { x: x[edPhase]!, label: `ED, phase ${edPhase + 1}` },
    { x: x[esPhase]!, label: `ES, phase ${esPhase + 1}` },
  ];
}

/** The RV at the phases of the LV. */
function numberLines(cine: CineQuantities): string[] {
  const { edvMl, esvMl, ejectionFractionPercent: ef } = cine;
  const words = (side: string, ed: number, es: number, ejected: number) =>
    `${side}: EDV ${ed.toFixed(1)} ml, ESV ${es.toFixed(1)} ml, EF ${ejected.toFixed(1)} %`;
  const { rvEdvMl, rvEsvMl, rvEjectionFractionPercent: rvEf } = cine;
  return [
    words('LV', edvMl, esvMl, ef),
    ...(rvEf === null || rvEsvMl === 0 ? [] : [words('RV', rvEdvMl, rvEsvMl, rvEf)]),
  ];
}
