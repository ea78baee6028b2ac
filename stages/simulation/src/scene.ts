import type { Random } from '@myocast/base';
import { type Anatomy, createAnatomy, createHeart, type Heart } from './anatomy.ts';
import { atrialFillingAt, contractionAt } from './beat.ts';
import type { Centre } from './centre.ts';
import { type Chambers, createChambers } from './chambers.ts';
import type { Patient } from './clinical.ts';
import { examFaults, type ExamFaults } from './faults.ts';
import { type HeartGeometry, heartGeometry } from './geometry.ts';
import type { Placement } from './heart-image.ts';
import { createRelief, type Relief } from './heart-table.ts';
import { pointSpread } from './kspace.ts';
import type { ImagingPlan } from './plan.ts';
import { coilGain, createCoils } from './scanner.ts';
import { createThorax, type Thorax } from './thorax.ts';
import { ventricleLengthMm } from './ventricle.ts';

/** Distance of the slices, and how thick they are excited (DOMAIN C1: 8 mm and a gap of 2). */
export const sliceSpacingMm = 10;
export const sliceThicknessMm = 8;

/** What has to be known to cut a heart anywhere. */
export interface HeartParts {
  readonly heart: Pick<Heart, 'shape' | 'infarct' | 'contraction'>;
  readonly chambers: Chambers;
  readonly relief: Relief;
}

/** Everything that is the same in all images of an exam. */
export interface Scene {
  readonly plan: ImagingPlan;
  readonly centre: Centre;
  readonly faults: ExamFaults;
  readonly anatomy: Anatomy;
  readonly heart: Heart;
  readonly chambers: Chambers;
  readonly relief: Relief;
  readonly thorax: Thorax;
  readonly geometry: HeartGeometry;
  readonly placement: Placement;
  /** Turn of the heart against the horizontal, beside that of the images. */
  readonly turn: number;
  readonly lengthMm: number;
  readonly rrMs: number;
  readonly slices: number;
  /** Of the slice nearest the base, from the base plane at end-diastole. */
  readonly firstSliceMm: number;
  /** Point spread along the rows and along the columns (phase encoding). */
  readonly across: Float32Array;
  readonly down: Float32Array;
  /** Coil sensitivity, [matrix, matrix]. */
  readonly gain: Float32Array;
}

/** The anatomy that `createExam` images; the outcome depends on it too. */
export function anatomyOf(random: Random, patient: Patient): Anatomy {
  return createAnatomy(random.fork('anatomy'), patient);
}

/**
 * Puts a patient into a centre's scanner, which reads 2.1 to 2.6 by 2.6 to 3.4 mm (recalled) and fills up
 * k-space to the pixels of the plan. The faults are those of the patient's record unless others are given.
 */
export function createScene(
  random: Random,
  patient: Patient,
  centre: Centre,
  plan: ImagingPlan,
  faults?: ExamFaults,
): Scene {
  const anatomy = anatomyOf(random, patient);
  const heart = createHeart(random.fork('heart'), anatomy, patient);
  const geometry = heartGeometry(random.fork('geometry'));
  const draw = random.fork('scene');
  const lengthMm = ventricleLengthMm(heart.shape);
  const firstSliceMm = draw.uniform(-1, 3);
  const turn = draw.normal(0, 0.12);
  // The field of view of the quick plan is that of its 128 pixels; a finer matrix shows a little more.
  const fieldMm = centre.inPlaneMm * (plan.matrix > 160 ? 140 : 128);
  const spacingMm = Math.round((fieldMm / plan.matrix) * 1000) / 1000;
  // About 4 kg/m² of fat over what lean people have is 10 mm more under the skin. (recalled)
  const fatMm = Math.min(40, Math.max(5, 13 + 2.2 * (patient.clinical.bmi - 24) + draw.normal(0, 3)));
  return {
    plan,
    centre,
    faults: faults ?? examFaults(random.fork('faults'), patient.exam, centre.fieldT),
    anatomy,
    heart,
    chambers: createChambers(random.fork('chambers'), patient.bsaM2),
    relief: createRelief(random.fork('relief')),
    thorax: createThorax(random.fork('thorax'), Math.sqrt(patient.bsaM2 / 1.9), fatMm),
    geometry,
    placement: {
      size: plan.matrix,
      spacingMm,
      column: plan.matrix / 2 + draw.normal(2, 9) / spacingMm,
      row: plan.matrix / 2 + draw.normal(-4, 8) / spacingMm,
      turn: turn + geometry.roll,
      oversampling: 3,
    },
    turn,
    lengthMm,
    rrMs: 60_000 / patient.clinical.heart_rate,
    slices: Math.min(
      14,
      Math.max(7, Math.floor((lengthMm - heart.shape.apexWallMm - 2 - firstSliceMm) / sliceSpacingMm) + 1),
    ),
    firstSliceMm,
    across: pointSpread(Math.min(1, spacingMm / draw.uniform(2.1, 2.6))),
    down: pointSpread(Math.min(1, spacingMm / draw.uniform(2.6, 3.4))),
    gain: coilGain(plan.matrix, createCoils(draw.fork('coils'))),
  };
}

/** Where the heart is in its beat. */
export interface BeatState {
  /** Of the ventricles, 0 end-diastole to 1 end-systole. */
  readonly contraction: number;
  /** Of the atria, 0 smallest to 1 largest. */
  readonly filling: number;
}

/** @param beat 0 to 1, from the R wave */
export function stateAt({ chambers }: Scene, beat: number): BeatState {
  const within = beat - Math.floor(beat);
  return { contraction: contractionAt(within), filling: atrialFillingAt(within, chambers.boosterShare) };
}

/** Late enhancement, T2 and maps are read in mid-diastole, when the heart is nearly at rest. */
export const restingBeat = 0.76;
