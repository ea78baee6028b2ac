import { normalQuantile, takeFollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import {
  coxCurves,
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxResiduals,
  coxSurvival,
  fitCox,
  type ProportionalHazards,
  proportionalHazards,
  type TimeScale,
} from '@myocast/survival/regression';
import { countAtRisk, type StepCurve, stepCurves } from '@myocast/report/figures';
import { type Command, Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import { type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { type ImputedCoxOptions, imputedCox, imputedCoxLines, refuseOfImputed } from './cox-imputed.ts';
import { coxInput } from './cox-input.ts';
import { atLeast, donorsOption, imputationSeedOption, iterationsOption } from './imputation-options.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import {
  counts,
  covariatesOption,
  entryOption,
  finish,
  names,
  number,
  numberList,
  type StatsVerb,
  strataOption,
  type TableOptions,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends TableOptions, TimePlotOptions, ImputedCoxOptions {
  readonly ties: 'efron' | 'breslow' | 'exact';
  readonly ridge: number;
  readonly strata?: readonly string[];
  readonly offset?: string;
  readonly cluster?: string;
  readonly zph?: true;
  readonly zphScale: TimeScale;
  readonly residuals?: true;
  readonly baseline?: true;
  readonly at?: readonly number[];
  readonly predictAt?: readonly number[];
}

export const coxVerb: StatsVerb = (stats, action) => {
  withTimePlot(tableVerb(stats, 'cox', 'Cox regression'), 'the survival at the means, in each stratum')
    .addOption(covariatesOption())
    .addOption(
      new Option('--ties <method>', 'events on one day')
        .choices(['efron', 'breslow', 'exact'])
        .default('efron'),
    )
    .addOption(entryOption())
    .addOption(weightsOption())
    .addOption(strataOption())
    .option('--offset <column>', 'a predictor whose coefficient is 1')
    .option('--cluster <column>', 'rows that hang together (one subject, one centre): robust errors')
    .option('--ridge <penalty>', 'ridge penalty on standardised covariates', number, 0)
    .option('--zph', 'test of proportional hazards')
    .addOption(
      new Option('--zph-scale <scale>', 'function of time in the test of proportional hazards')
        .choices(['km', 'rank', 'identity', 'log'])
        .default('km'),
    )
    .option('--residuals', 'martingale, deviance, score, dfbeta and Schoenfeld residuals')
    .option('--baseline', 'cumulative hazard of each stratum at the means')
    .option('--at <days>', 'survival at the means on these days, separated by commas', numberList)
    .option('--imputations <count>', 'impute missing covariates so many times and pool the fits', atLeast(2))
    .option('--auxiliary <terms>', 'with --imputations: other columns that help to impute', names)
    .addOption(iterationsOption())
    .addOption(donorsOption())
    .addOption(imputationSeedOption())
    .option('--predict-at <days>', 'survival of every row on these days, with intervals', numberList)
    .hook('preAction', refuseExact)
    .hook('preAction', refuseOfImputed)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { strata = [], offset, cluster } = options;
        const table = await readStudyTable(file!, {
          ...options,
          incomplete: options.imputations !== undefined,
          numbers: offset === undefined ? [] : [offset],
          labels: [...strata, ...(cluster === undefined ? [] : [cluster])],
        });
        if (options.imputations !== undefined) {
          const pooled = imputedCox(table, options);
          finish(terminal, table, pooled, imputedCoxLines(pooled));
          return;
        }
        const fitted = fittedTo(table, options);
        const document = documentOf(table, options, fitted);
        finish(terminal, table, document, linesOf(document, options));
        await writePlot(options, terminal, () =>
          stepCurves(curvesAtMeans(fitted, strata.join(', ')), {
            quantity: 'survival',
            valueLabel: 'Survival at the means',
            ...timeAxis(options, table, options.time),
          }),
        );
      }),
    );
};

/** What exact ties have no answer for. */
function refuseExact(called: Command): void {
  const { ties, cluster, weights, zph, residuals } = called.opts<Options>();
  const given = Object.entries({ cluster, weights, zph, residuals }).find(([, value]) => value !== undefined);
  if (ties === 'exact' && given) called.error(`error: --${given[0]} needs --ties efron or breslow`);
}

function fittedTo(table: StudyTable, options: Options) {
  const { ties, ridge } = options;
  const design = coxInput(table, options);
  return { ...design, fit: valueOrStop(fitCox(design.input, { ties, ridge })) };
}

type Fitted = ReturnType<typeof fittedTo>;

function documentOf(table: StudyTable, options: Options, { input, references, strataNames, fit }: Fitted) {
  const { ties } = options;
  return {
    ...counts(table),
    ties,
    references,
    coefficients: fit.names.map((name, j) => coefficient(fit, name, j, options.cluster !== undefined)),
    logLikelihood: fit.logLikelihood,
    tests: fit.tests,
    concordance: concordanceOf(fit, input),
    iterations: fit.iterations,
    ...(options.zph
      ? { proportionalHazards: valueOrStop(proportionalHazards(input, fit, ties, options.zphScale)) }
      : {}),
    ...(options.at ? { survival: survivalAt(fit, options.at, strataNames) } : {}),
    ...(options.predictAt ? { predicted: predicted(table, input, fit, ties, options.predictAt) } : {}),
    ...(options.baseline ? { baseline: baselines(fit, strataNames) } : {}),
    ...(options.residuals ? { residuals: residuals(table, input, fit, ties) } : {}),
  };
}

function linesOf(document: ReturnType<typeof documentOf>, { entry, cluster }: Options): string[] {
  const { coefficients, logLikelihood, concordance: ranking } = document;
  const rows = entry === undefined ? 'subjects' : 'rows';
  const errors = cluster === undefined ? '' : `, robust errors by ${cluster}`;
  return [
    `${document.subjects} ${rows}, ${document.eventCount} events, ${document.ties} ties${errors}`,
    ...textTable(
      ['covariate', 'estimate', 'se', 'hazard ratio', 'low', 'high'],
      coefficients.map((row) => [row.name, row.estimate, row.se, ...row.hazardRatio]),
    ),
    `log-likelihood ${logLikelihood.null.toFixed(4)} (null), ${logLikelihood.fitted.toFixed(4)} (fitted)`,
    `concordance ${format(ranking.harrell)} (se ${format(ranking.se)})`,
    ...(document.proportionalHazards ? proportionalHazardsLines(document.proportionalHazards) : []),
    ...(document.survival ?? []).map(
      ({ stratum, day, survival }) =>
        `survival at the means${stratum === null ? '' : `, ${stratum}`}, day ${day}: ${format(survival)}`,
    ),
  ];
}

function concordanceOf(fit: CoxFit, { predictors, offset, strata, cluster, followUp }: CoxInput) {
  const risk = coxLinearPredictor(fit, predictors).map((value, row) => value + (offset?.[row] ?? 0));
  const { index, standardError } = concordance(risk, followUp, {
    ...(strata ? { strata } : {}),
    ...(cluster ? { cluster } : {}),
  });
  return { harrell: index, se: standardError };
}

/** Without intervals: the survival of a subject at the means of the covariates. */
function curvesAtMeans(
  { fit, input: { followUp, strata }, strataNames }: Fitted,
  columns: string,
): StepCurve[] {
  return fit.baselines.map(({ stratum, days, cumulativeHazard }) => {
    const rows = [...followUp.days.keys()].filter((row) => (strata?.[row] ?? 0) === stratum);
    const own = takeFollowUp(followUp, rows);
    return {
      name: strataNames ? `${columns} ${strataNames[stratum]}` : 'All',
      days: [...days, own.days.reduce((last, day) => Math.max(last, day))],
      values: [...cumulativeHazard, cumulativeHazard.at(-1)!].map((hazard) => Math.exp(-hazard)),
      atRisk: (day) => countAtRisk(own, day),
    };
  });
}

function survivalAt(fit: CoxFit, at: readonly number[], strata: readonly string[] | null) {
  return fit.baselines.flatMap(({ stratum }) =>
    at.map((day) => ({
      stratum: strata?.[stratum] ?? null,
      day,
      survival: coxSurvival(fit, Float64Array.of(0), day, stratum)[0]!,
    })),
  );
}

/** Survival of the rows on given days, in the order of the rows. */
function predicted(
  table: StudyTable,
  input: CoxInput,
  fit: CoxFit,
  ties: Options['ties'],
  at: readonly number[],
) {
  const days = Float64Array.from(at);
  const curves = coxCurves(input, fit, ties, input.predictors, { ...input, days });
  return {
    rows: table.rowNumbers,
    at: at.map((day, k) => ({
      day,
      survival: curves.map(({ survival }) => survival[k]!),
      low: curves.map(({ low }) => low[k]!),
      high: curves.map(({ high }) => high[k]!),
    })),
  };
}

function baselines({ baselines, means, names }: CoxFit, strata: readonly string[] | null) {
  return {
    means: Object.fromEntries(names.map((name, j) => [name, means[j]!])),
    strata: baselines.map(({ stratum, days, cumulativeHazard }) => ({
      stratum: strata?.[stratum] ?? null,
      days: [...days],
      cumulativeHazard: [...cumulativeHazard],
    })),
  };
}

function residuals(table: StudyTable, input: CoxInput, fit: CoxFit, ties: Options['ties']) {
  const { martingale, deviance, score, dfbeta, schoenfeld } = coxResiduals(input, fit, ties);
  const p = fit.names.length;
  const byRow = (values: Float64Array) =>
    Array.from({ length: values.length / p }, (_, row) => [...values.subarray(row * p, (row + 1) * p)]);
  return {
    rows: table.rowNumbers,
    martingale: [...martingale],
    deviance: [...deviance],
    score: byRow(score),
    dfbeta: byRow(dfbeta),
    schoenfeld: {
      rows: Array.from(schoenfeld.rows, (row) => table.rowNumbers[row]!),
      days: [...schoenfeld.days],
      values: byRow(schoenfeld.values),
      scaled: byRow(schoenfeld.scaled),
    },
  };
}

function proportionalHazardsLines({ terms, global }: ProportionalHazards): string[] {
  return [
    ...textTable(
      ['proportional hazards', 'chi-square', 'p'],
      [...terms, { name: 'all', ...global }].map(({ name, chiSquare, p }) => [name, chiSquare, p]),
    ),
  ];
}

function coefficient(fit: CoxFit, name: string, j: number, isRobust: boolean) {
  const estimate = fit.coefficients[j]!;
  const se = fit.standardErrors[j]!;
  const hazardRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  const naiveSe = Math.sqrt(fit.naiveCovariance[j * fit.names.length + j]!);
  return { name, estimate, se, z: estimate / se, hazardRatio, ...(isRobust ? { naiveSe } : {}) };
}
