import ort from 'onnxruntime-node';
import { cardMetadata, cardText, describe, type ModelCard, readCard } from './model-card.ts';
import { encodeModel } from './onnx.ts';
import { inspectModel } from './model-bytes.ts';
import { onnxGraph } from './onnx-graph.ts';
import { checkExecution, type Execution, openSession } from './providers.ts';
import type { Tensor } from './tensor.ts';

export interface ExportPlan {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** What the model is and what its numbers mean, unit by unit; `model.card` gives it back. */
  readonly card?: ModelCard | undefined;
  /** More words to keep in the file, under names that do not start with "card.". */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The first axis of every input takes any length at run time (one length for all inputs). */
  readonly freeBatch?: boolean;
}
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * A trained model as the bytes of an ONNX file: standard operators of opset 17, weights
 * inside. The card stands in metadata_props and, for a reader of the file, in the
 * doc_string of the model and of each input and output.
 *
 * @throws RangeError when a parameter has no values or the wrong number, when `freeBatch`
 *   is asked of a graph that works for one batch size only, or when the card misses an
 *   input, an output or a unit, or names what the graph does not have
 */
export function exportOnnx(plan: ExportPlan): Uint8Array {
  const { outputs, parameters, card, metadata = {}, freeBatch = false } = plan;
  const taken = Object.keys(metadata).find((key) => key.startsWith('card.'));
  if (taken !== undefined) throw new RangeError(`exportOnnx: "${taken}" is the card's, not metadata`);
  const graph = onnxGraph({ name: 'model', outputs, parameters, freeBatch });
  if (!card) return encodeModel({ graph, metadata });
  return encodeModel({
    graph: describe(graph, card),
    metadata: { ...cardMetadata(card), ...metadata },
    documentation: cardText(card),
  });
}

/** A model ready to run. */
export interface Model {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Null where the file has none. */
  readonly card: ModelCard | null;
  run(feeds: Readonly<Record<string, Values>>): Promise<Record<string, Values>>;
  close(): Promise<void>;
}

/**
 * Opens the bytes of an ONNX file. Nothing but these bytes is read: a model whose
 * weights stand in other files is refused.
 *
 * @throws Error in one line when they are not a model onnxruntime can run there, or
 *   the provider is absent; RangeError when the configuration names no provider
 */
export async function loadModel(bytes: Uint8Array, execution: Execution = {}): Promise<Model> {
  checkExecution(execution);
  const { session, metadata, card } = await open(bytes, execution).catch((cause: unknown) => {
    throw new Error(`cannot open the ONNX model: ${oneLine(cause)}`, { cause });
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    metadata,
    card,
    async run(feeds) {
      const tensors = Object.entries(feeds).map(
        ([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(tensors));
      const values = Object.entries(results).map(
        ([name, { data, dims }]) => [name, { data: data as Float32Array, shape: dims }] as const,
      );
      return Object.fromEntries(values);
    },
    close: () => session.release(),
  };
}

async function open(bytes: Uint8Array, execution: Execution) {
  const { metadata } = inspectModel(bytes);
  const session = await openSession(bytes, execution);
  const names = { inputs: session.inputNames, outputs: session.outputNames };
  try {
    return { session, metadata, card: readCard(metadata, names) };
  } catch (cause) {
    await session.release();
    throw cause;
  }
}

/** Control characters of hostile bytes must not reach a terminal or a log line. */
function oneLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 300);
}
