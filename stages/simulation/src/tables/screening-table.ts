import type { Subject } from '../cohort.ts';
import { type Reason, reasons } from '../screening.ts';
import { virtualTable } from './csv-lines.ts';

/** The screening log: everybody who came, in which order, and why they are not in the study; the enrolled with their subject. */
export function screeningCsv(subjects: readonly Subject[]): string {
  const rows = subjects.flatMap(({ subject, centre, screened }) =>
    screened.map(({ patient: { clinical }, reasons: failed }, index) => [
      `${subject.replace('-', '-S')}-${index + 1}`,
      centre.name,
      Math.floor(clinical.age),
      clinical.sex,
      clinical.killip,
      Math.round(clinical.egfr),
      failed.length === 0 ? 'enrolled' : 'excluded',
      failed[0] ?? '',
      failed.slice(1).join('; '),
      failed.length === 0 ? subject : '',
    ]),
  );
  const header = [
    'screening',
    'centre',
    'age [a]',
    'sex',
    'killip',
    'egfr [mL/min/1.73m2]',
    'status',
    'first_reason',
    'other_reasons',
    'subject',
  ];
  return virtualTable(header, rows);
}

/** The flow of a CONSORT diagram: each person under the first criterion that is not met. */
export interface ScreeningFlow {
  readonly screened: number;
  readonly excluded: { readonly [R in Reason]: number };
  readonly enrolled: number;
}

export function screeningFlow(subjects: readonly Subject[]): ScreeningFlow {
  const excluded = Object.fromEntries(reasons.map((reason) => [reason, 0])) as Record<Reason, number>;
  let screened = 0;
  for (const subject of subjects)
    for (const person of subject.screened) {
      screened++;
      const [first] = person.reasons;
      if (first) excluded[first]++;
    }
  return { screened, excluded, enrolled: subjects.length };
}
