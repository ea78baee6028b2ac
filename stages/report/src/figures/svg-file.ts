import { escapeText, html, type Markup } from '../markup.ts';
import { plainText } from './text-width.ts';

/** What a figure is called and shows, in words; without a title, the first sentence is one. */
export interface FigureWords {
  readonly title?: string | undefined;
  readonly description: string;
}

/** An SVG element as a file: its words go in, and numbers of pixels lose what no eye can see. */
export function svgFile(svg: string, { title, description }: FigureWords): string {
  const rounded = svg.replace(/<[^>]*>/g, (tag) =>
    tag.includes('base64,')
      ? tag
      : tag.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );
  const start = rounded.indexOf('>') + 1;
  const words = `<title>${escapeText(plainText(title ?? description.split('.')[0]!))}</title><desc>${escapeText(plainText(description))}</desc>`;
  const background = '<rect width="100%" height="100%" fill="#fff"/>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${rounded.slice(0, start)}${words}${background}${rounded.slice(start)}\n`;
}

/** A figure of shapes that no plot draws, as a file of so many units. Every text put into the shapes is escaped. */
export function shapesFile(
  { width, height }: { readonly width: number; readonly height: number },
  shapes: Markup,
  words: FigureWords,
): string {
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" fill="#1a1a1a" font-family="Arial, Helvetica, sans-serif" font-size="11" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${shapes}</svg>`;
  return svgFile(svg.markup, words);
}

/** The words that {@link svgFile} put into a file. */
export function svgWords(svg: string): FigureWords {
  const within = (tag: 'title' | 'desc') =>
    new RegExp(`<${tag}>([^<]*)</${tag}>`)
      .exec(svg)?.[1]
      ?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return { title: within('title'), description: within('desc') ?? '' };
}
