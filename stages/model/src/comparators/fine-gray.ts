import type { PredictorColumn } from '@myocast/predictors';
import { fineGrayIncidence, fineGrayLinearPredictor, fitFineGray } from '@myocast/survival/regression';
import { clinicalAndCmrColumns, everyCmrColumn } from './column-sets.ts';
import { comparator, type ForecastCompetitor } from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { columnFeatures, fitDesign } from './design.ts';
import { estimate } from './estimate.ts';
import { prespecifiedVariance } from './ridge-comparator.ts';

/**
 * Fine-Gray regression of the composite's cumulative incidence on the prespecified clinical and CMR columns,
 * with the penalty of the Cox regression on them: the two differ by what a competing event means. Without one they are
 * the same model, but for how ties are counted.
 *
 * Nothing is tuned. Source: fine1999 (docs/references.bib).
 */
export function fineGray(columns: readonly PredictorColumn[], horizonDays: number): ForecastCompetitor {
  const withCmr = everyCmrColumn(columns).length > 0;
  const label = `Fine-Gray, ${withCmr ? 'clinical and CMR' : 'clinical'}`;
  const fitted = comparator('fine-gray', label, horizonDays, (input) => {
    const design = fitDesign(columnFeatures(input.table, clinicalAndCmrColumns), input);
    const regression = estimate(
      fitFineGray(
        {
          names: design.names,
          predictors: design.matrix(input.train),
          followUp: trainingFollowUp(input.outcome, input.train),
        },
        { ridge: design.names.length / prespecifiedVariance },
      ),
    );
    const risk = fineGrayLinearPredictor(regression, design.matrix(input.test));
    return {
      risk,
      incidence: (days) => fineGrayIncidence(regression, risk, days),
      fit: design.record({}),
    };
  });
  return {
    ...fitted,
    sameAs: ({ cause, causes, compositeCauses }) =>
      cause.some((code) => code > 0 && !compositeCauses.includes(causes[code - 1]!))
        ? null
        : {
            model: withCmr ? 'clinical-cmr-cox' : 'clinical-cox',
            reason: 'without a competing event the subdistribution hazard is the hazard',
          },
  };
}
