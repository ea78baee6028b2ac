import type { ExtracellularVolume, MapQuantities } from '../../tissue-records.ts';

/** Haematocrit that a person who is scanned can have. */
const possible = [0.15, 0.7] as const;
/** Contrast agent must have shortened the T1 of blood by this share. */
const leastShortening = 0.3;

const about = {
  rule: 'ECV = (1 - haematocrit) (1/T1 post - 1/T1 native) of wall over that of blood, from the medians of each region on either map',
  source: 'messroghli2017',
} as const;

/**
 * Extracellular volume of remote wall, infarct and every segment, in %.
 *
 * @param haematocrit 0 to 1 from a blood test; null takes a synthetic one from the native T1 of blood, which is flagged
 * @param fieldT null where the images do not say it: then there is no synthetic haematocrit
 *
 * Source: messroghli2017; treibel2016 at 1.5 T, reiter2024 at 3 T (docs/references.bib).
 */
export function extracellularVolume(
  native: MapQuantities,
  post: MapQuantities,
  haematocrit: number | null,
  fieldT: number | null,
): ExtracellularVolume {
  const used = haematocritOf(native.bloodMs, haematocrit, fieldT);
  const obstacle = obstacleTo(native, post, used.value);
  const flags = [...used.flags, ...(obstacle === null ? [] : [obstacle])];
  const known = { ...about, haematocrit: used.value, haematocritFrom: used.from, flags };
  if (obstacle !== null || used.value === null)
    return {
      ...known,
      remotePercent: null,
      infarctPercent: null,
      segmentPercent: Array.from({ length: 16 }, () => null),
    };
  const blood = 1 / post.bloodMs! - 1 / native.bloodMs!;
  const ecv = (before: number | null | undefined, after: number | null | undefined) =>
    before && after ? (100 * (1 - used.value!) * (1 / after - 1 / before)) / blood : null;
  return {
    ...known,
    remotePercent: ecv(native.remote?.ms, post.remote?.ms),
    infarctPercent: ecv(native.infarct?.ms, post.infarct?.ms),
    segmentPercent: native.segmentMs.map((before, at) => ecv(before, post.segmentMs[at])),
  };
}

function obstacleTo(native: MapQuantities, post: MapQuantities, haematocrit: number | null): string | null {
  if (native.bloodMs === null || post.bloodMs === null)
    return 'expected the T1 of blood before and after contrast, found not both';
  if (post.bloodMs > (1 - leastShortening) * native.bloodMs)
    return `expected contrast agent to shorten the T1 of blood by ${100 * leastShortening} %, found ${native.bloodMs.toFixed(0)} to ${post.bloodMs.toFixed(0)} ms`;
  return haematocrit === null ? 'expected a haematocrit, found none' : null;
}

interface Haematocrit {
  readonly value: number | null;
  readonly from: ExtracellularVolume['haematocritFrom'];
  readonly flags: readonly string[];
}

function haematocritOf(bloodMs: number | null, given: number | null, fieldT: number | null): Haematocrit {
  if (given !== null) {
    if (given >= possible[0] && given <= possible[1]) return { value: given, from: 'blood test', flags: [] };
    return {
      value: null,
      from: null,
      flags: [`expected a haematocrit of ${possible.join(' to ')}, found ${given}`],
    };
  }
  if (bloodMs === null || fieldT === null) return { value: null, from: null, flags: [] };
  const value = syntheticHaematocrit(bloodMs, fieldT);
  if (value < possible[0] || value > possible[1])
    return { value: null, from: null, flags: [`the T1 of blood gives a haematocrit of ${value.toFixed(2)}`] };
  return {
    value,
    from: 'native T1 of blood',
    flags: ['expected a haematocrit from a blood test, found none: a synthetic one, wrong by some points'],
  };
}

/**
 * Haematocrit from the native T1 of blood in ms, by MOLLI: 866.0/T1 - 0.1232 at
 * 1.5 T, 1355.52/T1 - 0.310 at 3 T. Other sequences and makes have other lines.
 *
 * Source: treibel2016, reiter2024 (docs/references.bib).
 */
export function syntheticHaematocrit(bloodMs: number, fieldT: number): number {
  return fieldT < 2 ? 866.0 / bloodMs - 0.1232 : 1355.52 / bloodMs - 0.31;
}
