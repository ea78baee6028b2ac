import { foldRows } from '@myocast/survival/resampling';
import { clinicalColumns } from './column-sets.ts';
import { comparator, type FitRecord, type ForecastCompetitor } from './competitor.ts';
import { columnFeatures } from './design.ts';
import { imageFeatures } from './image-features.ts';
import { innerFolds, matrixRows } from './inner-folds.ts';
import { prespecifiedVariance, regressionRows } from './ridge-comparator.ts';
import { chooseVariance, fitToRows } from './ridge-choice.ts';
import { fitRidge, type RegressionRows, type RidgeRegression } from './ridge-regression.ts';

/** One side of the fusion: its training rows, and the a-priori variance of its ridge regression. */
interface Side {
  readonly rows: RegressionRows;
  readonly variance: number;
}

/**
 * Late fusion by addition: a clinical and an image score, each the linear predictor of a ridge regression fitted alone,
 * standardised on the training rows and added. Neither side knows of the other, so what both say counts twice.
 *
 * The image score's penalty is that with the highest cross-validated (partial) likelihood over the inner folds; the
 * clinical one is prespecified. How much risk a sum stands for is learned from sums of inner folds that were held
 * out, as those of the rows that both scores were fitted to promise too much.
 * Source: verweij1993 (docs/references.bib).
 */
export function lateFusion(horizonDays: number | null): ForecastCompetitor {
  return comparator('late-fusion', 'Late fusion, clinical plus images', horizonDays, (input) => {
    const clinical = regressionRows(input, columnFeatures(input.table, clinicalColumns));
    const image = regressionRows(
      input,
      imageFeatures(input.table, input.train, input.random.fork('components')),
    );
    const folds = innerFolds(image.rows.followUp, input.random.fork('inner folds'));
    const variance = chooseVariance(image.rows, folds);
    const sides = [
      { rows: clinical.rows, variance: prespecifiedVariance },
      { rows: image.rows, variance },
    ];
    const { linearPredictor, incidence } = calibration(sides, folds);
    const sumOf = summedScore(sides, Int32Array.from(folds.keys()));
    const sum = sumOf([clinical.design.matrix(input.test), image.design.matrix(input.test)]);
    const calibrated = linearPredictor(sum);
    return {
      risk: input.outcome.days === null ? incidence(calibrated, 1) : sum,
      incidence: (days) => incidence(calibrated, days),
      fit: joined(clinical.design.record({}), image.design.record({ variance })),
    };
  });
}

/** The sum of the sides' scores, fitted to and standardised on some of the rows: of matrices [m, p], one a side. */
function summedScore(
  sides: readonly Side[],
  fitted: Int32Array,
): (matrices: readonly Float64Array[]) => Float64Array {
  const scores = sides.map(({ rows, variance }) => {
    const { linearPredictor } = fitToRows(rows, fitted, variance);
    const own = linearPredictor(matrixRows(rows.matrix, rows.names.length, fitted));
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const sd = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length);
    return (matrix: Float64Array) =>
      linearPredictor(matrix).map((value) => (sd > 0 ? (value - mean) / sd : 0));
  });
  return (matrices) =>
    scores
      .map((score, side) => score(matrices[side]!))
      .reduce((sum, part) => sum.map((value, row) => value + part[row]!));
}

/** A prior of variance 1 keeps the slope finite where a sum separates the events. */
const weakPenalty = 1;
/** With this penalty the slope is 0 and everybody has the mean incidence. */
const flatPenalty = 1e12;

/** From a sum to the hazard or odds: the regression on the sums of rows held out, its slope 0 where it would be negative. */
function calibration(sides: readonly Side[], folds: Int32Array): RidgeRegression {
  const { followUp, timed } = sides[0]!.rows;
  const sums = new Float64Array(folds.length);
  for (const { train, test } of foldRows(folds)) {
    const held = summedScore(
      sides,
      train,
    )(sides.map(({ rows }) => matrixRows(rows.matrix, rows.names.length, test)));
    for (const [place, row] of test.entries()) sums[row] = held[place]!;
  }
  const rows = { names: ['sum'], sources: ['sum'], matrix: sums, followUp, timed };
  const fitted = fitRidge(rows, [weakPenalty]);
  const [low, high] = fitted.linearPredictor(Float64Array.of(0, 1));
  return high! > low! ? fitted : fitRidge(rows, [flatPenalty]);
}

function joined(one: FitRecord, two: FitRecord): FitRecord {
  return {
    predictors: one.predictors + two.predictors,
    leftOut: [...one.leftOut, ...two.leftOut],
    filledCells: {
      train: one.filledCells.train + two.filledCells.train,
      test: one.filledCells.test + two.filledCells.test,
    },
    chosen: { ...one.chosen, ...two.chosen },
  };
}
