import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The part of ONNX we write: onnx.proto of IR version 8. Field numbers are its own. */
export interface ModelProto {
  readonly graph: GraphProto;
  readonly metadata: Readonly<Record<string, string>>;
  readonly documentation?: string;
}
export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}
export interface NodeProto {
  readonly opType: string;
  /** Operators of onnxruntime's own; "" or none for ONNX's. */
  readonly domain?: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}
/** Whole numbers become INT or INTS, `{ float }` FLOAT, strings STRING. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
export interface TensorProto {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}
/** A float32 input or output; a string stands for a length that is free. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly documentation?: string;
}

export const irVersion = 8;
export const opset = 17;
const float = 1;
const int64 = 7;

/** The bytes of an .onnx file. */
export function encodeModel({ graph, metadata, documentation }: ModelProto): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(irVersion);
  text(writer, 2, 'myocast');
  if (documentation !== undefined) text(writer, 6, documentation);
  message(writer, 8, () => writer.tag(2, WireType.Varint).int64(opset));
  for (const domain of new Set(graph.nodes.flatMap(({ domain }) => domain || []))) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      writer.tag(2, WireType.Varint).int64(1);
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  // Last, so that no part of a file is a file.
  message(writer, 7, () => writeGraph(writer, graph));
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function writeGraph(writer: BinaryWriter, graph: GraphProto): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, () => writeTensor(writer, tensor));
  for (const value of graph.inputs) message(writer, 11, () => writeValueInfo(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValueInfo(writer, value));
}

function writeNode(writer: BinaryWriter, node: NodeProto): void {
  for (const name of node.inputs) text(writer, 1, name);
  for (const name of node.outputs) text(writer, 2, name);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, value] of Object.entries(node.attributes))
    message(writer, 5, () => writeAttribute(writer, name, value));
  if (node.domain) text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  const type = (code: number) => writer.tag(20, WireType.Varint).int32(code);
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value);
    type(2);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    type(3);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    type(1);
  } else {
    for (const item of value) writer.tag(8, WireType.Varint).int64(item);
    type(7);
  }
}

function writeTensor(writer: BinaryWriter, { name, shape, data }: TensorProto): void {
  for (const length of shape) writer.tag(1, WireType.Varint).int64(length);
  writer.tag(2, WireType.Varint).int32(data instanceof Float32Array ? float : int64);
  text(writer, 8, name);
  // Raw data are little-endian, as is every platform Node runs on.
  writer
    .tag(9, WireType.LengthDelimited)
    .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: BinaryWriter, { name, shape, documentation }: ValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(float);
      message(writer, 2, () => {
        for (const length of shape) {
          message(writer, 1, () => {
            if (typeof length === 'string') text(writer, 2, length);
            else writer.tag(1, WireType.Varint).int64(length);
          });
        }
      });
    }),
  );
  if (documentation !== undefined) text(writer, 3, documentation);
}
