import type { Issue } from '@myocast/base';
import type { QuantitiesRecord } from '@myocast/imaging';
import { svgWords } from '../figures/svg-file.ts';
import { html, type Markup, trusted } from '../markup.ts';
import { pageStyle } from '../style.ts';
import { reportPolicy } from '../write-report.ts';
import type { ExamPicture } from './exam-pictures.ts';
import { mainNumbers } from './main-numbers.ts';
import type { PictureGroup } from './shown-quantities.ts';

export interface ExamIndex {
  readonly subject: string;
  readonly pictures: readonly ExamPicture[];
  /** Null where none were given: then the page has no numbers. */
  readonly quantities: QuantitiesRecord | null;
  /** What could not be drawn. */
  readonly issues: readonly Issue[];
}

/** In the order of the page. */
const groups: { readonly [Group in PictureGroup]: string } = {
  images: 'Images and contours',
  curves: 'Over the beat',
  wall: 'Wall thickness and thickening',
  strain: 'Strain',
  infarct: 'Infarct',
  oedema: 'Oedema',
  maps: 'Maps',
  other: 'Other quantities by segment',
};

/**
 * All pictures of one exam on one page, grouped, with the main numbers and every flag: one HTML file that needs nothing
 * else, no script and no network. The same input gives the same bytes.
 */
export function examIndex({ subject, pictures, quantities, issues }: ExamIndex): string {
  const parts = (Object.keys(groups) as PictureGroup[])
    .map((group) => ({ group, own: pictures.filter((picture) => picture.group === group) }))
    .filter(({ own }) => own.length > 0);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Exam ${subject}</title>
<style>${trusted(pageStyle)}</style></head>
<body><main>
<header><h1>Exam ${subject}</h1>
<p class="banner" role="note"><b>Research use only – not a medical device.</b> Look at the contours before relying on a number. Phases and slices count from 1.</p>
<nav>${parts.map(({ group }) => html`<a href="#${group}">${groups[group]}</a>`)}</nav></header>
${quantities ? numbersPart(quantities) : html`<p class="none">No quantities were given: pictures alone.</p>`}
${flagsPart(quantities, issues)}
${parts.map(
  ({ group, own }) =>
    html`<section id="${group}"><h2>${groups[group]}</h2>${
      group === 'images' ? own.map(figure) : html`<div class="drawings">${own.map(figure)}</div>`
    }</section>`,
)}
</main></body></html>
`;
  return page.markup;
}

function numbersPart(quantities: QuantitiesRecord): Markup {
  const rows = mainNumbers(quantities);
  const tableRow = ({ words, value, note }: ReturnType<typeof mainNumbers>[number]) =>
    html`<tr><th scope="row">${words}</th><td class="n">${value.replaceAll(' ', '\u00a0')}</td><td>${note}</td></tr>`;
  return html`<section id="numbers"><h2>Main numbers</h2>${
    rows.length === 0
      ? html`<p class="none">Nothing could be measured: see the flags.</p>`
      : html`<table><thead><tr><th>quantity</th><th class="n">value</th><th></th></tr></thead><tbody>${rows.map(tableRow)}</tbody></table>`
  }</section>`;
}

/** All of them: what the record says against itself, what strain says, and what could not be drawn. */
function flagsPart(quantities: QuantitiesRecord | null, issues: readonly Issue[]): Markup {
  const all = [...(quantities?.flags ?? []), ...(quantities?.deformation?.flags ?? []), ...issues];
  const list =
    all.length === 0
      ? html`<p>None.</p>`
      : html`<ul class="flags">${all.map(({ path, message, kind }) => html`<li>${path}: ${message} (${kind})</li>`)}</ul>`;
  return html`<section id="flags"><h2>Flags (${all.length})</h2>${list}</section>`;
}

/** An image and not a part of the page: nothing in it is run, and its names meet no others. */
function figure({ name, svg, caption }: ExamPicture): Markup {
  const { title = name, description } = svgWords(svg);
  const alt = description.startsWith(title) ? description : `${title}. ${description}`;
  const words = caption === undefined ? title : `${title}. ${caption}`;
  return html`<figure><img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" alt="${alt}"><figcaption>${words} <small>${name}</small></figcaption></figure>`;
}
