import { Random } from '@myocast/base';
import {
  type Bootstrap632,
  bootstrap632,
  brierError,
  concordanceError,
  correctOptimism,
  coxPipeline,
  crossValidate,
  type CrossValidation,
  fineGrayPipeline,
  type ModelMeasure,
  modelMeasures,
  type OptimismCorrection,
  type Pipeline,
  type Resampling,
  type RiskPrediction,
} from '@myocast/survival/resampling';
import { fitCox, fitFineGray } from '@myocast/survival/regression';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { textTable } from '../../text-table.ts';
import { stopBeyond } from './probabilities.ts';
import { readStudyTable, stopAtColumn, type StudyTable } from './study-table.ts';
import {
  codesOf,
  counts,
  covariatesOption,
  finish,
  number,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  wholeNumber,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly at: number;
  readonly model: 'cox' | 'fine-gray';
  readonly ridge: number;
  readonly bootstrap: number;
  readonly seed: number;
  readonly cluster?: string;
  readonly folds?: number;
  readonly repeats: number;
}

export const optimismVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'optimism', 'internal validation of a model that is fitted anew in every resample')
    .addOption(covariatesOption())
    .requiredOption('--at <days>', 'the day that the risk is about', number)
    .addOption(
      new Option('--model <model>', 'Cox regression, or Fine and Gray of the cumulative incidence')
        .choices(['cox', 'fine-gray'])
        .default('cox'),
    )
    .option('--ridge <penalty>', 'cox: ridge penalty on standardised covariates', number, 0)
    .option('--bootstrap <resamples>', 'resamples', wholeNumber, 200)
    .option('--seed <seed>', 'seed of every random number', wholeNumber, 1)
    .option('--cluster <column>', 'rows that hang together (a centre): resampled and left out as a whole')
    .option('--folds <folds>', 'cross-validation in so many parts beside it', wholeNumber)
    .option('--repeats <times>', 'repeats of the cross-validation', wholeNumber, 10)
    .hook('preAction', (called) => {
      const { model, ridge, bootstrap } = called.opts<Options>();
      if (model === 'fine-gray' && ridge > 0) called.error('error: --ridge is for --model cox');
      if (bootstrap === 0) called.error('error: expected one resample or more');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const labels = options.cluster === undefined ? [] : [options.cluster];
        const table = await readStudyTable(file!, { ...options, labels });
        const document = documentOf(table, options);
        finish(terminal, table, document, linesOf(document));
      }),
    );
};

function documentOf(table: StudyTable, options: Options) {
  const { followUp } = table;
  const { at, model, bootstrap, seed, ridge } = options;
  const n = followUp.days.length;
  const { pipeline, references, knots } = pipelineOf(table, options);
  const cluster = options.cluster === undefined ? {} : { cluster: clusterOf(table, options.cluster) };
  const resampling: Resampling = { resamples: bootstrap, random: new Random(seed), ...cluster };
  const brier = brierError(followUp, [at]);
  if (brier === null) stopBeyond(table, options.time, [at]);
  const competing = competingOf(model);
  const measure = modelMeasures(followUp, at, { competing });
  // the fit of all rows has succeeded, so there is a model to correct
  const corrected = correctOptimism(n, pipeline, measure, resampling)!;
  const pairs = concordanceError('harrell', followUp, { competing });
  return {
    ...counts(table),
    at,
    model,
    ridge,
    references,
    knots,
    seed,
    cluster: options.cluster ?? null,
    resamples: corrected.resamples,
    withoutModel: corrected.withoutModel,
    measures: withoutFixedIntervals(corrected.measures),
    error632: {
      brier: bootstrap632(
        n,
        part(pipeline, ({ risks }) => risks),
        brier,
        resampling,
      ),
      oneMinusC: bootstrap632(
        n,
        part(pipeline, ({ score }) => score),
        pairs,
        resampling,
      ),
    },
    crossValidation:
      options.folds === undefined ? null : crossValidation(table, pipeline, options, options.folds),
  };
}

/** The score of a cumulative incidence ranks those with a competing event among the event-free. */
function competingOf(model: Options['model']): 'censoring' | 'event-free' {
  return model === 'fine-gray' ? 'event-free' : 'censoring';
}

/** Fitted anew, a model is calibrated where it was fitted: the spread of its calibration there is no interval. */
function withoutFixedIntervals(measures: OptimismCorrection<ModelMeasure>['measures']) {
  const none = { low: null, high: null };
  return {
    ...measures,
    slope: { ...measures.slope, ...none },
    hazardSlope: { ...measures.hazardSlope, ...none },
    observedOverExpected: { ...measures.observedOverExpected, ...none },
  };
}

const measureNames: readonly ModelMeasure[] = [
  'harrell',
  'uno',
  'slope',
  'hazardSlope',
  'brier',
  'ipa',
  'observedOverExpected',
];

function crossValidation(
  table: StudyTable,
  pipeline: Pipeline<RiskPrediction>,
  { at, seed, repeats, cluster, time, model }: Options,
  folds: number,
): CrossValidation<ModelMeasure> {
  const { followUp } = table;
  const groups = cluster === undefined ? null : clusterOf(table, cluster);
  const most = groups ? new Set(groups).size : followUp.days.length;
  if (folds < 2 || folds > most)
    stopAtColumn('bad-value', table, cluster ?? time, `expected 2 to ${most} folds, found ${folds}`);
  const measure = modelMeasures(followUp, at, { competing: competingOf(model) });
  return crossValidate(followUp.days.length, pipeline, measure, measureNames, {
    folds,
    repeats: Math.max(1, repeats),
    random: new Random(seed).fork('folds'),
    event: followUp.event,
    ...(groups ? { groups } : {}),
  });
}

function clusterOf(table: StudyTable, column: string): Int32Array {
  const { codes, names } = codesOf(table.labels(column));
  if (names.length < 2)
    stopAtColumn('bad-value', table, column, `expected at least 2 clusters to resample, found 1`);
  return codes;
}

/** Fits all rows once, so that a table that determines no model says why. */
function pipelineOf(table: StudyTable, { model, ridge, at }: Options) {
  const { followUp } = table;
  const { names, predictors, references, knots } = table.design();
  const input = { names, predictors, followUp };
  const config = { ties: 'efron', ridge } as const;
  if (model === 'cox') valueOrStop(fitCox(input, config));
  else valueOrStop(fitFineGray(input));
  const pipeline = model === 'cox' ? coxPipeline(input, config, [at]) : fineGrayPipeline(input, [at]);
  return { pipeline, references, knots };
}

/** The same model, of whose prediction one part is wanted. */
function part<Part>(
  pipeline: Pipeline<RiskPrediction>,
  of: (prediction: RiskPrediction) => Part,
): Pipeline<Part> {
  return (rows) => {
    const predictor = pipeline(rows);
    return predictor && ((others) => of(predictor(others)));
  };
}

interface Document {
  readonly resamples: number;
  readonly withoutModel: number;
  readonly at: number;
  readonly model: string;
  readonly measures: OptimismCorrection<ModelMeasure>['measures'];
  readonly error632: { readonly [name in 'brier' | 'oneMinusC']: Bootstrap632 | null };
  readonly crossValidation: CrossValidation<ModelMeasure> | null;
  readonly subjects: number;
  readonly eventCount: number;
}

function linesOf(document: Document): string[] {
  const { measures, error632, crossValidation: folded } = document;
  return [
    `${document.subjects} subjects, ${document.eventCount} events, ${document.model} at day ${document.at}, ${document.resamples} resamples, ${document.withoutModel} without a model`,
    ...textTable(
      ['measure', 'apparent', 'optimism', 'sd', 'corrected', 'low', 'high', 'skipped'],
      measureNames.map((name) => {
        const { apparent, optimism, optimismSpread, corrected, low, high, skipped } = measures[name];
        return [name, apparent, optimism, optimismSpread, corrected, low, high, skipped];
      }),
    ),
    ...textTable(
      ['error', 'apparent', 'left out', 'no information', '.632', '.632+', 'overfitting'],
      Object.entries(error632).flatMap(([name, found]) => (found === null ? [] : [row632(name, found)])),
    ),
    ...(folded === null
      ? []
      : textTable(
          [`${folded.repeats} × ${folded.folds} folds`, 'mean', 'sd of repeats', 'skipped'],
          measureNames.map((name) => {
            const { mean, betweenRepeats, skipped } = folded.measures[name];
            return [name, mean, betweenRepeats, skipped];
          }),
        )),
  ];
}

function row632(name: string, found: Bootstrap632): (string | number | null)[] {
  const { apparent, leftOut, withoutInformation, error632, error632Plus, overfitting } = found;
  return [
    name === 'brier' ? 'Brier' : '1 - C',
    apparent,
    leftOut,
    withoutInformation,
    error632,
    error632Plus,
    overfitting,
  ];
}
