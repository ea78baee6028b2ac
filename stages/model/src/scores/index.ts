export { coverage, leastCoverage } from './coverage.ts';
export {
  type GivenItems,
  isItemValue,
  type ItemName,
  itemNames,
  type ScoreItem,
  scoreItems,
} from './items.ts';
export { type ItemSource, itemSources } from './item-sources.ts';
export { publishedScores } from './published-scores.ts';
export {
  evaluateScore,
  type FollowedRisk,
  itemsOf,
  type PointScore,
  type PublishedScore,
  type RiskRange,
  type ScoreResult,
} from './score.ts';
export { type ScoreCompetitor, type ScoreCompetitorConfig, scoreCompetitors } from './score-competitors.ts';
export { scoreInputs, type ScoreInputs, variablesWithoutItem } from './score-inputs.ts';
export {
  type Completeness,
  type ScoreConcordance,
  scoreConcordance,
  type ScoredSubjects,
  scoreSubjects,
} from './score-subjects.ts';
export { studyFacts } from './study-facts.ts';
export { wholeRecord } from './whole-record.ts';
