import { describe, expect, it } from 'vitest';
import { golden } from './golden.fixture.ts';
import { ricianNoise } from './rician.ts';

describe('ricianNoise', () => {
  it('gives the noise behind a region without any signal: Rayleigh, mean √(π/2) σ, SD √(2 - π/2) σ', () => {
    const sigma = 7;
    const noise = ricianNoise(Math.sqrt(Math.PI / 2) * sigma, Math.sqrt(2 - Math.PI / 2) * sigma);
    expect(Math.abs(noise - sigma)).toBeLessThan(1e-6);
    // A region that is more even than noise can be is taken as noise alone.
    expect(ricianNoise(1, 1)).toBeCloseTo(1 / Math.sqrt(2 - Math.PI / 2), 6);
  });

  it.each(golden.rice)(
    'gives 1 at signal over noise %d where scipy has the mean and the SD',
    (_, mean, sd) => {
      expect(Math.abs(ricianNoise(mean!, sd!) - 1)).toBeLessThan(1e-6);
    },
  );

  it('leaves the spread as it is where the signal is far above the noise, and knows no noise without spread', () => {
    expect(ricianNoise(100, 3)).toBe(3);
    expect(ricianNoise(5, 0)).toBe(0);
  });
});
