import type { Mask, Volume } from '@myocast/dicom';
import type {
  ContourOrigin,
  EnhancementQuantities,
  ExtracellularVolume,
  HaemorrhageQuantities,
  MapKind,
  MapQuantities,
  OedemaQuantities,
  TissueQuantities,
} from '../../tissue-records.ts';
import type { SeriesKind } from '../../records.ts';
import type { SegmentReference } from '../segments.ts';
import { carryLabels, cineContours } from './carry-labels.ts';
import { quantifyEnhancement } from './enhancement.ts';
import { extracellularVolume } from './extracellular-volume.ts';
import { quantifyHaemorrhage } from './haemorrhage.ts';
import { type MappedWall, quantifyMap } from './maps.ts';
import { quantifyOedema } from './oedema.ts';
import { transmuralityOf } from './transmurality.ts';
import { type Wall, wallOf } from './wall.ts';

export const mapKinds = [
  't1-map-native',
  't1-map-post',
  't2-map',
  't2star-map',
] as const satisfies readonly MapKind[];
/** The images that tell about the tissue. */
export const tissueKinds = ['lge-sax', 't2-stir', ...mapKinds] as const satisfies readonly SeriesKind[];
export type TissueKind = (typeof tissueKinds)[number];

/** Images and masks of one exam; what is not there is null. */
export interface TissueInput {
  readonly images: { readonly [Kind in TissueKind]?: TissueImage };
  readonly lgeMask: Mask | null;
  /** Labels 1 cavity, 2 normal wall, 3 oedema. */
  readonly t2Mask: Mask | null;
  readonly cineMask: Mask | null;
  /** Phase of the cine at rest. */
  readonly edPhase: number;
  readonly reference: SegmentReference | null;
  /** 0 to 1; null where no blood test says it. */
  readonly haematocrit: number | null;
}

export interface TissueImage {
  readonly volume: Volume;
  readonly variant: EnhancementQuantities['variant'];
  readonly fieldT: number | null;
}

/**
 * Everything that the images of one exam tell about its tissue, each part by itself:
 * what one image does not allow leaves the others as they are.
 *
 * @param assumed how the heart is turned on a grid where the cine's reference is of no use
 */
export function quantifyTissue(
  input: TissueInput,
  assumed: (mask: Mask) => SegmentReference,
): TissueQuantities {
  const referenceFor = (mask: Mask) => input.reference ?? assumed(mask);
  const wallFor = (mask: Mask) => wallOf(mask, referenceFor(mask));
  const flags: string[] = [];
  const lgeWall = input.lgeMask && usable(wallFor(input.lgeMask));
  const mapped = mapKinds.flatMap((kind) => mappedWall(kind, input, wallFor, flags) ?? []);
  const maps = mapped.map(quantifyMap);
  const lge = input.images['lge-sax'];
  const t2star = mapped.find(({ kind }) => kind === 't2star-map');
  return {
    transmurality: lgeWall && transmuralityOf(lgeWall, referenceFor(lgeWall.mask)),
    enhancement: lgeWall && lge ? quantifyEnhancement(lgeWall, lge.volume, lge.variant) : null,
    oedema: oedemaOf(input, lgeWall, wallFor, flags),
    maps,
    haemorrhage: t2star ? haemorrhageOf(t2star, input) : null,
    extracellularVolume: ecvOf(maps, input),
    notThere: tissueKinds.filter((kind) => input.images[kind] === undefined),
    flags,
  };
}

function ecvOf(
  maps: readonly MapQuantities[],
  { images, haematocrit }: TissueInput,
): ExtracellularVolume | null {
  const [native, post] = (['t1-map-native', 't1-map-post'] as const).map((kind) =>
    maps.find((own) => own.kind === kind),
  );
  if (!native || !post) return null;
  return extracellularVolume(native, post, haematocrit, images['t1-map-native']?.fieldT ?? null);
}

const usable = (wall: Wall): Wall | null => (wall.voxels.length > 0 ? wall : null);

function haemorrhageOf(mapped: MappedWall, { images }: TissueInput): HaemorrhageQuantities {
  return quantifyHaemorrhage(mapped, images['t2star-map']?.fieldT ?? null);
}

/** The best contours for an image: its own, else the late enhancement's, else the cine's. */
function contoursFor(
  { volume }: TissueImage,
  { lgeMask, cineMask, edPhase }: TissueInput,
): { readonly mask: Mask; readonly contours: ContourOrigin } | null {
  const carried = lgeMask && carryLabels(lgeMask, volume);
  if (carried) return { mask: carried, contours: 'lge-sax' };
  const cine = cineMask && carryLabels(cineContours(cineMask, edPhase), volume);
  return cine && { mask: cine, contours: 'cine-sax' };
}

function mappedWall(
  kind: MapKind,
  input: TissueInput,
  wallFor: (mask: Mask) => Wall,
  flags: string[],
): MappedWall | null {
  const image = input.images[kind];
  if (!image) return null;
  const found = contoursFor(image, input);
  if (found === null) {
    flags.push(noContours(kind));
    return null;
  }
  const wall = wallFor(withoutBlankSlices(found.mask, image.volume));
  return { kind, wall, volume: image.volume, contours: found.contours };
}

const noContours = (kind: TissueKind) =>
  `expected an LGE or cine mask that can be laid on the ${kind}, found none`;

/** No contours where the grid of a few scattered slices holds no image. */
function withoutBlankSlices(mask: Mask, volume: Volume): Mask {
  const area = mask.shape[2] * mask.shape[3];
  const data = mask.data.slice();
  for (let z = 0; z < mask.shape[1]; z++) {
    const image = volume.data.subarray(z * area, (z + 1) * area);
    if (image.every((value) => value === image[0])) data.fill(0, z * area, (z + 1) * area);
  }
  return { ...mask, data };
}

function oedemaOf(
  input: TissueInput,
  lgeWall: Wall | null,
  wallFor: (mask: Mask) => Wall,
  flags: string[],
): OedemaQuantities | null {
  const image = input.images['t2-stir'];
  const found = input.t2Mask
    ? { mask: input.t2Mask, contours: 't2-sax' as const }
    : image && contoursFor(image, input);
  const wall = found ? usable(wallFor(found.mask)) : null;
  if (!found && image) flags.push(noContours('t2-stir'));
  if (!found || !wall) return null;
  return quantifyOedema({ wall, contours: found.contours }, image?.volume ?? null, infarctOf(lgeWall));
}

/** Infarct size of the mask in % of the wall. */
function infarctOf(wall: Wall | null): number | null {
  if (wall === null) return null;
  const infarct = wall.voxels.filter((at) => wall.mask.data[at]! >= 3).length;
  return (100 * infarct) / wall.voxels.length;
}
