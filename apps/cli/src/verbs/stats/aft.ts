import { normalQuantile, twoSidedP } from '@myocast/survival';
import {
  type AftDistribution,
  type AftFit,
  aftLocation,
  aftQuantile,
  aftSurvival,
  fitAft,
} from '@myocast/survival/regression';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { textTable } from '../../text-table.ts';
import { withLogTimes } from './log-times.ts';
import { readStudyTable } from './study-table.ts';
import {
  counts,
  covariatesOption,
  entryOption,
  finish,
  numberList,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly distribution: AftDistribution;
  readonly at?: readonly number[];
}

export const aftVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'aft', 'accelerated failure time regression')
    .addOption(
      new Option('--distribution <name>', 'distribution of the times')
        .choices(['exponential', 'weibull', 'log-logistic', 'log-normal'])
        .default('weibull'),
    )
    .addOption(covariatesOption())
    .addOption(entryOption())
    .addOption(weightsOption())
    .option('--at <days>', 'survival of every row at these days', numberList)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { distribution, at = [] } = options;
        const table = withLogTimes(await readStudyTable(file!, options), options.time);
        const { names, predictors, references, knots } = table.design();
        const fit = valueOrStop(fitAft({ names, predictors, followUp: table.followUp }, distribution));
        const location = aftLocation(fit, predictors);
        const document = {
          ...counts(table),
          distribution,
          references,
          knots,
          intercept: { estimate: fit.intercept, se: fit.standardErrors[0]! },
          coefficients: names.map((name, j) => coefficient(fit, name, j)),
          logScale: { estimate: fit.logScale, se: fit.standardErrors[names.length + 1] ?? null },
          scale: Math.exp(fit.logScale),
          logLikelihood: fit.logLikelihood,
          iterations: fit.iterations,
          at,
          rows: table.rowNumbers,
          medianDays: [...aftQuantile(fit, location, 0.5)],
          survival: at.map((day) => [...aftSurvival(fit, location, day)]),
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, ${distribution}`,
          ...textTable(
            ['covariate', 'estimate', 'se', 'time ratio', 'low', 'high', 'p'],
            document.coefficients.map((row) => [row.name, row.estimate, row.se, ...row.timeRatio, row.p]),
          ),
          `intercept ${fit.intercept.toFixed(4)}, log scale ${fit.logScale.toFixed(4)}`,
          `log-likelihood ${fit.logLikelihood.null.toFixed(4)} (null), ${fit.logLikelihood.fitted.toFixed(4)} (fitted)`,
          ...at.map((day, k) => `day ${day}: mean survival ${mean(document.survival[k]!).toFixed(4)}`),
        ]);
      }),
    );
};

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function coefficient({ coefficients, standardErrors }: AftFit, name: string, j: number) {
  const estimate = coefficients[j]!;
  const se = standardErrors[j + 1]!;
  const timeRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  return { name, estimate, se, z: estimate / se, p: twoSidedP(estimate / se), timeRatio };
}
