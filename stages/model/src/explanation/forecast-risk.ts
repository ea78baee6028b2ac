import { loadModel, type Model } from '@myocast/autodiff';
import type { PredictorTable } from '@myocast/predictors';
import { curveAt, hazardsOf, incidenceOf } from '../discrete-hazards.ts';
import { compositeOf, inputShapes } from '../forecast.ts';
import type { Tokens } from '../tokens.ts';
import type { ForecastPlan, TrainedForecast } from '../train.ts';
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
 * the ensemble's mean and low to high its range, as in `forecast`.
 *
 * @param rows subjects of the table, by their place here in all that follows
 */
export async function openForecastRisk(
  { plan, members }: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
  config: ForecastRiskConfig = {},
): Promise<OpenRiskModel> {
  const { horizonDays = plan.intervalEnds.at(-1)!, references = null, batch = 128 } = config;
  const coalitions = tokenCoalitions(plan.scaler, table, rows, references);
  const models: Model[] = [];
  for (const bytes of members) models.push(await loadModel(bytes, { threads: plan.config.threads }));
  const timesDays = [0, ...plan.intervalEnds];
  const at = (curve: ArrayLike<number>) => curveAt(timesDays, curve, horizonDays);
  /** Of every set one answer from its members' curves. */
  const each = async <Answer>(sets: readonly InputSet[], answer: (curves: readonly number[][]) => Answer) => {
    const answers: Answer[] = [];
    for (let from = 0; from < sets.length; from += batch) {
      const tokens = coalitions.tokens(sets.slice(from, from + batch));
      const byMember: number[][][] = [];
      for (const model of models) byMember.push(await memberCurves(plan, model, tokens));
      for (let index = 0; index < tokens.count; index++) {
        answers.push(answer(byMember.map((curves) => curves[index]!)));
      }
    }
    return answers;
  };
  const risk = (curves: readonly number[][]) =>
    curves.reduce((sum, curve) => sum + at(curve), 0) / curves.length;
  const extreme = (curves: readonly number[][], of: (...values: number[]) => number) =>
    at(timesDays.map((_, k) => of(...curves.map((curve) => curve[k]!))));
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
      return Float64Array.from(await each(sets, risk));
    },
    interval: (sets) =>
      each(sets, (curves) => ({
        risk: risk(curves),
        low: extreme(curves, Math.min),
        high: extreme(curves, Math.max),
      })),
    async close() {
      for (const model of models) await model.close();
    },
  };
}

/** [n][k + 1] the composite's cumulative incidence by one member. */
async function memberCurves(plan: ForecastPlan, model: Model, tokens: Tokens): Promise<number[][]> {
  const { logits } = await model.run(inputShapes(plan.scaler, tokens));
  const causes = plan.causes.length;
  const width = plan.intervalEnds.length * causes;
  return Array.from({ length: tokens.count }, (_, index) => {
    const own = logits!.data.subarray(index * width, (index + 1) * width);
    return compositeOf(plan, incidenceOf(hazardsOf(own, causes), causes));
  });
}
