import type { GreyZone, RemoteRecord } from '../../tissue-records.ts';
import { infarctThreshold, spreadThreshold, type Threshold } from './infarct-thresholds.ts';
import { markRegions, regionsOf } from './regions.ts';
import type { WallSignal } from './remote.ts';
import type { Wall } from './wall.ts';

const definitions = {
  '2-sd-to-half-maximum': {
    rule: 'core above half of the maximum, grey zone from 2 SD above remote to there, as far as it hangs together with the core in its slice',
    source: 'schmidt2007',
  },
  '2-to-3-sd': {
    rule: 'core above 3 SD above remote, grey zone from 2 to 3 SD, as far as it hangs together with the core in its slice',
    source: 'yan2006',
  },
} as const;

/**
 * The border of the infarct between two thresholds. Dark cores count as core. In
 * images of clinical resolution most of it is partial volume of a sharp border.
 *
 * Source: schmidt2007, yan2006 (docs/references.bib).
 */
export function greyZones(wall: Wall, signal: WallSignal, remote: RemoteRecord): GreyZone[] {
  const half = infarctThreshold('fwhm', wall, signal, remote);
  const [low, high] = [spreadThreshold(2, remote), spreadThreshold(3, remote)];
  return [
    between('2-sd-to-half-maximum', wall, signal, low, half),
    between('2-to-3-sd', wall, signal, low, high),
  ];
}

function between(
  definition: GreyZone['definition'],
  wall: Wall,
  { values }: WallSignal,
  { value: low, flags: lowFlags }: Threshold,
  { value: high, flags: highFlags }: Threshold,
): GreyZone {
  const flags = [...new Set([...lowFlags, ...highFlags])];
  const about = { definition, ...definitions[definition], flags };
  if (low === null || high === null || high <= low)
    return { ...about, greyPercent: null, corePercent: null, greyShareOfInfarctPercent: null };
  const above = (threshold: number) => Uint8Array.from(values, (value) => Number(value > threshold));
  const core = markRegions(wall, above(high)).marked;
  const whole = markRegions(wall, above(low)).marked.map((value, number) => value | core[number]!);
  let [grey, dense] = [0, 0];
  for (const region of regionsOf(wall, whole)) {
    const inCore = region.filter((number) => core[number]).length;
    dense += inCore;
    if (inCore > 0) grey += region.length - inCore;
  }
  const percent = (part: number) => (100 * part) / values.length;
  return {
    ...about,
    greyPercent: percent(grey),
    corePercent: percent(dense),
    greyShareOfInfarctPercent: grey + dense > 0 ? (100 * grey) / (grey + dense) : null,
  };
}
