import type { Checked } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { type Bundle, decodeBundle } from './bundle/bundle-bytes.ts';
import { forecastWith, type RunMember } from './forecast.ts';
import type { Forecast } from './records.ts';

// The forecast without Node: bytes in, forecasts out.

export type { Bundle } from './bundle/bundle-bytes.ts';
export { type Patient, patientTable } from './patient.ts';
export type { Abstention, Forecast, ModelCard, PopulationDistance, PredictorDefinition } from './records.ts';

interface WebTensor {
  readonly data: unknown;
}

/** What is used of onnxruntime-web: the page chooses its build, and where its WebAssembly comes from. */
export interface OnnxRuntimeWeb {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { readonly executionProviders: readonly string[] },
    ): Promise<{
      run(feeds: Record<string, never>): Promise<Readonly<Record<string, WebTensor>>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => WebTensor;
}

/**
 * Opens the bytes of a model bundle in a browser, and runs its test vectors there: what differs by more than 1e-5
 * from the forecasts that the bundle was written with is refused.
 *
 * @param name what issues call the bundle
 */
export async function openBundle(
  ort: OnnxRuntimeWeb,
  bytes: Uint8Array,
  name = 'model bundle',
): Promise<Checked<Bundle>> {
  return decodeBundle(runOn(ort), bytes, name);
}

/** Forecasts for rows of a table, by onnxruntime-web (see `forecastWith`). */
export async function forecast(
  ort: OnnxRuntimeWeb,
  bundle: Bundle,
  table: PredictorTable,
  rows: readonly number[],
): Promise<Forecast[]> {
  return forecastWith(runOn(ort), bundle, table, rows);
}

/** By WebAssembly, whose arithmetic is the processor's; the threads are the page's to set. */
function runOn({ InferenceSession, Tensor }: OnnxRuntimeWeb): RunMember {
  return async (member, inputs) => {
    const session = await InferenceSession.create(member, { executionProviders: ['wasm'] });
    try {
      const tensors = Object.entries(inputs).map(
        ([key, { data, shape }]) => [key, new Tensor('float32', data, shape)] as const,
      );
      const { logits } = await session.run(Object.fromEntries(tensors) as Record<string, never>);
      return logits!.data as Float32Array;
    } finally {
      await session.release();
    }
  };
}
