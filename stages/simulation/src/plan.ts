/** A sequence of the exam. Short axis unless it says otherwise; the maps are of three slices. */
export const sequences = [
  'cine-sax',
  'cine-2ch',
  'cine-3ch',
  'cine-4ch',
  'lge-sax',
  'lge-magnitude',
  't2-sax',
  't1-map',
  't2-map',
  't2star-map',
] as const;

export type Sequence = (typeof sequences)[number];

/** What is scanned, and how finely. */
export interface ImagingPlan {
  readonly sequences: readonly Sequence[];
  /** Phases of a cine; a multiple of 5, so that one of them is end-systole. */
  readonly cinePhases: number;
  /** Pixels along one side of an image. */
  readonly matrix: number;
  /** Headers and files as each make of scanner writes them, instead of one plain way. */
  readonly vendorHabits: boolean;
  /** Each of the sequences in every exam, also where the patient's record or the habits of the centre would leave it out. */
  readonly inEveryExam?: boolean;
}

/** What the forecast needs, coarse enough to go through the whole road in minutes. */
export const quickPlan: ImagingPlan = {
  sequences: ['cine-sax', 'lge-sax'],
  cinePhases: 10,
  matrix: 128,
  vendorHabits: false,
};

/** A whole exam as DOMAIN C1 describes it: 25 phases, 1.5 to 1.8 mm. */
export const clinicalPlan: ImagingPlan = {
  sequences,
  cinePhases: 25,
  matrix: 208,
  vendorHabits: true,
};

/**
 * The plan with what is given put in.
 *
 * @throws RangeError for phases that hold no end-systole, an odd or small matrix, an unknown sequence
 */
export function imagingPlan(given: Partial<ImagingPlan> = {}): ImagingPlan {
  const plan = { ...quickPlan, ...given };
  if (!Number.isInteger(plan.cinePhases / 5) || plan.cinePhases < 10)
    throw new RangeError(`imagingPlan: expected 10, 15, 20 … phases, got ${plan.cinePhases}`);
  if (!Number.isInteger(plan.matrix / 2) || plan.matrix < 64 || plan.matrix > 512)
    throw new RangeError(`imagingPlan: expected an even matrix of 64 to 512, got ${plan.matrix}`);
  for (const name of plan.sequences)
    if (!sequences.includes(name))
      throw new RangeError(`imagingPlan: ${name} is not a sequence that is known`);
  return plan;
}
