import { Random } from '@myocast/base';
import { expect, it } from 'vitest';
import { compileTraining, input, Parameters } from '../index.ts';
import { indexCrossEntropy } from '../losses.ts';
import { adamW } from '../optimizers.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';

/** Which of three classes a token of twelve belongs to: its number modulo 3. */
async function learn(threads: number) {
  const parameters = new Parameters(new Random('tokens'));
  const vectors = embedding(parameters, 'tokens', input('token', [48]), { count: 12, width: 8 });
  const loss = indexCrossEntropy(dense(parameters, 'out', vectors, 3), input('class', [48]));
  const session = await compileTraining({ loss, parameters, optimizer: adamW(), threads });
  const token = Float32Array.from({ length: 48 }, (_, place) => (place * 7) % 12);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++)
    losses.push(
      (await session.step({ token, class: token.map((index) => index % 3) }, { learningRate: 0.05 })).loss,
    );
  const trained = await session.parameters();
  await session.close();
  return { losses, trained };
}

it('an embedding learns, to the same bytes with one thread and with two', async () => {
  const [one, two] = [await learn(1), await learn(2)];
  expect(one.losses.at(-1)! / one.losses[0]!).toBeLessThan(0.05);
  expect(two).toEqual(one);
});
