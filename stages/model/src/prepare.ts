import { centreWeights, weightedPeriods } from './centre-weights.ts';
import { type Curve, fitCurves, withCurves } from './curves.ts';
import { fitIntervals, personPeriods } from './discrete-hazards.ts';
import { type EffectScores, effectScores, scoresOf } from './effect-scores.ts';
import { fitScaler, type Scaler } from './scaler.ts';
import { type Tokens, tokensOf } from './tokens.ts';
import type { ForecastConfig, TrainingInput } from './train.ts';
import { balancedParts, chooseWide, eventsOf, type WideChoice, type WideData } from './wide-path.ts';

/** What all members learn from. */
export interface Prepared {
  readonly scaler: Scaler;
  readonly tokens: Tokens;
  readonly data: WideData;
  readonly intervalEnds: readonly number[];
  readonly parts: readonly (readonly number[])[];
  readonly published: EffectScores;
  readonly curves: readonly Curve[];
  readonly choice: WideChoice;
}

/** Besides the members' own, for choosing the penalty. */
const otherPartitions = 3;

export function prepare(input: TrainingInput, config: ForecastConfig): Prepared {
  const { table, outcome, rows, random, unlabelled } = input;
  const scaler = fitScaler(table, rows, config.scaler, random.fork('scaler'), unlabelled);
  if (scaler.columns.length + scaler.segments.length + scaler.slices.length === 0)
    throw new RangeError('trainForecast: expected a predictor that varies among the training rows, got none');
  const cause = Uint8Array.from(rows, (row) => outcome.cause[row]!);
  const composite = cause.filter(
    (code) => code > 0 && outcome.compositeCauses.includes(outcome.causes[code - 1]!),
  ).length;
  if (composite < config.members)
    throw new RangeError(`trainForecast: expected at least ${config.members} events, got ${composite}`);
  const tokens = tokensOf(scaler, table, rows);
  const intervalEnds = fitIntervals(outcome, rows, config.intervals);
  const weights = centreWeights(
    rows.map((row) => table.centres[row]!),
    config.centreBalance,
  );
  const periods = weightedPeriods(personPeriods(outcome, rows, intervalEnds), weights);
  const shape = { periods, intervals: intervalEnds.length, outcome };
  const layouts = layoutsOf(scaler, tokens, shape);
  const parts = balancedParts(cause, config.members, random.fork('parts'));
  const choice = chooseWide(
    layouts.map(({ data }) => data),
    [
      parts,
      ...Array.from({ length: otherPartitions }, (_, at) =>
        balancedParts(cause, config.members, random.fork(`partition ${at}`)),
      ),
    ],
  );
  return { scaler, tokens, intervalEnds, parts, choice, ...layouts[choice.way]! };
}

interface WideLayout {
  readonly data: WideData;
  readonly published: EffectScores;
  readonly curves: readonly Curve[];
}

/** Curves are tried where there are so many events for each column. */
const eventsPerColumn = 3;

/** The ways in which the linear path can be laid out, the one that leaves least to the data first. */
function layoutsOf(
  scaler: Scaler,
  { columns, observed, count }: Tokens,
  shape: Pick<WideData, 'periods' | 'intervals' | 'outcome'>,
): readonly WideLayout[] {
  const p = scaler.columns.length;
  const known = effectScores(scaler.columns, shape.outcome.causes);
  const none: EffectScores = { groups: [], weights: [] };
  const layout = (published: EffectScores, curves: readonly Curve[]): WideLayout => ({
    published,
    curves,
    data: {
      ...shape,
      columns: withCurves(columns, observed, p, curves),
      p: p + 2 * curves.length,
      scores: scoresOf(published, columns, count, p),
      g: published.weights.length,
    },
  });
  const starts = known.weights.length > 0 ? [known, none] : [none];
  const straight = starts.map((published) => layout(published, []));
  const everyone = [...Array(count).keys()];
  if (p === 0 || eventsOf(straight[0]!.data, everyone) < eventsPerColumn * p) return straight;
  const curves = fitCurves(columns, observed, p);
  return curves.length === 0
    ? straight
    : [...straight, ...starts.map((published) => layout(published, curves))];
}
