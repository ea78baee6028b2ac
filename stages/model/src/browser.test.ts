import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import * as web from 'onnxruntime-web';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { forecast as browserForecast, type OnnxRuntimeWeb, openBundle } from './browser.ts';
import { encodeBundle } from './bundle/bundle-bytes.ts';
import { runMember } from './member-logits.ts';
import { forecast } from './native-forecast.ts';
import { planted } from './planted.fixture.ts';
import { predictorDefinitions } from './predictor-definitions.ts';
import type { Forecast } from './records.ts';
import { trainForecast } from './train.ts';

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const present = existsSync(browserPath);
if (!present)
  process.stderr.write(
    `browser test of forecasts skipped: no browser at ${browserPath} (set CHROMIUM_PATH)\n`,
  );

const library = fileURLToPath(new URL('.', import.meta.resolve('onnxruntime-web')));
const page = `<!doctype html><title>forecast</title><script type="module">
import * as ort from './ort.wasm.min.mjs';
import { openBundle, forecast } from './model.js';
ort.env.wasm.numThreads = 1;
const revive = (table) => ({
  ...table,
  values: Float64Array.from(table.values),
  observed: Uint8Array.from(table.observed),
  segments: table.segments.map((s) => ({ ...s, values: Float64Array.from(s.values), observed: Uint8Array.from(s.observed) })),
  slices: table.slices.map((own) => own.map((s) => ({ ...s, values: Float32Array.from(s.values), level: Float32Array.from(s.level) }))),
});
globalThis.forecastThese = async (table, rows, changedByte) => {
  const bytes = new Uint8Array(await (await fetch('./model.myocast')).arrayBuffer());
  if (changedByte !== null) bytes[changedByte] ^= 1;
  const opened = await openBundle(ort, bytes);
  return opened.ok ? await forecast(ort, opened.value, revive(table), rows) : opened.issues;
};
</script>`;
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  myocast: 'application/octet-stream',
};

/** The browser's entry as one script; what it imports that a browser does not have fails here. */
async function bundledEntry(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source'] },
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('browser.ts', import.meta.url)), formats: ['es'] },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (!first || !('output' in first)) throw new Error('vite gave no output');
  expect(first.output).toHaveLength(1);
  return first.output[0].code;
}

/** Serves the page, the script, the bundle and onnxruntime's own files, on the loopback address alone. */
async function serve(script: string, bundle: Uint8Array): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const file = (request.url ?? '/').slice(1);
    const send = (content: string | Uint8Array) =>
      response.setHeader('content-type', types[file.split('.').at(-1)!] ?? 'text/html').end(content);
    if (file === '') return send(page);
    if (file === 'model.js') return send(script);
    if (file === 'model.myocast') return send(bundle);
    if (/^ort[\w.-]*\.(mjs|wasm)$/.test(file) && existsSync(library + file))
      return send(readFileSync(library + file));
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const patients = Array.from({ length: 8 }, (_, index) => 160 + index);
let table: PredictorTable;
let bundle: Uint8Array;
let native: readonly Forecast[];

beforeAll(async () => {
  const made = planted(180, 'corner', new Random(21));
  table = { ...made.table, slices: made.table.slices.map((own, row) => (row % 4 === 0 ? [] : own)) };
  const trained = await trainForecast({
    table,
    outcome: made.outcome,
    rows: [...Array(160).keys()],
    riskGroups: { horizonDays: 730, thresholds: [0.1, 0.2], names: ['low', 'intermediate', 'high'] },
    config: { members: 2, epochs: 40, learningRate: 4e-3 },
    random: new Random(5),
  });
  expect(trained.plan.voice.weight).toBeGreaterThan(0.2);
  const encoded = await encodeBundle(runMember, trained, {
    name: 'planted',
    softwareVersion: '0.1.0',
    commit: null,
    seed: 5,
    dataSet: 'none',
    study: null,
    predictors: predictorDefinitions(trained.plan, table.columns, []),
    faithfulness: null,
    patients: null,
    trainedOn: 'virtual patients',
    intendedUse: 'test',
  });
  bundle = encoded.bytes;
  native = await forecast(trained, table, patients);
}, 60_000);

const curvesOf = ({ incidence, composite }: Forecast) => [
  ...Object.values(incidence),
  composite.risk,
  composite.low,
  composite.high,
];

/** Largest difference of any curve at any month; all else is the same. */
function largestDifference(found: readonly Forecast[]): number {
  expect(found).toHaveLength(8);
  const differences = found.flatMap((one, place) => {
    const expected = native[place]!;
    const { timesDays, missing, group, abstains, distance, subject } = expected;
    expect(one).toMatchObject({ timesDays, missing, group, subject });
    expect(one.abstains?.reason).toBe(abstains?.reason);
    expect(Math.abs(one.distance!.percentile - distance!.percentile)).toBeLessThan(1e-9);
    return curvesOf(one).flatMap((curve, c) =>
      curve.map((value, t) => Math.abs(value - curvesOf(expected)[c]![t]!)),
    );
  });
  expect(differences.every(Number.isFinite)).toBe(true);
  return Math.max(...differences);
}

describe('a bundle read without Node', () => {
  it('has patients to forecast who differ, with and without images', () => {
    const risks = native.map(({ composite }) => composite.risk.at(-1)!);
    expect(Math.max(...risks) - Math.min(...risks)).toBeGreaterThan(0.1);
    expect(new Set(native.map(({ missing }) => missing.includes('lge-sax')))).toEqual(new Set([true, false]));
  });

  it('forecasts by WebAssembly in Node as onnxruntime-node does', async () => {
    web.env.wasm.numThreads = 1;
    const ort = web as unknown as OnnxRuntimeWeb;
    const opened = await openBundle(ort, bundle);
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    expect(largestDifference(await browserForecast(ort, opened.value, table, patients))).toBeLessThan(1e-5);
  });

  it.skipIf(!present)(
    'forecasts in a browser as Node does, and is refused when a bit of it changes',
    async () => {
      const { server, url } = await serve(await bundledEntry(), bundle);
      const browser = await chromium.launch({
        executablePath: browserPath,
        args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      });
      try {
        const tab = await browser.newPage();
        const errors: string[] = [];
        tab.on('pageerror', (error) => errors.push(error.message));
        await tab.goto(url);
        await tab.waitForFunction('globalThis.forecastThese');
        const plain = JSON.stringify(table, (_, value: unknown) =>
          ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
        );
        const ask = (changedByte: number | null) =>
          tab.evaluate(`forecastThese(${plain}, ${JSON.stringify(patients)}, ${changedByte})`);
        const found = (await ask(null)) as readonly Forecast[];
        expect(largestDifference(found)).toBeLessThan(1e-5);
        expect(await ask(bundle.length >> 1)).toMatchObject([
          { path: expect.stringMatching(/^model bundle/) as string },
        ]);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
        server.close();
      }
    },
  );
});
