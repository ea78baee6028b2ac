import { describe, expect, it } from 'vitest';
import { checkPerson, duBoisM2, mostellerM2, nobodyKnown } from './body-size.ts';
import { withHeartRate } from './beat.ts';
import { errorOf, repeatability } from './measurement-error.ts';
import { compareWithReference, referenceRanges } from './reference-ranges.ts';

describe('body surface', () => {
  it('is that of the formulas, and of no one that is no adult', () => {
    expect(mostellerM2(180, 80)).toBe(2);
    // 70 kg and 170 cm: 0.007184 × 41.43 × 6.083, by logarithms.
    expect(duBoisM2(170, 70)).toBeCloseTo(1.8097, 3);
    const { person, issues } = checkPerson(
      { ageYears: 60, sex: 'female', heightCm: 165, weightKg: 650 },
      'exam',
    );
    expect(person).toEqual({ ageYears: 60, sex: 'female', heightCm: 165, weightKg: null });
    expect(issues.map(({ kind }) => kind)).toEqual(['bad-value']);
    expect(checkPerson(nobodyKnown, 'exam').issues).toEqual([]);
  });
});

describe('compareWithReference', () => {
  const man = { sex: 'male', ageYears: 60 } as const;

  it('counts the limits as within, and gives a z-score where there is a standard deviation', () => {
    expect(compareWithReference('edvMl', 93, man)).toMatchObject({ position: 'within', z: null });
    expect(compareWithReference('edvMl', 92.9, man)!.position).toBe('below');
    expect(compareWithReference('edvMl', 232.1, man)!.position).toBe('above');
    expect(compareWithReference('massGPerM2', 71, man)).toMatchObject({ position: 'above', z: 2 });
    expect(compareWithReference('massGPerM2', 49, { sex: 'female', ageYears: 60 })!.z).toBe(1);
    // Open upwards: a high RV ejection fraction is never above.
    expect(compareWithReference('rvEjectionFractionPercent', 95, man)!.position).toBe('within');
  });

  it('marks an age outside of the source, and one that is not known', () => {
    const outside = (ageYears: number | null) =>
      compareWithReference('edvMl', 150, { sex: 'male', ageYears })!.ageOutside;
    expect([outside(44), outside(45), outside(74), outside(75), outside(null)]).toEqual([
      true,
      false,
      false,
      true,
      null,
    ]);
  });

  it('compares nobody of unknown sex, nothing without a source, and no number that is none', () => {
    expect(compareWithReference('edvMl', 150, { sex: null, ageYears: 60 })).toBeNull();
    expect(compareWithReference('sphericityIndex', 0.4, man)).toBeNull();
    expect(() => compareWithReference('edvMl', Number.NaN, man)).toThrow(RangeError);
  });

  it('has both sexes once for every quantity, with ordered limits and a source', () => {
    for (const { quantity } of referenceRanges) {
      const sexes = referenceRanges.filter((range) => range.quantity === quantity).map(({ sex }) => sex);
      expect(sexes, quantity).toEqual(['male', 'female']);
    }
    for (const { lower, upper, ageYears, source } of referenceRanges) {
      if (lower !== null && upper !== null) expect(lower).toBeLessThan(upper);
      expect(ageYears[0]).toBeLessThan(ageYears[1]);
      expect(source).toMatch(/^[a-z]+\d{4}$/);
    }
  });
});

describe('errorOf', () => {
  it('is the published share of the value, for the index as for the volume', () => {
    expect(errorOf('edvMl', 160)).toEqual({
      quantity: 'edvMl',
      error: expect.closeTo(7.84, 10),
      percent: 4.9,
      source: 'grothues2002',
    });
    expect(errorOf('edvMlPerM2', 80)!.error).toBeCloseTo(3.92, 10);
    expect(errorOf('strokeVolumeMl', 80)).toBeNull();
    expect(errorOf('toString', 80)).toBeNull();
    expect(() => errorOf('edvMl', Infinity)).toThrow(RangeError);
  });
});

describe('repeatability', () => {
  it('is that of a table reckoned by hand', () => {
    // Differences 2, -2, 4, 0: mean 1, sum of squares about it 1 + 9 + 9 + 1 = 20.
    const found = repeatability([
      [100, 102],
      [102, 100],
      [98, 102],
      [100, 100],
    ]);
    const sd = Math.sqrt(20 / 3);
    const within = Math.sqrt((4 + 4 + 16 + 0) / 4 / 2);
    expect(found.bias).toBe(1);
    expect(found.sd).toBeCloseTo(sd, 12);
    expect(found.biasSe).toBeCloseTo(sd / 2, 12);
    expect(found.limitsOfAgreement[1]).toBeCloseTo(1 + 1.96 * sd, 12);
    expect(found.limitsSe).toBeCloseTo(sd * Math.sqrt(1 / 4 + 1.96 ** 2 / 6), 12);
    expect(found.withinSubjectSd).toBeCloseTo(within, 12);
    expect(found.coefficientOfVariationPercent).toBeCloseTo((100 * within) / 100.5, 12);
    expect(found.repeatabilityCoefficient).toBeCloseTo(2.77185858 * within, 6);
  });

  it('needs two hearts and numbers', () => {
    expect(() => repeatability([[1, 2]])).toThrow('at least 2 pairs, got 1');
    expect(() =>
      repeatability([
        [1, 2],
        [Number.NaN, 2],
      ]),
    ).toThrow('finite');
    const around0 = repeatability([
      [-1, 1],
      [1, -1],
    ]);
    expect(around0.coefficientOfVariationPercent).toBeNull();
  });
});

it('a heart rate that is given stands above the header', () => {
  const header = { triggerTimesMs: [0, 40], rrMs: 900, rrSource: 'header' } as const;
  expect(withHeartRate(header, 75)).toEqual({ ...header, rrMs: 800, rrSource: 'given' });
  expect(withHeartRate(header, null)).toBe(header);
});
