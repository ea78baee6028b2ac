import type { PredictorTable } from '@myocast/predictors';
import { calibrated, compositeOf } from '../calibration.ts';
import { caution } from '../caution.ts';
import { hazardsOf, type Incidence, incidenceAt } from '../discrete-hazards.ts';
import { ensembleLogits, forecastTimes, logitSd, missingOf, z90 } from '../forecast.ts';
import { runMember } from '../member-logits.ts';
import { placeInPopulation } from '../population-distance.ts';
import type { AbstentionReason, Forecast } from '../records.ts';
import { tokensOf } from '../tokens.ts';
import type { ForecastPlan, TrainedForecast } from '../train.ts';
import { type Known, knownAt } from './course.ts';
import { firstValueOf } from './landmark-data.ts';
import { effectsSd, movedLogits } from './landmark-hazards.ts';
import type { LandmarkModel } from './landmark-model.ts';
import { findingOf, type LandmarkView, termName, termValue } from './terms.ts';
import { risksOf } from './train-landmark.ts';

/** When a forecast is made, and what has become known of the subject since the index date. */
export interface LandmarkQuestion {
  readonly landmarkDays: number;
  /** Of this, what happened or was found after the landmark is not looked at. */
  readonly known: Known;
}

/** A forecast of the next event for a subject who is alive and under observation on a day; times count from the index date. */
export interface LandmarkForecast extends Forecast {
  readonly landmarkDays: number;
  /** What of the known was used. */
  readonly used: readonly string[];
  /** What was known at the landmark and is no term of the model. */
  readonly notUsed: readonly string[];
}

/**
 * Forecasts of the next event from a landmark on, given that the subject is alive and under
 * observation then: month by month to the end of the training's follow-up, counted from the
 * index date. On the index date they are those of `forecast`; later, of whom
 * nothing has become known, they are (F(t) - F(s)) / S(s) of it.
 *
 * `missing` lists what the model knows and the subject lacks, findings after the index date among it.
 *
 * @param questions one of each row
 * @throws RangeError where the bundle has no landmark model, or a landmark is not within the follow-up
 */
export async function landmarkForecast(
  trained: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
  questions: readonly LandmarkQuestion[],
): Promise<LandmarkForecast[]> {
  const { plan, population } = trained;
  const model = checkedModel(plan, rows, questions);
  if (rows.length === 0) return [];
  const tokens = tokensOf(plan.scaler, table, rows);
  const logits = await ensembleLogits(runMember, trained, tokens);
  const width = plan.intervalEnds.length * plan.causes.length;
  const p = plan.scaler.columns.length;
  return rows.map((row, index) => {
    const raw = logits.map((all) => all.subarray(index * width, (index + 1) * width));
    const base = raw.map((own) => calibrated(own, plan.calibration, plan));
    const known = knownAt(questions[index]!.known, questions[index]!.landmarkDays);
    const view: LandmarkView = {
      landmarkDays: questions[index]!.landmarkDays,
      risk: meanOf(base.map((own) => risksOf(plan, own)[0]!)),
      known: { ...known, events: known.events.filter(({ cause }) => model.eventCauses.includes(cause)) },
      first: firstValueOf(table, row),
    };
    const x = model.terms.map((term) => termValue(term, view));
    const sd = Math.hypot(logitSd(plan, raw, tokens, index), effectsSd(model.covariance, x));
    const found = curves(plan, model, base, x, view, z90 * sd);
    const place = population && placeInPopulation(population, plan.scaler, table, row);
    return {
      subject: table.subjects[row]!,
      landmarkDays: view.landmarkDays,
      ...found,
      ...caution(
        plan,
        found,
        tokens.observed.subarray(index * p, (index + 1) * p),
        place,
        eventNotInModel(model, known),
      ),
      // Registered groups are of the risk from the index date on.
      group: null,
      ...inputsOf(model, view, known),
      missing: [...missingOf(plan.scaler, tokens, table, row, index), ...missingFindings(model, view)],
    };
  });
}

function checkedModel(
  { landmark, intervalEnds }: ForecastPlan,
  rows: readonly number[],
  questions: readonly LandmarkQuestion[],
): LandmarkModel {
  if (landmark === undefined)
    throw new RangeError('landmarkForecast: expected a landmark model in the plan, got none');
  if (questions.length !== rows.length)
    throw new RangeError(`landmarkForecast: expected ${rows.length} questions, got ${questions.length}`);
  const end = intervalEnds.at(-1)!;
  const wrong = questions.find(({ landmarkDays }) => !(landmarkDays >= 0 && landmarkDays < end));
  if (wrong)
    throw new RangeError(
      `landmarkForecast: expected a landmark from day 0 to before day ${end}, got ${wrong.landmarkDays}`,
    );
  return landmark;
}

/** Incidences from the landmark on, and the interval of the composite's risk when its logit is moved by `half` to either side. */
function curves(
  plan: ForecastPlan,
  model: LandmarkModel,
  base: readonly Float64Array[],
  x: readonly number[],
  { landmarkDays, known }: LandmarkView,
  half: number,
): Pick<Forecast, 'timesDays' | 'incidence' | 'composite'> {
  const timesDays = [landmarkDays, ...forecastTimes(plan).filter((days) => days > landmarkDays)];
  const own = compositeOf(plan);
  const weights = memberWeights(plan, base, landmarkDays, known);
  const mean = (members: readonly number[]) =>
    members.reduce((sum, value, member) => sum + weights[member]! * value, 0);
  const at = (shift: number) =>
    base.map((logits) =>
      incidenceFrom(plan, movedLogits(logits, model, x, plan, shift), landmarkDays, timesDays),
    );
  const risk = (members: readonly Incidence[]) =>
    timesDays.map((_, t) =>
      mean(members.map(({ causes }) => own.reduce((sum, c) => sum + causes[c]![t]!, 0))),
    );
  const expected = at(0);
  return {
    timesDays,
    incidence: Object.fromEntries(
      plan.causes.map((name, c) => [
        name,
        timesDays.map((_, t) => mean(expected.map(({ causes }) => causes[c]![t]!))),
      ]),
    ),
    composite: { risk: risk(expected), low: risk(at(-half)), high: risk(at(half)) },
  };
}

/**
 * What each member counts, in all 1. Where nothing has happened, as the probability that it gave to
 * that: then the mean of (F(t) - F(s)) / S(s) is that of the mean curves. An event speaks for
 * the members that expected it; then all count the same.
 */
function memberWeights(
  { causes, intervalEnds }: ForecastPlan,
  base: readonly Float64Array[],
  landmarkDays: number,
  { events }: Known,
): number[] {
  const survived = base.map((logits) =>
    events.length > 0
      ? 1
      : incidenceAt(hazardsOf(logits, causes.length), causes.length, intervalEnds, [landmarkDays])
          .eventFree[0]!,
  );
  const total = survived.reduce((sum, own) => sum + own, 0);
  return survived.map((own) => own / total);
}

/** Cumulative incidences among those without an event at the landmark: (F(t) - F(s)) / S(s). */
function incidenceFrom(
  { causes, intervalEnds }: ForecastPlan,
  logits: Float64Array,
  landmarkDays: number,
  timesDays: readonly number[],
): Incidence {
  const hazards = hazardsOf(logits, causes.length);
  const whole = incidenceAt(hazards, causes.length, intervalEnds, [landmarkDays, ...timesDays]);
  const there = whole.eventFree[0]!;
  return {
    causes: whole.causes.map((curve) => curve.slice(1).map((value) => (value - curve[0]!) / there)),
    eventFree: whole.eventFree.slice(1).map((value) => value / there),
  };
}

function inputsOf({ terms, eventCauses }: LandmarkModel, view: LandmarkView, { events, findings }: Known) {
  const hasFinding = (name: string) =>
    terms.some((term) => term.kind === 'finding' && term.name === name && findingOf(term, view) !== null);
  const entries = [
    ...events.map(({ cause, days }) => ({
      text: `${cause} on day ${days}`,
      used: eventCauses.includes(cause),
    })),
    ...findings.map(({ name, days, value }) => ({
      text: `${name} ${value} on day ${days}`,
      used: hasFinding(name),
    })),
  ];
  return {
    used: entries.filter(({ used }) => used).map(({ text }) => text),
    notUsed: entries.filter(({ used }) => !used).map(({ text }) => text),
  };
}

/** Of whom an event is known that no term reads, the forecast is that of patients without one: too low. */
function eventNotInModel({ eventCauses }: LandmarkModel, { events }: Known): AbstentionReason | null {
  const unread = events.filter(({ cause }) => !eventCauses.includes(cause));
  if (unread.length === 0) return null;
  const list = unread.map(({ cause, days }) => `${cause} on day ${days}`).join(', ');
  return {
    reason: 'event-not-in-model',
    words: `${list} is known and not in the model, which saw too few such courses: the forecast is of patients without it, and too low`,
  };
}

function missingFindings({ terms }: LandmarkModel, view: LandmarkView): string[] {
  return terms.flatMap((term) =>
    term.kind === 'finding' && findingOf(term, view) === null ? [termName(term)] : [],
  );
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
