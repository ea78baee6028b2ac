import { trainingFigure } from '../figures/training-figure.ts';
import { formatNumber } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { NetworkCard, UsedNetwork } from '../records.ts';

/** A card for each network that drew contours: what it learned from, how, and what was measured of it. */
export function networksSection(networks: readonly UsedNetwork[]): Markup {
  return html`<section id="networks"><h2>Segmentation networks</h2>${
    networks.length === 0
      ? html`<p class="none">No record of a network that drew contours was found in this study.</p>`
      : networks.map(networkCard)
  }</section>`;
}

function networkCard({ name, network, masks, confidence, card, training }: UsedNetwork): Markup {
  const drew = masks.map(({ mask, exams }) => `${mask} (${exams} ${exams === 1 ? 'exam' : 'exams'})`);
  const rows: readonly (readonly [string, string | Markup])[] = [
    [network === null ? 'Looked at' : 'Drew', drew.join(', ')],
    [
      'Confidence',
      `${formatNumber(confidence, 2)}: median over its masks of the probability it gives its own labels`,
    ],
    ...(card ? cardRows(card) : []),
    [
      'Network (SHA-256)',
      network === null ? 'not named: an expert’s contours are in force' : html`<code>${network}</code>`,
    ],
  ];
  return html`<article class="network"><h3>${name}</h3>${
    card
      ? null
      : html`<p class="none">The card of this network was not found: its weights are not at hand, or have changed since.</p>`
  }<dl>${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>
${training ? trainingFigure(training) : html`<p class="note">The course of its training is not recorded beside its weights.</p>`}</article>`;
}

function cardRows(card: NetworkCard): readonly (readonly [string, string | Markup])[] {
  const { labels, data, architecture, training, measured, heldOut, licence, intendedUse } = card;
  return [
    ['Labels', labels.join(', ')],
    ['Measured', measured.length > 0 ? listing(measured) : 'nothing yet'],
    ['Learned from', listing(data)],
    ...(heldOut.length > 0 ? [['Kept out of training', heldOut.join(', ')] as const] : []),
    ['Training', training],
    ['Architecture', architecture],
    ['Terms', licence],
    ['Intended use', intendedUse],
  ];
}

function listing(entries: readonly string[]): string | Markup {
  const [only] = entries;
  if (entries.length === 1) return only!;
  return html`<ul class="files">${entries.map((entry) => html`<li>${entry}</li>`)}</ul>`;
}
