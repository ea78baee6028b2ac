import { Random } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel } from '../../records.ts';
import { findSegmentReference } from '../rv-insertion.ts';
import { placeOf, plan as stackPlan, stackMask } from '../stack.fixture.ts';

/** One phase of the made-up heart: a cylinder with a cavity of 21 to 25 mm and a wall of 8 mm, 1 mm pixels. */
export const plan = { ...stackPlan, phases: 1 };
const anatomy = stackMask(plan);
export const reference = findSegmentReference(anatomy, 0);

/** Where a voxel of the wall lies: degrees from the septum towards the anterior wall, depth 0 endocardium to 1 epicardium. */
export interface Place {
  readonly degrees: number;
  readonly depth: number;
  readonly z: number;
}

/** Places of one slice, by pixel. */
const pixels = Array.from({ length: plan.size ** 2 }, (_, at) =>
  placeOf(anatomy.affine!, plan, at % plan.size, Math.floor(at / plan.size)),
);

/** LGE labels of the made-up heart: each voxel of the wall as told. */
export function heartMask(label: (place: Place) => number = () => lgeLabel.normalMyocardium): Mask {
  const data = anatomy.data.map((tissue, at) => {
    if (tissue === cineLabel.leftVentricle) return lgeLabel.leftVentricle;
    return tissue === cineLabel.myocardium ? label(placeAt(at)) : 0;
  });
  return { shape: anatomy.shape, data, affine: anatomy.affine };
}

function placeAt(at: number): Place {
  const z = Math.floor(at / plan.size ** 2);
  const { degrees, mm } = pixels[at % plan.size ** 2]!;
  const cavity = plan.cavityMm(z / (plan.slices - 1), 0);
  return { degrees, depth: (mm - cavity) / plan.wallMm(0), z };
}

/** An image over labels: a signal for each label, Gaussian noise of the given SD, as magnitude where wanted. */
export function heartImage(
  mask: Mask,
  signals: readonly number[],
  noise: number,
  magnitude = false,
  seed = 1,
): Volume {
  const random = new Random(seed);
  const data = Float32Array.from(mask.data, (label) => {
    const real = signals[label]! + random.normal(0, noise);
    return magnitude ? Math.hypot(real, random.normal(0, noise)) : real;
  });
  return { shape: mask.shape, data, affine: mask.affine, triggerTimesMs: null };
}

/** An infarct of 90 degrees about the lateral wall, the inner `depth` of the wall, with an MVO in the inner quarter of its middle. */
export const lateralInfarct =
  (depth: number, mvo = false) =>
  ({ degrees, depth: own }: Place) => {
    const apart = 180 - Math.abs(degrees);
    if (apart > 45 || own > depth) return lgeLabel.normalMyocardium;
    return mvo && apart < 20 && own < 0.4 ? lgeLabel.mvo : lgeLabel.infarct;
  };
