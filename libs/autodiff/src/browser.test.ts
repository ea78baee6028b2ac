import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as web from 'onnxruntime-web';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { exportSample, exportSamples, sampleFeeds } from './export-samples.ts';
import { loadModel, type Values } from './index.ts';

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const present = existsSync(browserPath);
if (!present)
  process.stderr.write(
    `browser test of autodiff skipped: no browser at ${browserPath} (set CHROMIUM_PATH)\n`,
  );

const names = ['cnn', 'uNet', 'transformer'] as const;
const library = fileURLToPath(new URL('.', import.meta.resolve('onnxruntime-web')));
const page = `<!doctype html><title>model</title><script type="module">
import * as ort from './ort.wasm.min.mjs';
ort.env.wasm.numThreads = 1;
globalThis.runModel = async (name, feeds) => {
  const session = await ort.InferenceSession.create('./' + name + '.onnx', { executionProviders: ['wasm'] });
  const tensors = Object.entries(feeds).map(([key, { data, shape }]) => [key, new ort.Tensor('float32', Float32Array.from(data), shape)]);
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.entries(results).map(([key, { data, dims }]) => [key, { data: [...data], shape: [...dims] }]);
};
</script>`;
const types: Readonly<Record<string, string>> = {
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  onnx: 'application/octet-stream',
};

/** Serves the page, the models and the library's own files, on the loopback address alone. */
async function serve(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const file = (request.url ?? '/').slice(1);
    const [stem = '', ending = ''] = file.split(/\.(?=[^.]*$)/);
    const sample = names.find((name) => name === stem);
    if (file === '') return response.setHeader('content-type', 'text/html').end(page);
    if (ending === 'onnx' && sample)
      return response.setHeader('content-type', types['onnx']!).end(exportSample(exportSamples[sample]));
    if (/^ort[\w.-]*\.(mjs|wasm)$/.test(file) && existsSync(library + file))
      return response.setHeader('content-type', types[ending]!).end(readFileSync(library + file));
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** By the processor's own library, which is what the WebAssembly has to agree with. */
async function native(name: (typeof names)[number], batch: number) {
  const model = await loadModel(exportSample(exportSamples[name]));
  const found = await model.run(sampleFeeds(name, batch));
  await model.close();
  return found;
}

function expectSame(found: Readonly<Record<string, Values>>, expected: Readonly<Record<string, Values>>) {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, { data, shape }] of Object.entries(expected)) {
    expect(found[key]!.shape).toEqual(shape);
    const differences = Array.from(data, (value, place) => Math.abs(value - found[key]!.data[place]!));
    // float32 itself is up to 2e-5 from the exact U-Net, whose logits reach 6: the bound is relative to the largest.
    const largest = Math.max(1, ...Array.from(data, Math.abs));
    expect(Math.max(...differences)).toBeLessThan(1e-5 * largest);
  }
}

describe('the exported models as WebAssembly', () => {
  it('give in Node what onnxruntime-node gives', async () => {
    web.env.wasm.numThreads = 1;
    for (const name of names) {
      const session = await web.InferenceSession.create(exportSample(exportSamples[name]), {
        executionProviders: ['wasm'],
      });
      const feeds = Object.entries(sampleFeeds(name, 3)).map(
        ([key, { data, shape }]) => [key, new web.Tensor('float32', data, shape)] as const,
      );
      const results = await session.run(Object.fromEntries(feeds));
      await session.release();
      const values = Object.entries(results).map(
        ([key, { data, dims }]) => [key, { data: data as Float32Array, shape: dims }] as const,
      );
      expectSame(Object.fromEntries(values), await native(name, 3));
    }
  });

  it.skipIf(!present)('give in a browser what onnxruntime-node gives', async () => {
    const { server, url } = await serve();
    const browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    try {
      const tab = await browser.newPage();
      const errors: string[] = [];
      tab.on('pageerror', (error) => errors.push(error.message));
      await tab.goto(url);
      await tab.waitForFunction('globalThis.runModel');
      for (const name of names) {
        const feeds = Object.entries(sampleFeeds(name, 3)).map(
          ([key, { data, shape }]) => [key, { data: [...data], shape }] as const,
        );
        const call = `runModel(${JSON.stringify(name)}, ${JSON.stringify(Object.fromEntries(feeds))})`;
        const results = await tab.evaluate<[string, { data: number[]; shape: number[] }][]>(call);
        const values = results.map(
          ([key, { data, shape }]) => [key, { data: Float32Array.from(data), shape }] as const,
        );
        expectSame(Object.fromEntries(values), await native(name, 3));
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
