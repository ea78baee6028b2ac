import { expect, it } from 'vitest';
import { chiSquareTail } from './chi-square.ts';
import { normalQuantileAt, normalTail, twoSidedP } from './normal.ts';
import { incompleteBeta, studentQuantile, studentTwoSidedP } from './student-t.ts';

// R 4.2.2: pnorm, qnorm, pt, qt, pbeta, pchisq.
it('the distributions have the values of R, in both tails', () => {
  const relative = (got: number, expected: number) =>
    expect(Math.abs(got / expected - 1), `${got} for ${expected}`).toBeLessThan(1e-12);
  relative(normalTail(-10), 7.6198530241605269e-24);
  relative(normalTail(1.5), 0.93319279873114191);
  relative(twoSidedP(1.959963984540054), 0.05);
  relative(normalQuantileAt(0.975), 1.959963984540054);
  relative(normalQuantileAt(1e-10), -6.361340902404056);
  relative(studentQuantile(0.975, 7), 2.3646242515927844);
  relative(studentQuantile(0.975, 1.5), 6.0166631044279288);
  relative(studentTwoSidedP(2.5, 12), 0.027915399571325213);
  relative(incompleteBeta(0.3, 2.5, 4.5), 0.40653901668245918);
  relative(chiSquareTail(50, 3), 7.9891792449514704e-11);
});
