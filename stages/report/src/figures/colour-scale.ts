/** RGB, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour for a share of the way from the low to the high end, 0 to 1. */
export type ColourScale = (share: number) => Rgb;

/**
 * Cividis at nine places: from dark blue to yellow, brighter all the way, the same to those who
 * see red and green alike, and in order when printed without colour.
 *
 * Source: nunez2018 (docs/references.bib).
 */
const cividisStops: readonly Rgb[] = [
  [0, 32, 77],
  [0, 51, 111],
  [57, 72, 107],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 121],
  [166, 157, 117],
  [196, 182, 107],
  [255, 234, 70],
];

/** From blue over near white, which is zero, to orange: for values of both signs. */
const divergingStops: readonly Rgb[] = [
  [0, 68, 136],
  [86, 140, 197],
  [176, 206, 230],
  [245, 245, 243],
  [246, 205, 150],
  [224, 142, 50],
  [150, 75, 0],
];

export const cividis: ColourScale = (share) => between(cividisStops, share);
export const diverging: ColourScale = (share) => between(divergingStops, share);

function between(stops: readonly Rgb[], share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(
      stops[below]![channel] + (place - below) * (stops[below + 1]![channel] - stops[below]![channel]),
    );
  return [mix(0), mix(1), mix(2)];
}

export const cssColour = ([red, green, blue]: Rgb) => `rgb(${red},${green},${blue})`;

/** Black or white, whichever stands out more (relative luminance of WCAG 2). */
export function inkOn(colour: Rgb): string {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}
