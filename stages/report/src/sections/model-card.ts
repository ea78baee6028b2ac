import type { ModelCard } from '@myocast/model';
import { causeLabel, formatHorizon } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/** What the model is, what it was made from and what it is for. */
export function modelCardSection(card: ModelCard): Markup {
  const { outcome } = card;
  const rows: readonly (readonly [string, string | Markup])[] = [
    ['Name', card.name],
    [
      'Made',
      `${card.created}, software ${card.softwareVersion}${card.commit ? ` (${card.commit})` : ''}, seed ${card.seed}`,
    ],
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
    ['Sequences', card.sequences.map(({ kind }) => kind).join(', ') || 'none'],
    [`Predictors (${card.predictors.length})`, card.predictors.map(predictorText).join(', ')],
    ['Parameters', developmentText(card)],
    ['Intended use', card.intendedUse],
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
  const { effectiveParameters, columns, affordableParameters, assumedNagelkerke, treesWeight } = development;
  const trees = treesWeight === 0 ? '' : `, and survival trees with a weight of ${treesWeight.toFixed(2)}`;
  const decided = `${effectiveParameters.toFixed(1)} effective parameters of ${columns} columns${trees}`;
  if (affordableParameters === null) return decided;
  return `${decided}; ${subjects} subjects with these events afford ${affordableParameters.toFixed(1)} (riley2019, for a Nagelkerke R² of ${assumedNagelkerke})`;
}
