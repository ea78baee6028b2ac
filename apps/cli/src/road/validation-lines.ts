import type { Audit, Estimate, ModelPerformance, ValidationRecord } from '@myocast/validation';
import { textTable } from '../text-table.ts';
import { faithfulnessText } from './faithfulness-text.ts';
import { publishedScoreLines } from './published-score-lines.ts';

/** Every model on the pooled predictions, and the leading one in every held-out group, as tables for the terminal. */
export function validationLines(record: ValidationRecord): string[] {
  const pooled = record.groups.at(-1);
  if (!pooled) return [];
  const measure = record.horizonDays === null ? 'Area under the ROC curve' : "Harrell's C";
  const at = record.horizonDays === null ? '' : ` at ${record.horizonDays} d`;
  const across = record.acrossCentres;
  const models = pooled.models.map(({ model, label, harrell, brier, ipa }) => [
    label,
    show(harrell),
    ...(across ? [show(across[model])] : []),
    brier.value === null ? '' : brier.value.toFixed(3),
    brier.value === null ? '' : show(ipa),
  ]);
  const leading = pooled.models[0]!;
  const groups = record.groups.map(({ group, subjects, events, models: own }) => [
    group,
    String(subjects),
    String(events),
    show(own[0]?.harrell),
  ]);
  return [
    `${measure} of ${record.outcome} (95 % interval), ${record.design}:`,
    '',
    ...textTable(['model', 'pooled', ...(across ? ['mean over centres'] : []), `Brier${at}`, 'IPA'], models),
    ...(record.leftOut ?? []).map((sentence) => `not fitted: ${sentence}`),
    ...calibrationLines(pooled.models, at),
    ...comparisonLines(record, leading.label),
    '',
    ...(groups.length > 1
      ? textTable(['held out', 'n', 'events', leading.label], groups)
      : [
          `one centre: ${pooled.subjects} subjects, ${pooled.events} events; measures across centres need two`,
        ]),
    ...(record.scores ? publishedScoreLines(record.scores) : []),
    ...(record.faithfulness === undefined ? [] : ['', ...faithfulnessText(record.faithfulness)]),
    ...(record.audits ? ['', ...record.audits.map(auditLine)] : []),
  ];
}

/** Of the models that predict a risk at the horizon. */
function calibrationLines(models: readonly ModelPerformance[], at: string): string[] {
  const rows = models
    .filter(({ brier }) => brier.value !== null)
    .map(({ label, observedOverExpected, calibrationIntercept, calibrationSlope, ici }) => [
      label,
      show(observedOverExpected),
      show(calibrationIntercept),
      show(calibrationSlope),
      ici?.value?.toFixed(3) ?? '',
    ]);
  if (rows.length === 0) return [];
  return [
    '',
    ...textTable([`calibration${at}`, 'observed/expected', 'intercept', 'slope', 'ICI'], rows),
    'right: observed/expected 1, intercept 0, slope 1 (below: predictions too extreme), ICI 0; scale log(-log(1 - risk))',
  ];
}

/** The leading model less each other one, on the same subjects. */
function comparisonLines({ comparisons = [] }: ValidationRecord, leading: string): string[] {
  if (comparisons.length === 0) return [];
  const across = comparisons.some(({ withinCentres }) => withinCentres !== undefined);
  const rows = comparisons.map(({ label, difference, withinCentres }) => [
    label,
    show(difference, 3),
    ...(across ? [show(withinCentres, 3)] : []),
  ]);
  return [
    '',
    ...textTable([`C of ${leading} less that of`, 'paired', ...(across ? ['within centres'] : [])], rows),
  ];
}

function auditLine({ name, checked, found }: Audit): string {
  return `audit, ${name}: ${found.length === 0 ? 'none' : found.length} in ${checked}${found.length === 0 ? '' : ` (${found.join('; ')})`}`;
}

/** A minus within an interval needs a word between its ends. */
function show(estimate: Estimate | undefined, digits = 2): string {
  if (!estimate || estimate.value === null) return 'not estimable';
  const { value, low, high } = estimate;
  const point = value.toFixed(digits);
  if (low === null || high === null) return point;
  return `${point} (${low.toFixed(digits)}${low < 0 ? ' to ' : '-'}${high.toFixed(digits)})`;
}
