import { type Patient, patientTable, predictorDefinitions } from '@myocast/model';
import {
  type GivenItems,
  itemNames,
  publishedScores,
  type ScoredSubjects,
  scoreInputs,
  scoreItems,
  scoreSubjects,
} from '@myocast/model/scores';
import { recordColumns } from '@myocast/predictors';
import { frozenVariable, type Protocol } from '@myocast/study';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';

/**
 * The published scores of one patient, from the record that `predict --patient` takes. Nothing is taken for granted
 * but `assume`: what holds of every subject of a study need not hold of this patient.
 *
 * @throws StoppedByIssues where something in the record is not understood
 */
export function patientScores(
  { variables }: Protocol,
  patient: Patient,
  assume: GivenItems,
): readonly ScoredSubjects[] {
  const frozen = variables.map(frozenVariable);
  const columns = recordColumns(frozen);
  const read = patientTable(predictorDefinitions({ scaler: { columns } }, columns, frozen), [patient]);
  if (read.issues.length > 0) throw new StoppedByIssues(read.issues);
  const { given, issues } = scoreInputs(valueOrStop(read), assume);
  if (issues.length > 0) throw new StoppedByIssues(issues);
  return publishedScores.map((score) => scoreSubjects(score, given));
}

/** A line a score: points, class and risk, or between which they lie, and what is missing. */
export function patientScoreLines(scored: readonly ScoredSubjects[], assume: GivenItems): string[] {
  const assumed = itemNames.filter((name) => assume[name] !== undefined);
  return [
    ...scored.map(({ score, results }) => `  ${score.label}: ${resultWords(score, results[0]!)}`),
    ...(assumed.length > 0
      ? [`  assumed: ${assumed.map((name) => `${name}=${assume[name]}`).join(', ')}`]
      : []),
  ];
}

type Result = ScoredSubjects['results'][number];

function resultWords(score: ScoredSubjects['score'], result: Result): string {
  if (result.kind === 'not-computable') return `not computed, ${score.kind === 'points' ? '' : score.whyNot}`;
  const points =
    result.kind === 'complete' ? `${result.points} points` : `${result.low} to ${result.high} points`;
  const { risk, className } = result;
  const percent = risk && [...new Set([risk.lowPercent, risk.highPercent].map((one) => one.toFixed(1)))];
  const what = [score.outcome, score.horizon].filter((part) => part !== null).join(', ');
  return [
    points,
    ...(className === null ? [] : [`class ${className}`]),
    ...(percent ? [`${percent.join(' to ')} %${what === '' ? '' : ` (${what})`}`] : []),
    ...(result.kind === 'complete'
      ? []
      : [`missing: ${result.missing.map((name) => scoreItems[name].label).join(', ')}`]),
  ].join('; ');
}
