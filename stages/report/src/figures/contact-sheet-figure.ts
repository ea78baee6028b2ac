import { encode } from 'fast-png';
import type { Polygon } from '@myocast/imaging/contours';
import { html, type Markup, trusted } from '../markup.ts';
import { shapesFile } from './svg-file.ts';
import { fitText, widthOf } from './text-width.ts';

/** How the outline of a tissue is drawn: told apart by colour, and by dashes where colour is not printed. */
export interface OutlineStyle {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  /** The inside is tinted. */
  readonly tinted: boolean;
}

export interface SheetOutline {
  readonly style: OutlineStyle;
  /** In pixels of the image. */
  readonly polygons: readonly Polygon[];
}

/** One image with what is drawn on it. */
export interface SheetTile {
  readonly label: string;
  /** [height × width], 0 to 255. */
  readonly grey: Uint8Array;
  readonly outlines: readonly SheetOutline[];
  /** Where the RV begins on the wall, in pixels; null where it was not found. */
  readonly insertions: {
    readonly anterior: readonly [column: number, row: number];
    readonly inferior: readonly [column: number, row: number];
    /** Not seen, but taken from where the heart usually lies. */
    readonly assumed: boolean;
  } | null;
}

/** Images of one moment or series, all of one size. */
export interface SheetSection {
  readonly heading: string;
  readonly width: number;
  readonly height: number;
  /** Height over width of a pixel. */
  readonly pixelAspect: number;
  /** Of a column; null where the images carry no geometry: then no scale is drawn. */
  readonly columnMm: number | null;
  readonly tiles: readonly SheetTile[];
}

export interface ContactSheetFigure {
  readonly title: string;
  readonly note?: string;
  readonly sections: readonly SheetSection[];
}

const sheetWidth = 800;
const [margin, gap, lineHeight] = [8, 4, 18] as const;
/** Where there are so many, four to six images side by side: on paper 17 cm wide, each is 3 to 4 cm. */
const [fewestAcross, mostAcross] = [4, 6] as const;
const scaleMm = 20;

/**
 * Images side by side with their contours as lines, a key to the lines, the number of each slice,
 * the insertions of the RV and a scale in each, as an SVG file for a page. The images are inside of the file.
 *
 * @throws RangeError without an image, or for one of another size than its section says
 */
export function contactSheetFigure({ title, note, sections }: ContactSheetFigure): string {
  const tiles = sections.flatMap((section) => section.tiles);
  if (tiles.length === 0) throw new RangeError('contactSheetFigure: expected an image, got none');
  const shapes: Markup[] = [
    text(fitText(title, sheetWidth - 2 * margin, 15), [margin, 20], { size: 15, bold: true }),
  ];
  let top = 28;
  if (note) {
    shapes.push(text(fitText(note, sheetWidth - 2 * margin, 12), [margin, top + 10], { size: 12 }));
    top += lineHeight;
  }
  const key = keyShapes(stylesOf(tiles), insertionKinds(tiles), top);
  shapes.push(key.shapes);
  top += key.height;
  for (const section of sections) {
    shapes.push(
      text(fitText(section.heading, sheetWidth - 2 * margin, 13), [margin, top + 14], {
        size: 13,
        bold: true,
      }),
    );
    const drawn = sectionShapes(section, top + 22);
    shapes.push(drawn.shapes);
    top += 22 + drawn.height + 6;
  }
  return shapesFile({ width: sheetWidth, height: Math.ceil(top + margin) }, html`${shapes}`, {
    title,
    description: `${title}. ${sections.map(({ heading, tiles: own }) => `${heading}: ${own.length} images`).join('; ')}.`,
  });
}

function stylesOf(tiles: readonly SheetTile[]): readonly OutlineStyle[] {
  const styles = tiles.flatMap(({ outlines }) => outlines.map(({ style }) => style));
  return styles.filter((style, index) => styles.findIndex(({ name }) => name === style.name) === index);
}

type InsertionKind = 'none' | 'found' | 'assumed';

function insertionKinds(tiles: readonly SheetTile[]): InsertionKind {
  const drawn = tiles.find(({ insertions }) => insertions !== null)?.insertions;
  if (!drawn) return 'none';
  return drawn.assumed ? 'assumed' : 'found';
}

/** The key to the lines and marks, in as many lines as it needs. */
function keyShapes(styles: readonly OutlineStyle[], insertions: InsertionKind, top: number) {
  const marks = [
    ...styles.map(({ name, colour, dash }) => ({
      name,
      mark: (x: number, y: number) =>
        html`<rect x="${x}" y="${y - 5}" width="26" height="10" fill="#333"/><path d="M${x + 2} ${y}h22" stroke="${colour}" stroke-width="2.4" stroke-dasharray="${dash}"/>`,
    })),
    ...(insertions === 'none' ? [] : insertionMarks(insertions)),
  ];
  let [x, line] = [margin, 0];
  const shapes = marks.map(({ name, mark }) => {
    const own = 34 + widthOf(name, 12) + 12;
    if (x > margin && x + own > sheetWidth - margin) [x, line] = [margin, line + 1];
    const y = top + 10 + line * lineHeight;
    const shape = html`${mark(x, y)}${text(name, [x + 32, y + 4], { size: 12 })}`;
    x += own;
    return shape;
  });
  return { shapes: html`${shapes}`, height: marks.length === 0 ? 0 : (line + 1) * lineHeight + 4 };
}

function insertionMarks(kind: 'found' | 'assumed') {
  const said = kind === 'assumed' ? ', assumed' : '';
  const marks = [
    { name: `anterior RV insertion${said}`, up: true },
    { name: `inferior RV insertion${said}`, up: false },
  ];
  return marks.map(({ name, up }) => ({
    name,
    mark: (x: number, y: number) =>
      html`<rect x="${x}" y="${y - 7}" width="26" height="14" fill="#333"/>${triangle([x + 13, y], up, kind === 'assumed')}`,
  }));
}

function triangle([x, y]: readonly [number, number], up: boolean, hollow: boolean): Markup {
  const tip = up ? -1 : 1;
  const fill = hollow ? 'none' : '#fff';
  return html`<path d="M${x} ${y + tip * 4.5}L${x - 4.5} ${y - tip * 3.5}H${x + 4.5}Z" fill="${fill}" stroke="${hollow ? '#fff' : '#000'}" stroke-width="1"/>`;
}

/** As few rows as may be, and then the widest images: few images are no larger than half of the page. */
function acrossOf(tiles: number): number {
  const rows = Math.ceil(tiles / mostAcross);
  return Math.max(Math.min(fewestAcross, Math.max(2, tiles)), Math.ceil(tiles / rows));
}

function sectionShapes(section: SheetSection, top: number) {
  const { tiles, width, height, pixelAspect } = section;
  const across = acrossOf(tiles.length);
  const tileWidth = (sheetWidth - 2 * margin - (across - 1) * gap) / across;
  const zoom = tileWidth / width;
  const tileHeight = height * pixelAspect * zoom;
  const shapes = tiles.map((tile, index) => {
    if (tile.grey.length !== width * height)
      throw new RangeError(`contactSheetFigure: expected ${width}×${height} pixels, got ${tile.grey.length}`);
    const place = {
      left: margin + (index % across) * (tileWidth + gap),
      top: top + Math.floor(index / across) * (tileHeight + gap),
      across: zoom,
      down: zoom * pixelAspect,
    };
    const scale = scaleShape(section, place, tileHeight);
    return html`${tileShapes(tile, { width, height }, place)}${scale}`;
  });
  return { shapes: html`${shapes}`, height: Math.ceil(tiles.length / across) * (tileHeight + gap) };
}

/** Left upper corner, and units of the page for a pixel. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
}

function tileShapes(
  tile: SheetTile,
  { width, height }: { width: number; height: number },
  place: Place,
): Markup {
  const at = ([column, row]: readonly [number, number]) =>
    [place.left + (column + 0.5) * place.across, place.top + (row + 0.5) * place.down] as const;
  const png = encode({ width, height, data: tile.grey, channels: 1, depth: 8 });
  const [tileWidth, tileHeight] = [width * place.across, height * place.down];
  const image = trusted(
    `<image x="${place.left}" y="${place.top}" width="${tileWidth}" height="${tileHeight}" preserveAspectRatio="none" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>`,
  );
  const lines = tile.outlines.map(({ style, polygons }) => {
    const path = polygons
      .flatMap(({ outer, holes }) => [outer, ...holes])
      .map((outline) => `M${outline.map((point) => at(point).map(hundredths).join(' ')).join('L')}Z`)
      .join('');
    const tint = style.tinted
      ? html`<path d="${path}" fill="${style.colour}" fill-opacity="0.25" fill-rule="evenodd"/>`
      : null;
    return html`${tint}<path d="${path}" fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="2.2"/><path d="${path}" fill="none" stroke="${style.colour}" stroke-width="1.2" stroke-dasharray="${style.dash}"/>`;
  });
  const { insertions } = tile;
  const marks = insertions
    ? html`${triangle(at(insertions.anterior), true, insertions.assumed)}${triangle(at(insertions.inferior), false, insertions.assumed)}`
    : null;
  const labelWidth = widthOf(tile.label, 12) + 8;
  return html`${image}${lines}${marks}<rect x="${place.left}" y="${place.top}" width="${labelWidth}" height="17" fill="#000" fill-opacity="0.6"/>${text(tile.label, [place.left + 4, place.top + 13], { size: 12, colour: '#fff' })}`;
}

function scaleShape(
  { columnMm }: SheetSection,
  { left, top, across }: Place,
  tileHeight: number,
): Markup | null {
  if (columnMm === null) return null;
  const length = (scaleMm / columnMm) * across;
  const words = `${scaleMm} mm`;
  const [y, size] = [top + tileHeight - 7, 13];
  const backing = html`<rect x="${left}" y="${y - 22}" width="${Math.max(length, widthOf(words, size)) + 12}" height="29" fill="#000" fill-opacity="0.45"/>`;
  return html`${backing}<path d="M${left + 6} ${y}h${length}" stroke="#fff" stroke-width="3"/>${text(words, [left + 6, y - 6], { size, bold: true, colour: '#fff' })}`;
}

interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
}

function text(words: string, [x, y]: readonly [number, number], style: TextStyle): Markup {
  const { size, bold = false, colour = '#1a1a1a' } = style;
  return html`<text x="${x}" y="${y}" font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}" fill="${colour}">${words}</text>`;
}

const hundredths = (value: number) => Math.round(value * 100) / 100;
