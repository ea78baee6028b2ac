/** What a point of the image is made of. The order is that of every table by tissue. */
export const tissues = [
  'air',
  'lvBlood',
  'myocardium',
  'infarct',
  'mvo',
  'rvBlood',
  'rvWall',
  'epicardialFat',
  'papillary',
  'atrialBlood',
  'atrialWall',
  'fat',
  'muscle',
  'lung',
  'liver',
  'stomach',
  'aorta',
  'bone',
] as const;

export type Tissue = (typeof tissues)[number];

/** The number of a tissue in the tables and maps. */
export const tissueCode = Object.fromEntries(tissues.map((name, code) => [name, code])) as {
  readonly [Name in Tissue]: number;
};

/** A value per tissue, as a table by tissue code. */
export function byTissue(values: { readonly [Name in Tissue]: number }): Float32Array {
  return Float32Array.from(tissues, (name) => values[name]);
}

const labels = (given: Partial<Record<Tissue, number>>) =>
  Uint8Array.from(tissues, (name) => given[name] ?? 0);

/**
 * Ground-truth labels by tissue code. Papillary muscles count as cavity. Cine:
 * 1 RV, 2 myocardium, 3 LV cavity. LGE: 1 cavity, 2 normal myocardium, 3 infarct,
 * 4 MVO. Blood above the base plane belongs to the atria and carries no label.
 */
export const tissueLabels = {
  'cine-sax': labels({ rvBlood: 1, myocardium: 2, infarct: 2, mvo: 2, lvBlood: 3, papillary: 3 }),
  'lge-sax': labels({ lvBlood: 1, papillary: 1, myocardium: 2, infarct: 3, mvo: 4 }),
} as const;
