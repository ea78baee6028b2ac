import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { tiedCohort } from '../testing/tied-cohort.ts';
import { aalenJohansen, incidenceAt } from './aalen-johansen.ts';
import { kaplanMeier, survivalAt } from './kaplan-meier.ts';

describe('Aalen-Johansen', () => {
  it('adds up to one minus the survival of any event, and without competing events is Kaplan-Meier', () => {
    const { followUp } = tiedCohort(new Random('aj'), 60);
    const any = kaplanMeier({ ...followUp, event: followUp.event.map((code) => Math.min(code, 1)) });
    for (const t of [0, 3, 7, 9]) {
      const both = incidenceAt(aalenJohansen(followUp, 1), t) + incidenceAt(aalenJohansen(followUp, 2), t);
      expect(both).toBeCloseTo(1 - survivalAt(any, t), 12);
    }
    const single = { ...followUp, event: followUp.event.map((code) => code % 2) };
    const alone = aalenJohansen(single);
    const reference = kaplanMeier(single);
    expect(incidenceAt(alone, 6)).toBeCloseTo(1 - survivalAt(reference, 6), 12);
    for (const [k, error] of alone.standardError.entries())
      expect(error).toBeCloseTo(reference.standardError[k]!, 10);
  });
});
