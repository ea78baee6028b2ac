import type { CurveSummary, FaithfulnessRecord, ModelCard } from '@myocast/model';
import { causeLabel, formatHorizon, formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/** What the model is, what it was made from and what it is for. */
export function modelCardSection(card: ModelCard, heldOut?: FaithfulnessRecord | null): Markup {
  const { outcome } = card;
  const rows: readonly (readonly [string, string | Markup])[] = [
    ['Name', card.name],
    ['Made', `software ${card.softwareVersion}${card.commit ? ` (${card.commit})` : ''}, seed ${card.seed}`],
    ['Trained on', `${card.subjects} ${card.trainedOn}`],
    [
      'Events',
      Object.entries(card.events)
        .map(([cause, count]) => `${causeLabel(cause)} ${count}`)
        .join(', '),
    ],
    [
      'Forecasts',
      `${outcome.compositeName}; ${outcome.causes.map(causeLabel).join(', ')}${outcome.horizonDays === null ? '' : `; up to ${formatHorizon(outcome.horizonDays)}`}`,
    ],
    ['Interval', card.interval],
    ['Sequences', card.sequences.map(({ kind }) => kind).join(', ') || 'none'],
    [`Predictors (${card.predictors.length})`, card.predictors.map(predictorText).join(', ')],
    ['Parameters', developmentText(card)],
    ['Explanations', explanationsText(card.faithfulness, heldOut)],
    ['Holds of its patients', card.holds],
    ['Intended use', card.intendedUse],
    ['Time zero', card.study?.timeZero ?? 'not named by the protocol'],
    ['Data set', html`<code>${card.dataSet}</code>`],
    [
      'Files (SHA-256)',
      html`<ul class="files">${Object.entries(card.files).map(([file, hash]) => html`<li>${file} <code>${hash}</code></li>`)}</ul>`,
    ],
  ];
  return html`<section id="model"><h2>Model card</h2><dl>${rows.map(
    ([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`,
  )}</dl></section>`;
}

function predictorText({ column, unit, low, high }: ModelCard['predictors'][number]): string {
  const range = low === null && high === null ? null : `${low ?? ''} to ${high ?? ''}`;
  const amount = [unit, range].filter((part) => part !== null).join(', ');
  return amount === '' ? column : `${column} (${amount})`;
}

function developmentText({ development, subjects }: ModelCard): string {
  const { effectiveParameters, columns, affordableParameters, assumedNagelkerke, treesWeight, verdict } =
    development;
  const trees = treesWeight === 0 ? '' : `, and survival trees with a weight of ${treesWeight.toFixed(2)}`;
  const decided = `${effectiveParameters.toFixed(1)} effective parameters of ${columns} columns${trees}`;
  if (affordableParameters === null) return decided;
  return `${decided}; ${subjects} subjects with these events afford ${affordableParameters.toFixed(1)} (riley2019, for a Nagelkerke R² of ${assumedNagelkerke})${verdict === null ? '' : `: ${verdict}`}`;
}

/** Whether what the explanations name first is what the forecasts hang on, of subjects seen in training and of others. */
function explanationsText(
  own: FaithfulnessRecord | null,
  heldOut: FaithfulnessRecord | null | undefined,
): string | Markup {
  const records = [own, heldOut].filter((record) => record !== null && record !== undefined);
  if (records.length === 0) return 'their faithfulness was not measured';
  return html`Area between the curves of |change of risk| when inputs are hidden or shown in the order of the explanations, and in random order; above zero the explanations name first what the forecast hangs on.<ul class="files">${records.map(
    (record) => html`<li>${faithfulnessText(record)}</li>`,
  )}</ul>`;
}

function faithfulnessText({
  subjects,
  leftOut,
  heldOut,
  horizonDays,
  deletion,
  insertion,
}: FaithfulnessRecord): string {
  const who = heldOut
    ? `${subjects} held-out subjects, models of the validation`
    : `${subjects} subjects it was trained on`;
  const risk = horizonDays === null ? 'risk' : `risk at ${formatHorizon(Math.round(horizonDays))}`;
  const without = leftOut > 0 ? `; ${leftOut} more have no two inputs to order` : '';
  return `${who}, ${risk}: deletion ${areaText(deletion)}, insertion ${areaText(insertion)}${without}`;
}

function areaText({ difference, low, high, pValue, better }: CurveSummary): string {
  const points = (value: number) => formatNumber(100 * value, 2);
  const interval = low === null || high === null ? ' (no interval)' : ` (${points(low)} to ${points(high)})`;
  return `${points(difference)} points${interval}, p ${pValue < 0.001 ? '< 0.001' : formatNumber(pValue, 3)}, above random in ${better}`;
}
