import type ort from 'onnxruntime-node';

export interface StepResult<Metric extends string = string> {
  /** Before the update. */
  readonly loss: number;
  /** The length of the gradient over all parameters, before clipping. */
  readonly gradientNorm: number;
  /** Before the update; a number for a scalar. */
  readonly metrics: Readonly<Record<Metric, number | Float32Array>>;
}

/** What a graph of the session gives. */
export type Outputs = Readonly<Record<string, ort.Tensor>>;

export const scalarOf = (outputs: Outputs, name: string): number => (outputs[name]!.data as Float32Array)[0]!;

/** The sum of the values, each times its weight. */
export const mean = (values: readonly number[], weights: readonly number[]): number =>
  values.reduce((sum, value, place) => sum + value * weights[place]!, 0);

const prefix = ':metric ';

/** The metrics of the batches of one step: scalars as weighted mean, others one batch after the other. */
export function metricsOf<Metric extends string>(
  results: readonly Outputs[],
  weights: readonly number[],
): StepResult<Metric>['metrics'] {
  const first = results[0]!;
  const entries = Object.keys(first)
    .filter((name) => name.startsWith(prefix))
    .map((name) => {
      const value =
        first[name]!.dims.length === 0
          ? mean(
              results.map((outputs) => scalarOf(outputs, name)),
              weights,
            )
          : joined(results.map((outputs) => outputs[name]!.data as Float32Array));
      return [name.slice(prefix.length), value] as const;
    });
  return Object.fromEntries(entries) as StepResult<Metric>['metrics'];
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
