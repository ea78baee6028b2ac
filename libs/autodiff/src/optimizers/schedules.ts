/** The learning rate of step 1, 2, … */
export type Schedule = (step: number) => number;

/** Half a cosine from `from` (share 0) to `to` (share 1). */
const halfCosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));

/** The same learning rate in every step. */
export function constantSchedule(learningRate: number): Schedule {
  return () => learningRate;
}

/**
 * Rises in a straight line over `warmUp` steps to the learning rate, which the
 * first step after them has, then falls along half a cosine to `floor`, which it
 * reaches after `steps` steps and keeps.
 *
 * @throws RangeError when there are not more steps than `warmUp`
 *
 * Source: loshchilov2017 (docs/references.bib), without restarts.
 * Agrees with: torch.optim.lr_scheduler.CosineAnnealingLR (warmUp 0).
 */
export function cosineSchedule({
  learningRate,
  steps,
  warmUp = 0,
  floor = 0,
}: {
  learningRate: number;
  steps: number;
  warmUp?: number;
  floor?: number;
}): Schedule {
  checkSteps('cosineSchedule', steps, warmUp);
  return (step) => {
    if (step <= warmUp) return (learningRate * step) / (warmUp + 1);
    return halfCosine(learningRate, floor, Math.min(1, (step - 1 - warmUp) / (steps - warmUp)));
  };
}

/**
 * Falls as (1 - share of the steps done)^power, and is 0 after `steps` steps.
 *
 * Source: isensee2021 (docs/references.bib), where the power is 0.9 and it falls once per epoch.
 * Agrees with: torch.optim.lr_scheduler.PolynomialLR.
 */
export function polynomialSchedule({
  learningRate,
  steps,
  power = 0.9,
}: {
  learningRate: number;
  steps: number;
  power?: number;
}): Schedule {
  checkSteps('polynomialSchedule', steps, 0);
  return (step) => learningRate * Math.max(0, 1 - (step - 1) / steps) ** power;
}

/**
 * One cycle: half a cosine up from learningRate / 25 to learningRate over the
 * first `rise` of the steps, then half a cosine down to learningRate / 250000.
 *
 * @throws RangeError when the rise takes less than two steps
 *
 * Source: smith2019 (docs/references.bib).
 * Agrees with: torch.optim.lr_scheduler.OneCycleLR (two phases, cosine).
 */
export function oneCycleSchedule({
  learningRate,
  steps,
  rise = 0.3,
}: {
  learningRate: number;
  steps: number;
  rise?: number;
}): Schedule {
  const top = rise * steps - 1;
  if (!(top > 0 && rise < 1))
    throw new RangeError(`oneCycleSchedule: expected a rise of more than one step, got ${rise} of ${steps}`);
  const start = learningRate / 25;
  return (step) => {
    const done = Math.min(step, steps) - 1;
    if (done <= top) return halfCosine(start, learningRate, done / top);
    return halfCosine(learningRate, start / 1e4, (done - top) / (steps - 1 - top));
  };
}

/**
 * Times `factor` after every so many steps.
 *
 * Agrees with: torch.optim.lr_scheduler.StepLR.
 */
export function stepSchedule({
  learningRate,
  every,
  factor = 0.1,
}: {
  learningRate: number;
  every: number;
  factor?: number;
}): Schedule {
  checkSteps('stepSchedule', every, 0);
  return (step) => learningRate * factor ** Math.floor((step - 1) / every);
}

function checkSteps(schedule: string, steps: number, warmUp: number): void {
  if (!(steps > warmUp && warmUp >= 0))
    throw new RangeError(`${schedule}: expected more than ${Math.max(0, warmUp)} steps, got ${steps}`);
}
