import type { Random } from '@myocast/base';
import type { Subject } from './cohort.ts';
import { logit, yes } from './record/draw.ts';

/**
 * Why a cell is empty, DOMAIN B7. `random`: by chance alone, more at centres with gaps. `sick`:
 * at random given the record - blood is drawn more often in Killip II and III. `suspicion`: not
 * at random - the value itself decides whether it is there. Sizes of the links: assumptions.
 */
export type Mechanism = 'never' | 'random' | 'sick' | 'suspicion' | 'delay';

/** Whether a cell is empty, at an overall rate near the one given. */
export function isMissing(random: Random, mechanism: Mechanism, rate: number, subject: Subject): boolean {
  if (mechanism === 'never') return false;
  const logOdds = logit(rate) + Math.log(subject.centre.missingFactor) + shift[mechanism](subject);
  return yes(random, logOdds) === 1;
}

const shift: { readonly [M in Exclude<Mechanism, 'never'>]: (subject: Subject) => number } = {
  random: () => 0,
  sick: ({ patient }) => (patient.clinical.killip > 1 ? -0.5 : 0.1),
  /** Where the peptide is no routine it is measured in whom heart failure is suspected, which its true value says best. */
  suspicion: ({ patient: { clinical, injury }, centre }) =>
    (centre.probnpRoutine ? -1.6 : 0.45) -
    (centre.probnpRoutine ? 0 : 0.9 * injury.latent.probnp + (clinical.killip > 1 ? 0.6 : 0)),
  /** Who came late, or slept through the onset, cannot say when it began. */
  delay: ({ patient }) => 0.7 * patient.injury.latent.delay - 0.25,
};
