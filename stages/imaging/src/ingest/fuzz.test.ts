import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { fuzzTargets, mutated } from './fuzz-targets.fixture.ts';

const cases = 300;
/** A case takes well under a millisecond; one that takes this long hangs. */
const longestMs = 2000;

describe('damaged input', () => {
  it.each(fuzzTargets)(`$name: ${cases} of a seed end in a value or an issue, soon`, async (target) => {
    for (const { name, bytes } of target.seeds()) {
      expect((await target.read(bytes, 'x')).ok).toBe(true);
      const random = new Random(`damage ${name}`);
      for (let round = 0; round < cases; round++) {
        const damaged = mutated(bytes, random);
        const start = performance.now();
        await target.read(damaged, 'x').catch((error: Error) => {
          throw new Error(`${name}, case ${round}: ${Buffer.from(damaged).toString('base64')}`, {
            cause: error,
          });
        });
        expect(performance.now() - start).toBeLessThan(longestMs);
      }
    }
  });
});
