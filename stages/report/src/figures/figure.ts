import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeText, html, type Markup, trusted } from '../markup.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Okabe and Ito's colours, which stay apart for every kind of colour vision, and in print by symbol. */
export const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;
export const symbols = ['circle', 'square', 'diamond', 'triangle', 'star', 'cross', 'wye'] as const;

/** Dashes that tell lines apart without colour, in print or on a screen. */
export const dashes = ['none', '7,3', '2,3', '9,3,2,3'] as const;

/** A palette entry for the n-th of some names; goes round when there are more. */
export function inTurn<Entry>(entries: readonly Entry[], index: number): Entry {
  return entries[index % entries.length]!;
}

/** One plot as an SVG element, drawn without a browser. Plot escapes the texts of the data, but not attributes. */
export function drawPlot(options: Plot.PlotOptions): SVGSVGElement {
  const svg = Plot.plot({
    ...options,
    document: document as unknown as Document,
    figure: false,
  } as Plot.PlotOptions) as SVGSVGElement;
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg;
}

/**
 * One plot as an SVG. `description` says in words what the figure shows, for those
 * who do not see it. Plot escapes the texts of the data.
 */
export function figureSvg(options: Plot.PlotOptions, description: string): Markup {
  const svg = drawPlot({
    style: { fontSize: '12px', fontFamily: 'inherit', background: 'none', overflow: 'visible' },
    ...options,
  });
  // The description is put in here: linkedom leaves < as it is in attributes.
  const [start, rest] = [svg.outerHTML.slice(0, '<svg'.length), svg.outerHTML.slice('<svg'.length)];
  return trusted(`${start} role="img" aria-label="${escapeText(description)}"${rest}`);
}

/** A figure with its caption. On a narrow screen the drawing scrolls sideways within its frame. */
export function figure(drawing: Markup | readonly Markup[], caption: Markup): Markup {
  return html`<figure><div class="drawing" tabindex="0">${drawing}</div><figcaption>${caption}</figcaption></figure>`;
}

/** The key to colours and symbols. */
export function legend(
  entries: readonly { readonly label: string; readonly colour: string; readonly symbol?: string }[],
): Markup {
  return html`<ul class="legend">${entries.map(
    ({ label, colour, symbol }) =>
      html`<li><span aria-hidden="true" style="color:${colour}">${symbolSign(symbol)}</span> ${label}</li>`,
  )}</ul>`;
}

function symbolSign(symbol: string | undefined): string {
  const signs: Record<string, string> = {
    circle: '●',
    square: '■',
    diamond: '◆',
    triangle: '▲',
    star: '★',
    cross: '✚',
    wye: 'Y',
  };
  return signs[symbol ?? ''] ?? '━';
}
