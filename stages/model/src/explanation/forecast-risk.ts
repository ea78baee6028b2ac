import { loadModel, type Model } from '@myocast/autodiff';
import type { PredictorTable } from '@myocast/predictors';
import { curveAt } from '../discrete-hazards.ts';
import { compositeInterval, compositeRisk, forecastTimes } from '../forecast.ts';
import { inputShapes } from '../fusion-feeds.ts';
import type { Tokens } from '../tokens.ts';
import type { TrainedForecast } from '../train.ts';
import { heard } from '../voice.ts';
import type { InputSet, RiskModel } from './risk-model.ts';
import { type ReferenceRows, tokenCoalitions } from './token-coalitions.ts';

export interface ForecastRiskConfig {
  /** Day of the risk; the end of follow-up where absent */
  readonly horizonDays?: number;
  /** Training rows that can stand in for what is hidden */
  readonly references?: ReferenceRows | null;
  /** Coalitions in one run of the network */
  readonly batch?: number;
}

/** A forecast opened for explanation; its networks stay open until `close`. */
export interface OpenRiskModel extends RiskModel {
  close(): Promise<void>;
}

/**
 * A trained forecast as a model of the composite's absolute risk at a horizon. Its networks are opened once. The risk is
 * the ensemble's mean, and its interval that of `forecast`.
 *
 * @param rows subjects of the table, by their place here in all that follows
 */
export async function openForecastRisk(
  { plan, members, trees }: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
  config: ForecastRiskConfig = {},
): Promise<OpenRiskModel> {
  const { horizonDays = plan.intervalEnds.at(-1)!, references = null, batch = 128 } = config;
  const coalitions = tokenCoalitions(plan.scaler, table, rows, references);
  const models: Model[] = [];
  for (const bytes of members) models.push(await loadModel(bytes, { threads: plan.config.threads }));
  const { timesDays, at } = aroundHorizon(forecastTimes(plan), horizonDays);
  const width = plan.intervalEnds.length * plan.causes.length;
  /** Of every set one answer from its members' logits. */
  const each = async <Answer>(
    sets: readonly InputSet[],
    answer: (logits: readonly Float32Array[], tokens: Tokens, index: number) => Answer,
  ) => {
    const answers: Answer[] = [];
    for (let from = 0; from < sets.length; from += batch) {
      const tokens = coalitions.tokens(sets.slice(from, from + batch));
      const byMember: Float32Array[] = [];
      for (const [place, model] of models.entries()) {
        const { logits } = await model.run(inputShapes(plan.scaler, tokens));
        byMember.push(heard(plan, trees[place], tokens, logits!.data as Float32Array));
      }
      for (let index = 0; index < tokens.count; index++) {
        const own = byMember.map((logits) => logits.subarray(index * width, (index + 1) * width));
        answers.push(answer(own, tokens, index));
      }
    }
    return answers;
  };
  return {
    columns: plan.scaler.columns.map(({ name }) => name),
    segments: plan.scaler.segments.map(({ name }) => name),
    sequences: plan.scaler.slices.map(({ kind }) => kind),
    subjects: rows.map((row) => table.subjects[row]!),
    horizonDays: plan.timed ? horizonDays : null,
    references: coalitions.references,
    hasMedian: coalitions.hasMedian,
    inputsOf: (subject) => coalitions.inputsOf(subject),
    async risk(sets) {
      return Float64Array.from(await each(sets, (logits) => at(compositeRisk(plan, logits, timesDays))));
    },
    interval: (sets) =>
      each(sets, (logits, tokens, index) => {
        const { risk, low, high } = compositeInterval(plan, logits, tokens, index, timesDays);
        return { risk: at(risk), low: at(low), high: at(high) };
      }),
    async close() {
      for (const model of models) await model.close();
    },
  };
}

/** The times of a forecast on either side of a day, and the value there of a curve over them. */
function aroundHorizon(times: readonly number[], day: number) {
  const next = times.findIndex((time) => time >= day);
  const timesDays =
    next < 0 ? times.slice(-1) : next === 0 ? times.slice(0, 1) : times.slice(next - 1, next + 1);
  return { timesDays, at: (curve: readonly number[]) => curveAt(timesDays, curve, day) };
}
