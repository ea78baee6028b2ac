import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import type { FollowUp } from '../follow-up.ts';
import { lateTiedCohort } from '../testing/tied-cohort.ts';
import { aalenJohansen } from './aalen-johansen.ts';
import { kaplanMeier } from './kaplan-meier.ts';
import { nelsonAalen } from './nelson-aalen.ts';
import { restrictedMean, restrictedTimeLost } from './restricted-mean.ts';

/** The squared sums over clusters of what a small change of each row's weight does to an estimate. */
function jackknife(
  followUp: FollowUp & { weights: Float64Array },
  cluster: ArrayLike<number>,
  estimate: (followUp: FollowUp) => Float64Array,
): Float64Array {
  const step = 1e-6;
  const sums = new Map<number, Float64Array>();
  for (const [row, weight] of followUp.weights.entries()) {
    const [above, below] = [1, -1].map((side) => {
      const weights = followUp.weights.slice();
      weights[row] = weight + side * step;
      return estimate({ ...followUp, weights });
    });
    const sum = sums.get(cluster[row]!) ?? new Float64Array(above!.length);
    for (const [k, value] of above!.entries()) sum[k]! += (weight * (value - below![k]!)) / (2 * step);
    sums.set(cluster[row]!, sum);
  }
  const [first] = sums.values();
  return first!.map((_, k) => [...sums.values()].reduce((total, sum) => total + sum[k]! ** 2, 0));
}

describe('the robust variance is that of changing each weight a little', () => {
  const random = new Random('influence');
  const cases = [0, 1, 2, 3].map((number) => {
    const followUp = lateTiedCohort(random, 40);
    const own = Int32Array.from(followUp.days.keys());
    return { number, followUp, cluster: number < 2 ? own : own.map((row) => row % 7) };
  });
  function near(got: Float64Array, wanted: Float64Array) {
    expect(got.length).toBe(wanted.length);
    for (const [k, value] of wanted.entries())
      expect(Math.abs(got[k]! ** 2 - value), `entry ${k}`).toBeLessThan(1e-8);
  }
  it.each(cases)('of curves with late entry, ties and weights, cohort $number', ({ followUp, cluster }) => {
    const options = { variance: 'robust', cluster } as const;
    near(
      kaplanMeier(followUp, 'log', options).standardError,
      jackknife(followUp, cluster, (changed) => kaplanMeier(changed).survival),
    );
    for (const ties of ['nelson-aalen', 'fleming-harrington'] as const)
      near(
        nelsonAalen(followUp, { ...options, ties }).standardError,
        jackknife(followUp, cluster, (changed) => nelsonAalen(changed, { ties }).hazard),
      );
    for (const cause of [1, 2])
      near(
        aalenJohansen(followUp, cause, options).standardError,
        jackknife(followUp, cluster, (changed) => aalenJohansen(changed, cause).incidence),
      );
  });
  it.each(cases)('of restricted means and times lost, cohort $number', ({ followUp, cluster }) => {
    const options = { variance: 'robust', cluster } as const;
    const value = (checked: ReturnType<typeof restrictedMean>) => {
      if (!checked.ok) throw new Error(checked.issues[0]!.message);
      return checked.value;
    };
    for (const tau of [6, 7.5]) {
      near(
        Float64Array.of(value(restrictedMean(followUp, tau, options)).standardError),
        jackknife(followUp, cluster, (changed) => Float64Array.of(value(restrictedMean(changed, tau)).mean)),
      );
      near(
        Float64Array.of(value(restrictedTimeLost(followUp, tau, 2, options)).standardError),
        jackknife(followUp, cluster, (changed) =>
          Float64Array.of(value(restrictedTimeLost(changed, tau, 2)).mean),
        ),
      );
    }
  });
});
