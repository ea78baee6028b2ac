import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { fuzzTargets, mutated } from './fuzz-targets.fixture.ts';

const cases = 300;
/** A case takes well under a millisecond; one that takes this long hangs. */
const longestMs = 2000;

describe('damaged input', () => {
  it.each(fuzzTargets)(
    `$name: ${cases} of a seed end in a value or an issue, soon`,
    async ({ seeds, run }) => {
      for (const [index, seed] of seeds.entries()) {
        await run(seed);
        const random = new Random(`damage ${index}`);
        for (let round = 0; round < cases; round++) {
          const bytes = mutated(seed, random);
          const start = performance.now();
          await run(bytes).catch((error: Error) => {
            throw new Error(`seed ${index}, case ${round}: ${Buffer.from(bytes).toString('base64')}`, {
              cause: error,
            });
          });
          expect(performance.now() - start).toBeLessThan(longestMs);
        }
      }
    },
  );
});
