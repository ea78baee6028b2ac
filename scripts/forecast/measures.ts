import type { Random } from '@myocast/base';
import { aalenJohansen, type FollowUp, incidenceAt, takeFollowUp } from '@myocast/survival';
import { calibrationSlope } from '@myocast/survival/calibration';
import { concordance, meanAuc, timeDependentAuc, unoConcordance } from '@myocast/survival/performance';

/** What a model said of the test patients of one seed. */
export interface Said {
  /** Rows of the cohort, and their predictions in this order. */
  readonly rows: readonly number[];
  readonly risk: Float64Array;
  /** Incidence at each horizon; null where the model gives none. */
  readonly at: ReadonlyMap<number, Float64Array>;
}

export const horizonsDays = [730, 1642] as const;
const aucDays = [365, 456, 547, 639, 730, 821, 912, 1004, 1095];

export interface Measures {
  readonly harrell: number;
  readonly uno: number;
  readonly integratedAuc: number | null;
}

/** Discrimination of these places among what was said. */
export function discrimination(said: Said, followUp: FollowUp, places: readonly number[]): Measures {
  const risk = Float64Array.from(places, (place) => said.risk[place]!);
  const own = takeFollowUp(
    followUp,
    places.map((place) => said.rows[place]!),
  );
  const areas = aucDays.map((day) => timeDependentAuc(risk, own, day).area);
  return {
    harrell: concordance(risk, own).index ?? Number.NaN,
    uno: unoConcordance(risk, own, { tau: 1095 }).index ?? Number.NaN,
    integratedAuc: meanAuc(areas, aucDays, own),
  };
}

export interface CalibrationAt {
  readonly days: number;
  readonly slope: number | null;
  readonly observedOverExpected: number;
}

export function calibrationAt(said: Said, followUp: FollowUp, days: number): CalibrationAt | null {
  const risk = said.at.get(days);
  if (!risk) return null;
  const own = takeFollowUp(followUp, said.rows);
  const slope = calibrationSlope(risk, own, days);
  const expected = risk.reduce((sum, value) => sum + value, 0) / risk.length;
  return {
    days,
    slope: slope.ok ? slope.value.estimate : null,
    observedOverExpected: incidenceAt(aalenJohansen(own), days) / expected,
  };
}

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Of each model the mean over seeds, with the percentile interval of patients drawn anew with
 * replacement: a patient drawn twice is there twice in every seed that tests on it.
 *
 * @param models by name, what each said in every seed
 * @returns by name and measure the value of the patients as they are (first), then of each draw
 */
export function draws(
  models: ReadonlyMap<string, readonly Said[]>,
  followUp: FollowUp,
  count: number,
  random: Random,
): ReadonlyMap<string, readonly Measures[]> {
  const n = followUp.days.length;
  const results = new Map<string, Measures[]>([...models.keys()].map((name) => [name, []]));
  for (let draw = 0; draw <= count; draw++) {
    const times = new Int32Array(n).fill(draw === 0 ? 1 : 0);
    const own = random.fork(draw);
    if (draw > 0) for (let index = 0; index < n; index++) times[own.integer(n)]!++;
    for (const [name, seeds] of models) {
      const found = seeds.map((said) =>
        discrimination(
          said,
          followUp,
          said.rows.flatMap((row, place) => Array.from({ length: times[row]! }, () => place)),
        ),
      );
      results.get(name)!.push({
        harrell: mean(found.map(({ harrell }) => harrell)),
        uno: mean(found.map(({ uno }) => uno)),
        integratedAuc: mean(found.map(({ integratedAuc }) => integratedAuc ?? Number.NaN)),
      });
    }
  }
  return results;
}

export function intervalOf(values: readonly number[]): Interval {
  const [value, ...drawn] = values as [number, ...number[]];
  const sorted = drawn.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Two-sided, from draws of a difference. */
export function pValue(differences: readonly number[]): number {
  const drawn = differences.slice(1);
  const below = drawn.filter((value) => value <= 0).length;
  return Math.min(1, (2 * (Math.min(below, drawn.length - below) + 1)) / (drawn.length + 1));
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
