import type { GroupPerformance, ModelPerformance, ValidationRecord } from '@myocast/validation';
import { calibrationPlot } from '../figures/calibration-plot.ts';
import { forestPlot, groupLabel } from '../figures/forest-plot.ts';
import { netBenefitPlot } from '../figures/net-benefit-plot.ts';
import { survivalPlot } from '../figures/survival-plot.ts';
import { formatHorizon } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { estimateCell } from './estimate-cell.ts';
import { riskGroupTable } from './risk-group-table.ts';
import { subgroupTable } from './subgroup-table.ts';
import { auditList, publishedScores } from './published-scores.ts';

const measures = [
  { key: 'harrell', title: 'Harrell’s C', hint: 'higher is better, 0.5 is chance' },
  { key: 'uno', title: 'Uno’s C', hint: 'higher is better, 0.5 is chance' },
  { key: 'brier', title: 'Brier score', hint: 'lower is better' },
  { key: 'ipa', title: 'IPA', hint: 'higher is better, 0 is Kaplan–Meier' },
] as const;

const calibrationMeasures = [
  { key: 'observedOverExpected', title: 'Observed / expected', hint: '1 is right' },
  { key: 'calibrationIntercept', title: 'Intercept', hint: '0 is right, below: predictions too high' },
  { key: 'calibrationSlope', title: 'Slope', hint: '1 is right, below: too extreme' },
  { key: 'ici', title: 'ICI', hint: 'mean distance from the curve, 0 is right' },
] as const;

/**
 * How good the forecasts were on subjects the models had not seen.
 *
 * @param timeZero what day 0 is, in the protocol's words; null where it does not say
 */
export function performanceSection(record: ValidationRecord, timeZero: string | null): Markup {
  const labels = new Map(
    record.groups.flatMap((group) => group.models.map(({ model, label }) => [model, label] as const)),
  );
  const horizon = record.horizonDays === null ? 'none' : formatHorizon(record.horizonDays);
  return html`<section id="performance"><h2>How good the forecasts were</h2>
<p>${record.design}. Outcome: ${record.outcome}. Horizon of Brier score, IPA and calibration: ${horizon}. Intervals: ${record.bootstraps} bootstrap samples.</p>
<h3>${record.groups.length > 1 ? 'Discrimination by centre' : 'Discrimination'}</h3>
${record.groups.length > 0 ? forestPlot(record.groups) : html`<p class="none">The record holds no held-out group.</p>`}
${measureTable('performance', `Every model${record.groups.length > 1 ? ' in every held-out group' : ''}, with 95 % intervals`, measures, record.groups)}
${(record.leftOut ?? []).map((sentence) => html`<p class="note">Not fitted: ${sentence}.</p>`)}
${acrossCentres(record, labels)}
${comparisonTable(record)}
${record.scores ? publishedScores(record.scores) : null}
<h3>Risk groups</h3>
${survivalPlot(record.riskGroups, timeZero)}
${riskGroupTable(record.riskGroups, horizon)}
<h3>Calibration</h3>
${calibrationPlot(record, labels)}
${measureTable('calibrated', 'Calibration at the horizon, with 95 % intervals', calibrationMeasures, withCalibration(record.groups))}
<p class="note">Intercept (calibration in the large) and slope are of a regression of pseudo-values on the complementary log-log of the predicted risk; their intervals are its own, not of resampling.</p>
${subgroupTable(record.subgroups ?? [], leadingLabel(record))}
<h3>Net benefit</h3>
${netBenefitPlot(record.netBenefit ?? null, labels, horizon)}
${record.audits ? auditList(record.audits) : null}
</section>`;
}

/** The one number a model has over all centres, where the record gives it. */
function acrossCentres(record: ValidationRecord, labels: ReadonlyMap<string, string>): Markup | null {
  const models = Object.entries(record.acrossCentres ?? {});
  if (models.length === 0)
    return record.groups.length === 1
      ? html`<p class="note">One centre: measures across centres need at least two.</p>`
      : null;
  return html`<table class="narrow"><caption>Harrell’s C within centres, averaged over them with random effects</caption><tbody>${models.map(
    ([model, estimate]) =>
      html`<tr><th scope="row">${labels.get(model) ?? model}</th>${estimateCell(estimate)}</tr>`,
  )}</tbody></table>`;
}

/** The leading model less each other one; null where the record does not compare them. */
function comparisonTable({ comparisons = [], groups }: ValidationRecord): Markup | null {
  if (comparisons.length === 0) return null;
  const leading = leadingLabel({ groups });
  const across = comparisons.some(({ withinCentres }) => withinCentres !== undefined);
  return html`<div class="scroll" tabindex="0"><table class="measures comparisons"><caption>Harrell’s C of ${leading} less that of each other model, on the same held-out subjects</caption>
<thead><tr><th scope="col">Other model</th><th scope="col">Difference<small>paired, above 0: ${leading} is better</small></th>${across ? html`<th scope="col">Within centres<small>pairs of one centre only</small></th>` : null}</tr></thead><tbody>${comparisons.map(
    ({ label, difference, withinCentres }) =>
      html`<tr><th scope="row">${label}</th>${estimateCell(difference, 3)}${across ? estimateCell(withinCentres ?? notRecorded, 3) : null}</tr>`,
  )}</tbody></table></div>
<p class="note">Intervals by the influence of each subject on both indices (infinitesimal jackknife), not by resampling.</p>`;
}

function leadingLabel({ groups }: Pick<ValidationRecord, 'groups'>): string {
  return groups.at(-1)?.models[0]?.label ?? 'the leading model';
}

type Measure = (typeof measures | typeof calibrationMeasures)[number];

/** Only models that predict a risk at the horizon can be calibrated. */
function withCalibration(groups: readonly GroupPerformance[]): readonly GroupPerformance[] {
  const predicting = new Set(
    groups.flatMap(({ models }) =>
      models.filter(({ brier }) => brier.value !== null).map(({ model }) => model),
    ),
  );
  return groups.map((group) => ({
    ...group,
    models: group.models.filter(({ model }) => predicting.has(model)),
  }));
}

function measureTable(
  name: string,
  caption: string,
  columns: readonly Measure[],
  groups: readonly GroupPerformance[],
): Markup {
  return html`<div class="scroll" tabindex="0"><table class="measures ${name}"><caption>${caption}</caption>
<thead><tr><th scope="col">Model</th>${columns.map(
    ({ title, hint }) => html`<th scope="col">${title}<small>${hint}</small></th>`,
  )}</tr></thead>
${groups.map(
  (
    group,
  ) => html`<tbody><tr class="group"><th scope="rowgroup" colspan="${columns.length + 1}">${groupLabel(group, groups)}<span>${group.subjects} subjects, ${group.events} events</span></th></tr>
${group.models.map((performance) => modelRow(performance, columns))}</tbody>`,
)}</table></div>`;
}

function modelRow(performance: ModelPerformance, columns: readonly Measure[]): Markup {
  return html`<tr><th scope="row">${performance.label}</th>${columns.map(({ key }) => estimateCell(performance[key] ?? notRecorded, key === 'ici' ? 3 : 2))}</tr>`;
}

const notRecorded = { value: null, low: null, high: null, reason: 'not in a record of this age' };
