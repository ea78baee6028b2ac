import { concordance } from '@myocast/survival/performance';
import { fineGrayIncidence, fineGrayLinearPredictor, fitFineGray } from '@myocast/survival/regression';
import { valueOrStop } from '../../terminal.ts';
import { format } from '../../text-table.ts';
import { coefficientLines, coefficientWords } from './coefficient-words.ts';
import { readStudyTable } from './study-table.ts';
import {
  counts,
  covariatesOption,
  finish,
  numberList,
  type StatsVerb,
  type TableOptions,
  tableVerb,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly at?: readonly number[];
}

export const fineGrayVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'fine-gray', 'regression of the cumulative incidence of one cause (Fine and Gray)')
    .addOption(covariatesOption())
    .option('--at <days>', 'cumulative incidence of every row on these days, separated by commas', numberList)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = await readStudyTable(file!, options);
        const { names, predictors, references } = table.design();
        const fit = valueOrStop(fitFineGray({ names, predictors, followUp: table.followUp }));
        const risk = fineGrayLinearPredictor(fit, predictors);
        const ranking = concordance(risk, table.followUp, { competing: 'event-free' });
        const document = {
          ...counts(table),
          competingCount: table.followUp.event.filter((code) => code > 1).length,
          references,
          coefficients: names.map((name, j) =>
            coefficientWords(name, fit.coefficients[j]!, fit.standardErrors[j]!),
          ),
          logLikelihood: fit.logLikelihood,
          tests: { wald: fit.wald },
          concordance: { eventFree: ranking.index, se: ranking.standardError },
          baseline: {
            means: Object.fromEntries(names.map((name, j) => [name, fit.means[j]!])),
            days: [...fit.baseline.days],
            cumulativeHazard: [...fit.baseline.cumulativeHazard],
          },
          iterations: fit.iterations,
          ...(options.at
            ? {
                rows: table.rowNumbers,
                incidence: options.at.map((day) => ({
                  day,
                  atMeans: fineGrayIncidence(fit, Float64Array.of(0), day)[0]!,
                  ofRows: [...fineGrayIncidence(fit, risk, day)],
                })),
              }
            : {}),
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, ${document.competingCount} competing`,
          ...coefficientLines(document.coefficients, 'subdistribution hazard ratio'),
          `log-likelihood ${fit.logLikelihood.null.toFixed(4)} (null), ${fit.logLikelihood.fitted.toFixed(4)} (fitted)`,
          `concordance, competing events event-free ${format(ranking.index)} (se ${format(ranking.standardError)})`,
          ...(document.incidence ?? []).map(
            ({ day, atMeans }) => `cumulative incidence at the means, day ${day}: ${format(atMeans)}`,
          ),
        ]);
      }),
    );
};
