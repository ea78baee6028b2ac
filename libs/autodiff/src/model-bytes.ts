import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** What a file says of itself before it is run. */
export interface ModelSummary {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file, each once. */
  readonly operators: readonly string[];
}

/** More numbers than one tensor of a model may ask for: 4 GiB of float32. */
const most = 2 ** 30;

/**
 * Walks the bytes of an ONNX file and refuses what a trained model has no need of:
 * data in other files, operators beyond the standard domain, graphs within nodes,
 * functions, and tensors with more elements than bytes. What remains is for
 * onnxruntime to judge. Field numbers are those of onnx.proto.
 *
 * @throws Error in one line
 */
export function inspectModel(bytes: Uint8Array): ModelSummary {
  const found: Found = {
    metadata: new Map(),
    operators: new Set(),
    sizes: new Map(),
    growing: [],
    graphs: 0,
  };
  walk(bytes, model, found);
  if (found.graphs !== 1) throw new Error(`expected one graph, found ${found.graphs}`);
  for (const name of found.growing) {
    const size = found.sizes.get(name) ?? 1;
    if (size > most) throw new Error(`a tensor of ${size} elements is asked for, expected at most ${most}`);
  }
  return { metadata: Object.fromEntries(found.metadata), operators: [...found.operators] };
}

interface Found {
  readonly metadata: Map<string, string>;
  readonly operators: Set<string>;
  /** Products of the numbers of small constants: what they ask for where they are a size. */
  readonly sizes: Map<string, number>;
  /** Names of the values that say how large a result becomes. */
  readonly growing: string[];
  graphs: number;
}
type Field = (content: Uint8Array, found: Found) => void;
type Message = Readonly<Record<number, Field>>;

const refuse =
  (what: string): Field =>
  () => {
    throw new Error(`${what} are not taken`);
  };
const sparse = refuse('sparse tensors');
const subgraph = refuse('graphs within a node');
const attribute: Message = {
  5: readTensor,
  6: subgraph,
  10: readTensor,
  11: subgraph,
  22: sparse,
  23: sparse,
};
const graph: Message = { 1: readNode, 5: readTensor, 15: sparse };
const model: Message = {
  7: (content, found) => {
    found.graphs += 1;
    walk(content, graph, found);
  },
  14: readMetadata,
  20: refuse('training graphs'),
  25: refuse('local functions'),
};

/** Calls the field's reader for every embedded message; other fields are passed over. */
function walk(bytes: Uint8Array, readers: Message, found: Found): void {
  for (const { field, content } of fields(bytes)) readers[field]?.(content, found);
}

interface WireField {
  readonly field: number;
  /** Empty unless the field is a text, bytes, packed numbers or a message. */
  readonly content: Uint8Array;
  /** 0 unless the field is one whole number. */
  readonly whole: number;
}

/** The fields of one message, in the order of the bytes. @throws Error where the bytes end too soon or are no message */
function* fields(bytes: Uint8Array): Generator<WireField> {
  const reader = new BinaryReader(bytes);
  const none = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.StartGroup || type === WireType.EndGroup)
      throw new Error('the bytes are not of the ONNX format');
    if (type === WireType.LengthDelimited) yield { field, content: reader.bytes(), whole: 0 };
    else if (type === WireType.Varint) yield { field, content: none, whole: Number(reader.int64()) };
    else {
      reader.skip(type, field);
      yield { field, content: none, whole: 0 };
    }
  }
}

const words = (content: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(content);
const last = (all: readonly WireField[], field: number) => all.findLast((one) => one.field === field);
const textOf = (all: readonly WireField[], field: number) =>
  words(last(all, field)?.content ?? new Uint8Array());

function readMetadata(content: Uint8Array, found: Found): void {
  const pair = [...fields(content)];
  const [key, value] = [textOf(pair, 1), textOf(pair, 2)];
  if (found.metadata.has(key)) throw new Error(`metadata "${key}" stands there twice`);
  found.metadata.set(key, value);
}

/** Which inputs of an operator say how large its result is. */
const sizeInputs: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  Expand: [1],
  Tile: [1],
  Resize: [2, 3],
};

function readNode(content: Uint8Array, found: Found): void {
  const node = [...fields(content)];
  const [operator, domain] = [textOf(node, 4), textOf(node, 7)];
  if (domain !== '' && domain !== 'ai.onnx')
    throw new Error(`operator "${operator}" is of "${domain}", expected the standard operators`);
  for (const { field, content: inner } of node) if (field === 5) walk(inner, attribute, found);
  const inputs = node.filter(({ field }) => field === 1).map((one) => words(one.content));
  const growing = sizeInputs[operator] ?? [];
  found.growing.push(...growing.flatMap((place) => inputs[place] ?? []));
  found.operators.add(operator);
}

function readTensor(content: Uint8Array, found: Found): void {
  const tensor = [...fields(content)];
  if (tensor.some(({ field }) => field === 13 || field === 14))
    throw new Error('data in other files are not taken');
  const name = textOf(tensor, 8);
  const shape = tensor.filter(({ field }) => field === 1).flatMap(lengths);
  const elements = shape.reduce((product, length) => product * length, 1);
  // The smallest elements are of 4 bits.
  if (shape.some((length) => length < 0) || elements > 2 * content.length)
    throw new Error(`tensor "${name}": expected at most ${2 * content.length} elements, found ${elements}`);
  if (elements <= 16)
    found.sizes.set(
      name,
      sizeFrom(last(tensor, 2)?.whole ?? 0, last(tensor, 9)?.content ?? new Uint8Array()),
    );
}

/** Repeated whole numbers, one by one or packed. */
function lengths({ content, whole }: WireField): number[] {
  if (content.length === 0) return [whole];
  const packed = new BinaryReader(content);
  const all: number[] = [];
  while (packed.pos < packed.len) all.push(Number(packed.int64()));
  return all;
}

/** The product of int64 (7) or float32 numbers; what is below 1 does not make a result larger. */
function sizeFrom(kind: number, raw: Uint8Array): number {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const width = kind === 7 ? 8 : 4;
  let size = 1;
  for (let place = 0; place + width <= raw.length; place += width)
    size *= Math.max(1, kind === 7 ? Number(view.getBigInt64(place, true)) : view.getFloat32(place, true));
  return size;
}
