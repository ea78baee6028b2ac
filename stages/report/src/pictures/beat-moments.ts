import type { Mask, Volume } from '@myocast/dicom';
import { type QuantitiesRecord, wholeHeartSlices } from '@myocast/imaging';

/** ED and ES, and the cavity over the beat. */
export interface Moments {
  readonly edPhase: number;
  readonly esPhase: number;
  /** [t] voxels of the left ventricle. */
  readonly leftVoxels: readonly number[];
}

/** As was measured, else by the largest and the smallest cavity. Phases count from 0. */
export function momentsOf(
  mask: Mask,
  cavity: number,
  known: { readonly edPhase: number; readonly esPhase: number } | null,
): Moments {
  const leftVoxels = labelCounts(mask, cavity);
  const drawn = leftVoxels.filter((voxels) => voxels > 0);
  const phaseOf = (measured: number | undefined, voxels: number) =>
    measured !== undefined && measured < mask.shape[0] ? measured : Math.max(0, leftVoxels.indexOf(voxels));
  return {
    edPhase: phaseOf(known?.edPhase, Math.max(...drawn)),
    esPhase: phaseOf(known?.esPhase, Math.min(...drawn)),
    leftVoxels,
  };
}

/** [t] voxels of a label. */
export function labelCounts({ shape, data }: Mask, label: number): readonly number[] {
  const length = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, phase) =>
    data
      .subarray(phase * length, (phase + 1) * length)
      .reduce((sum, own) => sum + (own === label ? 1 : 0), 0),
  );
}

/** `, phase 3 of 25, 58 ms after the R wave`: phases count from 1 for a reader. */
export function phaseWords({ triggerTimesMs, shape }: Volume, phase: number): string {
  const time = triggerTimesMs ? `, ${Math.round(triggerTimesMs[phase]!)} ms after the R wave` : '';
  return `phase ${phase + 1} of ${shape[0]}${time}`;
}

/** Times of the phases where they are known, else their numbers from 1. */
export function phaseAxis(volume: Volume | null, phases: number) {
  const times = volume?.triggerTimesMs;
  return times && times.length === phases
    ? { x: times, xLabel: 'Time after the R wave (ms)' }
    : { x: Array.from({ length: phases }, (_, phase) => phase + 1), xLabel: 'Phase' };
}

/** Why neither end-diastole nor end-systole of the ventricle is known; null where they are, or nothing was measured. */
export function obstacleToMoments(quantities: QuantitiesRecord | null): string | null {
  if (quantities === null) return null;
  const { cine } = quantities;
  if (cine === null) return 'not quantified as a ventricle: ED and ES not marked';
  const slices = `${cine.slices} slice${cine.slices === 1 ? '' : 's'}`;
  return cine.slices < wholeHeartSlices ? `part of a ventricle (${slices}): ED and ES not marked` : null;
}
