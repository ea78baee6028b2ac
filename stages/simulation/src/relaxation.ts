import type { FieldStrengthT } from './signal.ts';
import type { ByTissue, Tissue } from './tissue.ts';

export type PerField = { readonly [Field in FieldStrengthT]: ByTissue };

/** Proton densities relative to water. (recalled) */
export const density: ByTissue = {
  ...ofBlood(0.95),
  ...ofMuscle(0.8),
  air: 0,
  oedema: 0.84,
  infarct: 0.85,
  mvo: 0.82,
  haemorrhage: 0.8,
  epicardialFat: 0.8,
  fat: 0.95,
  muscle: 0.8,
  lung: 0.2,
  liver: 0.75,
  spleen: 0.8,
  stomach: 0.7,
  bone: 0.12,
  marrow: 0.7,
  fluid: 1,
};

/**
 * Native T1 in ms, DOMAIN C2: myocardium 996/1,184 (Granitz; 3 T); oedema
 * 1,133 (canine) / 1,320; acute infarct 1,097/1,323, of a zone that holds its dark
 * core, so that the bright part is taken higher (derived); MVO core 1,000/1,250;
 * blood 1,600/1,900, fat 260/370, liver 580/800 (recalled). The other organs are
 * not in the table (recalled).
 */
export const nativeT1: PerField = {
  1.5: {
    ...ofBlood(1600),
    ...ofMuscle(996),
    air: 1000,
    oedema: 1133,
    infarct: 1150,
    mvo: 1000,
    haemorrhage: 960,
    epicardialFat: 260,
    fat: 260,
    muscle: 900,
    lung: 1200,
    liver: 580,
    spleen: 1050,
    stomach: 1100,
    bone: 500,
    marrow: 320,
    fluid: 3000,
  },
  3: {
    ...ofBlood(1900),
    ...ofMuscle(1184),
    air: 1000,
    oedema: 1320,
    infarct: 1350,
    mvo: 1250,
    haemorrhage: 1200,
    epicardialFat: 370,
    fat: 370,
    muscle: 1100,
    lung: 1300,
    liver: 800,
    spleen: 1300,
    stomach: 1300,
    bone: 600,
    marrow: 420,
    fluid: 3500,
  },
};

/**
 * T2 in ms, DOMAIN C2: myocardium 52/46, oedema 71 (canine, 1.5 T) / 57 (3 T,
 * scaled to the upper 60), infarct 65/60, haemorrhagic core 45 to 50, blood
 * 250/150, less where it carries less oxygen, fat 60 to 85, liver 46 (recalled).
 * Other organs (recalled).
 */
export const nativeT2: PerField = {
  1.5: {
    ...ofBlood(250),
    rvBlood: 190,
    rightAtrium: 190,
    ...ofMuscle(52),
    air: 50,
    oedema: 71,
    infarct: 66,
    mvo: 58,
    haemorrhage: 45,
    epicardialFat: 70,
    fat: 70,
    muscle: 40,
    lung: 40,
    liver: 46,
    spleen: 75,
    stomach: 60,
    bone: 20,
    marrow: 60,
    fluid: 1200,
  },
  3: {
    ...ofBlood(150),
    rvBlood: 112,
    rightAtrium: 112,
    ...ofMuscle(46),
    air: 50,
    oedema: 60,
    infarct: 60,
    mvo: 53,
    haemorrhage: 42,
    epicardialFat: 70,
    fat: 70,
    muscle: 35,
    lung: 35,
    liver: 38,
    spleen: 62,
    stomach: 55,
    bone: 18,
    marrow: 55,
    fluid: 900,
  },
};

/**
 * T2* in ms, DOMAIN C2: myocardium 36 at 1.5 T (recalled) and 24 at 3 T (Roy),
 * infarct 30 to 40 (recalled), haemorrhagic core below 20; blood and others (recalled).
 */
export const nativeT2Star: PerField = {
  1.5: {
    ...ofBlood(90),
    ...ofMuscle(36),
    air: 10,
    oedema: 37,
    infarct: 36,
    mvo: 30,
    haemorrhage: 14,
    epicardialFat: 30,
    fat: 30,
    muscle: 32,
    lung: 2,
    liver: 28,
    spleen: 45,
    stomach: 25,
    bone: 2,
    marrow: 12,
    fluid: 300,
  },
  3: {
    ...ofBlood(50),
    ...ofMuscle(24),
    air: 10,
    oedema: 25,
    infarct: 24,
    mvo: 20,
    haemorrhage: 9,
    epicardialFat: 22,
    fat: 22,
    muscle: 22,
    lung: 1,
    liver: 18,
    spleen: 30,
    stomach: 15,
    bone: 1,
    marrow: 8,
    fluid: 200,
  },
};

/**
 * T1 15 min after gadolinium in ms: remote 450, infarct 280, blood 320, MVO 550 at
 * 1.5 T (recalled, DOMAIN C2); remote 410 at 3 T (DOMAIN C2), the others at 3 T in
 * the same proportion (derived). Salvaged oedema takes up a little more than
 * remote muscle (recalled).
 */
export const enhancedT1: PerField = {
  1.5: {
    ...ofBlood(320),
    ...ofMuscle(450),
    air: 1000,
    oedema: 425,
    infarct: 280,
    mvo: 550,
    haemorrhage: 560,
    epicardialFat: 260,
    fat: 260,
    muscle: 480,
    lung: 500,
    liver: 380,
    spleen: 370,
    stomach: 450,
    bone: 350,
    marrow: 300,
    fluid: 2500,
  },
  3: {
    ...ofBlood(292),
    ...ofMuscle(410),
    air: 1000,
    oedema: 387,
    infarct: 255,
    mvo: 500,
    haemorrhage: 510,
    epicardialFat: 330,
    fat: 330,
    muscle: 440,
    lung: 460,
    liver: 350,
    spleen: 345,
    stomach: 420,
    bone: 350,
    marrow: 340,
    fluid: 2800,
  },
};

type BloodTissue =
  | 'lvBlood'
  | 'rvBlood'
  | 'leftAtrium'
  | 'rightAtrium'
  | 'valveBlood'
  | 'greatVessel'
  | 'aorta'
  | 'lungVessel';
type HeartMuscle = 'myocardium' | 'papillary' | 'rvWall' | 'rvTrabecula' | 'atrialWall';

function ofBlood(value: number): { readonly [Name in BloodTissue & Tissue]: number } {
  return {
    lvBlood: value,
    rvBlood: value,
    leftAtrium: value,
    rightAtrium: value,
    valveBlood: value,
    greatVessel: value,
    aorta: value,
    lungVessel: value,
  };
}

function ofMuscle(value: number): { readonly [Name in HeartMuscle & Tissue]: number } {
  return { myocardium: value, papillary: value, rvWall: value, rvTrabecula: value, atrialWall: value };
}
