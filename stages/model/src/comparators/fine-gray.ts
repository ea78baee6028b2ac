import { fineGrayIncidence, fineGrayLinearPredictor, fitFineGray } from '@myocast/survival/regression';
import { clinicalAndCmrColumns } from './column-sets.ts';
import { comparator, type ForecastCompetitor } from './competitor.ts';
import { trainingFollowUp } from './training-follow-up.ts';
import { columnFeatures, fitDesign } from './design.ts';
import { estimate } from './estimate.ts';
import { prespecifiedVariance } from './ridge-comparator.ts';

/**
 * Fine-Gray regression of the composite's cumulative incidence on the prespecified clinical and CMR columns,
 * with the penalty of the Cox regression on them: the two differ by what a competing event means.
 *
 * Nothing is tuned. Source: fine1999 (docs/references.bib).
 */
export function fineGray(horizonDays: number): ForecastCompetitor {
  return comparator('fine-gray', 'Fine-Gray, clinical and CMR', horizonDays, (input) => {
    const design = fitDesign(columnFeatures(input.table, clinicalAndCmrColumns), input);
    const fitted = estimate(
      fitFineGray(
        {
          names: design.names,
          predictors: design.matrix(input.train),
          followUp: trainingFollowUp(input.outcome, input.train),
        },
        { ridge: design.names.length / prespecifiedVariance },
      ),
    );
    const risk = fineGrayLinearPredictor(fitted, design.matrix(input.test));
    return {
      risk,
      incidence: (days) => fineGrayIncidence(fitted, risk, days),
      fit: design.record({}),
    };
  });
}
