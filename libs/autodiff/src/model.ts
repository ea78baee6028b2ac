import { BinaryReader } from '@bufbuild/protobuf/wire';
import ort from 'onnxruntime-node';
import { encodeModel } from './onnx.ts';
import { onnxGraph } from './onnx-graph.ts';
import { type Execution, openSession } from './providers.ts';
import type { Tensor } from './tensor.ts';

export interface ExportPlan {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The first axis of every input takes any length at run time (one length for all inputs). */
  readonly freeBatch?: boolean;
}
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * A trained model as the bytes of an ONNX file: standard operators of opset 17, weights inside.
 *
 * @throws RangeError when a parameter has no values or the wrong number, or when
 *   `freeBatch` is asked of a graph that works for one batch size only
 */
export function exportOnnx({ outputs, parameters, metadata, freeBatch = false }: ExportPlan): Uint8Array {
  return encodeModel({ graph: onnxGraph({ name: 'model', outputs, parameters, freeBatch }), metadata });
}

/** A model ready to run. */
export interface Model {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  run(feeds: Readonly<Record<string, Values>>): Promise<Record<string, Values>>;
  close(): Promise<void>;
}

/**
 * Opens the bytes of an ONNX file.
 *
 * @throws Error when they are not a model onnxruntime can run
 */
export async function loadModel(bytes: Uint8Array, execution: Execution = {}): Promise<Model> {
  const open = async () => [await openSession(bytes, execution), readMetadata(bytes)] as const;
  const [session, metadata] = await open().catch((cause: unknown) => {
    throw new Error('cannot open the ONNX model', { cause });
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    metadata,
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

/** metadata_props of a ModelProto (field 14: key 1, value 2). */
function readMetadata(bytes: Uint8Array): Record<string, string> {
  const metadata: Record<string, string> = {};
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field !== 14) {
      reader.skip(type, field);
      continue;
    }
    const entry = new BinaryReader(reader.bytes());
    const pair = ['', ''];
    while (entry.pos < entry.len) pair[entry.tag()[0] - 1] = entry.string();
    metadata[pair[0]!] = pair[1]!;
  }
  return metadata;
}
