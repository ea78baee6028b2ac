import type { Random } from '@myocast/base';
import type { Outcome, PredictorColumn, PredictorTable } from '@myocast/predictors';
import { type FollowUp } from '@myocast/survival';
import { type CoxBaseline, coxLinearPredictor, fitCox } from '@myocast/survival/regression';
import { curveAt } from './discrete-hazards.ts';
import { forecast } from './native-forecast.ts';
import { ridgeLogistic } from './ridge-logistic.ts';
import { type ForecastConfig, trainForecast } from './train.ts';

export interface FitPredictInput {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly random: Random;
}

export interface HeldOutRisk {
  /** [test] higher is worse, for the composite */
  readonly risk: Float64Array;
  /** [test] incidence of the composite at the horizon */
  readonly incidenceAtHorizon: Float64Array | null;
}

/** A way to a forecast that is fitted to some rows and judged on others. */
export interface ForecastCompetitor {
  readonly name: string;
  readonly label: string;
  fitPredict(input: FitPredictInput): Promise<HeldOutRisk>;
}

export interface CompetitorConfig {
  /** Of the predictor table: what there is decides which comparators make sense. */
  readonly columns: readonly PredictorColumn[];
  /** Days at which incidences are given; null for an outcome without times. */
  readonly horizonDays: number | null;
  readonly forecast?: Partial<ForecastConfig>;
  /** Called as the multimodal model of one split is trained. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Prespecified clinical predictors of the trial. A study that lacks one of them is another
 * study: there every clinical column is taken. A name also stands for its logarithm and its categories.
 */
const clinicalNames = [
  'age',
  'killip',
  'diabetes',
  'multivessel',
  'nt_probnp',
  'symptom_to_balloon',
  'anterior',
];

/** Prespecified CMR predictors: infarct and obstruction as a share of the myocardium, ejection fraction. */
const cmrNames = ['infarct', 'mvo', 'ejection_fraction'];

/**
 * The models that are compared on the same rows: multimodal, clinical, clinical
 * and CMR. The regressions are ridge Cox, or ridge logistic for an outcome without times.
 */
export function competitors(config: CompetitorConfig): ForecastCompetitor[] {
  const clinical = (columns: readonly PredictorColumn[]) => {
    const known = new Set(columns.map(({ name }) => variableOf(name)));
    return clinicalNames.every((name) => known.has(name))
      ? pick(columns, clinicalNames)
      : columns.flatMap(({ source }, j) => (source === 'clinical' ? [j] : []));
  };
  const cmr = (columns: readonly PredictorColumn[]) => pick(columns, cmrNames);
  const regressions = [
    regression('clinical-cox', 'clinical', clinical, config),
    regression(
      'clinical-cmr-cox',
      'clinical and CMR',
      (columns) => [...clinical(columns), ...cmr(columns)],
      config,
    ),
  ];
  // Without images the second regression would be the first again.
  return [multimodal(config), ...(cmr(config.columns).length > 0 ? regressions : regressions.slice(0, 1))];
}

function multimodal({ horizonDays, forecast: settings, onProgress }: CompetitorConfig): ForecastCompetitor {
  return {
    name: 'multimodal',
    label: 'Multimodal',
    async fitPredict({ table, outcome, train, test, random }) {
      const trained = await trainForecast({
        table,
        outcome,
        rows: train,
        random,
        ...(settings ? { config: settings } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
      const forecasts = await forecast(trained, table, test);
      const at = (days: number) =>
        Float64Array.from(forecasts, ({ timesDays, composite }) => curveAt(timesDays, composite.risk, days));
      const risk = at(Infinity);
      if (outcome.days === null) return { risk, incidenceAtHorizon: risk };
      return { risk, incidenceAtHorizon: horizonDays === null ? null : at(horizonDays) };
    },
  };
}

/** Columns with one of these names, as they are, as a logarithm, or as a category. */
function pick(columns: readonly PredictorColumn[], names: readonly string[]): number[] {
  return columns.flatMap(({ name }, j) => {
    return names.includes(variableOf(name)) ? [j] : [];
  });
}

/** The variable that a column comes from: `log nt_probnp` from nt_probnp, `culprit=RCA` from culprit. */
export const variableOf = (column: string) => column.replace(/^log /, '').replace(/=.*$/, '');

function regression(
  name: string,
  what: string,
  choose: (columns: readonly PredictorColumn[]) => number[],
  { horizonDays }: CompetitorConfig,
): ForecastCompetitor {
  return {
    name,
    label: `${horizonDays === null ? 'Ridge logistic' : 'Ridge Cox'}, ${what}`,
    async fitPredict({ table, outcome, train, test }) {
      const { design, columns } = imputedDesign(table, choose(table.columns), train);
      if (columns.length === 0)
        throw new RangeError(`${name}: expected a ${what} column that varies in training, got none`);
      const isEvent = (row: number) =>
        outcome.cause[row]! > 0 && outcome.compositeCauses.includes(outcome.causes[outcome.cause[row]! - 1]!);
      const rows = (of: readonly number[]) => Float64Array.from(of.flatMap((row) => design(row)));
      // A Gaussian prior of variance 0.5 / p: a priori the p columns spread the log hazard by 0.7.
      const penalty = 2 * columns.length;
      if (outcome.days === null)
        return logistic(
          rows(train),
          rows(test),
          Float64Array.from(train, (row) => (isEvent(row) ? 1 : 0)),
          penalty,
        );
      const followUp = {
        days: Float64Array.from(train, (row) => outcome.days![row]!),
        event: Uint8Array.from(train, (row) => (isEvent(row) ? 1 : outcome.cause[row]! > 0 ? 2 : 0)),
      };
      const fitted = fitCox(
        { names: columns, predictors: rows(train), followUp },
        { ties: 'efron', ridge: penalty },
      );
      if (!fitted.ok)
        throw new RangeError(`${name}: ${fitted.issues[0]!.path}: ${fitted.issues[0]!.message}`);
      const risk = coxLinearPredictor(fitted.value, rows(test));
      const incidenceAtHorizon =
        horizonDays === null ? null : coxIncidence(fitted.value.baselines[0]!, risk, followUp, horizonDays);
      return { risk, incidenceAtHorizon };
    },
  };
}

/**
 * Cumulative incidence of the composite at a horizon, [n]: the sum of
 * S(t-) dH(t) over the days with events up to it, where S also falls with the
 * cumulative hazard (Nelson-Aalen) of the causes that compete, alike for all subjects.
 */
function coxIncidence(
  baseline: CoxBaseline,
  linearPredictor: Float64Array,
  { days, event }: FollowUp,
  horizonDays: number,
): Float64Array {
  const order = [...days.keys()].sort((a, b) => days[a]! - days[b]!);
  const competing = order.flatMap((row, place) => {
    return event[row] === 2 ? [{ day: days[row]!, hazard: 1 / (order.length - place) }] : [];
  });
  return linearPredictor.map((value) => {
    let incidence = 0;
    let before = 0;
    for (const [place, day] of baseline.days.entries()) {
      if (day > horizonDays) break;
      const now = baseline.cumulativeHazard[place]! * Math.exp(value);
      const others = competing.reduce((sum, entry) => sum + (entry.day < day ? entry.hazard : 0), 0);
      incidence += Math.exp(-others) * (Math.exp(-before) - Math.exp(-now));
      before = now;
    }
    return incidence;
  });
}

function logistic(train: Float64Array, test: Float64Array, target: Float64Array, ridge: number): HeldOutRisk {
  const n = target.length;
  const p = train.length / n;
  const q = p + 1;
  const design = new Float64Array(n * q);
  for (let row = 0; row < n; row++) {
    design[row * q] = 1;
    design.set(train.subarray(row * p, (row + 1) * p), row * q + 1);
  }
  const penalty = new Float64Array(q).fill(ridge);
  penalty[0] = 0;
  const coefficients = ridgeLogistic({ design, target, weight: new Float64Array(n).fill(1), penalty });
  const risk = Float64Array.from({ length: test.length / p }, (_, row) => {
    let eta = coefficients[0]!;
    for (let j = 0; j < p; j++) eta += coefficients[j + 1]! * test[row * p + j]!;
    return 1 / (1 + Math.exp(-eta));
  });
  return { risk, incidenceAtHorizon: risk };
}

/** Standardised columns in which a missing value is the training rows' median, or the more frequent one of a binary column. */
function imputedDesign(table: PredictorTable, chosen: readonly number[], train: readonly number[]) {
  const p = table.columns.length;
  const fitted = chosen.flatMap((j) => {
    const seen = train.flatMap((row) => (table.observed[row * p + j] ? [table.values[row * p + j]!] : []));
    if (seen.length === 0) return [];
    const sorted = [...seen].sort((a, b) => a - b);
    // The upper median of zeros and ones is the more frequent of them.
    const fill = sorted[Math.floor(sorted.length / 2)]!;
    const filled = train.map((row) => (table.observed[row * p + j] ? table.values[row * p + j]! : fill));
    const mean = filled.reduce((sum, value) => sum + value, 0) / filled.length;
    const sd = Math.sqrt(filled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / filled.length);
    return sd > 1e-9 * (1 + Math.abs(mean)) ? [{ j, fill, mean, sd }] : [];
  });
  const design = (row: number) =>
    fitted.map(({ j, fill, mean, sd }) => {
      return ((table.observed[row * p + j] ? table.values[row * p + j]! : fill) - mean) / sd;
    });
  return { design, columns: fitted.map(({ j }) => table.columns[j]!.name) };
}
