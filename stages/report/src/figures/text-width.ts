/** Text that may stand in an SVG file: characters that XML forbids, and line ends, become spaces. */
export function plainText(text: string): string {
  return text
    .replace(/[\ud800-\udfff]/gu, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]+/g, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

/** About how wide a text in a sans-serif face is, in the units of its size. */
export function widthOf(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * fontSize;
}

/** The text, cut with an ellipsis where it is wider than this. */
export function fitText(text: string, width: number, fontSize: number): string {
  const plain = plainText(text);
  if (widthOf(plain, fontSize) <= width) return plain;
  let kept = '';
  for (const character of plain) {
    if (widthOf(`${kept}${character}…`, fontSize) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Somewhat more than in Arial, so that the faces that stand in for it fit as well. */
function emsOf(character: string): number {
  if (character > '\u2e80') return 1;
  if ('ijlftr.,:;|!()[] '.includes(character)) return 0.36;
  return /[A-ZmwMW%@—…]/.test(character) ? 0.8 : 0.6;
}
