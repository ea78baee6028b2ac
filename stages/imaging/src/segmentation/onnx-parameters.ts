import { BinaryReader } from '@bufbuild/protobuf/wire';

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
      eachField(tensor, 9, (bytes) => (raw = Uint8Array.from(bytes)));
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

/** Widths and levels, from the kernels at full size [base, 1, 3, 3] and at the deepest [widest, widest, 3, 3]. */
export function sizesOf(values: Readonly<Record<string, Float32Array>>): {
  base: number;
  levels: number;
  widest: number;
} {
  const first = values['unet.down0.conv1.weight'];
  if (!first) throw new RangeError('network: expected unet.down0.conv1.weight, found none');
  let levels = 1;
  while (values[`unet.down${levels}.conv1.weight`]) levels++;
  const deepest = values[`unet.down${levels - 1}.conv2.weight`]!;
  return { base: first.length / 9, levels, widest: Math.sqrt(deepest.length / 9) };
}
