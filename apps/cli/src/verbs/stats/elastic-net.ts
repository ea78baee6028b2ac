import { type Issue, issue, Random } from '@myocast/base';
import {
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  type CrossValidated,
  crossValidateElasticNet,
  type ElasticNetConfig,
  type ElasticNetCrossValidation,
  type ElasticNetPath,
  elasticNetCoefficients,
  elasticNetModel,
  fitElasticNet,
  relaxElasticNet,
} from '@myocast/survival/regression';
import { crossValidationFolds } from '@myocast/survival/resampling';
import { InvalidArgumentError, Option } from 'commander';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import {
  codesOf,
  counts,
  covariatesOption,
  entryOption,
  finish,
  jointLabels,
  number,
  numberList,
  type StatsVerb,
  strataOption,
  type TableOptions,
  tableVerb,
  weightsOption,
  wholeNumber,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly alpha: number;
  readonly lambda?: number;
  readonly lambdas?: readonly number[];
  readonly lambdaCount?: number;
  readonly lambdaRatio?: number;
  readonly penaltyFactors?: readonly number[];
  readonly standardise: boolean;
  readonly folds?: number;
  readonly seed: number;
  readonly strata?: readonly string[];
  readonly offset?: string;
  readonly cluster?: string;
  readonly relax?: true;
  readonly at?: readonly number[];
}

export const elasticNetVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'elastic-net', 'Cox regression with a ridge, lasso or elastic-net penalty')
    .addOption(covariatesOption())
    .option('--alpha <share>', 'share of absolute values in the penalty: 1 lasso, 0 ridge', upToOne, 1)
    .addOption(new Option('--lambda <penalty>', 'one penalty').argParser(number).conflicts('lambdas'))
    .option('--lambdas <penalties>', 'penalties separated by commas (default: from the data)', numberList)
    .option('--lambda-count <count>', 'how many penalties from the data (default: 100)', atLeastOne)
    .option('--lambda-ratio <ratio>', 'least of them over the greatest (default: 1e-4, 0.01 if n < p)', ratio)
    .option('--penalty-factors <factors>', 'penalty of each coefficient, relative; 0 for none', numberList)
    .option('--no-standardise', 'penalty on covariates as they are')
    .option('--folds <count>', 'cross-validation of the penalty', atLeastTwo)
    .option('--seed <seed>', 'seed of the folds', wholeNumber, 1)
    .addOption(entryOption())
    .addOption(weightsOption())
    .addOption(strataOption())
    .option('--offset <column>', 'a predictor whose coefficient is 1')
    .option('--cluster <column>', 'rows that stay in one fold (one subject, one centre)')
    .option('--relax', 'refit the chosen covariates without a penalty')
    .option('--at <days>', 'survival of every row on these days at the chosen penalties', numberList)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { strata = [], offset, cluster } = options;
        const table = await readStudyTable(file!, {
          ...options,
          numbers: offset === undefined ? [] : [offset],
          labels: [...strata, ...(cluster === undefined ? [] : [cluster])],
        });
        const issues: Issue[] = [];
        const document = documentOf(table, options, issues);
        terminal.list(issues, 5);
        finish(terminal, table, document, linesOf(document));
      }),
    );
};

function documentOf(table: StudyTable, options: Options, issues: Issue[]) {
  const { names, predictors, references } = table.design();
  const input = inputOf(table, names, predictors, options);
  const config = configOf(options, names);
  const validated = options.folds === undefined ? null : validatedBy(table, input, config, options, issues);
  const path = validated?.path ?? valueOrStop(fitElasticNet(input, config), issues);
  const relaxed = options.relax ? valueOrStop(relaxElasticNet(input, config, path), issues) : null;
  const models = chosenPlaces(path, validated).map(({ by, place }) =>
    chosen(input, path, place, by, options.at),
  );
  return {
    ...counts(table),
    alpha: options.alpha,
    references,
    names,
    nullDeviance: path.nullDeviance,
    path: Array.from(path.lambdas, (lambda, k) => ({
      lambda,
      nonZero: path.nonZero[k]!,
      devianceRatio: path.devianceRatio[k]!,
      coefficients: [...elasticNetCoefficients(path, k)],
      ...(relaxed
        ? {
            relaxed: relaxed.coefficients[k] ? [...relaxed.coefficients[k]] : null,
            relaxedDevianceRatio: relaxed.devianceRatio[k]!,
          }
        : {}),
    })),
    ...(validated ? { crossValidation: crossValidation(validated, options) } : {}),
    chosen: models,
    // of the first of these: the penalty that was given, or the best one
    ...(models.length > 0 ? { coefficients: models[0]!.coefficients } : {}),
    ...(options.at ? { rows: table.rowNumbers } : {}),
  };
}

function inputOf(
  table: StudyTable,
  names: readonly string[],
  predictors: Float64Array,
  { strata = [], offset }: Options,
): CoxInput {
  return {
    names,
    predictors,
    followUp: table.followUp,
    ...(strata.length > 0 ? { strata: codesOf(jointLabels(table, strata)).codes } : {}),
    ...(offset === undefined ? {} : { offset: table.numbers(offset) }),
  };
}

function configOf(options: Options, names: readonly string[]): ElasticNetConfig {
  const { alpha, lambda, lambdaCount, lambdaRatio, penaltyFactors, standardise } = options;
  const lambdas = lambda === undefined ? options.lambdas : [lambda];
  if (penaltyFactors && (penaltyFactors.length !== names.length || !penaltyFactors.some((one) => one > 0)))
    throw new StoppedByIssues([
      issue(
        'bad-value',
        '--penalty-factors',
        `expected ${names.length} factors, not all 0, for ${names.join(', ')}, found ${penaltyFactors.join(', ')}`,
      ),
    ]);
  return {
    alpha,
    standardise,
    ...(lambdas ? { lambdas } : {}),
    ...(lambdaCount === undefined ? {} : { lambdaCount }),
    ...(lambdaRatio === undefined ? {} : { lambdaMinRatio: lambdaRatio }),
    ...(penaltyFactors ? { penaltyFactors } : {}),
  };
}

function validatedBy(
  table: StudyTable,
  input: CoxInput,
  config: ElasticNetConfig,
  { folds, seed, cluster }: Options,
  issues: Issue[],
): ElasticNetCrossValidation {
  const clusters = cluster === undefined ? undefined : codesOf(table.labels(cluster)).codes;
  const units = clusters ? new Set(clusters).size : table.rowNumbers.length;
  if (folds! > units)
    throw new StoppedByIssues([issue('bad-value', '--folds', `expected at most ${units}, found ${folds}`)]);
  const [fold] = crossValidationFolds(table.rowNumbers.length, {
    folds: folds!,
    random: new Random(seed).fork('folds'),
    event: table.followUp.event,
    ...(clusters ? { groups: clusters } : {}),
  });
  return valueOrStop(crossValidateElasticNet(input, config, fold!), issues);
}

function crossValidation(
  { path, deviance, concordance }: ElasticNetCrossValidation,
  { folds, seed }: Options,
) {
  const described = ({ mean, standardError, best, oneStandardError }: CrossValidated) => ({
    mean: [...mean],
    se: [...standardError],
    lambdaBest: path.lambdas[best]!,
    lambdaOneSe: path.lambdas[oneStandardError]!,
  });
  return {
    folds,
    seed,
    deviance: described(deviance),
    concordance: concordance ? described(concordance) : null,
  };
}

/** By the deviance of the cross-validation; the only penalty where one was given. */
function chosenPlaces({ lambdas }: ElasticNetPath, validated: ElasticNetCrossValidation | null) {
  if (validated)
    return [
      { by: 'min', place: validated.deviance.best },
      { by: '1se', place: validated.deviance.oneStandardError },
    ];
  return lambdas.length === 1 ? [{ by: 'lambda', place: 0 }] : [];
}

function chosen(input: CoxInput, path: ElasticNetPath, place: number, by: string, at?: readonly number[]) {
  const values = elasticNetCoefficients(path, place);
  return {
    by,
    lambda: path.lambdas[place]!,
    nonZero: path.nonZero[place]!,
    devianceRatio: path.devianceRatio[place]!,
    coefficients: path.names.map((name, j) => ({
      name,
      estimate: values[j]!,
      hazardRatio: Math.exp(values[j]!),
    })),
    ...(at ? { survival: survivalOf(input, path, place, at) } : {}),
  };
}

function survivalOf(input: CoxInput, path: ElasticNetPath, place: number, at: readonly number[]) {
  const model = elasticNetModel(input, path, place);
  const risk = coxLinearPredictor(model, input.predictors).map(
    (value, row) => value + (input.offset?.[row] ?? 0),
  );
  return at.map((day) => ({
    day,
    ofRows: Array.from(
      risk,
      (value, row) => coxSurvival(model, Float64Array.of(value), day, input.strata?.[row] ?? 0)[0]!,
    ),
  }));
}

function linesOf(document: ReturnType<typeof documentOf>): string[] {
  const { crossValidation: scores } = document;
  const shown = document.path.filter((_, k) => k % Math.ceil(document.path.length / 20) === 0);
  return [
    `${document.subjects} subjects, ${document.eventCount} events, alpha ${document.alpha}, Breslow ties`,
    ...textTable(
      ['lambda', 'not 0', 'deviance ratio'],
      shown.map(({ lambda, nonZero, devianceRatio }) => [lambda.toPrecision(5), nonZero, devianceRatio]),
    ),
    ...(scores
      ? [
          `${scores.folds} folds, seed ${scores.seed}: least deviance at lambda ${scores.deviance.lambdaBest.toPrecision(5)}, within one standard error at ${scores.deviance.lambdaOneSe.toPrecision(5)}`,
          scores.concordance
            ? `greatest concordance ${format(Math.max(...scores.concordance.mean))} at lambda ${scores.concordance.lambdaBest.toPrecision(5)}`
            : 'no concordance: folds without comparable pairs',
        ]
      : []),
    ...document.chosen.flatMap(({ by, lambda, coefficients }) => [
      `coefficients at lambda ${lambda.toPrecision(5)}${by === 'lambda' ? '' : ` (${by})`}`,
      ...textTable(
        ['covariate', 'estimate', 'hazard ratio'],
        coefficients.map((row) => [row.name, row.estimate, row.hazardRatio]),
      ),
    ]),
  ];
}

function upToOne(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

function ratio(text: string): number {
  const value = number(text);
  if (value <= 0 || value >= 1) throw new InvalidArgumentError('Expected a number between 0 and 1.');
  return value;
}

const atLeastOne = (text: string) => atLeast(text, 1);
const atLeastTwo = (text: string) => atLeast(text, 2);

function atLeast(text: string, least: number): number {
  const value = wholeNumber(text);
  if (value < least) throw new InvalidArgumentError(`Expected a whole number of ${least} or more.`);
  return value;
}
