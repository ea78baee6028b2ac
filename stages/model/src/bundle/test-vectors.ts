import { Random } from '@myocast/base';
import type { SliceTokens } from '@myocast/imaging';
import type { PredictorTable } from '@myocast/predictors';
import type { PrincipalComponents } from '../principal-components.ts';
import type { Forecast, PredictorDefinition } from '../records.ts';
import type { Scaler } from '../scaler.ts';
import type { ForecastPlan } from '../train.ts';
import type { TestVector } from './schemas.ts';

export type VectorInput = Pick<TestVector, 'columns' | 'segments' | 'slices'>;

/** How far a forecast may be from what it was where the bundle was written. */
export const vectorTolerance = 1e-5;
const vectorCount = 12;
const slicesOfSequence = 9;

/** Of everything; of nothing; of the columns alone; of the images alone; then with cells and sequences missing at random. */
const whatIsSeen = [
  { columns: 1, segments: 1, slices: 1 },
  { columns: 0, segments: 0, slices: 0 },
  { columns: 1, segments: 0, slices: 0 },
  { columns: 0, segments: 1, slices: 1 },
];
const atRandom = { columns: 0.8, segments: 0.7, slices: 0.5 };

/**
 * Inputs to test a model by: every value is drawn on its own from the mean and spread that the scaler
 * knows, so that none is a patient's. The same model gives the same inputs.
 */
export function drawVectors(scaler: Scaler, predictors: readonly PredictorDefinition[]): VectorInput[] {
  return Array.from({ length: vectorCount }, (_, place) => {
    const random = new Random('test vectors').fork(place);
    const seen = whatIsSeen[place] ?? atRandom;
    const columns = scaler.columns.map(({ name, log, mean, sd }) => {
      const value = random.normal(mean, sd);
      const binary = predictors.find(({ column }) => column === name)?.kind === 'binary';
      if (!random.chance(seen.columns)) return null;
      return binary
        ? Number(random.chance(Math.max(0, Math.min(1, mean))))
        : fewDigits(log ? Math.exp(value) : value);
    });
    const segments = scaler.segments.map(({ mean, sd }) =>
      Array.from({ length: 16 }, () =>
        random.chance(seen.segments) ? fewDigits(random.normal(mean, sd)) : null,
      ),
    );
    const slices = scaler.slices.flatMap(({ components }, sequence) =>
      random.chance(seen.slices) ? [drawSlices(sequence, components, random)] : [],
    );
    return { columns, segments, slices };
  });
}

/** Slices from base to apex with component scores of their own: mean + sd × Σ score × scale × axis. */
function drawSlices(sequence: number, { mean, sd, axes, scale }: PrincipalComponents, random: Random) {
  const level = Array.from({ length: slicesOfSequence }, (_, slice) =>
    fewDigits(slice / (slicesOfSequence - 1)),
  );
  const values = level.flatMap(() => {
    const scores = scale.map((spread) => spread * random.normal());
    return mean.map((centre, j) =>
      fewDigits(centre + sd[j]! * axes.reduce((sum, axis, k) => sum + axis[j]! * scores[k]!, 0)),
    );
  });
  return { sequence, level, values };
}

/** The inputs as rows of a table. */
export function vectorTable(
  { columns, segments, slices }: Scaler,
  inputs: readonly VectorInput[],
): PredictorTable {
  const cells = inputs.flatMap((input) => input.columns);
  return {
    subjects: inputs.map((_, place) => `test vector ${place + 1}`),
    centres: inputs.map(() => ''),
    columns: columns.map(({ name, source }) => ({
      name,
      label: name,
      unit: null,
      kind: 'continuous',
      source,
    })),
    ...withMask(cells),
    segments: segments.map(({ name }, j) => ({
      name,
      unit: '',
      ...withMask(inputs.flatMap((input) => input.segments[j]!)),
    })),
    slices: inputs.map((input) => input.slices.map((drawn) => tokensOf(slices[drawn.sequence]!, drawn))),
  };
}

function tokensOf(
  { kind, encoder }: Scaler['slices'][number],
  { level, values }: VectorInput['slices'][number],
): SliceTokens {
  return {
    kind,
    encoder,
    width: values.length / level.length,
    values: Float32Array.from(values),
    level: Float32Array.from(level),
  };
}

function withMask(cells: readonly (number | null)[]) {
  return {
    values: Float64Array.from(cells, (cell) => cell ?? 0),
    observed: Uint8Array.from(cells, (cell) => Number(cell !== null)),
  };
}

/** The vectors as they are written: inputs with what was forecast for them. */
export function withForecasts(
  plan: ForecastPlan,
  inputs: readonly VectorInput[],
  forecasts: readonly Forecast[],
): TestVector[] {
  return inputs.map((input, place) => {
    const { incidence, composite } = forecasts[place]!;
    return {
      ...input,
      incidence: plan.causes.map((cause) => [...incidence[cause]!]),
      composite: { risk: [...composite.risk], low: [...composite.low], high: [...composite.high] },
    };
  });
}

/** Largest difference between what is forecast here and what was where the vectors were written; infinite where the curves do not match. */
export function vectorDifference(
  plan: ForecastPlan,
  vectors: readonly TestVector[],
  forecasts: readonly Forecast[],
): number {
  let largest = 0;
  for (const [place, { incidence, composite }] of vectors.entries()) {
    const found = forecasts[place]!;
    const own = [...plan.causes.map((cause) => found.incidence[cause]!), ...curvesOf(found.composite)];
    const expected = [...incidence, ...curvesOf(composite)];
    if (own.length !== expected.length) return Infinity;
    for (const [c, curve] of own.entries()) largest = Math.max(largest, curveDifference(curve, expected[c]!));
  }
  return largest;
}

const curvesOf = ({ risk, low, high }: Forecast['composite']) => [risk, low, high];

function curveDifference(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Infinity;
  const differences = found.map((value, t) => Math.abs(value - expected[t]!));
  // What is not a number is no forecast, whatever was expected.
  return differences.reduce((most, one) => (one <= most ? most : one >= 0 ? one : Infinity), 0);
}

/** What a test vector needs: its inputs need not be exact, only the same wherever they are read. */
const fewDigits = (value: number) => Number(value.toPrecision(4));
