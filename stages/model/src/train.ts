import type { Random } from '@myocast/base';
import { compositeFollowUp, type Outcome, type PredictorTable } from '@myocast/predictors';
import type { RiskGroups } from '@myocast/study';
import type { ScoreTrees } from '@myocast/survival/learners';
import { fitPopulation, type Population } from './population-distance.ts';
import { calibrationOf, type Calibration, compositeLogits } from './calibration.ts';
import type { Curve } from './curves.ts';
import type { FusionConfig } from './fusion.ts';
import type { LandmarkModel } from './landmark/landmark-model.ts';
import { heldOutLogits } from './member-logits.ts';
import { posteriorOf, type RiskPosterior } from './posterior.ts';
import { prepare } from './prepare.ts';
import type { Scaler, ScalerConfig } from './scaler.ts';
import type { TokenDropout } from './tokens.ts';
import { type Member, trainMember } from './train-member.ts';
import { fitVoice, type Voice, type VoiceLoss } from './voice.ts';

export interface ForecastConfig {
  readonly fusion: FusionConfig;
  readonly scaler: ScalerConfig;
  readonly dropout: TokenDropout;
  /** Most time intervals. */
  readonly intervals: number;
  /** Members of the ensemble; each holds out its own part of the training rows. */
  readonly members: number;
  /** Most passes over the training rows. */
  readonly epochs: number;
  /** Every so many passes the parameters are kept, as candidates for the last step. */
  readonly keepEvery: number;
  /** Subjects in a step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly threads: number;
  /** 0: every patient counts alike; 1: every centre does; between them a centre of m patients counts as m^(1 - balance). */
  readonly centreBalance: number;
  /** Survival trees beside the network of each member; 0 for none. */
  readonly trees: number;
}

export const forecastDefaults: ForecastConfig = {
  fusion: { width: 16, blocks: 1, heads: 2, hidden: 32 },
  scaler: { bands: 6, components: 8, contrasts: 0 },
  dropout: { all: 0.05, source: 0.1, cell: 0.15 },
  intervals: 6,
  members: 4,
  epochs: 60,
  keepEvery: 5,
  batch: 128,
  learningRate: 1e-3,
  weightDecay: 0.3,
  threads: 1,
  centreBalance: 0,
  trees: 100,
};

/** Everything a forecast needs besides the members: plain data, part of the bundle. */
export interface ForecastPlan {
  readonly scaler: Scaler;
  /** [k] ends of the time intervals in days; [1] for an outcome without times. */
  readonly intervalEnds: readonly number[];
  readonly timed: boolean;
  readonly causes: readonly string[];
  readonly compositeCauses: readonly string[];
  readonly compositeName: string;
  readonly config: ForecastConfig;
  /** Curves of the linear path; empty where straight lines do as well. */
  readonly curves: readonly Curve[];
  readonly voice: Voice;
  readonly calibration: Calibration;
  readonly posterior: RiskPosterior;
  /** Null where none were registered before training. */
  readonly riskGroups: RiskGroups | null;
  /** For forecasts from a later day on; absent where none was trained. */
  readonly landmark?: LandmarkModel;
  readonly training: TrainingRecord;
}

/** What training decided, and why. */
export interface TrainingRecord {
  readonly subjects: number;
  readonly events: { readonly [cause: string]: number };
  /** Ridge penalty of the linear path, and whether it starts from published effects. */
  readonly penalty: number;
  readonly published: readonly string[];
  /** How many parameters of the linear path the data decided, and how many columns it has. */
  readonly effectiveParameters: number;
  readonly columns: number;
  /** Passes after which the parameters were taken; 0 is the ridge regression alone. */
  readonly epochs: number;
  /** Per candidate, the members' loss per subject held out, together. */
  readonly heldOutLoss: readonly { readonly epoch: number; readonly loss: number }[];
  /** The same of each weight of the trees, calibrated; empty where none were grown. */
  readonly voiceLoss: readonly VoiceLoss[];
}

export interface TrainedForecast {
  readonly plan: ForecastPlan;
  /** ONNX models, one a member. */
  readonly members: readonly Uint8Array[];
  /** Survival trees, one set a member; none where their weight is 0. */
  readonly trees: readonly ScoreTrees[];
  /** How the training rows are spread; null where they are too few to say (10). */
  readonly population: Population | null;
}

/** What training gives besides what is kept. */
export interface ForecastTraining extends TrainedForecast {
  /** [n, k, causes] logits of the training rows, each from the member that had not seen it, its trees heard; not calibrated */
  readonly heldOut: Float64Array;
}

export interface TrainingInput {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** The training rows; nothing else of the table is looked at. */
  readonly rows: readonly number[];
  /** Rows whose exams, but not whose outcomes, may be learned from. */
  readonly unlabelled?: readonly number[];
  /** As the protocol registered them; absent where it did not. */
  readonly riskGroups?: RiskGroups | null;
  readonly config?: Partial<ForecastConfig>;
  readonly random: Random;
  /** Called after every pass with the passes done and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Trains the multimodal forecast.
 *
 * The training rows are split into as many parts as there are members, balanced
 * by cause. Each member starts from a ridge hazard regression on the columns and
 * learns from all parts but one. The parts left out choose, for all members
 * together, the ridge penalty and after how many passes training ends; so a model
 * whose images and interactions carry nothing ends as the ridge regression. Each member
 * also grows survival trees on its parts, and those left out choose how far they are heard.
 *
 * @throws RangeError when there is no predictor that varies, or fewer events of the composite than members
 */
export async function trainForecast(input: TrainingInput): Promise<ForecastTraining> {
  const config = { ...forecastDefaults, ...input.config };
  const { outcome, rows, random } = input;
  const prepared = prepare(input, config);
  const { scaler, parts, intervalEnds, choice, data } = prepared;
  const members: Member[] = [];
  const total = config.members * config.epochs;
  for (const [place, part] of parts.entries()) {
    const progress = (epoch: number) => input.onProgress?.(place * config.epochs + epoch, total);
    members.push(
      await trainMember({ prepared, part, config, random: random.fork(`member ${place}`) }, progress),
    );
  }
  const heldOutLoss = members[0]!.candidates.map(({ epoch }, index) => ({
    epoch,
    loss: members.reduce((sum, { candidates }) => sum + candidates[index]!.heldOut, 0) / rows.length,
  }));
  const best = heldOutLoss.reduce((least, entry) => (entry.loss < least.loss ? entry : least));
  const chosen = heldOutLoss.indexOf(best);
  const written = members.map((member) => member.write(chosen));
  const { posterior, effectiveParameters } = posteriorOf(
    prepared.data,
    prepared.published,
    [...rows.keys()],
    choice.penalty,
  );
  const unheard = await heldOutLogits(scaler, written, prepared.tokens, parts, config.threads);
  const { voice, trees, heldOut, losses } = fitVoice(prepared, unheard, {
    followUp: compositeFollowUp(outcome, rows),
    trees: config.trees,
    random: random.fork('trees'),
  });
  const plan: ForecastPlan = {
    scaler,
    intervalEnds,
    timed: outcome.days !== null,
    causes: outcome.causes,
    compositeCauses: outcome.compositeCauses,
    compositeName: outcome.compositeName,
    config,
    curves: prepared.curves,
    voice,
    calibration: calibrationOf(
      compositeLogits(heldOut, outcome),
      data.periods,
      data.intervals,
      outcome,
      voice.weight,
    ),
    posterior,
    riskGroups: input.riskGroups ?? null,
    training: {
      subjects: rows.length,
      events: countEvents(outcome, rows),
      penalty: choice.penalty,
      published: prepared.published.groups,
      effectiveParameters,
      columns: scaler.columns.length,
      epochs: best.epoch,
      heldOutLoss,
      voiceLoss: losses,
    },
  };
  const population = rows.length < 10 ? null : fitPopulation(scaler, input.table, rows);
  return { plan, members: written, trees, population, heldOut };
}

function countEvents({ causes, cause }: Outcome, rows: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    causes.map((name, c) => [name, rows.filter((row) => cause[row] === c + 1).length]),
  );
}
