import type { Random } from '@myocast/base';
import type { Centre } from '../centre.ts';
import type { Patient } from '../clinical.ts';
import { clamp } from '../injury.ts';

/** What a core laboratory reports of the exam; null where the sequence is not there. */
export interface MeasuredCmr {
  readonly edvi: number | null;
  readonly esvi: number | null;
  readonly lvef: number | null;
  readonly lv_mass_index: number | null;
  readonly gls: number | null;
  readonly gcs: number | null;
  readonly la_reservoir: number | null;
  readonly la_booster: number | null;
  readonly lavi: number | null;
  readonly rvef: number | null;
  readonly infarct_size: number | null;
  readonly mvo: number | null;
  readonly rv_infarct: number | null;
  readonly area_at_risk: number | null;
  readonly salvage_index: number | null;
  readonly haemorrhage: number | null;
  readonly native_t1_remote: number | null;
  readonly native_t1_infarct: number | null;
  readonly hypointense_core: number | null;
  readonly ecv_remote: number | null;
  readonly t2_infarct: number | null;
  readonly t2_remote: number | null;
  readonly t2_star_core: number | null;
}

/**
 * Coefficients of variation and standard deviations of one reading against the
 * truth, DOMAIN C5: infarct size by hand 14.4 % (PMC5553600), LVEF 6.0 % and mass 4.8 %
 * scan to scan (PMC8908603).
 * EDV 5 %, AAR 12 %, MVO 20 % of its size, strain 1.2, LA 2.5 and 1.5, RVEF 4 points: (recalled).
 */
const spread = {
  edv: 0.05,
  lvef: 3,
  mass: 0.048,
  strain: 1.2,
  reservoir: 2.5,
  booster: 1.5,
  atrium: 0.08,
  rvef: 4,
  infarct: 0.144,
  mvo: 0.2,
  risk: 0.12,
} as const;

/**
 * Relaxation times by field, ms: 1.5 T remote 961 ± 25, infarct 1,097 ± 52 (Glasgow); 3 T remote
 * 1,122 ± 57 (Roy 2017), infarct 1,323 ± 68 (PMC5532996); T2 of the infarct 57 to 71, remote 45 to 52;
 * T2* below 20 in haemorrhage, 30 to 40 in the infarct (DOMAIN B3, C2; spreads of T2* recalled).
 */
const relaxation = {
  1.5: {
    t1Remote: { mean: 961, sd: 25 },
    t1Infarct: { mean: 1097, sd: 52 },
    t2Remote: { mean: 50, sd: 3 },
    t2Infarct: { mean: 66, sd: 6 },
    t2StarInfarct: { mean: 33, sd: 4.5 },
    t2StarBled: { mean: 15.5, sd: 2.5 },
  },
  3: {
    t1Remote: { mean: 1122, sd: 57 },
    t1Infarct: { mean: 1323, sd: 68 },
    t2Remote: { mean: 46, sd: 3 },
    t2Infarct: { mean: 57, sd: 5 },
    t2StarInfarct: { mean: 25, sd: 4 },
    t2StarBled: { mean: 13, sd: 2.5 },
  },
} as const;

/** Poor images are read with more error (assumption): by 1.0, 1.2, 1.5 and 2 at quality 4 to 1. */
const qualityFactor = { 4: 1, 3: 1.2, 2: 1.5, 1: 2 } as const;

/** Reads an exam. All numbers are drawn, whatever is missing, so that a missing one changes no other. */
export function measureCmr(
  random: Random,
  { injury, exam }: Patient,
  centre: Centre,
  massIndexGPerM2: number,
): MeasuredCmr {
  const factor = qualityFactor[exam.quality];
  const noise = (sd: number) => factor * sd * random.normal();
  const share = (value: number, cv: number) => value * Math.max(0.2, 1 + noise(cv));
  const cine = readCine(injury, massIndexGPerM2, noise, share);
  const lge = readEnhancement(injury, share);
  const times = readMaps(random, injury, centre);
  const area_at_risk = Math.max(share(injury.areaAtRiskPercent, spread.risk), 1);
  const salvage_index = exam.lge ? clamp((area_at_risk - lge.infarct_size) / area_at_risk, 0, 1) : null;
  const haemorrhage = injury.haemorrhagePercent > 0 ? share(injury.haemorrhagePercent, spread.mvo) : 0;
  return {
    ...only(exam.cine, cine),
    ...only(exam.lge, lge),
    ...only(exam.t2Stir, { area_at_risk, salvage_index }),
    ...only(exam.t1Map, times.t1),
    ...only(exam.t2Map, times.t2),
    ...only(exam.t2StarMap, { haemorrhage, t2_star_core: times.t2StarCore }),
  };
}

type Noise = (sd: number) => number;
type Share = (value: number, cv: number) => number;

/** The values, or as many nulls. */
function only<Values extends object>(
  there: boolean,
  values: Values,
): { [K in keyof Values]: Values[K] | null } {
  if (there) return values;
  return Object.fromEntries(Object.keys(values).map((name) => [name, null])) as { [K in keyof Values]: null };
}

function readCine(injury: Patient['injury'], massIndexGPerM2: number, noise: Noise, share: Share) {
  const edvi = share(injury.edviMlPerM2, spread.edv);
  const lvef = clamp(injury.ejectionFractionPercent + noise(spread.lvef), 8, 85);
  return {
    edvi,
    esvi: edvi * (1 - lvef / 100),
    lvef,
    lv_mass_index: share(massIndexGPerM2, spread.mass),
    gls: Math.min(0, injury.longitudinalStrainPercent + noise(spread.strain)),
    gcs: Math.min(0, injury.circumferentialStrainPercent + noise(spread.strain)),
    la_reservoir: Math.max(2, injury.atrialReservoirPercent + noise(spread.reservoir)),
    la_booster: Math.max(0, injury.atrialBoosterPercent + noise(spread.booster)),
    lavi: share(injury.atrialVolumeIndexMlPerM2, spread.atrium),
    rvef: clamp(injury.rvEjectionFractionPercent + noise(spread.rvef), 10, 85),
  };
}

/** MVO below 0.2 %LV is not seen (assumption: about one voxel in a slice). */
function readEnhancement(injury: Patient['injury'], share: Share) {
  const infarct_size = Math.max(0, share(injury.infarctPercent, spread.infarct));
  const mvo = share(injury.mvoPercent, spread.mvo);
  return { infarct_size, mvo: mvo < 0.2 ? 0 : mvo, rv_infarct: injury.rvInfarct };
}

interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/** Published spreads of relaxation times are of readings: their error is inside, and none is added. */
function readMaps(random: Random, injury: Patient['injury'], centre: Centre) {
  const tissue = relaxation[centre.fieldT];
  const drawn = ({ mean, sd }: Spread, shared = 0) =>
    mean + sd * (0.6 * shared + Math.sqrt(1 - 0.36 * Number(shared !== 0)) * random.normal());
  // Fibrosis lengthens T1 as it widens the ECV. (share recalled)
  const fibrosis = (injury.remoteEcvPercent - 26.8) / 3.7;
  return {
    t1: {
      native_t1_remote: drawn(tissue.t1Remote, fibrosis),
      native_t1_infarct: drawn(tissue.t1Infarct),
      hypointense_core: injury.hypointenseCore,
      ecv_remote: injury.remoteEcvPercent,
    },
    t2: { t2_infarct: drawn(tissue.t2Infarct), t2_remote: drawn(tissue.t2Remote) },
    t2StarCore: drawn(injury.haemorrhagePercent > 0 ? tissue.t2StarBled : tissue.t2StarInfarct),
  };
}
