export {
  type BoostedCox,
  boostedCoefficients,
  boostedScore,
  boostedScores,
  boostedSurvival,
  fitBoostedCox,
} from './learners/boosted-cox.ts';
export { type BoostingConfig, boostingConfig } from './learners/boosting-config.ts';
export { type Forest, fitForest, forestOf, growTrees } from './learners/forest.ts';
export { type ForestConfig, forestConfig } from './learners/forest-config.ts';
export { type ForestPrediction, predictForest } from './learners/forest-prediction.ts';
export type { LearnerInput } from './learners/learner-input.ts';
export { type OutOfBag, outOfBag } from './learners/out-of-bag.ts';
export {
  type Importance,
  type ImportanceOptions,
  type PermutationImportance,
  permutationImportance,
} from './learners/permutation-importance.ts';
export {
  readTrees,
  type ScoreTrees,
  scoreTrees,
  storedTrees,
  treeShares,
} from './learners/score-trees.ts';
export { readForest, storedForest } from './learners/stored-forest.ts';
export type { Trees } from './learners/trees.ts';
