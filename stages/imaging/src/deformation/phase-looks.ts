import type { Mask, Volume } from '@myocast/dicom';
import { blurred, cropped, type Field, type ImageWindow, regionIn } from './image-window.ts';
import type { PhaseLook } from './register-band.ts';
import { signedDistance } from './signed-distance.ts';

/** Standard deviations under which images are compared, from coarse to fine, mm. */
const blurMm = [3.5, 1.5] as const;
/** Blood must differ from muscle by so many standard deviations of either. */
const leastContrast = 1;

/** Signal of blood and muscle in the phase of reference. */
export interface Contrast {
  readonly blood: number;
  readonly muscle: number;
}

/** What is cavity and what is wall in a mask. */
export interface WallLabels {
  readonly isCavity: (label: number) => boolean;
  readonly isVentricle: (label: number) => boolean;
}

/** Null where blood and muscle look alike: such an image tells nothing of motion. */
export function contrastOf(
  image: Volume,
  mask: Mask,
  phase: number,
  z: number,
  window: ImageWindow,
  { isCavity, isVentricle }: WallLabels,
): Contrast | null {
  const values = cropped(image, phase, z, window).values;
  const among = (wanted: (label: number) => boolean) => {
    const inside = regionIn(mask, phase, z, window, wanted).values;
    let [count, sum, squares] = [0, 0, 0];
    for (const [at, value] of values.entries()) {
      if (inside[at] === 0) continue;
      count++;
      sum += value;
      squares += value * value;
    }
    const mean = count > 0 ? sum / count : 0;
    return { mean, sd: count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0 };
  };
  const blood = among(isCavity);
  const muscle = among((label) => isVentricle(label) && !isCavity(label));
  const apart = Math.abs(blood.mean - muscle.mean);
  if (apart === 0 || apart < leastContrast * Math.min(blood.sd, muscle.sd)) return null;
  return { blood: blood.mean, muscle: muscle.mean };
}

/** What every phase of a slice shows of its wall; a phase without cavity or wall in its mask has no contour. */
export function phaseLooks(
  image: Volume | null,
  mask: Mask,
  z: number,
  window: ImageWindow,
  contrast: Contrast | null,
  { isCavity, isVentricle }: WallLabels,
  contoured: (phase: number) => boolean,
): PhaseLook[] {
  return Array.from({ length: mask.shape[0] }, (_, phase) => {
    const distance = (wanted: (label: number) => boolean): Field | null =>
      contoured(phase) ? signedDistance(regionIn(mask, phase, z, window, wanted)) : null;
    const inner = distance(isCavity);
    return {
      images: image && contrast && imageLevels(cropped(image, phase, z, window), contrast),
      inner,
      outer: distance(isVentricle),
      places: null,
      area: null,
    };
  });
}

function imageLevels(image: Field, { blood, muscle }: Contrast): Field[] {
  const scaled = image.values.map((value) => (value - muscle) / (blood - muscle));
  return blurMm.map((sigma) => blurred({ window: image.window, values: scaled }, sigma));
}
