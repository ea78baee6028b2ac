import type { Random } from '@myocast/base';
import { faithfulnessRecord } from '@myocast/model/explanation';
import type { ScoredSubjects } from '@myocast/model/scores';
import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { concordanceAcrossCentres } from './across-centres.ts';
import { calibrationBins, riskThirds } from './calibration.ts';
import { compareModels } from './compared-models.ts';
import { countEvents, horizonOf } from './composite.ts';
import type { OutOfFold } from './cross-validation.ts';
import type { LeakageAudit } from './leakage-audit.ts';
import { netBenefit } from './net-benefit.ts';
import { performance } from './performance.ts';
import { judgeScores } from './published-scores.ts';
import type { GroupPerformance, ValidationRecord } from './records.ts';
import { type Subgroup, subgroupPerformance } from './subgroups.ts';
import { smoothCalibration } from './smooth-calibration.ts';

export interface ValidationInput {
  readonly study: string;
  /** Hash of the frozen data set. */
  readonly dataSet: string;
  /** How the subjects were held out, in words. */
  readonly design: string;
  /** 'elsewhere' where the models come as they are; default: once for each group held out. */
  readonly fitted?: 'elsewhere';
  readonly outcome: Outcome;
  /** [n] */
  readonly centres: readonly string[];
  /** The models; the first is the one whose risk groups are drawn. */
  readonly predictions: readonly OutOfFold[];
  readonly horizonDays: number | null;
  readonly seed: number;
  readonly random: Random;
  readonly bootstraps: number;
  readonly softwareVersion: string;
  /** What was looked for before anything was fitted, and what was found. */
  readonly audits?: readonly LeakageAudit[];
  /** The published scores of the subjects, [scores] with [n] results each. */
  readonly scored?: readonly ScoredSubjects[];
  /** What else a reader has to know. */
  readonly remarks?: readonly string[];
  /** Kinds of subjects in which the leading model is judged for itself. */
  readonly subgroups?: readonly Subgroup[];
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Judges out-of-fold predictions: each centre for itself, and all subjects pooled. A study of one centre is judged
 * once, and has no measures across centres.
 *
 * @throws RangeError when there are no predictions or their lengths do not fit the outcome
 */
export function validationRecord(input: ValidationInput): ValidationRecord {
  const { outcome, centres, predictions, bootstraps, horizonDays, audits = [], scored } = input;
  const followUp = compositeFollowUp(outcome);
  checkLengths(input, followUp.event.length);
  const horizon = horizonOf(outcome, horizonDays);
  const leading = predictions[0]!;
  return {
    study: input.study,
    dataSet: input.dataSet,
    design: input.design,
    outcome: outcome.compositeName,
    horizonDays,
    seed: input.seed,
    bootstraps,
    softwareVersion: input.softwareVersion,
    subjects: centres.length,
    events: countEvents(outcome),
    groups: groupPerformances(input, followUp, horizon),
    leftOut: predictions.flatMap(({ standsFor = [] }) => standsFor),
    ...(centresOf(centres).length > 1
      ? {
          acrossCentres: Object.fromEntries(
            predictions.map(({ name, risk }) => [name, concordanceAcrossCentres(risk, followUp, centres)]),
          ),
        }
      : {}),
    comparisons: compareModels([leading, ...predictions.slice(1)], followUp, centres),
    ...(input.subgroups
      ? { subgroups: subgroupPerformance(leading, followUp, horizon, input.subgroups) }
      : {}),
    netBenefit:
      horizon === null
        ? null
        : netBenefit({
            predictions,
            followUp,
            horizon,
            bootstraps,
            random: input.random.fork('net benefit'),
          }),
    ...calibrations(predictions, followUp, horizon),
    riskGroups:
      outcome.days === null ? [] : riskThirds(leading.risk, followUp, leading.incidenceAtHorizon, horizon),
    ...(scored ? { scores: judgeScores({ scored, outcome, centres, leading, horizonDays }) } : {}),
    ...(leading.explained
      ? {
          faithfulness: faithfulnessRecord(
            leading.explained,
            { heldOut: true, horizonDays },
            input.random.fork('faithfulness'),
          ),
        }
      : {}),
    audits: audits.map(({ name, checked, issues }) => ({
      name,
      checked,
      found: issues.map(({ path, message }) => `${path}: ${message}`),
    })),
    notes: [
      ...notes(outcome, leading.label, centresOf(centres).length, input.fitted),
      ...(input.remarks ?? []),
      ...audits.flatMap(({ issues }) => issues.map(({ path, message }) => `${path}: ${message}`)),
    ],
  };
}

/** Of the models that predict a risk at the horizon. */
function calibrations(
  predictions: readonly OutOfFold[],
  followUp: FollowUp,
  horizon: number | null,
): Required<Pick<ValidationRecord, 'calibration' | 'smoothCalibration'>> {
  const ofEach = <Value>(judge: (incidence: Float64Array, t: number) => Value) =>
    Object.fromEntries(
      predictions.flatMap(({ name, incidenceAtHorizon }) =>
        incidenceAtHorizon === null || horizon === null ? [] : [[name, judge(incidenceAtHorizon, horizon)]],
      ),
    );
  return {
    calibration: ofEach((incidence, t) => calibrationBins(incidence, followUp, t)),
    smoothCalibration: ofEach((incidence, t) => smoothCalibration(incidence, followUp, t)),
  };
}

function centresOf(centres: readonly string[]): string[] {
  return [...new Set(centres)].sort();
}

function groupPerformances(
  { centres, predictions, random, bootstraps, outcome, onProgress }: ValidationInput,
  followUp: FollowUp,
  horizon: number | null,
): GroupPerformance[] {
  const all = Array.from(centres, (_, row) => row);
  const names = centresOf(centres);
  const groups = [
    ...(names.length > 1 ? names : []).map((name) => ({
      group: name,
      rows: all.filter((row) => centres[row] === name),
    })),
    { group: 'all', rows: all },
  ];
  const total = groups.length * predictions.length;
  let done = 0;
  return groups.map(({ group, rows }) => {
    const own = takeFollowUp(followUp, rows);
    return {
      group,
      subjects: rows.length,
      events: own.event.filter((code) => code === 1).length,
      models: predictions.map(({ name, label, risk, incidenceAtHorizon }) => {
        const judged = performance({
          model: name,
          label,
          risk: takeRows(risk, rows),
          incidenceAtHorizon: incidenceAtHorizon && takeRows(incidenceAtHorizon, rows),
          followUp: own,
          horizon,
          timed: outcome.days !== null,
          random: random.fork(`group ${group}`),
          bootstraps,
        });
        onProgress?.(++done, total);
        return judged;
      }),
    };
  });
}

function checkLengths({ centres, predictions }: ValidationInput, n: number): void {
  if (predictions.length === 0) throw new RangeError('validationRecord: expected predictions, got none');
  if (centres.length !== n)
    throw new RangeError(`validationRecord: expected ${n} centres, got ${centres.length}`);
  for (const { name, risk } of predictions)
    if (risk.length !== n)
      throw new RangeError(`validationRecord: expected ${n} risks of ${name}, got ${risk.length}`);
}

function notes(
  outcome: Outcome,
  leading: string,
  centres: number,
  fitted: ValidationInput['fitted'],
): string[] {
  const pooling =
    fitted === 'elsewhere'
      ? 'The average across centres compares only subjects of one centre.'
      : 'The row "all" pools subjects across centres, whose predictions come from different fitted models; the average across centres compares only subjects of one centre.';
  const shared = [
    fitted === 'elsewhere'
      ? 'Every prediction is by a model that came as it is; nothing was fitted to these subjects.'
      : 'Every prediction is by a model that was fitted without the subject.',
    centres > 1 ? pooling : 'One centre: measures across centres need at least two.',
    'Intervals are 95 % percentiles over resampled subjects; the fitted models stay as they are.',
  ];
  if (outcome.days === null)
    return [...shared, 'The outcome is yes or no: the concordance is the area under the ROC curve.'];
  const competing = outcome.causes.filter((cause) => !outcome.compositeCauses.includes(cause));
  return [
    ...shared,
    'Uno’s concordance counts events before the horizon.',
    `Risk groups are thirds of the predicted risk of: ${leading}.`,
    ...(competing.length > 0
      ? [
          `${competing.join(', ')} competes with ${outcome.compositeName}: a censoring for concordance and the Kaplan-Meier curves, a competing event for observed risk and Brier score.`,
        ]
      : []),
  ];
}
