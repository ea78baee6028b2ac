import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ort from 'onnxruntime-node';
import { encodeModel } from './onnx.ts';

/** Where a graph runs: the processor, a GPU through WebGPU (any vendor), an NVIDIA GPU through CUDA. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

export interface Execution {
  /** Default 'cpu'. Nothing else chooses: no environment variable, no guess from what is installed. */
  readonly provider?: Provider | undefined;
  /** Processor threads, also of the operators a GPU leaves to the processor. Default 1. */
  readonly threads?: number | undefined;
  /**
   * Threads spin while they wait: a step of many small operators is faster, but the
   * cores are taken from whoever else works on the machine. Default false.
   */
  readonly spin?: boolean | undefined;
}

/** What a provider needs that `npm install` does not bring. */
const needs: { readonly [P in Provider]: string } = {
  cpu: 'a platform that onnxruntime-node has a library for',
  webgpu:
    'a GPU with a Vulkan, Metal or Direct3D 12 driver (without a GPU: SwiftShader, with VK_DRIVER_FILES set before the process starts)',
  cuda: 'an NVIDIA driver, CUDA 12 with cuDNN 9, and the onnxruntime CUDA libraries, which npm does not download here: run `node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12`',
};

/** @throws RangeError when the configuration names no provider or no number of threads */
export function checkExecution({ provider = 'cpu', threads = 1 }: Execution): void {
  if (!Object.hasOwn(needs, provider))
    throw new RangeError(`provider: expected ${Object.keys(needs).join(', ')}, got "${provider}"`);
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`threads: expected a whole number above 0, got ${threads}`);
}

/** Sequential and in one order, so that the same graph gives the same bytes. */
export function sessionOptions({
  provider = 'cpu',
  threads = 1,
  spin = false,
}: Execution = {}): ort.InferenceSession.SessionOptions {
  checkExecution({ provider, threads });
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // What fails is thrown; a log line would only say it twice.
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spin ? '1' : '0' } } },
  };
}

/**
 * Opens a graph on a provider.
 *
 * @throws RangeError when the configuration is none of the above
 * @throws Error with one line that says what to install, when the provider is absent;
 *   onnxruntime's own error, when the provider is there but cannot run the graph
 */
export async function openSession(bytes: Uint8Array, execution: Execution): Promise<ort.InferenceSession> {
  const options = sessionOptions(execution);
  if (execution.provider === 'cuda' && !hasCudaLibrary()) throw absent('cuda');
  try {
    return await ort.InferenceSession.create(bytes, options);
  } catch (cause) {
    const absence = await absenceOf(execution.provider ?? 'cpu');
    throw absence ?? cause;
  }
}

/** Null where the provider runs a graph of one node; else the error that says in one line what it needs. */
export async function absenceOf(provider: Provider): Promise<Error | null> {
  if (provider === 'cuda' && !hasCudaLibrary()) return absent(provider);
  const scalar = { shape: [1] };
  const graph = {
    name: 'probe',
    nodes: [{ opType: 'Neg', name: 'probe', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [{ name: 'x', ...scalar }],
    outputs: [{ name: 'y', ...scalar }],
  };
  try {
    const bytes = encodeModel({ graph, metadata: {} });
    const session = await ort.InferenceSession.create(bytes, sessionOptions({ provider }));
    await session.release();
    return null;
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    return absent(provider, cause);
  }
}

function absent(provider: Provider, cause?: unknown): Error {
  return new Error(`provider ${provider}: not available; it needs ${needs[provider]}`, { cause });
}

/** Asked before onnxruntime looks for it, which would print its own lines. */
function hasCudaLibrary(): boolean {
  const folder = fileURLToPath(new URL('../bin', import.meta.resolve('onnxruntime-node')));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const own = files.filter((file) => file.includes(process.platform) && file.includes(process.arch));
  return own.some((file) => file.includes('onnxruntime_providers_cuda'));
}
