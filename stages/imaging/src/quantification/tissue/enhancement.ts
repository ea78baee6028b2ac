import { type Volume, voxelVolumeMm3 } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';
import type {
  EnhancementQuantities,
  InfarctByMethod,
  InfarctMethod,
  RemoteRecord,
} from '../../tissue-records.ts';
import { greyZones } from './grey-zone.ts';
import { infarctMethods, infarctThreshold } from './infarct-thresholds.ts';
import { agreementOf } from './mask-agreement.ts';
import { findRemote, type WallSignal } from './remote.ts';
import { markRegions } from './regions.ts';
import { injuredShare, labelsOf, type Wall } from './wall.ts';
import { readWall } from './wall-signal.ts';

const methods = Object.keys(infarctMethods) as InfarctMethod[];

/**
 * The infarct by the signal of the late enhancement image inside the mask's wall, by
 * every method, side by side and against the mask: n SD above remote, half of the
 * maximum, Otsu. Dark cores that the enhancement encloses count as infarct
 * ({@link markRegions}). One threshold holds for the whole stack.
 *
 * Every number is null, with the reason, where the image does not allow it: one
 * value, no numbers, no wall that is remote, or remote wall as bright as blood.
 *
 * @param volume on the grid of the wall's mask
 * @param variant whether the signal keeps its sign; where nothing says so it is taken as if
 *
 * Source: schulzmenger2020 (docs/references.bib).
 */
export function quantifyEnhancement(
  wall: Wall,
  volume: Volume,
  variant: EnhancementQuantities['variant'],
): EnhancementQuantities {
  const read = readWall(wall, volume, variant === 'magnitude');
  if (!read.ok) return unusable(variant, read.reason);
  const { signal, bloodSignal } = read;
  const remote = findRemote(wall, signal, injuredShare(wall));
  if (remote === null) return unusable(variant, noRemote);
  const obstacle = obstacleTo(bloodSignal, remote);
  if (obstacle !== null) return unusable(variant, obstacle, remote);
  const found = methods.map((method) => byMethod(method, wall, signal, remote));
  if (found.every(({ method, infarctPercent }) => method === 'otsu' || infarctPercent === null))
    return unusable(
      variant,
      'expected noise in the remote wall and enhancement beside it, found neither',
      remote,
    );
  return {
    variant,
    remote,
    methods: found,
    greyZones: greyZones(wall, signal, remote),
    flags: [...read.flags, ...variantFlags(variant), ...contrastFlags(wall, found)],
  };
}

/** An infarct of the mask above this share of the wall should be seen by its signal. */
const surelySeenPercent = 5;

function contrastFlags(wall: Wall, found: readonly InfarctByMethod[]): string[] {
  const drawn = labelsOf(wall).filter((label) => label >= lgeLabel.infarct).length;
  const share = (100 * drawn) / wall.voxels.length;
  const fwhm = found.find(({ method }) => method === 'fwhm');
  if (share < surelySeenPercent || fwhm?.infarctPercent !== null) return [];
  return [
    `expected enhancement where the mask draws ${share.toFixed(1)} % infarct, found none that gives half of a maximum: too little contrast for thresholds`,
  ];
}

function variantFlags(variant: EnhancementQuantities['variant']): string[] {
  return variant === null
    ? ['expected to know whether the signal keeps its sign, found nothing that says so: taken as if']
    : [];
}

/** Why thresholds would mean nothing; null where they do. */
export const noRemote =
  'expected wall without injury opposite the brightest, found too little: no remote wall to compare with';

function obstacleTo(blood: number | null, remote: RemoteRecord): string | null {
  if (!(remote.sd > 0)) return 'expected different values in the remote wall, found one';
  if (blood !== null && blood < remote.signal + 2 * remote.sd)
    return 'expected blood brighter than remote wall by 2 SD, found it is not: the wall is not nulled, or enhanced all over';
  return null;
}

function byMethod(
  method: InfarctMethod,
  wall: Wall,
  signal: WallSignal,
  remote: RemoteRecord,
): InfarctByMethod {
  const { value: threshold, flags } = infarctThreshold(method, wall, signal, remote);
  const about = { method, ...infarctMethods[method] };
  if (threshold === null) return { ...about, ...noNumbers, flags };
  const above = Uint8Array.from(signal.values, (value) => Number(value > threshold));
  const { marked, core } = markRegions(wall, above);
  const drawn = Uint8Array.from(labelsOf(wall), (label) => Number(label >= lgeLabel.infarct));
  const { affine } = wall.mask;
  const percent = (part: Uint8Array) => (100 * count(part)) / marked.length;
  return {
    ...about,
    threshold,
    infarctPercent: percent(marked),
    infarctMl: affine === null ? null : (count(marked) * voxelVolumeMm3(affine)) / 1000,
    mvoPercent: percent(core),
    agreement: agreementOf(marked, drawn),
    flags,
  };
}

const noNumbers = {
  threshold: null,
  infarctPercent: null,
  infarctMl: null,
  mvoPercent: null,
  agreement: null,
} as const;

const count = (part: Uint8Array) => part.reduce((sum, value) => sum + value, 0);

function unusable(
  variant: EnhancementQuantities['variant'],
  reason: string,
  remote: RemoteRecord | null = null,
): EnhancementQuantities {
  return {
    variant,
    remote,
    methods: methods.map((method) => ({ method, ...infarctMethods[method], ...noNumbers, flags: [reason] })),
    greyZones: [],
    flags: [reason],
  };
}
