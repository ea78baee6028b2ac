import type { GivenItems } from './items.ts';

/**
 * What a study's criteria say of every one of its subjects, whether it is recorded or not. NCT07277400: ST elevation
 * with raised troponin (I1), first infarct (I2, X3), primary PCI (I2). DOMAIN E2 notes that the letter of I1
 * lets in pain without ST elevation; a study of STEMI is taken at its name here.
 */
const factsByStudy: { readonly [study: string]: GivenItems } = {
  NCT07277400: { st_deviation: 1, elevated_enzymes: 1, prior_mi: 0, in_hospital_pci: 1 },
};

/** The facts of a study by its name in the protocol; none of a study that is not known. */
export function studyFacts(study: string): GivenItems {
  return factsByStudy[study] ?? {};
}
