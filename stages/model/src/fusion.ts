import { constant, input, type Parameters, type Tensor } from '@myocast/autodiff';
import { dense, layerNorm, transformerBlock } from '@myocast/autodiff/layers';
import {
  add,
  concat,
  logSoftmax,
  matMul,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  transpose,
} from '@myocast/autodiff/operators';
import { curvedColumns } from './curve-graph.ts';
import type { Curve } from './curves.ts';
import { sliceInput } from './fusion-feeds.ts';
import type { EffectScores } from './effect-scores.ts';
import type { Scaler } from './scaler.ts';
import { tokenLayout } from './tokens.ts';

export interface FusionConfig {
  /** Width of a token; a multiple of the heads. */
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Width within a block's two-layer network. */
  readonly hidden: number;
}

/** What fixes the shapes of the graph. */
export interface FusionShape {
  readonly batch: number;
  readonly scaler: Scaler;
  readonly intervals: number;
  readonly causes: readonly string[];
  readonly compositeCauses: readonly string[];
  readonly published: EffectScores;
  readonly curves: readonly Curve[];
}

/** Where a member starts: the ridge hazard regression, to which the network adds. */
export interface FusionStart {
  /** [k, causes] */
  readonly baseline: Float32Array;
  /** [p + 2 curves] */
  readonly slopes: Float32Array;
  /** [p + 2 curves, causes] */
  readonly deviations: Float32Array;
  /** [g, causes] weights of the published scores; empty without them */
  readonly scoreWeights: Float32Array;
}

/**
 * Logits [n, k, causes] of the cause-specific hazards:
 *
 *   baseline[k, c] + weight[c] (slopes'x + network) + deviations[c]'x + scoreWeights[c]'s(x) + networkDeviation[c]
 *
 * The first bracket is the shared risk score: a linear path over the standardised
 * columns x (with their bends, where training chose curves), plus what a small transformer reads in all tokens. Its weight starts
 * at 1 for causes of the composite and at 0 for those that compete with it; s(x) are
 * the published scores. Before the first step the model is the ridge hazard
 * regression it starts from, and the images have to earn their part.
 */
export function fusionLogits(
  shape: FusionShape,
  config: FusionConfig,
  start: FusionStart,
  parameters: Parameters,
): Tensor {
  const { scaler, intervals, causes } = shape;
  const c = causes.length;
  const p = scaler.columns.length;
  const cells = (name: string) => input(name, [shape.batch, p, 1]);
  const columns = p > 0 ? { values: cells('columns'), observed: cells('observed') } : null;
  const summary = networkSummary(shape, config, columns, parameters);
  const head = parameters.scope('head');
  const network = add(
    matMul(summary, head.get('weight', [config.width, 1 + c], 'zeros')),
    head.get('bias', [1 + c], 'zeros'),
  );
  let risk = slice(network, 2, 0, 1);
  let deviation = slice(network, 2, 1, 1 + c);
  if (columns) {
    const linear = parameters.scope('linear');
    const over = { axes: [1], keepDims: true };
    const features = curvedColumns(columns.values, columns.observed, shape.curves);
    const width = features.shape[1]!;
    // A vector does not decay: the ridge penalty in the loss holds it.
    const slopes = reshape(linear.get('slopes', [width], start.slopes), [1, width, 1]);
    risk = add(risk, sum(mul(features, slopes), over));
    const deviations = linear.get('deviations', [width * c], start.deviations);
    deviation = add(deviation, sum(mul(features, reshape(deviations, [1, width, c])), over));
    const { weights } = shape.published;
    if (weights.length > 0) {
      const effects = constant(Float32Array.from(weights.flat()), [weights.length, p]);
      const own = reshape(linear.get('scores', [weights.length * c], start.scoreWeights), [
        weights.length,
        c,
      ]);
      const perColumn = reshape(matMul(transpose(effects, [1, 0]), own), [1, p, c]);
      deviation = add(deviation, sum(mul(columns.values, perColumn), over));
    }
  }
  const weight = reshape(parameters.get('weight', [c], startingWeight(shape)), [1, 1, c]);
  const baseline = reshape(parameters.get('baseline', [intervals * c], start.baseline), [1, intervals, c]);
  return add(baseline, add(mul(risk, weight), deviation));
}

function startingWeight({ causes, compositeCauses }: FusionShape): Float32Array {
  return Float32Array.from(causes, (name) => (compositeCauses.includes(name) ? 1 : 0));
}

/** The summary token after the transformer, [n, 1, width]. */
function networkSummary(
  shape: FusionShape,
  config: FusionConfig,
  columns: { readonly values: Tensor; readonly observed: Tensor } | null,
  parameters: Parameters,
): Tensor {
  const { batch, scaler } = shape;
  const present = input('present', [batch, tokenLayout(scaler).count]);
  const scope = parameters.scope('tokens');
  const { width } = config;
  const spread = { normal: 0.3 };
  // The one token that every subject has alike; times a 1 of the input for the batch's length.
  const one = reshape(slice(present, 1, 0, 1), [batch, 1, 1]);
  const groups = [mul(one, scope.get('summary', [1, 1, width], spread))];
  const p = scaler.columns.length;
  if (columns) {
    const missing = sub(1, columns.observed);
    const own = add(
      mul(columns.values, scope.get('column direction', [1, p, width], spread)),
      scope.get('column place', [1, p, width], spread),
    );
    groups.push(add(own, mul(missing, scope.get('column missing', [1, p, width], { normal: 0.05 }))));
  }
  if (scaler.segments.length > 0) {
    const segments = input('segments', [batch, 16, 2 * scaler.segments.length]);
    const place = scope.get('segment place', [1, 16, width], spread);
    groups.push(add(dense(scope, 'segment', segments, width), place));
  }
  const level = scope.get('band place', [1, scaler.bands, width], spread);
  for (const { kind, components } of scaler.slices) {
    const values = input(sliceInput(kind), [batch, scaler.bands, components.axes.length]);
    groups.push(add(dense(scope, sliceInput(kind), values, width), level));
  }
  let tokens = concat(groups, 1);
  for (let block = 0; block < config.blocks; block++) {
    tokens = transformerBlock(parameters, `block${block + 1}`, tokens, present, config);
  }
  return layerNorm(parameters, 'norm', slice(tokens, 1, 0, 1));
}

/**
 * What is minimised and watched in training.
 *
 * loss = Σ learn × (minus the log-likelihood)
 *   + ridge/2 (|slopes|² + 2 |deviations|² + 4 |weight - start|² + |scores - start|²);
 * `check` gives the same sum of likelihoods over the subjects held out, without penalty.
 */
export function fusionLoss(
  shape: FusionShape,
  logits: Tensor,
  start: FusionStart,
  parameters: Parameters,
): { loss: Tensor; check: Tensor } {
  const { batch, intervals, causes, scaler } = shape;
  const c = causes.length;
  const zero = mul(slice(logits, 2, 0, 1), 0);
  const periods = input('periods', [batch, intervals, c + 1]);
  const each = neg(sum(mul(periods, logSoftmax(concat([logits, zero], 2), 2)), { axes: [1, 2] }));
  const likelihood = sum(mul(each, input('learn', [batch])));
  const check = sum(mul(each, input('check', [batch])));
  const starting = startingWeight(shape);
  const weight = parameters.get('weight', [c], starting);
  let size = mul(sum(square(sub(weight, constant(starting)))), 4);
  if (scaler.columns.length > 0) {
    const linear = parameters.scope('linear');
    const width = scaler.columns.length + 2 * shape.curves.length;
    size = add(size, sum(square(linear.get('slopes', [width], 'zeros'))));
    size = add(size, mul(sum(square(linear.get('deviations', [width * c], 'zeros'))), 2));
    const g = shape.published.weights.length;
    if (g > 0) {
      const moved = sub(linear.get('scores', [g * c], start.scoreWeights), constant(start.scoreWeights));
      size = add(size, sum(square(moved)));
    }
  }
  const penalty = mul(size, mul(input('ridge', []), 0.5));
  return { loss: add(likelihood, penalty), check };
}
