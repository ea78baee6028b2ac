import { beside, type Wall } from './wall.ts';

/** A region with more of its outline on the outer surface is not enclosed. */
const mostOutside = 0.2;

/** Which voxels of the wall are above a threshold, once specks are gone and dark cores counted in. */
export interface Marked {
  /** [n] 1 where marked, dark cores included. */
  readonly marked: Uint8Array;
  /** [n] 1 in the dark cores. */
  readonly core: Uint8Array;
}

/**
 * The wall above a threshold as it is counted: contiguous in its slice over more
 * than a speck of noise, with the dark cores that it encloses.
 *
 * A core is a region of the wall below the threshold with less than a fifth of its
 * outline on the outer surface: marked wall and cavity enclose the rest, for
 * microvascular obstruction lies at the cavity, and where the wall is thin a bright
 * rim breaks here and there. It is no larger than what is marked in its slice:
 * a bright rim around a whole ventricle encloses no core. Holes of less than a
 * speck are filled, and are no core.
 *
 * @param above [n] 1 where the signal is above the threshold
 */
export function markRegions(wall: Wall, above: Uint8Array): Marked {
  const marked = new Uint8Array(above.length);
  for (const region of regionsOf(wall, above))
    if (region.length >= wall.leastPixels) for (const number of region) marked[number] = 1;
  const core = new Uint8Array(above.length);
  for (const region of enclosedIn(wall, marked)) {
    for (const number of region) {
      marked[number] = 1;
      if (region.length >= wall.leastPixels) core[number] = 1;
    }
  }
  return { marked, core };
}

/** The regions of chosen voxels that hang together by their sides within a slice. */
export function regionsOf({ neighbours }: Wall, chosen: Uint8Array): number[][] {
  const seen = new Uint8Array(chosen.length);
  const regions: number[][] = [];
  for (let start = 0; start < chosen.length; start++) {
    if (!chosen[start] || seen[start]) continue;
    const region = [start];
    seen[start] = 1;
    for (let next = 0; next < region.length; next++) {
      for (let side = 0; side < 4; side++) {
        const other = neighbours[4 * region[next]! + side]!;
        if (other < 0 || seen[other] || !chosen[other]) continue;
        seen[other] = 1;
        region.push(other);
      }
    }
    regions.push(region);
  }
  return regions;
}

function enclosedIn(wall: Wall, marked: Uint8Array): number[][] {
  const inSlice = new Map<number, number>();
  for (const [number, z] of wall.slice.entries())
    if (marked[number]) inSlice.set(z, (inSlice.get(z) ?? 0) + 1);
  const dark = marked.map((value, number) => Number(value === 0 && inSlice.has(wall.slice[number]!)));
  return regionsOf(wall, dark).filter(
    (region) =>
      region.length <= inSlice.get(wall.slice[region[0]!]!)! && outerShare(wall, region) < mostOutside,
  );
}

/** Sides of the outline of a region that lie on the outer surface of the wall, as a share. */
function outerShare({ neighbours }: Wall, region: readonly number[]): number {
  const own = new Set(region);
  let [outer, all] = [0, 0];
  for (const number of region) {
    for (let side = 0; side < 4; side++) {
      const other = neighbours[4 * number + side]!;
      if (own.has(other)) continue;
      all++;
      if (other === beside.outside) outer++;
    }
  }
  return outer / all;
}
