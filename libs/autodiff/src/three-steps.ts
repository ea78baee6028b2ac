import { Random } from '@myocast/base';
import { exportSamples, sampleFeeds } from './export-samples.ts';
import { input } from './operators.ts';
import { crossEntropy } from './losses.ts';
import { adamW } from './optimizers.ts';
import type { Execution } from './providers.ts';
import { compileTraining } from './session.ts';

/** The losses of three steps of a small CNN on one batch of four, wherever it runs. */
export async function threeSteps(execution: Execution): Promise<number[]> {
  const { outputs, parameters } = exportSamples.cnn.build(4);
  const loss = crossEntropy(outputs['logits']!, input('targets', [4, 3]));
  const session = await compileTraining({
    loss,
    parameters,
    optimizer: adamW({ clipNorm: 1 }),
    ...execution,
  });
  const random = new Random('classes');
  const targets = new Float32Array(12);
  for (let image = 0; image < 4; image++) targets[image * 3 + Math.floor(random.uniform(0, 3))] = 1;
  const image = sampleFeeds('cnn', 4)['image']!.data;
  const losses: number[] = [];
  for (let step = 0; step < 3; step++)
    losses.push((await session.step({ image, targets }, { learningRate: 0.01 })).loss);
  await session.close();
  return losses;
}
