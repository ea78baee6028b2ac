import { type HeartBox, heartBox } from './heart-box.ts';
import { keepLargestComponent } from './largest-component.ts';
import type { Segmenter } from './segmenter.ts';
import type { View } from './view.ts';
import { runWindows, type ShownSlices } from './windows.ts';

/** Fewer labelled pixels of coarse windows than these are no heart. */
const fewestHeartPixels = 30;

/** Windows that are looked at: enough to meet the heart in a stack that reaches far beyond it. */
const mostWindows = 10;

/** A heart found further than this from the middle of the window is looked at again in its own window. */
const farMm = 20;

/** How far the two ventricles reach in a short axis. */
const usualHeartMm = 110;

/** An image wider than its window by this factor is looked at in several places. */
const wideImage = 1.25;

/** A heart found this far from where another series of the exam shows it is another thing. */
const disagreesMm = 40;

/** Where the heart is, and whether that was seen or is only supposed. */
export interface FoundHeart extends HeartBox {
  readonly seen: boolean;
}

/**
 * Looks for the heart in coarse windows: around a place where it is supposed to be,
 * or else around the middle of the images, and where it is not there, around the
 * middles of their quarters.
 *
 * Slices from end to end and, of a beat, two phases far apart are asked; each place
 * has as many votes as windows that call it heart, and the piece with the most votes
 * is the heart, as stray pieces lie elsewhere in every slice. Where that piece is off
 * the middle of the window, it is looked at again around its own centre.
 *
 * @param supposed where another series of the exam shows the heart: it stands where
 *   nothing is found, or something far from it
 * @returns its box in pixels of the slices; null where nothing looks like a heart and none is supposed
 */
export async function findHeart(
  shown: ShownSlices,
  segmenter: Segmenter,
  supposed?: readonly [row: number, column: number],
): Promise<FoundHeart | null> {
  const { rows, columns, pixelMm } = shown.slice(0);
  const from = supposed ?? ([(rows - 1) / 2, (columns - 1) / 2] as const);
  const offMm = ({ centre }: HeartBox) =>
    Math.hypot((centre[0] - from[0]) * pixelMm[0], (centre[1] - from[1]) * pixelMm[1]);
  const first = await lookAround(shown, segmenter, from);
  if (supposed && (first === null || offMm(first) > disagreesMm)) {
    const extent: HeartBox['extent'] = [usualHeartMm / pixelMm[0], usualHeartMm / pixelMm[1]];
    return { centre: supposed, extent, seen: false };
  }
  const found = first ?? (await lookElsewhere(shown, segmenter));
  if (found === null) return null;
  if (first !== null && offMm(found) <= farMm) return { ...found, seen: true };
  return { ...((await lookAround(shown, segmenter, found.centre)) ?? found), seen: true };
}

/** The quarters of an image that is much wider than the window; null where none holds a heart. */
async function lookElsewhere(shown: ShownSlices, segmenter: Segmenter): Promise<HeartBox | null> {
  const { rows, columns, pixelMm } = shown.slice(0);
  const { size, searchMm } = segmenter.card.window;
  const wide = Math.max(rows * pixelMm[0], columns * pixelMm[1]) > wideImage * size * searchMm;
  if (!wide) return null;
  let best: (HeartBox & { readonly votes: number }) | null = null;
  for (const down of [0.25, 0.75]) {
    for (const across of [0.25, 0.75]) {
      const found = await lookAround(shown, segmenter, [down * (rows - 1), across * (columns - 1)]);
      if (found && (best === null || found.votes > best.votes)) best = found;
    }
  }
  return best;
}

async function lookAround(
  shown: ShownSlices,
  segmenter: Segmenter,
  centre: readonly [number, number],
): Promise<(HeartBox & { readonly votes: number }) | null> {
  const { size, searchMm } = segmenter.card.window;
  const view: View = { centre, zoomMm: searchMm, turn: 0, size };
  const votes = new Uint16Array(size * size);
  await runWindows(shown, segmenter, askedWindows(shown), view, (_, { logits }, at) => {
    for (let place = 0; place < size * size; place++)
      if (isHeart(logits, at, segmenter.classes, size * size, place)) votes[place]!++;
  });
  const piece = largestPiece(votes, size);
  const down: number[] = [];
  const across: number[] = [];
  for (let place = 0; place < size * size; place++) {
    if (!piece[place]) continue;
    for (let vote = 0; vote < votes[place]!; vote++) {
      down.push(Math.floor(place / size));
      across.push(place % size);
    }
  }
  const box = heartBox(down, across, fewestHeartPixels);
  if (box === null) return null;
  const middle = (size - 1) / 2;
  const toPixels = shown.slice(0).pixelMm.map((mm) => searchMm / mm) as [number, number];
  return {
    centre: [
      centre[0] + (box.centre[0] - middle) * toPixels[0],
      centre[1] + (box.centre[1] - middle) * toPixels[1],
    ],
    extent: [box.extent[0] * toPixels[0], box.extent[1] * toPixels[1]],
    votes: down.length,
  };
}

/** Slices from end to end, of the first phase and, of a beat, of one near end-systole. */
function askedWindows({ phases, slices }: ShownSlices): number[] {
  const asked = phases > 3 ? [0, Math.round(0.35 * phases)] : [0];
  const count = Math.min(Math.floor(mostWindows / asked.length), slices);
  return asked.flatMap((t) =>
    Array.from({ length: count }, (_, k) => t * slices + Math.floor(((k + 0.5) * slices) / count)),
  );
}

/** Of all places with a vote, the connected ones that have most votes together. */
function largestPiece(votes: Uint16Array, size: number): Uint8Array {
  let best = new Uint8Array(votes.length);
  let most = 0;
  const left = Uint8Array.from(votes, (count) => (count > 0 ? 1 : 0));
  while (left.includes(1)) {
    const piece = left.slice();
    keepLargestComponent(piece, [1, 1, size, size]);
    const own = votes.reduce((sum, count, place) => sum + (piece[place] ? count : 0), 0);
    if (own > most) [best, most] = [piece, own];
    const pixels = piece.reduce((sum, there) => sum + there, 0);
    for (let place = 0; place < left.length; place++) if (piece[place]) left[place] = 0;
    // Smaller pieces cannot win: no place has more votes than there were windows.
    if (pixels * mostWindows <= most) break;
  }
  return best;
}

function isHeart(logits: Float32Array, at: number, classes: number, area: number, place: number): boolean {
  const background = logits[at * classes * area + place]!;
  for (let c = 1; c < classes; c++) if (logits[(at * classes + c) * area + place]! > background) return true;
  return false;
}
