import { describe, expect, it } from 'vitest';
import type { Mask } from '@myocast/dicom';
import { assumedReference } from '../segments.ts';
import { markRegions, regionsOf } from './regions.ts';
import { wallOf } from './wall.ts';

/** A wall of one slice from a drawing: . outside, o cavity, letters wall; upper case is above the threshold. */
function drawn(lines: readonly string[]) {
  const text = lines.join('');
  const mask: Mask = {
    shape: [1, 1, lines.length, lines[0]!.length],
    data: Uint8Array.from(text, (letter) => (letter === '.' ? 0 : letter === 'o' ? 1 : 2)),
    affine: null,
  };
  const wall = { ...wallOf(mask, assumedReference(mask)), leastPixels: 3 };
  const above = Uint8Array.from(wall.voxels, (at) => Number(/[A-Z]/.test(text[at]!)));
  const { marked, core } = markRegions(wall, above);
  const picture = text.toLowerCase().split('');
  for (const [number, at] of wall.voxels.entries())
    if (marked[number]) picture[at] = core[number] ? '*' : 'X';
  const width = lines[0]!.length;
  return { wall, above, lines: lines.map((_, y) => picture.slice(y * width, (y + 1) * width).join('')) };
}

describe('markRegions', () => {
  it('counts a dark core that the marked wall and the cavity enclose', () => {
    const core = drawn([
      '..........',
      '.wWWWWWWw.', //
      '.wWwwwWww.',
      '.wWoooWww.',
      '.wwwwwwww.',
      '..........',
    ]);
    expect(core.lines[2]).toBe('.wX***Xww.');
    // One of 12 sides lies outside: a bright rim that breaks once.
    const broken = drawn([
      '..........',
      '.wWWwWWWw.', //
      '.wWwwwWww.',
      '.wWoooWww.',
      '.wwwwwwww.',
      '..........',
    ]);
    expect(broken.lines.slice(1, 3)).toEqual(['.wXX*XXXw.', '.wX***Xww.']);
  });

  it('leaves dark wall that reaches the outer surface, specks, and what a rim around everything encloses', () => {
    const open = drawn([
      '..........',
      '.wWwwwWWw.', //
      '.wWwwwWww.',
      '.wWoooWww.',
      '.wwwwwwww.',
      '..........',
    ]);
    // 3 of the 10 sides of its outline lie outside.
    expect(open.lines[2]).toBe('.wXwwwXww.');
    expect(drawn(['.....', '.wWWw', '.wwww', '.....']).lines[1]).toBe('.wwww');
    const rim = drawn([
      'WWWWWWWWW',
      'WwwwwwwwW', //
      'WwwwwwwwW',
      'WwwwowwwW',
      'WwwwwwwwW',
      'WwwwwwwwW',
      'WWWWWWWWW',
    ]);
    expect(rim.lines[2]).toBe('XwwwwwwwX');
  });

  it('fills a hole of less than a speck, and calls it no core', () => {
    expect(drawn(['.......', '.WWWWW.', '.WWwWW.', '.WWWWW.', '.......']).lines[2]).toBe('.XXXXX.');
  });

  it('takes regions by their sides, not by their corners, as a flood fill by hand does', () => {
    const { wall, above } = drawn(['.....', '.WwW.', '.wWw.', '.WWw.', '.....']);
    expect(regionsOf(wall, above).map((region) => region.length)).toEqual([1, 1, 3]);
  });
});
