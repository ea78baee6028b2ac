import { describe, expect, it } from 'vitest';
import { Random } from '@myocast/base';
import { createSubject, subjectIds } from './cohort.ts';
import { isMissing, type Mechanism } from './missingness.ts';

const config = { patients: 600, centres: 60, seed: 4 };
const subjects = subjectIds(config).map((id) => createSubject(config, id));

function missing(mechanism: Mechanism, rate: number) {
  return subjects.map((subject) => {
    const random = new Random(`missing ${subject.subject}`);
    const draws = Array.from({ length: 20 }, () => Number(isMissing(random, mechanism, rate, subject)));
    return draws.reduce((sum, value) => sum + value, 0) / draws.length;
  });
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const among = (shares: readonly number[], test: (s: (typeof subjects)[number]) => boolean) =>
  mean(shares.filter((_, row) => test(subjects[row]!)));

describe('empty cells', () => {
  it.each<[Mechanism, number]>([
    ['random', 0.05],
    ['sick', 0.12],
    ['suspicion', 0.15],
    ['delay', 0.05],
  ])('are about as many as asked for: %s', (mechanism, rate) => {
    expect(Math.abs(mean(missing(mechanism, rate)) - rate)).toBeLessThan(0.25 * rate + 0.01);
    expect(mean(missing('never', rate))).toBe(0);
  });

  it('are rarer in the sick, and of natriuretic peptide where its value is high', () => {
    const sick = missing('sick', 0.12);
    expect(among(sick, (s) => s.patient.clinical.killip > 1)).toBeLessThan(
      0.8 * among(sick, (s) => s.patient.clinical.killip === 1),
    );
    const peptide = missing('suspicion', 0.15);
    const low = among(peptide, (s) => !s.centre.probnpRoutine && s.patient.injury.latent.probnp < -0.5);
    const high = among(peptide, (s) => !s.centre.probnpRoutine && s.patient.injury.latent.probnp > 0.5);
    expect(low).toBeGreaterThan(2 * high);
  });
});
