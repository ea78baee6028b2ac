import { type Issue, issue } from '@myocast/base';
import type { CineQuantities, LgeQuantities } from '../records.ts';
import { myocardialDensity, wholeHeartSlices } from './cine-quantities.ts';
import { publishedPercent } from './ventricles/measurement-error.ts';

/** 95 % of differences of two measurements lie within so many of their common standard deviations. */
const within95 = 1.96;

/**
 * Two masses of one heart, each with the scan-rescan error of a mass: 1.96 · √2 · 4.8 % is 13.3 %, of which 15 is
 * the round number above.
 */
const mostMassPercent = 15;

/** Below this, a difference of stroke volumes is a border pixel or two of the RV in each slice. (assumed) */
const leastStrokeMl = 15;

/**
 * What the parts of one exam say against each other.
 *
 * Left and right ventricle eject the same volume unless there is a shunt or a valve leaks: flagged where their stroke volumes
 * differ by more than 15 ml and by more than 25 % of their mean, which is 1.96 times the scan-rescan error of
 * the difference (that of a stroke volume from those of EDV and EF). The muscle of cine and late enhancement is one: flagged where its
 * mass differs by more than 15 % of the cine's.
 * Part of a ventricle, and an RV that was not drawn at both moments, are compared with nothing.
 *
 * @returns a 'quality-flag' for each
 *
 * Source: grothues2002, grothues2004, davies2022 (docs/references.bib).
 */
export function implausibleExam(cine: CineQuantities | null, lge: LgeQuantities | null): Issue[] {
  if (cine === null || cine.slices < wholeHeartSlices) return [];
  const messages = [strokeVolumes(cine), lge && masses(cine, lge)];
  return messages.flatMap((message) => (message ? [issue('quality-flag', 'exam', message)] : []));
}

function strokeVolumes({ strokeVolumeMl: left, rvEdvMl, rvEsvMl }: CineQuantities): string | null {
  if (!(rvEdvMl > 0 && rvEsvMl > 0)) return null;
  const right = rvEdvMl - rvEsvMl;
  const apart = Math.abs(left - right);
  const share = (100 * apart) / ((Math.abs(left) + Math.abs(right)) / 2);
  const most = mostStrokePercent();
  if (apart <= leastStrokeMl || share <= most) return null;
  return `expected stroke volumes of LV and RV within ${most} % of each other or ${leastStrokeMl} ml, found ${left.toFixed(1)} and ${right.toFixed(1)} ml (${share.toFixed(0)} %): contours, or a shunt or leaking valve that is not known of`;
}

/** Of the mean of both, rounded to whole per cent. */
function mostStrokePercent(): number {
  const errors = ['edvMl', 'ejectionFractionPercent', 'rvEdvMl', 'rvEjectionFractionPercent'].map(
    publishedPercent,
  );
  return Math.round(within95 * Math.hypot(...errors));
}

function masses({ massG }: CineQuantities, { myocardiumMl }: LgeQuantities): string | null {
  if (myocardiumMl === null || massG === 0) return null;
  const enhancedG = myocardiumMl * myocardialDensity;
  const share = (100 * Math.abs(enhancedG - massG)) / massG;
  if (share <= mostMassPercent) return null;
  return `expected one LV mass within ${mostMassPercent} %, found ${massG.toFixed(1)} g in the cine and ${enhancedG.toFixed(1)} g in the late enhancement (${share.toFixed(0)} %): contours or slices differ, and the infarct is a share of the latter`;
}
