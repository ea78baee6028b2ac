import { normalQuantile } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { type CoxFit, coxLinearPredictor, fitCox } from '@myocast/survival/regression';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import { readStudyTable } from './study-table.ts';
import {
  counts,
  covariatesOption,
  finish,
  number,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly ties: 'efron' | 'breslow';
  readonly ridge: number;
}

export const coxVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'cox', 'Cox regression')
    .addOption(covariatesOption())
    .addOption(
      new Option('--ties <method>', 'events on one day').choices(['efron', 'breslow']).default('efron'),
    )
    .addOption(weightsOption())
    .option('--ridge <penalty>', 'ridge penalty on standardised covariates', number, 0)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { ties, ridge } = options;
        const table = await readStudyTable(file!, options);
        const { names, predictors, references } = table.design();
        const fit = valueOrStop(fitCox({ names, predictors, followUp: table.followUp }, { ties, ridge }));
        const harrell = concordance(coxLinearPredictor(fit, predictors), table.followUp);
        const document = {
          ...counts(table),
          ties,
          references,
          coefficients: names.map((name, j) => coefficient(fit, name, j)),
          logLikelihood: fit.logLikelihood,
          concordance: { harrell: harrell.index, se: harrell.standardError },
          iterations: fit.iterations,
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, ${ties} ties`,
          ...textTable(
            ['covariate', 'estimate', 'se', 'hazard ratio', 'low', 'high'],
            document.coefficients.map((row) => [row.name, row.estimate, row.se, ...row.hazardRatio]),
          ),
          `log-likelihood ${fit.logLikelihood.null.toFixed(4)} (null), ${fit.logLikelihood.fitted.toFixed(4)} (fitted)`,
          `concordance ${format(harrell.index)} (se ${format(harrell.standardError)})`,
        ]);
      }),
    );
};

function coefficient({ coefficients, standardErrors }: CoxFit, name: string, j: number) {
  const estimate = coefficients[j]!;
  const se = standardErrors[j]!;
  const hazardRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  return { name, estimate, se, z: estimate / se, hazardRatio };
}
