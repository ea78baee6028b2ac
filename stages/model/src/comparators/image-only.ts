import type { ForecastCompetitor } from './competitor.ts';
import { imageFeatures } from './image-features.ts';
import { tunedRegression } from './ridge-comparator.ts';

/**
 * Ridge regression on the images alone: principal components of the slices' features, segments, CMR columns.
 *
 * The penalty is that with the highest cross-validated (partial) likelihood over the inner folds.
 * Source: verweij1993 (docs/references.bib).
 */
export function imageOnly(horizonDays: number | null): ForecastCompetitor {
  return tunedRegression(
    'image-only',
    'images only',
    ({ table, train, random }) => imageFeatures(table, train, random.fork('components')),
    horizonDays,
  );
}
