import type { Random } from '@myocast/base';
import type { ExplainedRows, FitPredictInput, FitRecord, ForecastCompetitor } from '@myocast/model';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import type { Split } from './splits.ts';

/** One split of one competitor as JSON. */
export interface FoldRecord {
  readonly competitor: string;
  readonly split: string;
  readonly test: readonly number[];
  readonly risk: readonly number[];
  readonly incidenceAtHorizon: readonly number[] | null;
  readonly fit?: FitRecord;
  readonly explained?: ExplainedRows;
}

/** Predictions of one competitor for all n subjects, each by a model that had not seen the subject. */
export interface OutOfFold {
  readonly name: string;
  readonly label: string;
  /** [n] */
  readonly risk: Float64Array;
  /** [n], null when in any split the competitor gave none */
  readonly incidenceAtHorizon: Float64Array | null;
  /** Competitors that were not fitted, because they would be the same model as this one, each with the reason. */
  readonly standsFor?: readonly string[];
  /** Of the test rows of all splits whose explanations were looked at; absent where none were. */
  readonly explained?: ExplainedRows;
}

export interface CrossValidationInput {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** Their test rows hold every subject exactly once. */
  readonly splits: readonly Split[];
  readonly competitors: readonly ForecastCompetitor[];
  readonly random: Random;
  readonly onProgress?: (done: number, total: number, what: string) => void;
  /** A split that was finished before, or null. Whether it still fits the data is for the caller to know. */
  readonly readFold?: (competitor: string, split: string) => Promise<FoldRecord | null>;
  readonly writeFold?: (record: FoldRecord) => Promise<void>;
}

/**
 * Fits every competitor on the training rows of every split and predicts the rows held out. One that would be the
 * same model as another for this outcome is not fitted; the other names it.
 *
 * @throws RangeError when the splits do not hold each subject out once or train on held-out rows
 * @throws Error naming competitor and split when one fails or predicts something that is not a risk
 */
export async function crossValidate(input: CrossValidationInput): Promise<readonly OutOfFold[]> {
  const { table, splits, onProgress } = input;
  const { competitors, standsFor } = apart(input);
  const n = table.subjects.length;
  checkSplits(splits, n);
  const total = splits.length * competitors.length;
  const results: OutOfFold[] = [];
  for (const [index, competitor] of competitors.entries()) {
    const risk = new Float64Array(n);
    const incidence = new Float64Array(n);
    let complete = true;
    const explained: (ExplainedRows | undefined)[] = [];
    for (const [at, split] of splits.entries()) {
      const record = await oneFold(input, competitor, split);
      for (const [position, row] of split.test.entries()) {
        risk[row] = record.risk[position]!;
        incidence[row] = record.incidenceAtHorizon?.[position] ?? 0;
      }
      complete &&= record.incidenceAtHorizon !== null;
      explained.push(record.explained);
      onProgress?.(index * splits.length + at + 1, total, `${competitor.name}, ${split.name}`);
    }
    results.push({
      name: competitor.name,
      label: competitor.label,
      risk,
      incidenceAtHorizon: complete ? incidence : null,
      ...together(explained),
      ...(standsFor.has(competitor.name) ? { standsFor: standsFor.get(competitor.name)! } : {}),
    });
  }
  return results;
}

/** The competitors that differ from each other, and which others each of them stands for. */
function apart({ competitors, outcome }: CrossValidationInput): {
  readonly competitors: readonly ForecastCompetitor[];
  readonly standsFor: ReadonlyMap<string, readonly string[]>;
} {
  const standsFor = new Map<string, string[]>();
  const different = competitors.filter((competitor) => {
    const same = competitor.sameAs?.(outcome) ?? null;
    const other = competitors.find(({ name }) => name === same?.model);
    if (same === null || other === undefined) return true;
    const sentence = `${competitor.label}: the same model as ${other.label}, ${same.reason}`;
    standsFor.set(other.name, [...(standsFor.get(other.name) ?? []), sentence]);
    return false;
  });
  return { competitors: different, standsFor };
}

function together(splits: readonly (ExplainedRows | undefined)[]): Pick<OutOfFold, 'explained'> {
  const explained = splits.filter((split) => split !== undefined);
  if (explained.length === 0) return {};
  return {
    explained: {
      asked: explained.reduce((sum, { asked }) => sum + asked, 0),
      curves: explained.flatMap(({ curves }) => curves),
    },
  };
}

async function oneFold(
  { table, outcome, random, readFold, writeFold }: CrossValidationInput,
  competitor: ForecastCompetitor,
  split: Split,
): Promise<FoldRecord> {
  const kept = await readFold?.(competitor.name, split.name);
  if (kept && kept.risk.length === split.test.length && kept.test.every((row, at) => row === split.test[at]))
    return kept;
  const input: FitPredictInput = Object.freeze({
    table,
    outcome: blankOutcome(outcome, split.test),
    train: Object.freeze([...split.train]),
    test: Object.freeze([...split.test]),
    random: random.fork(`${competitor.name}, ${split.name}`),
  });
  const { risk, incidenceAtHorizon, fit, explained } = await competitor
    .fitPredict(input)
    .catch((cause: unknown) => {
      throw new Error(`${competitor.name} failed with ${split.name} held out`, { cause });
    });
  checkPrediction(`${competitor.name}, ${split.name}`, 'risks', risk, split.test.length, false);
  if (incidenceAtHorizon)
    checkPrediction(
      `${competitor.name}, ${split.name}`,
      'incidences',
      incidenceAtHorizon,
      split.test.length,
      true,
    );
  const record = {
    competitor: competitor.name,
    split: split.name,
    test: split.test,
    risk: [...risk],
    incidenceAtHorizon: incidenceAtHorizon && [...incidenceAtHorizon],
    ...(fit ? { fit } : {}),
    ...(explained ? { explained } : {}),
  };
  await writeFold?.(record);
  return record;
}

/** A competitor that peeks at the outcome of held-out rows learns nothing. */
function blankOutcome(outcome: Outcome, rows: readonly number[]): Outcome {
  const days = outcome.days && Float64Array.from(outcome.days);
  const cause = Uint8Array.from(outcome.cause);
  for (const row of rows) {
    if (days) days[row] = 0;
    cause[row] = 0;
  }
  return { ...outcome, days, cause };
}

function checkSplits(splits: readonly Split[], n: number): void {
  const held = new Uint8Array(n);
  for (const { name, train, test } of splits) {
    const tested = new Set(test);
    if (train.some((row) => tested.has(row)))
      throw new RangeError(`crossValidate: ${name} trains on rows that it holds out`);
    for (const row of test) held[row]!++;
  }
  const wrong = held.findIndex((times) => times !== 1);
  if (wrong >= 0)
    throw new RangeError(
      `crossValidate: expected each row held out once, row ${wrong} was ${held[wrong]} times`,
    );
}

function checkPrediction(
  who: string,
  what: string,
  values: Float64Array,
  n: number,
  probability: boolean,
): void {
  if (values.length !== n) throw new Error(`${who}: expected ${n} ${what}, found ${values.length}`);
  const wrong = values.find((value) => !Number.isFinite(value) || (probability && (value < 0 || value > 1)));
  if (wrong !== undefined)
    throw new Error(`${who}: expected ${probability ? 'probabilities' : 'finite'} ${what}, found ${wrong}`);
}
