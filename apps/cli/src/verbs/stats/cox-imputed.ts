import type { Command } from 'commander';
import { type Pooled, pool, poolOnLogit, poolWald } from '@myocast/survival/imputation';
import { concordance } from '@myocast/survival/performance';
import {
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from '@myocast/survival/regression';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import { type CoxRequest, coxInput } from './cox-input.ts';
import { type ImputableColumn, imputable, type ParsedTerm, parseImputationTerm } from './imputable.ts';
import { type ImputationOptions, imputationWords, imputeTable, noteLines } from './imputation-options.ts';
import type { StudyTable } from './study-table.ts';
import { counts } from './table-verb.ts';
import { parseTerm } from './terms.ts';

export interface ImputedCoxOptions extends CoxRequest, ImputationOptions {
  readonly covariates?: readonly string[];
  readonly ties: 'efron' | 'breslow' | 'exact';
  readonly ridge: number;
  readonly imputations?: number;
  readonly auxiliary?: readonly string[];
  readonly at?: readonly number[];
}

const ofOneTable = ['zph', 'residuals', 'baseline', 'plot', 'weights'] as const;

/** What several tables have no one answer for, and what needs them. */
export function refuseOfImputed(called: Command): void {
  const options = called.opts<{ readonly [name: string]: unknown }>();
  if (options['imputations'] === undefined) {
    if (options['auxiliary'] !== undefined) called.error('error: --auxiliary needs --imputations');
    return;
  }
  const given = ofOneTable.find((name) => options[name] !== undefined);
  if (given) called.error(`error: --${given} is not for --imputations`);
}

/**
 * A Cox regression on completed tables, pooled by Rubin's rules. The fields are those of one table; the log-likelihood, which
 * has no pooled value, is null.
 */
export function imputedCox(table: StudyTable, options: ImputedCoxOptions) {
  const imputations = options.imputations!;
  const columns = imputedColumns(table, options);
  const { imputed, completed } = imputeTable(table, columns, imputations, options);
  const fits = completed.map((cells) => {
    const design = coxInput(table, options, cells);
    const { ties, ridge } = options;
    return { ...design, fit: valueOrStop(fitCox(design.input, { ties, ridge })) };
  });
  const [first] = fits;
  const { names } = first!.fit;
  const complete = Math.max(1, first!.fit.events - names.length);
  const test = valueOrStop(
    poolWald(
      fits.map(({ fit }) => fit.coefficients),
      fits.map(({ fit }) => fit.covariance),
    ),
  );
  return {
    ...counts(table),
    ties: options.ties,
    references: first!.references,
    coefficients: names.map((name, j) =>
      coefficient(
        name,
        pool(
          fits.map(({ fit }) => fit.coefficients[j]!),
          fits.map(({ fit }) => fit.standardErrors[j]!),
          complete,
        ),
      ),
    ),
    logLikelihood: null,
    tests: { wald: test },
    concordance: pooledConcordance(fits),
    iterations: null,
    ...(options.at ? { survival: survivalAt(fits, options.at) } : {}),
    imputation: {
      imputations,
      iterations: options.iterations,
      donors: options.donors,
      seed: options.seed,
      completeDegreesOfFreedom: complete,
      ...imputationWords(
        imputed,
        columns.map(({ column }) => column),
      ),
    },
  };
}

type Fits = readonly {
  readonly fit: CoxFit;
  readonly input: CoxInput;
  readonly strataNames: readonly string[] | null;
}[];

/** The columns of the covariates, on the scale on which the model has them, the strata, and what was asked for beside. */
function imputedColumns(
  table: StudyTable,
  { covariates = [], strata = [], auxiliary = [] }: ImputedCoxOptions,
): ImputableColumn[] {
  const wanted = new Map(covariateTerms(table, covariates).map((term) => [term.name, term]));
  for (const text of auxiliary) {
    const term = parseImputationTerm(text, table.columns);
    wanted.set(term.name, term);
  }
  for (const name of strata) wanted.set(name, { name, apply: 'factor' });
  return [...wanted.values()].map((term) => imputable(table, term));
}

/** A column with terms on two scales is imputed as it is. */
function covariateTerms(table: StudyTable, covariates: readonly string[]): ParsedTerm[] {
  const terms = covariates.map((text) => {
    const { column, apply } = parseTerm(text, table.columns);
    return { name: column, apply: apply === 'rcs' ? 'plain' : apply } as const;
  });
  return terms.map(({ name, apply }) => ({
    name,
    apply: terms.every((other) => other.name !== name || other.apply === apply) ? apply : 'plain',
  }));
}

function coefficient(name: string, pooled: Pooled) {
  const { estimate, standardError: se, low, high, p, degreesOfFreedom } = pooled;
  return {
    name,
    estimate,
    se,
    z: estimate / se,
    hazardRatio: [estimate, low, high].map(Math.exp),
    p,
    degreesOfFreedom,
    relativeIncrease: pooled.relativeIncrease,
    fractionMissing: pooled.fractionMissing,
  };
}

/** Pooled on the logit scale; null where one of the tables has none. */
function pooledConcordance(fits: Fits) {
  const each = fits.map(({ fit, input: { predictors, offset, strata, cluster, followUp } }) => {
    const risk = coxLinearPredictor(fit, predictors).map((value, row) => value + (offset?.[row] ?? 0));
    return concordance(risk, followUp, { ...(strata ? { strata } : {}), ...(cluster ? { cluster } : {}) });
  });
  const pooled = poolOnLogit(
    each.map(({ index }) => index ?? 0),
    each.map(({ standardError }) => standardError ?? 0),
  );
  if (pooled === null) return { harrell: null, se: null, low: null, high: null };
  const { value, low, high, transformed } = pooled;
  return { harrell: value, se: transformed.standardError * value * (1 - value), low, high };
}

/** At the means of each completed table, pooled on the complementary log-log scale. */
function survivalAt(fits: Fits, at: readonly number[]) {
  const { baselines } = fits[0]!.fit;
  return baselines.flatMap(({ stratum }) =>
    at.map((day) => {
      const each = fits.map(({ fit }) => coxSurvival(fit, Float64Array.of(0), day, stratum)[0]!);
      const onScale = each.map((survival) => Math.log(-Math.log(survival)));
      const mean = onScale.reduce((sum, value) => sum + value / each.length, 0);
      return {
        stratum: fits[0]!.strataNames?.[stratum] ?? null,
        day,
        survival: Math.exp(-Math.exp(mean)),
      };
    }),
  );
}

export function imputedCoxLines(document: ReturnType<typeof imputedCox>): string[] {
  const { imputation, coefficients, concordance: ranking, tests } = document;
  return [
    `${document.subjects} subjects, ${document.eventCount} events, ${document.ties} ties, ${imputation.imputations} imputations of ${imputation.rowsWithMissing} rows with missing cells`,
    ...textTable(
      ['covariate', 'estimate', 'se', 'hazard ratio', 'low', 'high', 'p', 'missing information'],
      coefficients.map((row) => [
        row.name,
        row.estimate,
        row.se,
        ...row.hazardRatio,
        row.p,
        row.fractionMissing,
      ]),
    ),
    `all coefficients 0: F ${format(tests.wald.f)} on ${tests.wald.degreesOfFreedom} and ${format(tests.wald.denominatorDegreesOfFreedom)}, p ${format(tests.wald.p)}`,
    `concordance ${format(ranking.harrell)} (${format(ranking.low)} to ${format(ranking.high)})`,
    ...(document.survival ?? []).map(
      ({ stratum, day, survival }) =>
        `survival at the means${stratum === null ? '' : `, ${stratum}`}, day ${day}: ${format(survival)}`,
    ),
    ...imputation.columns
      .filter(({ missing }) => missing > 0)
      .map(({ name, missing, method }) => `${name}: ${missing} missing cells imputed, ${method}`),
    ...noteLines(imputation.notes),
  ];
}
