import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { exportSample, exportSamples, sampleFeeds } from './export-samples.ts';
import { compileTraining, type Execution, input, loadModel, Parameters, type Provider } from './index.ts';
import { conv } from './layers.ts';
import { exp, mean, relu, square, sub } from './operators.ts';
import { adamW } from './optimizers.ts';
import { absenceOf } from './providers.ts';
import { swiftShader } from './swift-shader.ts';
import { threeSteps } from './three-steps.ts';

const software = swiftShader();
if ('absent' in software) process.stderr.write(`webgpu test skipped: ${software.absent}\n`);
const cudaPresent = (await absenceOf('cuda')) === null;

describe('execution providers', () => {
  it('the processor is there, and is what runs without a configuration', async () => {
    expect(await absenceOf('cpu')).toBeNull();
    const bytes = exportSample(exportSamples.cnn);
    const models = [await loadModel(bytes), await loadModel(bytes, { provider: 'cpu', threads: 1 })];
    const [one, two] = await Promise.all(models.map((model) => model.run(sampleFeeds('cnn', 1))));
    expect(one).toEqual(two);
    await Promise.all(models.map((model) => model.close()));
  });

  it('a configuration that names none is a RangeError', async () => {
    const bytes = exportSample(exportSamples.cnn);
    const wrong: [Execution, string][] = [
      [{ provider: 'gpu' as Provider }, 'provider: expected cpu, webgpu, cuda, got "gpu"'],
      [{ provider: 'toString' as Provider }, 'got "toString"'],
      [{ threads: 0 }, 'threads: expected a whole number above 0, got 0'],
      [{ threads: 1.5 }, 'got 1.5'],
    ];
    for (const [execution, message] of wrong) {
      await expect(loadModel(bytes, execution)).rejects.toThrow(RangeError);
      await expect(loadModel(bytes, execution)).rejects.toThrow(message);
    }
  });

  it.skipIf(cudaPresent)('cuda where its libraries are absent says in one line what to install', async () => {
    const parameters = new Parameters(new Random(1));
    const x = input('x', [1, 1, 4, 4]);
    const loss = mean(square(sub(exp(relu(conv(parameters, 'c', x, 2))), 1)));
    const message =
      /provider cuda: not available; it needs an NVIDIA driver, CUDA 12 .*npm does not download here.*--onnxruntime-node-install=cuda12`$/;
    await expect(compileTraining({ loss, parameters, optimizer: adamW(), provider: 'cuda' })).rejects.toThrow(
      message,
    );
    await expect(loadModel(exportSample(exportSamples.cnn), { provider: 'cuda' })).rejects.toThrow(message);
  });

  it.skipIf('absent' in software)('a CNN trains on webgpu as on the processor', async () => {
    const script = `
      import { threeSteps } from '${new URL('./three-steps.ts', import.meta.url).href}';
      process.stdout.write(JSON.stringify(await threeSteps({ provider: 'webgpu' })));
      // The device's own threads would keep the process waiting.
      process.exit(0);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script],
      { env: (software as { environment: NodeJS.ProcessEnv }).environment, timeout: 50_000 },
    );
    const onGpu = JSON.parse(stdout) as number[];
    const onProcessor = await threeSteps({ provider: 'cpu' });
    expect(onGpu).toHaveLength(3);
    for (const [step, loss] of onGpu.entries())
      expect(Math.abs(loss - onProcessor[step]!)).toBeLessThan(1e-5);
    expect(onGpu[2]).toBeLessThan(onGpu[0]!);
  });
});
