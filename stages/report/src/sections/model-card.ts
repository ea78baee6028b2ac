import type { ModelCard } from '@myocast/model';
import { causeLabel, formatHorizon } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/** What the model is, what it was made from and what it is for. */
export function modelCardSection(card: ModelCard): Markup {
  const { outcome } = card;
  const rows: readonly (readonly [string, string | Markup])[] = [
    ['Name', card.name],
    ['Made', `${card.created}, software ${card.softwareVersion}, seed ${card.seed}`],
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
    ['Sequences', card.sequences.length > 0 ? card.sequences.join(', ') : 'none'],
    [`Predictors (${card.predictors.length})`, card.predictors.join(', ')],
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
