import { cholesky, solveCholesky } from '../numerics/cholesky.ts';
import { type BreslowRows, partialLikelihood } from './breslow-likelihood.ts';

/**
 * What one step of Newton's method adds to the score in each terminal node: the Cox regression of one step on
 * the indicators of m nodes, from the scores as they are.
 *
 * The likelihood does not change where all nodes go up by one constant; of these steps the one with sum 0 is taken.
 *
 * @param node [n] number of the terminal node of each subject
 * @param weights [n] 0 for who is not there
 * @returns [m]
 *
 * Source: ridgeway1999 (docs/references.bib).
 */
export function newtonStep(
  rows: BreslowRows,
  score: Float64Array,
  weights: Float64Array,
  node: Int32Array,
  m: number,
): Float64Array {
  partialLikelihood(rows, score, weights);
  const { order, starts, event, failing } = rows;
  const shift = score.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const gradient = new Float64Array(m);
  const information = new Float64Array(m * m);
  const risk = new Float64Array(m);
  for (let group = 0; group < failing.length; group++) {
    for (let at = starts[group]!; at < starts[group + 1]!; at++) {
      const subject = order[at]!;
      risk[node[subject]!]! += weights[subject]! * Math.exp(score[subject]! - shift);
      if (event[subject] === 1) gradient[node[subject]!]! += weights[subject]!;
    }
    if (failing[group]! > 0) addDay(failing[group]!, rows.risk[group]!, risk, gradient, information);
  }
  return solve(information, gradient);
}

/** Mean and multinomial covariance of the deaths by node, with d deaths and these shares of the risk. */
function addDay(
  deaths: number,
  total: number,
  risk: Float64Array,
  gradient: Float64Array,
  information: Float64Array,
): void {
  const m = risk.length;
  for (let k = 0; k < m; k++) {
    const share = risk[k]! / total;
    gradient[k]! -= deaths * share;
    for (let l = 0; l < m; l++)
      information[k * m + l]! += deaths * share * ((k === l ? 1 : 0) - risk[l]! / total);
  }
}

/** Relative ridge for nodes whose subjects are at risk at no event: they stay where they are. */
const ridge = 1e-10;

function solve(information: Float64Array, gradient: Float64Array): Float64Array {
  const m = gradient.length;
  let scale = 0;
  for (let k = 0; k < m; k++) scale += information[k * m + k]! / m;
  if (!(scale > 0)) return new Float64Array(m);
  // The direction of a common constant has no information: a penalty on the sum holds it at 0.
  const penalised = information.map((value, at) => value + scale + (at % (m + 1) === 0 ? ridge * scale : 0));
  const factor = cholesky(penalised, new Float64Array(m));
  return factor.ok ? solveCholesky(factor, gradient) : new Float64Array(m);
}
