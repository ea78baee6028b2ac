/** What a point of the image is made of. The order is that of every table by tissue. */
export const tissues = [
  'air',
  'lvBlood',
  'myocardium',
  'oedema',
  'infarct',
  'mvo',
  'haemorrhage',
  'papillary',
  'rvBlood',
  'rvWall',
  'rvTrabecula',
  'leftAtrium',
  'rightAtrium',
  'valveBlood',
  'atrialWall',
  'greatVessel',
  'epicardialFat',
  'fat',
  'muscle',
  'lung',
  'lungVessel',
  'liver',
  'spleen',
  'stomach',
  'aorta',
  'bone',
  'marrow',
  'fluid',
] as const;

export type Tissue = (typeof tissues)[number];

/** A value for every tissue. */
export type ByTissue = { readonly [Name in Tissue]: number };

/** The number of a tissue in the tables and maps. */
export const tissueCode = Object.fromEntries(tissues.map((name, code) => [name, code])) as {
  readonly [Name in Tissue]: number;
};

/** A value per tissue, as a table by tissue code. */
export function byTissue(value: (name: Tissue) => number): Float32Array {
  return Float32Array.from(tissues, value);
}

/** Blood that moves: brighter than its steady state in a cine, gone from a dark-blood image. */
export const blood: readonly Tissue[] = [
  'lvBlood',
  'rvBlood',
  'leftAtrium',
  'rightAtrium',
  'valveBlood',
  'greatVessel',
  'aorta',
  'lungVessel',
];

/** Fat: hardly takes up contrast agent, and is out of phase with water in a cine. */
export const fatty: readonly Tissue[] = ['fat', 'epicardialFat', 'marrow'];

const labels = (given: Partial<Record<Tissue, number>>) =>
  Uint8Array.from(tissues, (name) => given[name] ?? 0);

/**
 * Ground-truth labels by tissue code. Papillary muscles and trabeculae count as
 * cavity. Cine: 1 RV, 2 myocardium, 3 LV cavity. LGE: 1 cavity, 2 normal
 * myocardium, 3 infarct, 4 MVO. T2: 1 cavity, 2 normal myocardium, 3 area at risk
 * (the infarct is inside it). Long axis: 1 LV cavity, 2 myocardium, 3 left atrium.
 * Blood between the valves' planes carries no label.
 */
export const tissueLabels = {
  'cine-sax': labels({
    rvBlood: 1,
    rvTrabecula: 1,
    myocardium: 2,
    oedema: 2,
    infarct: 2,
    mvo: 2,
    haemorrhage: 2,
    lvBlood: 3,
    papillary: 3,
  }),
  'lge-sax': labels({
    lvBlood: 1,
    papillary: 1,
    myocardium: 2,
    oedema: 2,
    infarct: 3,
    mvo: 4,
    haemorrhage: 4,
  }),
  't2-sax': labels({
    lvBlood: 1,
    papillary: 1,
    myocardium: 2,
    oedema: 3,
    infarct: 3,
    mvo: 3,
    haemorrhage: 3,
  }),
  'cine-lax': labels({
    lvBlood: 1,
    papillary: 1,
    myocardium: 2,
    oedema: 2,
    infarct: 2,
    mvo: 2,
    haemorrhage: 2,
    leftAtrium: 3,
  }),
} as const;

/** A series whose labels are known. */
export type LabelledKind = keyof typeof tissueLabels;
