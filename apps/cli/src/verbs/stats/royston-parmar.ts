import { normalQuantile, twoSidedP } from '@myocast/survival';
import {
  fitRoystonParmar,
  type RoystonParmarFit,
  roystonParmarRisk,
  type RoystonParmarScale,
  roystonParmarSurvival,
} from '@myocast/survival/regression';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { textTable } from '../../text-table.ts';
import { mean } from './aft.ts';
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
  wholeNumber,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly knots: number;
  readonly scale: RoystonParmarScale;
  readonly at?: readonly number[];
}

/** What the exponential of a coefficient is; a probit difference has no ratio. */
const ratios = { hazard: 'hazardRatio', odds: 'oddsRatio', normal: null } as const;

export const roystonParmarVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'royston-parmar', 'flexible parametric regression of Royston and Parmar')
    .option('--knots <count>', 'inner knots on log time', wholeNumber, 2)
    .addOption(
      new Option('--scale <name>', 'what is a spline of log time')
        .choices(['hazard', 'odds', 'normal'])
        .default('hazard'),
    )
    .addOption(covariatesOption())
    .addOption(entryOption())
    .addOption(weightsOption())
    .option('--at <days>', 'survival of every row at these days', numberList)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { knots: innerKnots, scale, at = [] } = options;
        const table = withLogTimes(await readStudyTable(file!, options), options.time);
        const { names, predictors, references, knots } = table.design();
        const { followUp } = table;
        const fit = valueOrStop(fitRoystonParmar({ names, predictors, followUp }, { innerKnots, scale }));
        const risk = roystonParmarRisk(fit, predictors);
        const average = risk.reduce((sum, value) => sum + value, 0) / risk.length;
        const days = [...new Set(followUp.days)].sort((a, b) => a - b);
        const document = {
          ...counts(table),
          scale,
          references,
          knots,
          timeKnots: fit.knots.map(Math.exp),
          spline: [...fit.spline],
          coefficients: names.map((name, j) => coefficient(fit, name, j)),
          logLikelihood: fit.logLikelihood,
          iterations: fit.iterations,
          at,
          rows: table.rowNumbers,
          survival: at.map((day) => [...roystonParmarSurvival(fit, risk, day)]),
          /** Of a subject with the mean linear predictor. */
          curve: {
            days,
            survival: days.map((day) => roystonParmarSurvival(fit, Float64Array.of(average), day)[0]!),
          },
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, ${innerKnots} inner knots, ${scale} scale`,
          ...textTable(
            ['covariate', 'estimate', 'se', 'low', 'high', 'p'],
            document.coefficients.map(({ name, estimate, se, interval, p }) => [
              name,
              estimate,
              se,
              ...interval,
              p,
            ]),
          ),
          `log-likelihood ${fit.logLikelihood.null.toFixed(4)} (null), ${fit.logLikelihood.fitted.toFixed(4)} (fitted)`,
          ...at.map((day, k) => `day ${day}: mean survival ${mean(document.survival[k]!).toFixed(4)}`),
        ]);
      }),
    );
};

function coefficient({ coefficients, standardErrors, scale }: RoystonParmarFit, name: string, j: number) {
  const estimate = coefficients[j]!;
  const se = standardErrors[j]!;
  const interval = [-1, 1].map((side) => estimate + side * normalQuantile * se);
  const ratio = ratios[scale];
  return {
    name,
    estimate,
    se,
    z: estimate / se,
    p: twoSidedP(estimate / se),
    interval,
    ...(ratio === null ? {} : { [ratio]: [estimate, ...interval].map(Math.exp) }),
  };
}
