import type { PublishedScore, RiskRange, ScoredSubjects } from '@myocast/model/scores';
import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { observedRisk } from './calibration.ts';
import type { PublishedRiskGroup, ScoreCalibration } from './score-records.ts';

/**
 * The published risks of a score beside what happened to the subjects whose points are known. Only where the paper gives
 * a risk of named events by a day, and the study tells these events. What a subject had first is what counts: a
 * death after another event of the study is not seen as one, so that the observed share is a lower bound for scores of death.
 * The study's time zero is later than admission: who died before the exam is not among its subjects.
 */
export function scoreCalibration({ score, results }: ScoredSubjects, outcome: Outcome): ScoreCalibration {
  const followed = followedBy(score, outcome);
  if ('reason' in followed) return { kind: 'none', reason: followed.reason };
  const { causes, days } = followed;
  const members: { row: number; className: string | null; risk: RiskRange }[] = [];
  for (const [row, result] of results.entries())
    if (result.kind === 'complete' && result.risk !== null)
      members.push({ row, className: result.className, risk: result.risk });
  if (members.length === 0)
    return { kind: 'none', reason: 'no subject has known points with a published risk' };
  const followUp = compositeFollowUp({ ...outcome, compositeCauses: causes });
  const observedOf = (own: typeof members) =>
    observedRisk(
      takeFollowUp(
        followUp,
        own.map(({ row }) => row),
      ),
      days,
    );
  const keyOf = ({ lowPercent, highPercent }: RiskRange) => `${lowPercent} ${highPercent}`;
  const groups = [...new Set(members.map(({ risk }) => keyOf(risk)))].map((key): PublishedRiskGroup => {
    const own = members.filter(({ risk }) => keyOf(risk) === key);
    const { className, risk } = own[0]!;
    return { className, subjects: own.length, ...risk, observed: observedOf(own) };
  });
  const mean = (of: (risk: RiskRange) => number) =>
    members.reduce((sum, { risk }) => sum + of(risk), 0) / members.length / 100;
  return {
    kind: 'judged',
    outcome: score.outcome ?? '',
    causes,
    days,
    subjects: members.length,
    expectedLow: mean(({ lowPercent }) => lowPercent),
    expectedHigh: mean(({ highPercent }) => highPercent),
    observed: observedOf(members),
    groups: groups.sort((a, b) => a.lowPercent - b.lowPercent),
  };
}

function followedBy(
  { riskOf, outcome: published, horizon }: PublishedScore,
  outcome: Outcome,
): { readonly reason: string } | { readonly causes: readonly string[]; readonly days: number } {
  if (published === null) return { reason: 'it publishes no risk at a horizon' };
  if (riskOf === null)
    return { reason: `its published risk, of ${published}, ${horizon}, is not of named events by a day` };
  const causes = riskOf.causes.find((set) => set.every((cause) => outcome.causes.includes(cause)));
  if (causes === undefined)
    return { reason: `its published risk is of ${published}, which this study does not tell apart` };
  return { causes, days: riskOf.days };
}
