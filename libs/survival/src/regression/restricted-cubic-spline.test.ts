import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { splineKnots, writeSplineTerms } from './restricted-cubic-spline.ts';

interface Golden {
  readonly variable: string;
  readonly count: number;
  readonly knots: readonly number[];
  readonly at: readonly number[];
  readonly terms: readonly (readonly number[])[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/splines.json', import.meta.url), 'utf8'),
) as { invented: { readonly [name: string]: readonly number[] }; cases: readonly Golden[] };

function valuesOf(variable: string): Float64Array {
  const invented = golden.invented[variable];
  if (invented) return Float64Array.from(invented);
  return variable === 'days'
    ? sharedTable('veteran.csv').numbers('time')
    : sharedTable('whas500.csv').numbers(variable);
}

describe('restricted cubic splines', () => {
  const cases = golden.cases.filter(({ variable }) => sharedTablesPresent || golden.invented[variable]);
  it.each(cases)('have the knots and terms of rcspline.eval: $variable, $count knots', (expected) => {
    const got = splineKnots(expected.variable, valuesOf(expected.variable), expected.count);
    if (!got.ok) throw new Error(got.issues[0]!.message);
    expect(got.value).toHaveLength(expected.knots.length);
    for (const [k, knot] of got.value.entries()) expect(knot).toBeCloseTo(expected.knots[k]!, 9);
    const terms = new Float64Array(expected.count - 1);
    for (const [row, x] of expected.at.entries()) {
      writeSplineTerms(got.value, x, terms, 0);
      for (const [j, term] of terms.entries())
        expect(Math.abs(term - expected.terms[row]![j]!)).toBeLessThan(1e-9 * (1 + Math.abs(term)));
    }
  });
  it('are linear outside the outer knots', () => {
    const at = (x: number) => {
      const terms = new Float64Array(3);
      writeSplineTerms([1, 2, 4, 7], x, terms, 0);
      return terms;
    };
    expect([...at(0)]).toEqual([0, 0, 0]);
    for (const j of [1, 2]) expect(at(9)[j]! - 2 * at(10)[j]! + at(11)[j]!).toBeCloseTo(0, 10);
  });
  it('name a variable with too few values, and refuse a count that Harrell does not give', () => {
    const few = splineKnots(
      'killip',
      Float64Array.from({ length: 50 }, (_, row) => row % 4),
      3,
    );
    expect(few.issues[0]).toMatchObject({ kind: 'not-estimable', path: 'killip' });
    expect(() => splineKnots('x', new Float64Array(9), 8)).toThrow('3 to 7 knots');
  });
});
