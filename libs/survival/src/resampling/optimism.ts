import { meanOf, standardDeviation } from '../numerics/mean.ts';
import { bootstrapQuantile } from './bootstrap-quantile.ts';
import { allRows, bootstrapDraws, type Resampling } from './draws.ts';
import type { Pipeline } from './pipeline.ts';

/** Values of measures by name; null where a measure does not exist for these rows. */
export type Measures<Name extends string> = { readonly [name in Name]: number | null };

/** One measure of a model, and how much of it is due to being measured where the model was made. */
export interface CorrectedMeasure {
  /** Measured on the subjects that made the model */
  readonly apparent: number | null;
  /** Mean over the resamples of (on the resample that made the model) - (on all subjects) */
  readonly optimism: number | null;
  /** apparent - optimism */
  readonly corrected: number | null;
  /** Standard deviation of the optimism over the resamples */
  readonly optimismSpread: number | null;
  /** Mean on the resamples, and on all subjects, of the models of the resamples */
  readonly inResample: number | null;
  readonly onAll: number | null;
  /**
   * 95 % percentile interval of the apparent measure over the resamples, moved by the optimism; a little too narrow in
   * small samples. Only for discrimination and accuracy: a calibration slope or observed/expected is fixed by the fit in every
   * resample. Null where the measure is the same in all.
   */
  readonly low: number | null;
  readonly high: number | null;
  /** Resamples without the measure, those without a model among them */
  readonly skipped: number;
}

export interface OptimismCorrection<Name extends string> {
  readonly measures: { readonly [name in Name]: CorrectedMeasure };
  readonly resamples: number;
  /** Resamples that determined no model, such as one without an event */
  readonly withoutModel: number;
}

/**
 * Harrell's bootstrap correction of optimism. The whole pipeline is repeated on each resample, its model measured
 * there and on all subjects; the mean difference is taken off the apparent measure.
 *
 * A measure has no corrected value where more than half of the resamples lack it. Draw clusters where
 * subjects of one centre are alike. The result is null when all subjects determine no model.
 *
 * @param measure of predictions of rows, which are aligned with them
 * @throws RangeError as `bootstrapDraws`
 *
 * Source: harrell1996; interval noma2021, its algorithm 1 (docs/references.bib).
 * Agrees with: R rms `validate(cph(…), method = "boot")`, given the same resamples.
 */
export function correctOptimism<Prediction, Name extends string>(
  n: number,
  pipeline: Pipeline<Prediction>,
  measure: (prediction: Prediction, rows: Int32Array) => Measures<Name>,
  resampling: Resampling,
): OptimismCorrection<Name> | null {
  const draws = bootstrapDraws(n, resampling);
  const all = allRows(n);
  const predictor = pipeline(all);
  if (predictor === null) return null;
  const apparent = measure(predictor(all), all);
  const names = Object.keys(apparent) as Name[];
  const pairs = new Map<Name, Pair[]>(names.map((name) => [name, []]));
  let withoutModel = 0;
  for (let resample = 0; resample < draws.resamples; resample++) {
    const rows = draws.rows(resample);
    const drawn = pipeline(rows);
    if (drawn === null) {
      withoutModel++;
      continue;
    }
    const inside = measure(drawn(rows), rows);
    const outside = measure(drawn(all), all);
    for (const name of names) {
      const [inResample, onAll] = [inside[name], outside[name]];
      if (inResample !== null && onAll !== null) pairs.get(name)!.push({ inResample, onAll });
    }
  }
  const measures = Object.fromEntries(
    names.map((name) => [name, corrected(apparent[name], pairs.get(name)!, draws.resamples)]),
  ) as { [name in Name]: CorrectedMeasure };
  return { measures, resamples: draws.resamples, withoutModel };
}

interface Pair {
  readonly inResample: number;
  readonly onAll: number;
}

function corrected(apparent: number | null, pairs: readonly Pair[], resamples: number): CorrectedMeasure {
  const skipped = resamples - pairs.length;
  if (pairs.length === 0 || skipped > resamples / 2) return { ...nothing, apparent, skipped };
  const differences = pairs.map((pair) => pair.inResample - pair.onAll);
  const optimism = meanOf(differences)!;
  const ascending = pairs.map((pair) => pair.inResample).sort((a, b) => a - b);
  const isFixed = !(ascending.at(-1)! - ascending[0]! > 1e-6);
  const moved = (probability: number) =>
    isFixed ? null : bootstrapQuantile(ascending, probability).value - optimism;
  return {
    apparent,
    optimism,
    corrected: apparent === null ? null : apparent - optimism,
    optimismSpread: standardDeviation(differences),
    inResample: meanOf(ascending),
    onAll: meanOf(pairs.map((pair) => pair.onAll)),
    low: moved(0.025),
    high: moved(0.975),
    skipped,
  };
}

const nothing = {
  optimism: null,
  corrected: null,
  optimismSpread: null,
  inResample: null,
  onAll: null,
  low: null,
  high: null,
};
