import { boostedCox } from './boosting.ts';
import { clinicalAndCmrColumns, clinicalColumns, cmrColumns, everyCmrColumn } from './column-sets.ts';
import type { CompetitorConfig, ForecastCompetitor } from './competitor.ts';
import { elasticNetCox } from './elastic-net.ts';
import { fineGray } from './fine-gray.ts';
import { randomSurvivalForest } from './forest.ts';
import { imageOnly } from './image-only.ts';
import { lateFusion } from './late-fusion.ts';
import { multimodal } from './multimodal.ts';
import { everyColumnLogistic, prespecifiedRegression } from './ridge-comparator.ts';

/**
 * The models that are compared on the same rows and the same table, the multimodal one first.
 *
 * Ridge Cox on the prespecified clinical columns, CMR columns and both; elastic-net Cox, random survival forest and
 * gradient boosting on all columns; Fine-Gray on the clinical and CMR columns; ridge Cox on the images alone; late
 * fusion of a clinical and an image score. Those with CMR make sense only where there are CMR columns; labels name what goes in. An outcome without
 * times has no hazard: regressions are logistic there, elastic net and boosting give way to a ridge
 * logistic regression on all columns, and Fine-Gray is left out.
 *
 * @throws RangeError when a name that is wanted is none of them
 */
export function competitors(config: CompetitorConfig): ForecastCompetitor[] {
  const { columns, horizonDays, only } = config;
  const everyone = [
    multimodal(config),
    ...regressions(config),
    ...(horizonDays === null
      ? [everyColumnLogistic()]
      : [elasticNetCox(horizonDays), fineGray(columns, horizonDays), boostedCox(horizonDays)]),
    randomSurvivalForest(horizonDays),
    ...(everyCmrColumn(columns).length > 0 ? [imageOnly(horizonDays), lateFusion(horizonDays)] : []),
  ];
  const known = everyone.map(({ name }) => name);
  const unknown = only?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RangeError(`competitors: expected names among ${known.join(', ')}, got ${unknown}`);
  return everyone.filter(({ name }) => only?.includes(name) ?? true);
}

function regressions({ columns, horizonDays }: CompetitorConfig): ForecastCompetitor[] {
  const clinical = prespecifiedRegression('clinical-cox', 'clinical', clinicalColumns, horizonDays);
  // Without CMR the regression on both would be the first again.
  if (everyCmrColumn(columns).length === 0) return [clinical];
  return [
    clinical,
    prespecifiedRegression('cmr-cox', 'CMR', cmrColumns, horizonDays),
    prespecifiedRegression('clinical-cmr-cox', 'clinical and CMR', clinicalAndCmrColumns, horizonDays),
  ];
}
