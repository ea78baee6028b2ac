import type { Random } from '@myocast/base';
import { compileTraining, exportOnnx, Parameters, type TrainingSession } from '@myocast/autodiff';
import { adamW } from '@myocast/autodiff/optimizers';
import { fusionLogits, fusionLoss, type FusionShape, type FusionStart } from './fusion.ts';
import { fusionFeeds } from './fusion-feeds.ts';
import type { Prepared } from './prepare.ts';
import { dropTokens, takeTokens } from './tokens.ts';
import type { ForecastConfig } from './train.ts';
import {
  baselineLogits,
  type CauseFit,
  fitCauses,
  fitWide,
  type WideData,
  type WideFit,
} from './wide-path.ts';

export interface MemberTask {
  readonly prepared: Prepared;
  /** Subjects (places among the training rows) this member holds out. */
  readonly part: readonly number[];
  readonly config: ForecastConfig;
  readonly random: Random;
}

export interface Candidate {
  readonly epoch: number;
  /** Minus the log-likelihood of the part held out. */
  readonly heldOut: number;
  readonly parameters: Record<string, Float32Array>;
}

/** A trained member of the ensemble. */
export interface Member {
  readonly candidates: readonly Candidate[];
  write(candidate: number): Uint8Array;
}

/** Trains one member from the ridge regressions on. */
export async function trainMember(task: MemberTask, onEpoch: (epoch: number) => void): Promise<Member> {
  const { prepared, part, config, random } = task;
  const { scaler, data, tokens, published, curves, choice } = prepared;
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
    curves,
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
