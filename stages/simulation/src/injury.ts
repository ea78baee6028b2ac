import type { Random } from '@myocast/base';
import { betaQuantile, normalCdf, normalQuantile } from './distributions.ts';
import type { Culprit } from './infarct.ts';
import { populationNorms } from './population-norms.ts';
import type { Latents } from './record/copula.ts';

/** Infarct size in %LV is 60 · Beta(1.025, 2.05): DOMAIN B3, fitted to 17.9 (8.0 to 29.8), n = 2,632 (stone2016). */
const infarctQuantile = betaQuantile(1.025, 2.05);

/** MVO at 5 to 7 days in 0.44; its extent lognormal μ 0.737, σ 1.277: DOMAIN B3 (dewaha2017; derived). */
const mvoPrevalence = 0.44;
const mvoThreshold = normalQuantile(1 - mvoPrevalence);

/** The true injury of the heart one week after the infarction. */
export interface Injury {
  readonly infarctPercent: number;
  readonly mvoPercent: number;
  /** Intramyocardial haemorrhage: inside the MVO, so never without it. */
  readonly haemorrhagePercent: number;
  readonly areaAtRiskPercent: number;
  /** (AAR - IS) / AAR */
  readonly salvageIndex: number;
  readonly ejectionFractionPercent: number;
  readonly edviMlPerM2: number;
  readonly esviMlPerM2: number;
  /** Global longitudinal and circumferential strain, negative is shortening. */
  readonly longitudinalStrainPercent: number;
  readonly circumferentialStrainPercent: number;
  readonly atrialReservoirPercent: number;
  readonly atrialBoosterPercent: number;
  readonly atrialVolumeIndexMlPerM2: number;
  readonly rvInfarct: 0 | 1;
  readonly rvEjectionFractionPercent: number;
  readonly remoteEcvPercent: number;
  /** A dark core on the native T1 map. */
  readonly hypointenseCore: 0 | 1;
  /** The latent normals, for what else depends on the injury. */
  readonly latent: Latents;
}

/** The injury at the latent normals; what the copula does not hold is drawn beside it. */
export function createInjury(random: Random, latent: Latents, culprit: Culprit): Injury {
  const infarctPercent = Math.max(0.5, 60 * infarctQuantile(normalCdf(latent.infarct)));
  const mvoPercent = mvoExtent(latent.mvo, infarctPercent);
  const haemorrhagePercent = haemorrhageExtent(random, latent.haemorrhage, mvoPercent);
  const areaAtRiskPercent = areaAtRisk(latent, infarctPercent);
  const salvageIndex = (areaAtRiskPercent - infarctPercent) / areaAtRiskPercent;
  return Object.assign(
    { infarctPercent, mvoPercent, haemorrhagePercent, areaAtRiskPercent, salvageIndex, latent },
    leftVentricle(latent),
    otherChambers(random, latent, culprit),
    tissue(random, latent, mvoPercent, haemorrhagePercent),
  );
}

/**
 * The infarct and what was saved around it. An area of 35 ± 12 %LV that correlates at 0.75 with the infarct
 * (DOMAIN B3, B4) leaves 15 ± 9 %LV saved, less in the largest infarcts - and in the smallest, whose areas are
 * small too, or the salvage index would spread wider than 0.22. How much is saved beside that, lognormal, follows
 * what the latent area does not share with the latent infarct. The last tenth of the area is too thin a border to die.
 */
function areaAtRisk(latent: Latents, infarctPercent: number): number {
  const own = (latent.risk - 0.75 * latent.infarct) / Math.sqrt(1 - 0.75 ** 2);
  const saved = Math.min(16 + 0.5 * infarctPercent, 22.8 - 0.346 * infarctPercent);
  return clamp(infarctPercent + lognormal(saved, 0.55 * saved, own), 1.15 * infarctPercent + 2, 75);
}

/** None below the threshold; above it lognormal, at most half of the infarct (DOMAIN C4: 5 to 25 % as a rule). */
function mvoExtent(latent: number, infarctPercent: number): number {
  if (latent <= mvoThreshold) return 0;
  const rank = (normalCdf(latent) - (1 - mvoPrevalence)) / mvoPrevalence;
  const extent = Math.exp(0.737 + 1.277 * normalQuantile(clamp(rank, 1e-6, 1 - 1e-6)));
  return Math.min(extent, 0.5 * infarctPercent);
}

/**
 * In 0.33 of all at ten days (DOMAIN B3: 43 % at 2 d, 33 % at 10 d), all of whom
 * have MVO (PLoS One 0123560), as 0.5 to 1 of the MVO (assumption; r = 0.95 with
 * its extent, Husser IJC 2013).
 */
function haemorrhageExtent(random: Random, latent: number, mvoPercent: number): number {
  const share = random.uniform(0.5, 1);
  return mvoPercent > 0 && latent > populationNorms.haemorrhageStep ? share * mvoPercent : 0;
}

/** LVEF 50 ± 11, range 20 to 75; ESVi 41 ± 16, lognormal; GLS -13.5 ± 3.8, GCS -15.5 ± 4.5 (DOMAIN B3). */
function leftVentricle(latent: Latents) {
  const ejectionFractionPercent = clamp(50 + 11 * latent.lvef, 20, 75);
  const esvi = lognormal(41, 16, latent.esvi);
  const edviMlPerM2 = clamp(esvi / (1 - ejectionFractionPercent / 100), 48, 150);
  return {
    ejectionFractionPercent,
    edviMlPerM2,
    esviMlPerM2: edviMlPerM2 * (1 - ejectionFractionPercent / 100),
    longitudinalStrainPercent: clamp(-13.5 + 3.8 * latent.strain, -26, -2),
    // Circumferential strain goes with the ejection fraction and with longitudinal strain. (recalled)
    circumferentialStrainPercent: clamp(
      -15.5 + (4.5 * (0.5 * latent.strain - 0.5 * latent.lvef)) / 0.917,
      -30,
      -2,
    ),
  };
}

/** RV infarct 0.15 to 0.20 of all, mostly with the right coronary artery. (shares by artery recalled) */
const rvInfarctByCulprit = { RCA: 0.38, LAD: 0.03, LCx: 0.08 } as const;

/** LA reservoir 28 ± 8, booster 12.5 ± 4.5, LAVI 39 to 44, RVEF 57 ± 8 (DOMAIN B3); links among them (recalled). */
function otherChambers(random: Random, latent: Latents, culprit: Culprit) {
  const rvInfarct = random.chance(rvInfarctByCulprit[culprit]) ? (1 as const) : (0 as const);
  const own = () => random.normal();
  return {
    atrialReservoirPercent: clamp(28 + 8 * latent.atrium, 5, 55),
    atrialBoosterPercent: clamp(12.5 + 4.5 * (0.7 * latent.atrium + 0.714 * own()), 1, 30),
    atrialVolumeIndexMlPerM2: clamp(41 + 11 * (-0.4 * latent.atrium + 0.917 * own()), 15, 95),
    rvInfarct,
    rvEjectionFractionPercent: clamp(
      57 - 7 * (rvInfarct - 0.18) + 7.5 * (0.3 * latent.lvef + 0.954 * own()),
      25,
      78,
    ),
  };
}

/** Remote ECV 26.4 (24.3 to 29.3) %; a hypointense T1 core in 56 % of all (DOMAIN B3), the shares by injury an assumption. */
function tissue(random: Random, latent: Latents, mvoPercent: number, haemorrhagePercent: number) {
  const core = haemorrhagePercent > 0 ? 0.95 : mvoPercent > 0 ? 0.75 : 0.3;
  return {
    remoteEcvPercent: clamp(26.8 + 3.7 * (0.15 * latent.probnp + 0.989 * random.normal()), 17, 42),
    hypointenseCore: random.chance(core) ? (1 as const) : (0 as const),
  };
}

/** The lognormal value with this mean and standard deviation at a latent normal. */
export function lognormal(mean: number, sd: number, latent: number): number {
  const variance = Math.log(1 + (sd / mean) ** 2);
  return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * latent);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
