import { Random } from '@myocast/base';
import { expect, it } from 'vitest';
import { uNet } from '../layers.ts';
import { diceCrossEntropy } from '../losses.ts';
import { input } from '../operators.ts';
import { adamW } from '../optimizers.ts';
import { Parameters } from '../parameters.ts';
import { compileTraining } from '../session.ts';

/** Bytes of the parameters after six steps; a stop in between goes on in a new session. */
async function trained(threads: number, stopAfter: number | null): Promise<string[]> {
  const open = (resume?: Uint8Array) => {
    const parameters = new Parameters(new Random('weights'));
    const options = { base: 16, levels: 3, classes: 2 };
    const { logits } = uNet(parameters, 'net', input('x', [3, 1, 32, 24]), options);
    const loss = diceCrossEntropy(logits, input('targets', [3, 2, 32, 24]));
    const optimizer = adamW({ clipNorm: 1 });
    return compileTraining({ loss, parameters, optimizer, threads, ...(resume ? { resume } : {}) });
  };
  let session = await open();
  for (let step = 1; step <= 6; step++) {
    const random = new Random(`batch ${step}`);
    const x = Float32Array.from({ length: 3 * 32 * 24 }, () => random.normal());
    const targets = Float32Array.from({ length: 6 * 32 * 24 }, () => Number(random.chance(0.5)));
    await session.step({ x, targets }, { learningRate: 0.01 });
    if (step === stopAfter) {
      const checkpoint = session.checkpoint();
      await session.close();
      session = await open(checkpoint);
    }
  }
  const values = await session.parameters();
  await session.close();
  return Object.entries(values).map(([name, { buffer }]) => `${name} ${Buffer.from(buffer).toString('hex')}`);
}

it('blocked images give the same bytes for the same seed, on one thread and two, straight and resumed', async () => {
  const first = await trained(1, null);
  expect(await trained(1, null)).toEqual(first);
  expect(await trained(2, null)).toEqual(first);
  expect(await trained(2, 3)).toEqual(first);
});
