import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { nodePlace } from './onnx-graph.ts';

type Place = NonNullable<ReturnType<typeof nodePlace>>;
interface Node {
  readonly name: string;
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Layer and pass of every node of a graph that onnxruntime has rewritten, by the
 * node's name. Where the name does not say it, a result that kept its name does;
 * else the neighbours: what a node was made for (a change of layout before an
 * operator belongs to that operator, one after it to the one before).
 */
export function placesOf(model: Uint8Array): ReadonlyMap<string, Place> {
  const nodes = nodesOf(model);
  const places = new Map<Node, Place>();
  for (const node of nodes) {
    const known = [node.name, ...node.outputs].map(nodePlace).find((place) => place !== null);
    if (known) places.set(node, known);
  }
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const users = new Map<string, Node[]>();
  for (const node of nodes)
    for (const name of node.inputs) {
      const all = users.get(name) ?? [];
      users.set(name, all);
      all.push(node);
    }
  // Chains of unnamed nodes are short.
  for (let round = 0; round < 4; round++) {
    for (const node of nodes.filter((each) => !places.has(each))) {
      const before = node.inputs.map((name) => makers.get(name));
      const after = node.outputs.flatMap((name) => users.get(name) ?? []);
      const neighbours = node.type === 'ReorderInput' ? [...after, ...before] : [...before, ...after];
      const place = neighbours.map((each) => each && places.get(each)).find((found) => found !== undefined);
      if (place) places.set(node, place);
    }
  }
  return new Map([...places].map(([{ name }, place]) => [name, place]));
}

/** The nodes of a ModelProto (graph: field 7, its nodes: field 1). */
function nodesOf(model: Uint8Array): Node[] {
  const [graph] = fields(model).get(7) ?? [];
  return (graph ? (fields(graph).get(1) ?? []) : []).map((bytes) => {
    const node = fields(bytes);
    const texts = (field: number) => (node.get(field) ?? []).map((text) => new TextDecoder().decode(text));
    return { inputs: texts(1), outputs: texts(2), name: texts(3)[0] ?? '', type: texts(4)[0] ?? '' };
  });
}

/** The fields of a message that hold bytes, text or a message. */
function fields(message: Uint8Array): ReadonlyMap<number, Uint8Array[]> {
  const found = new Map<number, Uint8Array[]>();
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type !== WireType.LengthDelimited) reader.skip(type, field);
    else {
      const all = found.get(field) ?? [];
      found.set(field, all);
      all.push(reader.bytes());
    }
  }
  return found;
}
