import type { Random } from '@myocast/base';
import { type FollowUp, takeFollowUp } from '@myocast/survival';
import { fitForest, type ScoreTrees, scoreTrees, treeShares } from '@myocast/survival/learners';
import {
  type Calibration,
  calibrationLoss,
  calibrationOf,
  compositeLogits,
  meanLogits,
  moveComposite,
} from './calibration.ts';
import { estimate } from './comparators/estimate.ts';
import type { Prepared } from './prepare.ts';
import { takeTokens, type Tokens } from './tokens.ts';
import type { ForecastPlan } from './train.ts';

/** How far the members' survival trees are listened to, beside their networks. */
export interface Voice {
  /** Share that the trees have of how far a subject's logit is from the average; 0 where there are no trees. */
  readonly weight: number;
  /** Mean score of the training rows, each by trees that had not seen it. */
  readonly mean: number;
}

/** What training tried: the loss per subject held out with so much weight, calibrated. */
export interface VoiceLoss {
  readonly weight: number;
  readonly loss: number;
}

const silent: Voice = { weight: 0, mean: 0 };

/** Fewest subjects in a terminal node. */
const nodeSize = 5;
const weights = Array.from({ length: 21 }, (_, step) => step / 20);
/**
 * Log-likelihood that a weight must gain: 1 for being there at all, as by Akaike a parameter must, so that trees
 * which add nothing stay out; and 2 for the whole, an exponential prior of mean 1/2, so that those of a small
 * study are believed little.
 */
const doubt = (weight: number) => (weight === 0 ? 0 : 1 + 2 * weight);

/** How the trees are grown. */
export interface VoiceInput {
  /** Of the training rows: 1 the composite, 2 what competes with it, which censors. */
  readonly followUp: FollowUp;
  /** Trees a member. */
  readonly trees: number;
  readonly random: Random;
}

export interface FittedVoice {
  readonly voice: Voice;
  /** One set a member; none where their weight is 0. */
  readonly trees: readonly ScoreTrees[];
  /** [n, k, causes] logits of the training rows, each from the member that had not seen it, its trees heard */
  readonly heldOut: Float64Array;
  readonly losses: readonly VoiceLoss[];
}

/**
 * Grows the trees of every member on the subjects that it learned from, and lets the subjects that it held
 * out choose their weight.
 *
 * @param heldOut [n, k, causes] logits of the training rows by the networks that had not seen them
 */
export function fitVoice(
  { tokens, parts, data }: Pick<Prepared, 'tokens' | 'parts' | 'data'>,
  heldOut: Float64Array,
  { followUp, trees: count, random }: VoiceInput,
): FittedVoice {
  const p = tokens.columns.length / tokens.count;
  if (count === 0 || p === 0) return { voice: silent, trees: [], heldOut, losses: [] };
  const everyone = [...Array(tokens.count).keys()];
  const scores = new Float64Array(tokens.count);
  const trees = parts.map((part, member) => {
    const unseen = new Set(part);
    const learners = everyone.filter((index) => !unseen.has(index));
    const grown = growTrees(takeTokens(tokens, learners, learners.length), {
      followUp: takeFollowUp(followUp, Int32Array.from(learners)),
      trees: count,
      random: random.fork(`member ${member}`),
    });
    const found = treeScores(grown, takeTokens(tokens, part, part.length));
    for (const [place, index] of part.entries()) scores[index] = found[place]!;
    return grown;
  });
  const { outcome, intervals } = data;
  const logits = compositeLogits(heldOut, outcome);
  const losses = voiceLosses(logits, scores, data);
  const weight = leastDoubted(losses, tokens.count);
  if (weight === 0) return { voice: silent, trees: [], heldOut, losses };
  const voice = { weight, mean: meanOf(scores) };
  const plan = { ...outcome, voice, calibration: { centre: meanLogits(logits, intervals) } };
  return { voice, trees, heldOut: mixed(plan, scores, heldOut), losses };
}

/** Trees are grown with the mean in the place of what is missing, as the linear path is fitted. */
function growTrees({ columns, count }: Tokens, { followUp, trees, random }: VoiceInput): ScoreTrees {
  const predictors = new Float64Array(columns);
  const names = Array.from({ length: columns.length / count }, (_, j) => `column ${j}`);
  const seed = random.integer(2 ** 31);
  const forest = estimate(fitForest({ names, predictors, followUp }, { trees, nodeSize, seed }));
  return scoreTrees(forest, predictors);
}

/** Log of the mortality [n]; below one event among a thousand it is not told from that. */
export function treeScores(trees: ScoreTrees, { columns, observed }: Tokens): Float64Array {
  const shares = treeShares(trees, new Float64Array(columns), observed);
  return shares.map((share) => Math.log(Math.max(share, 1e-3)));
}

/**
 * Of every weight the loss per subject held out, calibrated.
 *
 * @param logits [n, k] of the composite, by networks that had not seen the subject
 * @param scores [n] by trees that had not seen it
 */
function voiceLosses(
  logits: Float64Array,
  scores: Float64Array,
  { periods, intervals, outcome }: Prepared['data'],
): VoiceLoss[] {
  const mean = meanOf(scores);
  const centre = meanLogits(logits, intervals);
  return weights.map((weight) => {
    const mixture = logits.map((logit, cell) => {
      const score = scores[Math.floor(cell / intervals)]! - mean;
      return logit + weight * (centre[cell % intervals]! + score - logit);
    });
    const calibration = calibrationOf(mixture, periods, intervals, outcome, weight);
    return { weight, loss: calibrationLoss(mixture, calibration, periods, outcome, weight) / scores.length };
  });
}

/** Of weights that do equally well the smallest. */
function leastDoubted(losses: readonly VoiceLoss[], subjects: number): number {
  const doubted = ({ weight, loss }: VoiceLoss) => subjects * loss + doubt(weight);
  return losses.reduce((least, one) => (doubted(one) < doubted(least) ? one : least)).weight;
}

/**
 * A member's logits [n, k, causes] with its trees heard: those of the composite's causes are moved so that the
 * composite's becomes
 *
 *   centre[k] + (1 - weight) (logit - centre[k]) + weight (score - mean);
 *
 * the other causes stay, and so do the shares that the causes have of the composite.
 *
 * @param trees of the member; undefined where they are not heard
 */
export function heard(
  plan: HeardPlan,
  trees: ScoreTrees | undefined,
  tokens: Tokens,
  logits: Float32Array,
): Float32Array {
  return trees === undefined ? logits : mixed(plan, treeScores(trees, tokens), logits);
}

function mixed<Logits extends Float32Array | Float64Array>(
  plan: HeardPlan,
  scores: Float64Array,
  logits: Logits,
): Logits {
  const { weight, mean } = plan.voice;
  const { centre } = plan.calibration;
  const width = logits.length / scores.length;
  const result = logits.slice() as Logits;
  for (const [index, score] of scores.entries()) {
    const own = logits.subarray(index * width, (index + 1) * width);
    const by = (logit: number, k: number) => weight * (centre[k]! + score - mean - logit);
    result.set(moveComposite(own, plan, by), index * width);
  }
  return result;
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

type HeardPlan = Pick<ForecastPlan, 'voice' | 'causes' | 'compositeCauses'> & {
  readonly calibration: Pick<Calibration, 'centre'>;
};
