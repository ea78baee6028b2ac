import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, voxelVolumeMm3 } from '@myocast/dicom';
import { type CineQuantities, cineLabel } from '../records.ts';
import { findSegmentReference } from './rv-insertion.ts';
import type { SegmentReference } from './segments.ts';
import type { WallQuantities } from './ventricles/ventricle-records.ts';
import { wallQuantities } from './ventricles/wall-thickness.ts';

/** Density of myocardium in g/ml (SCMR post-processing consensus 2020). */
export const myocardialDensity = 1.05;
/** With more phases than this share lacking a cavity, end-systole may be among them. */
const mostLostPhases = 0.1;
const path = 'cine-sax';

/** Fewer slices do not cover a ventricle from base to apex (exclusion criterion 6). */
export const wholeHeartSlices = 6;

/** Voxels of each label, of one phase. */
type Counts = readonly [number, rightVentricle: number, myocardium: number, leftVentricle: number];

/**
 * Volumes, function, mass and wall thickness from a short-axis cine mask.
 *
 * A volume is the sum of its voxels over all slices, slice gap included (Simpson).
 * ED is the phase with the largest LV cavity, ES that with the smallest (the first
 * of equal ones; a phase without any cavity is a failed contour and is neither); RV volumes and the mass are taken at these phases. What the mask
 * calls cavity is cavity: papillary muscles go where the contours put them.
 *
 * @param mask cine labels [t, z, y, x]
 * @returns refused ('bad-geometry') without geometry, ('not-estimable') with fewer
 *   than two phases, or without a cavity in two of them; fewer slices than a ventricle needs, and values
 *   beyond what a heart can have
 *   come with a 'quality-flag'
 *
 * Source: schulzmenger2020 (docs/references.bib).
 */
export function quantifyCine(mask: Mask): Checked<CineQuantities> {
  const measured = measureCine(mask);
  return measured.ok ? accepted(measured.value.cine, measured.issues) : measured;
}

/** The quantities of a cine with the wall in full and the turn of the heart, which they rest on. */
export interface MeasuredCine {
  readonly cine: CineQuantities;
  readonly wall: WallQuantities;
  readonly reference: SegmentReference;
}

/** {@link quantifyCine} with what is measured on the way. */
export function measureCine(mask: Mask): Checked<MeasuredCine> {
  if (mask.affine === null)
    return refused(issue('bad-geometry', path, 'expected a mask with voxel sizes, found none'));
  const counts = Array.from({ length: mask.shape[0] }, (_, phase) => countPhase(mask, phase));
  const volumes = counts.map((count) => count[cineLabel.leftVentricle]);
  const drawn = volumes.filter((volume) => volume > 0);
  const edPhase = volumes.indexOf(drawn.reduce((most, volume) => Math.max(most, volume), 0));
  const esPhase = volumes.indexOf(drawn.reduce((least, volume) => Math.min(least, volume), Infinity));
  const obstacle = obstacleTo(mask.shape[0], drawn.length);
  if (obstacle !== null) return refused(obstacle);
  const toMl = voxelVolumeMm3(mask.affine) / 1000;
  const [ed, es] = [counts[edPhase]!, counts[esPhase]!];
  const reference = findSegmentReference(mask, edPhase);
  const wall = wallQuantities(mask, edPhase, esPhase, reference);
  const [edvMl, esvMl, rvEdvMl, rvEsvMl] = [ed[3] * toMl, es[3] * toMl, ed[1] * toMl, es[1] * toMl];
  const quantities: CineQuantities = {
    slices: slicesOfCavity(mask, edPhase),
    edPhase,
    esPhase,
    edvMl,
    esvMl,
    strokeVolumeMl: edvMl - esvMl,
    ejectionFractionPercent: (100 * (ed[3] - es[3])) / ed[3],
    massG: ed[2] * toMl * myocardialDensity,
    rvEdvMl,
    rvEsvMl,
    rvEjectionFractionPercent: ed[1] > 0 ? (100 * (ed[1] - es[1])) / ed[1] : null,
    volumeCurveMl: volumes.map((volume) => volume * toMl),
    wallThicknessMm: wall.meanThicknessMm.slice(0, 16),
    wallThickeningPercent: wall.thickeningPercent.slice(0, 16),
  };
  return accepted({ cine: quantities, wall, reference }, flagsOf(quantities, ed, reference));
}

function countPhase({ shape, data }: Mask, phase: number): Counts {
  const length = shape[1] * shape[2] * shape[3];
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (let at = phase * length; at < (phase + 1) * length; at++) {
    const label = data[at]!;
    if (label <= 3) counts[label]!++;
  }
  return counts;
}

function obstacleTo(phases: number, drawnPhases: number): Issue | null {
  if (drawnPhases === 0) return issue('not-estimable', path, 'expected an LV cavity in the mask, found none');
  if (drawnPhases === 1)
    return issue('not-estimable', path, 'expected an LV cavity at ED and ES, found it in 1 phase');
  const lost = phases - drawnPhases;
  if (lost > mostLostPhases * phases)
    return issue('not-estimable', path, `expected an LV cavity in every phase, found none in ${lost}`);
  return null;
}

function slicesOfCavity({ shape, data }: Mask, phase: number): number {
  const area = shape[2] * shape[3];
  const holdsCavity = (z: number) => {
    const start = (phase * shape[1] + z) * area;
    return data.subarray(start, start + area).includes(cineLabel.leftVentricle);
  };
  return Array.from({ length: shape[1] }, (_, z) => holdsCavity(z)).filter(Boolean).length;
}

function flagsOf(quantities: CineQuantities, ed: Counts, reference: SegmentReference): Issue[] {
  const { volumeCurveMl } = quantities;
  const wrong: string[] = [];
  if (quantities.slices < wholeHeartSlices)
    wrong.push(
      `expected an LV over at least ${wholeHeartSlices} slices, found ${quantities.slices}: the volumes are of what is covered, not of the ventricle`,
    );
  const empty = volumeCurveMl.filter((volume) => volume === 0).length;
  if (empty > 0) wrong.push(`expected an LV cavity in every phase, found none in ${empty}`);
  wrong.push(...sizeFlags(quantities));
  if (ed[cineLabel.myocardium] === 0) wrong.push('expected LV myocardium at end-diastole, found none');
  if (ed[cineLabel.rightVentricle] === 0) wrong.push('expected an RV cavity at end-diastole, found none');
  else if (reference.source === 'assumed')
    wrong.push('expected the RV to touch the septum, found no contact: segments start at an assumed angle');
  return wrong.map((message) => issue('quality-flag', path, message));
}

/** Volumes and function that no heart has, or that say of themselves that they are none. */
function sizeFlags({ edvMl, ejectionFractionPercent: ef }: CineQuantities): string[] {
  const size = edvMl < 20 || edvMl > 500 ? [`expected an LV of 20 to 500 ml, found ${edvMl.toFixed(1)}`] : [];
  if (ef >= 5 && ef <= 85) return size;
  return [
    ...size,
    ef === 0
      ? `expected a cavity that changes through the beat, found ${edvMl.toFixed(1)} ml in every phase that has one: the same contours in all phases, and an ejection fraction of 0 that is none`
      : `expected an ejection fraction of 5 to 85 %, found ${ef.toFixed(1)}`,
  ];
}

/** What one phase alone tells: volumes and mass, no function. */
export interface PhaseQuantities {
  readonly lvMl: number;
  readonly rvMl: number;
  readonly massG: number;
}

/**
 * Volumes and mass of one phase of a short-axis mask with cine labels.
 *
 * @returns refused ('bad-geometry') without geometry, ('not-estimable') without a label
 */
export function quantifyPhase(mask: Mask, phase: number): Checked<PhaseQuantities> {
  if (mask.affine === null)
    return refused(issue('bad-geometry', path, 'expected a mask with voxel sizes, found none'));
  const [, rv, wall, lv] = countPhase(mask, phase);
  if (rv + wall + lv === 0)
    return refused(issue('not-estimable', path, 'expected contours in the mask, found none'));
  const toMl = voxelVolumeMm3(mask.affine) / 1000;
  return accepted({ lvMl: lv * toMl, rvMl: rv * toMl, massG: wall * toMl * myocardialDensity });
}
