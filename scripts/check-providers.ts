// Runs every sample of the gradient table on a provider, forward and backward, beside the processor.
// Usage: npm run check:providers -- [webgpu|cuda|cpu] [--swiftshader]
// Writes docs/results/providers.json: which operators agree, and what was left to the processor.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { arch, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { Random } from '../libs/base/src/index.ts';
import { writeFileAtomic } from '../libs/base/src/atomic-file.ts';
import { samples } from '../libs/autodiff/src/samples.ts';
import type { Sample } from '../libs/autodiff/src/samples/sample.ts';
import { gradient, inOrder } from '../libs/autodiff/src/graph.ts';
import { absenceOf, exportOnnx, input, type Provider } from '../libs/autodiff/src/index.ts';
import { constant, mul, sum } from '../libs/autodiff/src/operators.ts';
import { sessionOptions } from '../libs/autodiff/src/providers.ts';
import { swiftShader } from '../libs/autodiff/src/swift-shader.ts';
import { showShape, sizeOf, type Tensor } from '../libs/autodiff/src/tensor.ts';

const file = 'docs/results/providers.json';
const tolerance = 1e-4;
const provider = (process.argv.slice(2).find((word) => !word.startsWith('-')) ?? 'webgpu') as Provider;
const onSwiftShader = process.argv.includes('--swiftshader');
if (onSwiftShader && process.env['VK_DRIVER_FILES'] === undefined) again();
const absence = await absenceOf(provider);
if (absence) stop(absence.message);

/** The Vulkan loader reads its environment once, so that the same script starts anew in the right one. */
function again(): never {
  const software = swiftShader();
  if ('absent' in software) return stop(software.absent);
  const child = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: software.environment,
    stdio: 'inherit',
  });
  return process.exit(child.status ?? 1);
}

function stop(message: string): never {
  process.stderr.write(`check:providers: ${message}\n`);
  return process.exit(1);
}

interface Row {
  readonly name: string;
  readonly samples: number;
  readonly agree: number;
  /** Largest over samples, outputs and gradients, by 1 + the size of the number; null where nothing ran. */
  readonly difference: number | null;
  /** ONNX operators of these graphs that ran on the processor. */
  readonly onProcessor: readonly string[];
  /** Each sample that failed or disagreed: its shapes and attributes, and how. */
  readonly faults: readonly string[];
}
type Feeds = Readonly<Record<string, ort.Tensor>>;
type Results = Readonly<Record<string, ort.Tensor>>;

/** Forward pass and gradients of one sample, with numbers to feed. */
function graphOf(sample: Sample, label: string): { bytes: Uint8Array; feeds: Feeds; words: string } {
  const random = new Random(label);
  const leaves = sample.shapes.map((shape, place) => input(`x${place}`, shape));
  const y = sample.make(...(leaves as [Tensor, Tensor, Tensor]));
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, () => random.uniform(-1, 1));
  const derivatives = sample.gradient ? [] : gradient(sum(mul(y, constant(weights, y.shape))), leaves);
  const outputs = Object.fromEntries([y, ...derivatives].map((tensor, place) => [`y${place}`, tensor]));
  const used = new Set(inOrder([y, ...derivatives]));
  const [low, high] = sample.range ?? [-1.4, 1.5];
  const feeds = leaves
    .filter((leaf) => used.has(leaf))
    .map((leaf) => {
      const values = Float32Array.from({ length: sizeOf(leaf.shape) }, () => random.uniform(low, high));
      return [leaf.attributes.name, new ort.Tensor('float32', values, leaf.shape)] as const;
    });
  const parameters = [...used].filter((tensor) => tensor.op === 'Parameter') as Tensor<'Parameter'>[];
  const values = parameters.map(({ attributes }) => [attributes.name, attributes.values] as const);
  return {
    bytes: exportOnnx({ outputs, parameters: Object.fromEntries(values) }),
    feeds: Object.fromEntries(feeds),
    words: `${sample.shapes.map((shape) => showShape(shape)).join(' ')} ${JSON.stringify(y.attributes)}`,
  };
}

/** The results, and which ONNX operator ran where, as onnxruntime's own profile says it. */
async function runOn(where: Provider, bytes: Uint8Array, feeds: Feeds) {
  const folder = mkdtempSync(join(tmpdir(), 'myocast-profile-'));
  try {
    const session = await ort.InferenceSession.create(bytes, {
      ...sessionOptions({ provider: where }),
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    const results: Results = await session.run(feeds);
    session.endProfiling();
    await session.release();
    return { results, ran: profileOf(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function profileOf(folder: string): { operator: string; provider: string }[] {
  const [name] = readdirSync(folder);
  if (name === undefined) return [];
  const events = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    cat?: string;
    args?: { op_name?: string; provider?: string };
  }[];
  return events.flatMap(({ cat, args }) =>
    cat === 'Node' && args?.op_name !== undefined && args.provider !== undefined
      ? [{ operator: args.op_name, provider: args.provider }]
      : [],
  );
}

/** Largest |a - b| / (1 + |b|) of each output. */
function distances(found: Results, expected: Results): Record<string, number> {
  const each = Object.entries(expected).map(([name, { data }]) => {
    const others = found[name]!.data as Float32Array;
    const differences = Array.from(data as Float32Array, (value, place) => {
      if (Object.is(value, others[place])) return 0;
      const difference = Math.abs(value - others[place]!) / (1 + Math.abs(value));
      return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    });
    return [name, Math.max(0, ...differences)] as const;
  });
  return Object.fromEntries(each);
}

async function rowOf(name: string, list: readonly Sample[]): Promise<Row> {
  const differences: number[] = [];
  const onProcessor = new Set<string>();
  const faults: string[] = [];
  for (const [place, sample] of list.entries()) {
    const { bytes, feeds, words } = graphOf(sample, `${name}${place}`);
    const { results: expected } = await runOn('cpu', bytes, feeds);
    try {
      const { results, ran } = await runOn(provider, bytes, feeds);
      const apart = Object.entries(distances(results, expected));
      const far = apart.filter(([, difference]) => difference > tolerance);
      differences.push(Math.max(...apart.map(([, difference]) => difference)));
      if (far.length > 0)
        faults.push(`${words}: ${far.map(([key, by]) => `${meaning(key)} differs by ${by}`).join(', ')}`);
      for (const { operator, provider: where } of ran)
        if (provider !== 'cpu' && where === 'CPUExecutionProvider') onProcessor.add(operator);
    } catch (cause) {
      faults.push(`${words}: ${(cause as Error).message.replace(/\s+/g, ' ').slice(0, 200)}`);
    }
  }
  const largest = differences.length > 0 ? Math.max(...differences) : null;
  return {
    name,
    samples: list.length,
    agree: list.length - faults.length,
    difference: largest !== null && Number.isFinite(largest) ? largest : null,
    onProcessor: [...onProcessor].sort(),
    faults,
  };
}

const meaning = (output: string) => (output === 'y0' ? 'the result' : `gradient ${output.slice(1)}`);

const started = performance.now();
const rows: Row[] = [];
for (const [name, list] of Object.entries(samples)) {
  const row = await rowOf(name, list);
  rows.push(row);
  const left = row.onProcessor.length > 0 ? `, on the processor: ${row.onProcessor.join(', ')}` : '';
  const mark = row.agree === row.samples ? 'agrees' : `${row.agree} of ${row.samples} agree`;
  process.stdout.write(`${name}: ${mark}, ${row.difference}${left}\n`);
  for (const fault of row.faults) process.stdout.write(`  ${fault}\n`);
}
const device = onSwiftShader ? `${provider} on SwiftShader` : provider;
const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
const record = {
  script: 'scripts/check-providers.ts',
  date: new Date().toISOString().slice(0, 10),
  machine: `${platform()} ${release()} ${arch()}`,
  versions: { node: process.version, onnxruntime: ort.env.versions.node },
  tolerance,
  seconds: Math.round((performance.now() - started) / 1000),
  rows,
};
await writeFileAtomic(file, `${JSON.stringify({ ...known, [device]: record }, null, 2)}\n`);
const wrong = rows.filter(({ agree, samples: all }) => agree < all);
process.stdout.write(
  `${device}: ${rows.length - wrong.length} of ${rows.length} operators agree within ${tolerance}; ${file}\n`,
);
// Exit by hand: the device's own threads would keep the process waiting.
process.exit(wrong.length > 0 ? 1 : 0);
