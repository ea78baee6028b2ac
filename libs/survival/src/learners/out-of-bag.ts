import { type FollowUp, takeFollowUp, takeRows } from '../follow-up.ts';
import { type Concordance, concordance } from '../performance/concordance.ts';
import type { Forest } from './forest.ts';
import { addTree, type ForestPrediction, predictionOf, predictionSums } from './forest-prediction.ts';
import type { LearnerInput } from './learner-input.ts';
import { treeSample } from './tree-sample.ts';

/** What a forest says of its own subjects by the trees that were grown without them. */
export interface OutOfBag extends ForestPrediction {
  /** [n] trees grown without the subject; where there are none, risk and hazard are 0 and say nothing */
  readonly trees: Float64Array;
  /** Subjects in every tree's sample, left out of the concordances. */
  readonly leftOut: number;
  /** Of each cause, among subjects with trees; null where there are none. Competing events are `event-free`. */
  readonly concordance: readonly (Concordance | null)[];
}

/**
 * Out-of-bag prediction of the subjects that a forest was grown on.
 *
 * @param input the data of `fitForest`, in the same order
 * @param days q ascending days; by default the forest's days with events
 * @throws RangeError when the input has another number of subjects or columns
 */
export function outOfBag(forest: Forest, input: LearnerInput, days: Float64Array = forest.days): OutOfBag {
  checkSame('outOfBag', forest, input);
  const n = forest.subjects;
  const sums = predictionSums(forest, n, days);
  const trees = new Float64Array(n);
  for (let tree = 0; tree < forest.trees.count; tree++) {
    const drawn = treeSample(forest.config, tree, n, input.followUp.weights);
    for (let row = 0; row < n; row++) {
      if (drawn[row]! > 0) continue;
      trees[row]!++;
      addTree(sums, input.predictors, tree, row);
    }
  }
  const prediction = predictionOf(sums, trees);
  const rows = Int32Array.from(trees.keys()).filter((row) => trees[row]! > 0);
  return {
    ...prediction,
    trees,
    leftOut: n - rows.length,
    concordance: prediction.risk.map((risk, at) =>
      rows.length === 0
        ? null
        : concordance(takeRows(risk, rows), takeFollowUp(ofCause(forest, input.followUp, at + 1), rows), {
            competing: forest.causes > 1 ? 'event-free' : 'censoring',
          }),
    ),
  };
}

/** The follow-up with this cause as code 1 and every other event as code 2. */
export function ofCause({ causes }: Forest, followUp: FollowUp, cause: number): FollowUp {
  if (causes === 1) return followUp;
  const recoded = (code: number) => {
    if (code === 0) return 0;
    return code === cause ? 1 : 2;
  };
  return { ...followUp, event: followUp.event.map(recoded) };
}

export function checkSame(caller: string, { subjects, names }: Forest, input: LearnerInput): void {
  const n = input.followUp.days.length;
  if (n !== subjects || input.predictors.length !== n * names.length)
    throw new RangeError(
      `${caller}: expected the ${subjects} rows of ${names.length} columns that the forest was grown on, got ${n}`,
    );
}
