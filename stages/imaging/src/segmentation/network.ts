import { Parameters, exportOnnx, input, type Tensor, uNet } from '@myocast/autodiff';
import { Random } from '@myocast/base';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { SegmentedKind } from '../records.ts';

/** What a network looks like; part of its card. */
export interface NetworkPlan {
  readonly kind: SegmentedKind;
  /** Channels at full size. */
  readonly base: number;
  readonly levels: number;
  /** Side of the view in pixels. */
  readonly size: number;
  /** Pixel size of the view. */
  readonly pixelMm: number;
}

/** Classes with the background: RV, myocardium, LV, or LV, myocardium, infarct, MVO. */
export const classesOf: Readonly<Record<SegmentedKind, number>> = { 'cine-sax': 4, 'lge-sax': 5 };

/** Named parameters with these first values, so that a network goes on from where another stopped. */
export function newParameters(plan: NetworkPlan, values?: Readonly<Record<string, Float32Array>>): Parameters {
  const random = new Random(`segmentation ${plan.kind}`);
  const fresh = new Parameters(random);
  networkTensors(plan, fresh, 1);
  if (!values) return fresh;
  const continued = new Parameters(random);
  for (const parameter of fresh.list) {
    const { name } = parameter.attributes as { name: string };
    const value = values[name];
    if (value?.length !== parameter.shape.reduce((product, length) => product * length, 1))
      throw new RangeError(`network: expected parameter ${name} [${parameter.shape.join(', ')}] to go on from`);
    continued.get(name, parameter.shape, value);
  }
  return continued;
}

/** `image` [n, 1, size, size] to `logits` [n, classes, size, size] and the deepest map. */
export function networkTensors(
  { kind, base, levels, size }: NetworkPlan,
  parameters: Parameters,
  n: number,
): { logits: Tensor; bottleneck: Tensor } {
  const image = input('image', [n, 1, size, size]);
  return uNet(parameters, 'unet', image, { base, levels, classes: classesOf[kind] });
}

export function exportNetwork(plan: NetworkPlan, values: Readonly<Record<string, Float32Array>>): Uint8Array {
  const outputs = networkTensors(plan, newParameters(plan), 1);
  return exportOnnx({ outputs, parameters: values, metadata: { kind: plan.kind }, freeBatch: true });
}

/**
 * The parameters inside an exported network: the float32 initializers of the
 * graph (onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto
 * data_type 2, name 8, raw_data 9).
 */
export function parametersOf(onnx: Uint8Array): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  eachField(onnx, 7, (graph) =>
    eachField(graph, 5, (tensor) => {
      let name = '';
      let raw = new Uint8Array();
      eachField(tensor, 8, (bytes) => (name = new TextDecoder().decode(bytes)));
      eachField(tensor, 9, (bytes) => (raw = bytes.slice()));
      if (raw.length % 4 === 0) values[name] = new Float32Array(raw.buffer, 0, raw.length / 4);
    }),
  );
  return values;
}

function eachField(message: Uint8Array, wanted: number, visit: (bytes: Uint8Array) => void): void {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) visit(reader.bytes());
    else reader.skip(type, field);
  }
}
