import type { Random } from '@myocast/base';
import { compileTraining, exportOnnx, Parameters, type TrainingSession } from '@myocast/autodiff';
import { adamW } from '@myocast/autodiff/optimizers';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { fitIntervals, personPeriods } from './discrete-hazards.ts';
import {
  type FusionConfig,
  fusionFeeds,
  fusionLogits,
  fusionLoss,
  type FusionShape,
  type FusionStart,
} from './fusion.ts';
import type { LandmarkModel } from './landmark/landmark-model.ts';
import { heldOutLogits } from './member-logits.ts';
import { fitScaler, type Scaler, type ScalerConfig } from './scaler.ts';
import { dropTokens, type TokenDropout, takeTokens, type Tokens, tokensOf } from './tokens.ts';
import { calibrationOf, type Calibration, compositeLogits } from './calibration.ts';
import { posteriorOf, type RiskPosterior } from './posterior.ts';
import { type PublishedScores, publishedScores, scoresOf } from './published-scores.ts';
import {
  balancedParts,
  baselineLogits,
  type CauseFit,
  chooseWide,
  fitCauses,
  fitWide,
  type WideChoice,
  type WideData,
  type WideFit,
  withoutScores,
} from './wide-path.ts';

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
}

export const forecastDefaults: ForecastConfig = {
  fusion: { width: 16, blocks: 1, heads: 2, hidden: 32 },
  scaler: { bands: 6, components: 8 },
  dropout: { all: 0.05, source: 0.1, cell: 0.15 },
  intervals: 6,
  members: 4,
  epochs: 60,
  keepEvery: 5,
  batch: 128,
  learningRate: 1e-3,
  weightDecay: 0.3,
  threads: 1,
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
  readonly calibration: Calibration;
  readonly posterior: RiskPosterior;
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
}

export interface TrainedForecast {
  readonly plan: ForecastPlan;
  /** ONNX models, one a member. */
  readonly members: readonly Uint8Array[];
}

/** What training gives besides what is kept. */
export interface ForecastTraining extends TrainedForecast {
  /** [n, k, causes] logits of the training rows, each from the member that had not seen it; not calibrated */
  readonly heldOut: Float64Array;
}

export interface TrainingInput {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** The training rows; nothing else of the table is looked at. */
  readonly rows: readonly number[];
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
 * whose images and interactions carry nothing ends as the ridge regression.
 *
 * @throws RangeError when there is no predictor that varies, or fewer events of the composite than members
 */
export async function trainForecast(input: TrainingInput): Promise<ForecastTraining> {
  const config = { ...forecastDefaults, ...input.config };
  const { table, outcome, rows, random } = input;
  const prepared = prepare(table, outcome, rows, config, random);
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
  const everyone = [...rows.keys()];
  const { posterior, effectiveParameters } = posteriorOf(data, prepared.published, everyone, choice.penalty);
  const heldOut = await heldOutLogits(scaler, written, prepared.tokens, parts, config.threads);
  const plan: ForecastPlan = {
    scaler,
    intervalEnds,
    timed: outcome.days !== null,
    causes: outcome.causes,
    compositeCauses: outcome.compositeCauses,
    compositeName: outcome.compositeName,
    config,
    calibration: calibrationOf(compositeLogits(heldOut, outcome), data.periods, data.intervals, outcome),
    posterior,
    training: {
      subjects: rows.length,
      events: countEvents(outcome, rows),
      penalty: choice.penalty,
      published: prepared.published.groups,
      effectiveParameters,
      columns: scaler.columns.length,
      epochs: best.epoch,
      heldOutLoss,
    },
  };
  return { plan, members: written, heldOut };
}

interface Prepared {
  readonly scaler: Scaler;
  readonly tokens: Tokens;
  readonly data: WideData;
  readonly intervalEnds: readonly number[];
  readonly parts: readonly (readonly number[])[];
  readonly published: PublishedScores;
  readonly choice: WideChoice;
}

/** Besides the members' own, for choosing the penalty. */
const otherPartitions = 3;

function prepare(
  table: PredictorTable,
  outcome: Outcome,
  rows: readonly number[],
  config: ForecastConfig,
  random: Random,
): Prepared {
  const scaler = fitScaler(table, rows, config.scaler, random.fork('scaler'));
  if (scaler.columns.length + scaler.segments.length + scaler.slices.length === 0)
    throw new RangeError('trainForecast: expected a predictor that varies among the training rows, got none');
  const cause = Uint8Array.from(rows, (row) => outcome.cause[row]!);
  const composite = cause.filter(
    (code) => code > 0 && outcome.compositeCauses.includes(outcome.causes[code - 1]!),
  ).length;
  if (composite < config.members)
    throw new RangeError(`trainForecast: expected at least ${config.members} events, got ${composite}`);
  const tokens = tokensOf(scaler, table, rows);
  const intervalEnds = fitIntervals(outcome, rows, config.intervals);
  const periods = personPeriods(outcome, rows, intervalEnds);
  const p = scaler.columns.length;
  const known = publishedScores(scaler.columns, outcome.causes);
  const whole: WideData = {
    columns: tokens.columns,
    p,
    scores: scoresOf(known, tokens.columns, tokens.count, p),
    g: known.weights.length,
    periods,
    intervals: intervalEnds.length,
    outcome,
  };
  const parts = balancedParts(cause, config.members, random.fork('parts'));
  const choice = chooseWide(whole, [
    parts,
    ...Array.from({ length: otherPartitions }, (_, at) =>
      balancedParts(cause, config.members, random.fork(`partition ${at}`)),
    ),
  ]);
  return {
    scaler,
    tokens,
    data: choice.published ? whole : withoutScores(whole),
    published: choice.published ? known : { groups: [], weights: [] },
    intervalEnds,
    parts,
    choice,
  };
}

interface MemberTask {
  readonly prepared: Prepared;
  /** Subjects (places among the training rows) this member holds out. */
  readonly part: readonly number[];
  readonly config: ForecastConfig;
  readonly random: Random;
}

interface Candidate {
  readonly epoch: number;
  /** Minus the log-likelihood of the part held out. */
  readonly heldOut: number;
  readonly parameters: Record<string, Float32Array>;
}

interface Member {
  readonly candidates: readonly Candidate[];
  write(candidate: number): Uint8Array;
}

async function trainMember(task: MemberTask, onEpoch: (epoch: number) => void): Promise<Member> {
  const { prepared, part, config, random } = task;
  const { scaler, data, tokens, published, choice } = prepared;
  const heldOut = new Set(part);
  const learners = [...Array(tokens.count).keys()].filter((index) => !heldOut.has(index));
  const wide = fitWide(data, learners, choice.penalty);
  const causes = fitCauses(data, learners, wide, choice.penalty);
  const shape: FusionShape = {
    batch: Math.min(config.batch, tokens.count),
    scaler,
    intervals: data.intervals,
    causes: data.outcome.causes,
    compositeCauses: data.outcome.compositeCauses,
    published,
  };
  const parameters = new Parameters(random.fork('parameters'));
  const start = startOf(data, wide, causes);
  const logits = fusionLogits(shape, config.fusion, start, parameters);
  const { loss, check } = fusionLoss(shape, logits, start, parameters);
  const session = await compileTraining({
    loss,
    parameters,
    metrics: { check },
    optimizer: adamW({ weightDecay: config.weightDecay, clipNorm: 1, beta2: 0.99 }),
    threads: config.threads,
  });
  try {
    const candidates = await descend(session, task, shape.batch, onEpoch);
    const write = (candidate: number) =>
      exportOnnx({
        outputs: { logits },
        parameters: candidates[candidate]!.parameters,
        metadata: {
          producer: 'myocast',
          output: 'logits [n, intervals, causes] of cause-specific hazards; no event has logit 0',
          causes: data.outcome.causes.join(', '),
        },
        freeBatch: true,
      });
    return { candidates, write };
  } finally {
    await session.close();
  }
}

/** The linear path as the regressions found it. */
function startOf({ p, g, outcome }: WideData, wide: WideFit, causes: readonly CauseFit[]): FusionStart {
  const count = causes.length;
  const table = (length: number, at: (j: number, c: number) => number) =>
    Float32Array.from({ length: length * count }, (_, cell) => at(Math.floor(cell / count), cell % count));
  const ofComposite = outcome.causes.map((name) => outcome.compositeCauses.includes(name));
  return {
    baseline: baselineLogits(wide, causes),
    slopes: Float32Array.from(wide.slopes),
    deviations: table(p, (j, c) => causes[c]!.slopes[j]!),
    scoreWeights: table(
      g,
      (j, c) => causes[c]!.scoreWeights[j]! + (ofComposite[c] ? wide.scoreWeights[j]! : 0),
    ),
  };
}

/** Takes the steps; a candidate is the state before a pass, with the loss that the part held out has in that pass. */
async function descend(
  session: TrainingSession,
  task: MemberTask,
  batch: number,
  onEpoch: (epoch: number) => void,
): Promise<Candidate[]> {
  const { config, random, prepared } = task;
  const candidates: Candidate[] = [];
  const everyone = [...Array(prepared.tokens.count).keys()];
  for (let epoch = 0; epoch <= config.epochs; epoch++) {
    const last = epoch === config.epochs;
    const kept = last || epoch % config.keepEvery === 0 ? await session.parameters() : null;
    const order =
      everyone.length > batch ? random.fork(`order ${epoch}`).permutation(everyone.length) : everyone;
    let heldOut = 0;
    for (let from = 0; from < order.length; from += batch) {
      const feeds = stepFeeds(
        task,
        order.slice(from, from + batch),
        batch,
        random.fork(`drop ${epoch} ${from}`),
      );
      // The last pass only measures.
      const { metrics } = await session.step(feeds, { learningRate: last ? 0 : rateAt(config, epoch) });
      heldOut += metrics['check'] as number;
    }
    if (kept) candidates.push({ epoch, heldOut, parameters: kept });
    onEpoch(epoch);
  }
  return candidates;
}

/** Warms up over a tenth of the passes, then falls along half a cosine. */
function rateAt({ learningRate, epochs }: ForecastConfig, epoch: number): number {
  const warm = Math.min(1, (epoch + 1) / Math.max(1, epochs / 10));
  return learningRate * warm * (0.55 + 0.45 * Math.cos((Math.PI * epoch) / Math.max(1, epochs)));
}

/** The inputs of one step. Subjects held out are seen whole and weigh nothing in the loss. */
function stepFeeds(task: MemberTask, chosen: readonly number[], batch: number, random: Random) {
  const { prepared, config } = task;
  const { tokens, scaler, data, choice } = prepared;
  const heldOut = new Set(task.part);
  const learners = tokens.count - heldOut.size;
  const steps = Math.ceil(tokens.count / batch);
  const width = data.periods.length / tokens.count;
  const learn = new Float32Array(batch);
  const check = new Float32Array(batch);
  const periods = new Float32Array(batch * width);
  for (const [place, index] of chosen.entries()) {
    learn[place] = heldOut.has(index) ? 0 : steps / learners;
    check[place] = heldOut.has(index) ? 1 : 0;
    periods.set(data.periods.subarray(index * width, (index + 1) * width), place * width);
  }
  const seen = dropTokens(takeTokens(tokens, chosen, batch), scaler, config.dropout, check, random);
  return {
    ...fusionFeeds(scaler, seen),
    periods,
    learn,
    check,
    ridge: Float32Array.of(choice.penalty / learners),
  };
}

function countEvents({ causes, cause }: Outcome, rows: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    causes.map((name, c) => [name, rows.filter((row) => cause[row] === c + 1).length]),
  );
}
