import type { CohortCurve, CohortDistribution } from '@myocast/report';
import { betaQuantile, normalCdf } from '../../stages/simulation/src/distributions.ts';
import { type Cause, causes } from '../../stages/simulation/src/outcome/causes.ts';
import { firstMace, firstOf } from '../../stages/simulation/src/outcome/course.ts';
import { maceTargets, rateOf, rateTargets, targetYears } from './event-rates.ts';
import { normal } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

const labels: { readonly [C in Cause]: string } = {
  'cardiovascular-death': 'Cardiovascular death',
  'recurrent-mi': 'Recurrent infarction',
  'hf-hospitalisation': 'Hospitalisation for heart failure',
  'unplanned-revascularisation': 'Unplanned revascularisation',
  'non-cardiovascular-death': 'Non-cardiovascular death',
};

/** Every second month of five years. */
const months = Array.from({ length: 31 }, (_, index) => 2 * index);

/** Cumulative incidence of each component and of the first MACE, with the targets of DOMAIN B5. */
export function incidenceCurves(people: readonly Simulated[]): CohortCurve[] {
  const curve = (
    label: string,
    happened: Parameters<typeof rateOf>[2],
    targets: readonly number[],
  ): CohortCurve => ({
    label,
    points: months.map((month) => {
      const { value, se } = rateOf(people, month / 12, happened);
      return { month, value, low: value - normal * se, high: value + normal * se };
    }),
    published: targets.map((value, at) => ({ month: 12 * targetYears[at]!, value })),
  });
  return [
    ...causes.map((cause) => curve(labels[cause], (course) => firstOf(course, cause), rateTargets[cause])),
    curve('First MACE', (course) => firstMace(course)?.years ?? Number.POSITIVE_INFINITY, maceTargets),
  ];
}

/** Equal steps, on a logarithmic axis equal ratios. */
function edges(from: number, to: number, count: number, logarithmic: boolean): number[] {
  return Array.from({ length: count + 1 }, (_, step) =>
    logarithmic ? from * (to / from) ** (step / count) : from + ((to - from) * step) / count,
  );
}

/** Bins whose first and last hold what lies beyond them too, of the values as of the published distribution function. */
function distribution(
  label: string,
  values: readonly number[],
  [from, to, count, logarithmic]: readonly [number, number, number, boolean],
  published: (value: number) => number,
  among: string,
  source: string,
): CohortDistribution {
  const limits = edges(from, to, count, logarithmic);
  const below = (share: (limit: number) => number, at: number) =>
    at === 0 ? 0 : at === count ? 1 : share(limits[at]!);
  const simulated = (limit: number) => values.filter((value) => value < limit).length / values.length;
  const bins = limits.slice(0, -1).map((limit, at) => ({
    from: limit,
    to: limits[at + 1]!,
    simulated: below(simulated, at + 1) - below(simulated, at),
    published: below(published, at + 1) - below(published, at),
  }));
  return { label, among, logarithmic, bins, source };
}

const betaSize = betaQuantile(1.025, 2.05);

/** The distribution function of infarct size, from its quantiles. */
function infarctCdf(percent: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (60 * betaSize(middle) < percent) low = middle;
    else high = middle;
  }
  return low;
}

const gaussian = (mean: number, sd: number) => (value: number) => normalCdf((value - mean) / sd);
const logGaussian = (mu: number, sigma: number) => (value: number) =>
  normalCdf((Math.log(value) - mu) / sigma);

/** What DOMAIN B1 to B3 give as a whole distribution. */
export function distributions(people: readonly Simulated[]): CohortDistribution[] {
  const patients = people.map(({ subject }) => subject.patient);
  const obstructed = patients.map(({ injury }) => injury.mvoPercent).filter((extent) => extent > 0);
  const all = 'of all';
  return [
    distribution(
      'Infarct size, %LV',
      patients.map(({ injury }) => injury.infarctPercent),
      [0, 60, 20, false],
      infarctCdf,
      all,
      '60 · Beta(1.025, 2.05), fitted to 17.9 (8.0 to 29.8) of 2,632 patients (Stone 2016)',
    ),
    distribution(
      'MVO, %LV',
      obstructed,
      [0.1, 40, 20, true],
      logGaussian(0.737, 1.277),
      `of ${((100 * obstructed.length) / patients.length).toFixed(0)} % with MVO`,
      'lognormal, median 2.1, from de Waha 2017',
    ),
    distribution(
      'LVEF, %',
      patients.map(({ injury }) => injury.ejectionFractionPercent),
      [20, 76, 28, false],
      gaussian(50, 11),
      all,
      '50 ± 11, from four cohorts',
    ),
    distribution(
      'Symptom to balloon, min',
      patients.map(({ clinical }) => clinical.symptom_to_balloon),
      [40, 1440, 22, true],
      logGaussian(Math.log(210), 0.65),
      all,
      'lognormal, median 210, σ 0.65',
    ),
    distribution(
      'Age, years',
      patients.map(({ clinical }) => clinical.age),
      [20, 90, 28, false],
      gaussian(58.5, 11.5),
      all,
      '58.5 ± 11.5, from five cohorts',
    ),
    distribution(
      'NT-proBNP, ng/L',
      patients.map(({ clinical }) => clinical.nt_probnp),
      [30, 20000, 24, true],
      logGaussian(6.71, 1.13),
      all,
      'lognormal, median 822, σ 1.13',
    ),
  ];
}
