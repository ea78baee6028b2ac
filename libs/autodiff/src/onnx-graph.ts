import { type BatchAxes, followBatch } from './free-batch.ts';
import { inOrder } from './graph.ts';
import type { Pass } from './layer.ts';
import type { Attribute, GraphProto, NodeProto, TensorProto, ValueInfo } from './onnx.ts';
import { BlockedImages } from './lowering/blocked-images.ts';
import { isBoolean, type NodeWriter, onnxNodes } from './onnx-nodes.ts';
import { type OpName, sizeOf, type Tensor } from './tensor.ts';

export interface GraphPlan {
  readonly name: string;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Values of parameters, which become initializers. */
  readonly parameters?: Readonly<Record<string, Float32Array>>;
  /** What stands in for a tensor: a parameter cut out of the vector of all parameters. */
  readonly substitutes?: ReadonlyMap<Tensor, Tensor>;
  readonly freeBatch?: boolean;
  /** From `blockSize`, for a graph that onnxruntime's processor kernels alone will run; default 0. */
  readonly block?: number;
}

/** A symbolic graph as an ONNX graph. Inputs stand in the order of their names, nodes in the order of use. */
export function onnxGraph(plan: GraphPlan): GraphProto {
  const substitutes = plan.substitutes ?? new Map<Tensor, Tensor>();
  const outputs = Object.entries(plan.outputs);
  const roots = outputs.map(([, tensor]) => tensor);
  const batchAxes = plan.freeBatch ? followBatch(roots) : null;
  const state = new GraphState(plan.parameters ?? {}, batchAxes, plan.block ?? 0);
  for (const tensor of [...inOrder(roots).flatMap(({ inputs }) => inputs as readonly Tensor[]), ...roots])
    state.use(tensor);
  for (const stand of inOrder([...substitutes.values()])) state.add(stand);
  for (const [tensor, stand] of substitutes) state.alias(tensor, stand);
  for (const tensor of inOrder(roots)) state.add(tensor);
  for (const [name, tensor] of outputs) state.output(name, tensor);
  return {
    name: plan.name,
    nodes: state.nodes,
    initializers: [...state.initializers.values()],
    inputs: [...state.inputs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    outputs: state.outputs,
  };
}

/** "layer/Op#7", "layer@backward/Op#8": what a profile of onnxruntime shows, and `nodePlace` reads again. */
function nodeName({ layer, pass }: Tensor, opType: string, place: number): string {
  return `${layer}${pass === 'forward' ? '' : `@${pass}`}/${opType}#${place}`;
}

/** The layer and the pass in the name of a node, also where onnxruntime put something around the name. */
export function nodePlace(name: string): { layer: string; pass: Pass } | null {
  const found = /^(?<layer>[^/@]*)(?:@(?<pass>backward|update))?\/\w+#\d+/.exec(name)?.groups;
  return found ? { layer: found['layer']!, pass: (found['pass'] as Pass | undefined) ?? 'forward' } : null;
}

/** What has been written so far, and the names of values. */
class GraphState implements NodeWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers = new Map<string, TensorProto>();
  readonly inputs = new Map<string, ValueInfo>();
  readonly outputs: ValueInfo[] = [];
  readonly #names = new Map<Tensor, string>();
  /** By type: 1 float, 7 whole number of 64 bits, 9 boolean. */
  readonly #casts = {
    1: new Map<Tensor, string>(),
    7: new Map<Tensor, string>(),
    9: new Map<Tensor, string>(),
  };
  readonly #leaves = new Map<string, Tensor>();
  readonly #parameters: Readonly<Record<string, Float32Array>>;
  readonly #batchAxes: BatchAxes | null;
  /** The tensor the nodes that are added belong to. */
  #writing: Tensor | null = null;

  readonly block: number;
  readonly #uses = new Map<Tensor, number>();
  readonly #blocked: BlockedImages | null;

  constructor(
    parameters: Readonly<Record<string, Float32Array>>,
    batchAxes: BatchAxes | null,
    block: number,
  ) {
    this.#parameters = parameters;
    this.#batchAxes = batchAxes;
    this.block = block;
    this.#blocked = block > 0 ? new BlockedImages(this) : null;
  }

  use(tensor: Tensor): void {
    this.#uses.set(tensor, this.uses(tensor) + 1);
  }

  uses(tensor: Tensor): number {
    return this.#uses.get(tensor) ?? 0;
  }

  /** A tensor whose inputs are written. */
  add(tensor: Tensor): void {
    if (this.#known(tensor)) return;
    this.#writing = tensor;
    this.#make(tensor);
  }

  #known(tensor: Tensor): boolean {
    return this.#names.has(tensor) || (this.#blocked?.has(tensor) ?? false);
  }

  /** In blocked layout where that is faster, else as ONNX's own operators. */
  #make(tensor: Tensor): void {
    const made = this.#blocked?.write(tensor) ?? 'plain';
    if (made === 'plain') this.#names.set(tensor, this.#nameOf(tensor));
    else if (made !== 'blocked') this.#names.set(tensor, made.value);
  }

  write(tensor: Tensor): string {
    if (!this.#known(tensor)) {
      for (const x of tensor.inputs) this.write(x);
      this.#make(tensor);
    }
    return this.value(tensor);
  }

  alias(tensor: Tensor, stand: Tensor): void {
    this.#names.set(tensor, this.#names.get(stand)!);
  }

  /** The node's own result takes the output's name: an Identity would copy it. */
  output(name: string, tensor: Tensor): void {
    const value = this.value(tensor);
    const place = this.nodes.findIndex(({ outputs }) => outputs[0] === value);
    const taken = this.outputs.some((output) => output.name === value);
    this.outputs.push({ name, shape: this.#shape(tensor) });
    if (place < 0 || taken) {
      this.nodes.push({
        opType: 'Identity',
        name: `=${name}`,
        inputs: [value],
        outputs: [name],
        attributes: {},
      });
      return;
    }
    const renamed = (names: readonly string[]) => names.map((known) => (known === value ? name : known));
    for (const [at, node] of this.nodes.entries())
      if (node.inputs.includes(value) || at === place)
        this.nodes[at] = { ...node, inputs: renamed(node.inputs), outputs: renamed(node.outputs) };
    for (const names of [this.#names, ...Object.values(this.#casts)])
      for (const [known, of] of names) if (of === value) names.set(known, name);
  }

  value(tensor: Tensor): string {
    if (!isBoolean.has(tensor.op)) return this.#plain(tensor);
    return this.#cast(tensor, 1);
  }

  /** The name of the value in plain layout, which may first have to be written. */
  #plain(tensor: Tensor): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    const name = this.#blocked!.plain(tensor);
    this.#names.set(tensor, name);
    return name;
  }

  condition(tensor: Tensor): string {
    if (isBoolean.has(tensor.op)) return this.#names.get(tensor)!;
    return this.#cast(tensor, 9);
  }

  index(tensor: Tensor): string {
    return this.#cast(tensor, 7);
  }

  secondOf(tensor: Tensor): string {
    const name = this.#names.get(tensor)!;
    const place = this.nodes.findIndex(({ outputs }) => outputs[0] === name);
    const node = this.nodes[place]!;
    const second = `${name}:deviation`;
    // LayerNormalization gives Y, Mean, InvStdDev; the mean is not asked for.
    this.nodes[place] = { ...node, outputs: [name, '', second] };
    return second;
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const name = shape.length === 1 ? `i[${values.join(',')}]` : `i${values.join(',')}[${shape.join(',')}]`;
    this.initializers.set(name, { name, shape, data: BigInt64Array.from(values, BigInt) });
    return name;
  }

  floats(values: Float32Array, shape: readonly number[]): string {
    const uniform = values.length > 0 && values.every((value) => value === values[0]);
    const name = uniform ? `f${values[0]}[${shape.join(',')}]` : `f#${this.initializers.size}`;
    this.initializers.set(name, { name, shape, data: values });
    return name;
  }

  target(tensor: Tensor): readonly number[] {
    const axis = this.#batchAxes?.(tensor) ?? null;
    return axis === null ? tensor.shape : tensor.shape.with(axis, -1);
  }

  node(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): string {
    const name = nodeName(this.#writing!, opType, this.nodes.length);
    this.nodes.push({ opType, domain, name, inputs, outputs: [name], attributes });
    return name;
  }

  #cast(tensor: Tensor, to: 1 | 7 | 9): string {
    const known = this.#casts[to].get(tensor);
    if (known !== undefined) return known;
    const name = this.node('Cast', [this.#names.get(tensor)!], { to });
    this.#casts[to].set(tensor, name);
    return name;
  }

  #nameOf(tensor: Tensor): string {
    if (tensor.op === 'Input' || tensor.op === 'Parameter')
      return this.#leaf(tensor as Tensor<'Input' | 'Parameter'>);
    const emit = onnxNodes[tensor.op as Exclude<OpName, 'Input' | 'Parameter'>] as (
      t: Tensor,
      to: NodeWriter,
    ) => string;
    return emit(tensor, this);
  }

  #leaf(tensor: Tensor<'Input' | 'Parameter'>): string {
    const { name } = tensor.attributes;
    const known = this.#leaves.get(name);
    if (known) throw new RangeError(`two different tensors are called "${name}"`);
    this.#leaves.set(name, tensor);
    if (tensor.op === 'Input') {
      this.inputs.set(name, { name, shape: this.#shape(tensor) });
      return name;
    }
    const data = this.#parameters[name];
    if (!data) throw new RangeError(`no values for parameter "${name}"`);
    if (data.length !== sizeOf(tensor.shape))
      throw new RangeError(
        `parameter "${name}": expected ${sizeOf(tensor.shape)} values, got ${data.length}`,
      );
    this.initializers.set(name, { name, shape: tensor.shape, data });
    return name;
  }

  #shape(tensor: Tensor): (number | string)[] {
    const axis = this.#batchAxes?.(tensor) ?? null;
    // Only a first axis is promised; a batch merged into another axis is left to the runtime.
    return tensor.shape.map((length, place) => (place === axis ? (axis === 0 ? 'batch' : 'merged') : length));
  }
}
