// This library's side of the bench: answers the requests of protocol.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import {
  compileTraining,
  exportOnnx,
  loadModel,
  type Model,
  Parameters,
  type Tensor,
  type TrainingSession,
} from '@myocast/autodiff';
import { adamW } from '@myocast/autodiff/optimizers';
import { Random } from '@myocast/base';
import ort from 'onnxruntime-node';
import { type NetworkName, networks } from './networks.ts';
import type { Built, Memory, Request, Stored, Timed } from './protocol.ts';

interface Side {
  readonly output: Tensor;
  readonly threads: number;
  readonly batch: Readonly<Record<string, Float32Array>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly session: TrainingSession;
}

async function build(request: Extract<Request, { do: 'build' }>): Promise<Side> {
  const network = networks[request.network as NetworkName];
  const parameters = new Parameters(new Random(1));
  const { output, loss } = network.build(parameters);
  const batch = network.batch(new Random(2));
  if (request.file) store(request.file, parameters, batch, network.shapes);
  const session = await compileTraining({
    loss,
    parameters,
    optimizer: adamW(),
    threads: request.threads,
    spin: true,
  });
  return { output, threads: request.threads, batch, shapes: network.shapes, session };
}

/** Weights and batch for the peer: `file` with the values, `file`.json with where each stands. */
function store(
  file: string,
  parameters: Parameters,
  batch: Side['batch'],
  shapes: Readonly<Record<string, readonly number[]>>,
): void {
  const stored: Stored[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  const put = (name: string, kind: Stored['kind'], shape: readonly number[], values: Float32Array) => {
    stored.push({ name, kind, shape, offset });
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.length;
  };
  for (const { attributes, shape } of parameters.list)
    put(attributes.name, 'parameter', shape, attributes.values);
  for (const [name, values] of Object.entries(batch)) put(name, 'input', shapes[name]!, values);
  writeFileSync(file, Buffer.concat(parts));
  writeFileSync(`${file}.json`, JSON.stringify(stored));
}

async function train({ session, batch }: Side, times: number): Promise<Timed> {
  const ms: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < times; step++) {
    const began = performance.now();
    const { loss } = await session.step(batch, { learningRate: 1e-3 });
    ms.push(performance.now() - began);
    losses.push(loss);
  }
  return { ms, losses };
}

/** The model as trained when first asked for, exported and opened like any user's. */
async function exported({ session, output, threads }: Side): Promise<Model> {
  const parameters = await session.parameters();
  return loadModel(exportOnnx({ outputs: { output }, parameters, metadata: {} }), { threads, spin: true });
}

async function forward(model: Model, { batch, shapes }: Side, times: number): Promise<Timed> {
  const feeds = Object.fromEntries(
    model.inputs.map((name) => [name, { data: batch[name]!, shape: shapes[name]! }]),
  );
  const ms: number[] = [];
  for (let run = 0; run < times; run++) {
    const began = performance.now();
    await model.run(feeds);
    ms.push(performance.now() - began);
  }
  return { ms, losses: [] };
}

/** Linux counts resident memory and its peak in /proc. */
function memory(): Memory {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mebibytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024;
  return { nowMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') };
}

let side: Side | undefined;
let model: Model | undefined;
async function answer(request: Request): Promise<Built | Timed | Memory> {
  if (request.do === 'memory') return memory();
  if (request.do === 'build') {
    await model?.close();
    await side?.session.close();
    model = undefined;
    side = await build(request);
    return {
      variants: ['onnxruntime'],
      versions: {
        onnxruntime: ort.env.versions.node ?? ort.env.versions.common,
        node: process.versions.node,
      },
    };
  }
  if (!side) throw new RangeError(`${request.do}: expected a network, build one first`);
  if (request.do === 'train') return train(side, request.times);
  model ??= await exported(side);
  return forward(model, side, request.times);
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
