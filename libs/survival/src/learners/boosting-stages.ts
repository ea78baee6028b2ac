import { Random } from '@myocast/base';
import type { BaseLearner } from './base-learners.ts';
import type { BoostingConfig } from './boosting-config.ts';
import { type BreslowRows, martingaleResiduals, partialLikelihood } from './breslow-likelihood.ts';

/** Log partial likelihood per event after each stage that was fitted; the first entry is that before any. */
export interface BoostingTrace {
  readonly training: Float64Array;
  /** Of those held out; null without. */
  readonly heldOut: Float64Array | null;
  /** Sum of the gains of those out of each stage's sample; null without samples. */
  readonly outOfBag: Float64Array | null;
}

/** Who a model is fitted to and judged by. */
export interface BoostingRoles {
  readonly rows: BreslowRows;
  /** [n] case weights; 0 for who is held out */
  readonly training: Float64Array;
  /** [n] case weights of those held out, 0 for the others; null where nobody is */
  readonly heldOut: Float64Array | null;
}

/** Fits stages until there are enough; `count` of them make the model. */
export function fitStages(
  learner: BaseLearner,
  roles: BoostingRoles,
  config: BoostingConfig,
): { readonly count: number; readonly trace: BoostingTrace } {
  const { rows, training } = roles;
  const score = new Float64Array(training.length);
  const residual = new Float64Array(training.length);
  const record = recorder(roles, score, config);
  const { judged } = record;
  for (let stage = 0; stage < config.stages; stage++) {
    const sample = config.sampleShare < 1 ? drawSample(training, config, stage) : training;
    const finishStage = record.stage(sample);
    martingaleResiduals(rows, score, sample, residual);
    learner.addStage(residual, sample, score);
    finishStage();
    if (judged && stage + 1 - placeOfBest(judged) >= config.patience) break;
  }
  return { count: judged ? placeOfBest(judged) : config.stages, trace: record.trace() };
}

/** Keeps the likelihoods of scores that grow stage by stage. */
function recorder(
  { rows, training, heldOut }: BoostingRoles,
  score: Float64Array,
  { stopping, sampleShare }: BoostingConfig,
) {
  const perEvent = (who: Float64Array) => {
    const { logLikelihood, events } = partialLikelihood(rows, score, who);
    return events > 0 ? logLikelihood / events : 0;
  };
  const ofTraining = [perEvent(training)];
  const ofHeldOut = heldOut ? [perEvent(heldOut)] : null;
  const ofOutside = sampleShare < 1 ? [0] : null;
  const finished = (values: readonly number[] | null) => (values ? Float64Array.from(values) : null);
  return {
    /** What decides when to stop, larger being better. */
    judged: { never: null, 'held-out': ofHeldOut, 'out-of-bag': ofOutside }[stopping],
    /** To be called before a stage; what it returns, after it. */
    stage: (sample: Float64Array) => {
      const outside = ofOutside ? training.map((weight, row) => (sample[row] === 0 ? weight : 0)) : null;
      const before = outside ? perEvent(outside) : 0;
      return () => {
        ofTraining.push(perEvent(training));
        if (heldOut) ofHeldOut!.push(perEvent(heldOut));
        if (outside) ofOutside!.push(ofOutside!.at(-1)! + perEvent(outside) - before);
      };
    },
    trace: (): BoostingTrace => ({
      training: Float64Array.from(ofTraining),
      heldOut: finished(ofHeldOut),
      outOfBag: finished(ofOutside),
    }),
  };
}

/** [n] the weights of a share of those with weight, drawn without replacement; 0 for the others. */
function drawSample(weights: Float64Array, { seed, sampleShare }: BoostingConfig, stage: number) {
  const stream = new Random(seed).fork('stage').fork(stage);
  const rows = Int32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
  const sample = new Float64Array(weights.length);
  const size = Math.max(1, Math.round(sampleShare * rows.length));
  for (const at of stream.permutation(rows.length).slice(0, size)) sample[rows[at]!] = weights[rows[at]!]!;
  return sample;
}

/** The first of the largest. */
function placeOfBest(values: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}
