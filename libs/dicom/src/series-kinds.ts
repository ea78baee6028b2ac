/** What a series of a cardiac exam can be, in words. */
export const seriesKinds = {
  'cine-sax': 'cine, short axis',
  'cine-2ch': 'cine, two-chamber view',
  'cine-3ch': 'cine, three-chamber view',
  'cine-4ch': 'cine, four-chamber view',
  'cine-other': 'cine in another plane',
  'lge-sax': 'late enhancement, short axis',
  'lge-2ch': 'late enhancement, two-chamber view',
  'lge-3ch': 'late enhancement, three-chamber view',
  'lge-4ch': 'late enhancement, four-chamber view',
  'lge-other': 'late enhancement in another plane',
  't2-stir': 'T2-weighted oedema image (STIR and its like)',
  't1-map-native': 'T1 map before contrast',
  't1-map-post': 'T1 map after contrast',
  't2-map': 'T2 map',
  't2star-map': 'T2* map',
  'map-source': 'images of several inversion or echo times, from which a map is made',
  localiser: 'localiser',
  flow: 'phase-contrast flow',
  perfusion: 'first-pass perfusion',
  'ti-scout': 'search for the inversion time',
  other: 'of no use here',
} as const satisfies Record<string, string>;

export type SeriesKind = keyof typeof seriesKinds;

/** How a series was taken, whatever its plane. */
export const techniques = [
  'cine',
  'lge',
  't2-stir',
  't1-map',
  't2-map',
  't2star-map',
  'map-source',
  'localiser',
  'flow',
  'perfusion',
  'ti-scout',
  'other',
] as const;

export type Technique = (typeof techniques)[number];

/** The plane in which the heart is cut. */
export const views = ['sax', '2ch', '3ch', '4ch', 'other'] as const;

export type View = (typeof views)[number];

/** What one thing says for (above 0) or against (below 0) each possibility, in natural log odds. */
export interface Evidence<Of extends string> {
  readonly why: string;
  readonly odds: { readonly [Choice in Of]?: number };
}

/** A possibility and how probable it is, 0 to 1. */
export interface Ranked<Of extends string> {
  readonly choice: Of;
  readonly probability: number;
}

/**
 * Evidence that is taken as independent, added up: probability is proportional to
 * exp(Σ log odds).
 *
 * @returns all possibilities, the most probable first; ties in the order given
 */
export function weigh<Of extends string>(
  choices: readonly Of[],
  evidence: readonly Evidence<Of>[],
): readonly Ranked<Of>[] {
  const sums = choices.map((choice) => evidence.reduce((sum, { odds }) => sum + (odds[choice] ?? 0), 0));
  const top = Math.max(...sums);
  const weights = sums.map((sum) => Math.exp(sum - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return choices
    .map((choice, index) => ({ choice, probability: weights[index]! / total }))
    .sort((a, b) => b.probability - a.probability);
}

/** What speaks for a choice, strongest first. */
export function reasonsFor<Of extends string>(choice: Of, evidence: readonly Evidence<Of>[]): string[] {
  const odds = (one: Evidence<Of>) => one.odds[choice] ?? 0;
  return evidence
    .filter((one) => one.why !== '' && odds(one) > 0.4)
    .toSorted((a, b) => odds(b) - odds(a))
    .map(({ why }) => why);
}
