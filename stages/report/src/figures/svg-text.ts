import { html, type Markup } from '../markup.ts';

export interface SvgTextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Words in a figure of shapes; the point is where their base line starts, or has its middle or end. */
export function svgText(words: string, [x, y]: readonly [number, number], style: SvgTextStyle): Markup {
  const { size, bold = false, colour = '#1a1a1a', anchor = 'start' } = style;
  return html`<text x="${x}" y="${y}" font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}" fill="${colour}" text-anchor="${anchor}">${words}</text>`;
}
