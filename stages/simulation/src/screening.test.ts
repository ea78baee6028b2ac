import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createCentre } from './centre.ts';
import { createSubject, subjectIds } from './cohort.ts';
import { reasons, reasonsOf, screenOne } from './screening.ts';
import { screeningCsv, screeningFlow } from './tables/screening-table.ts';

const config = { patients: 60, centres: 6, seed: 2 };
const subjects = subjectIds(config).map((id) => createSubject(config, id));

describe('the screening', () => {
  it('enrols nobody whom the protocol excludes, and excludes nobody without a reason', () => {
    for (const { screened, patient } of subjects) {
      expect(screened.at(-1)!.patient).toBe(patient);
      expect(screened.map(({ reasons: failed }) => failed.length === 0)).toEqual(
        screened.map((_, index) => index === screened.length - 1),
      );
      expect(patient.clinical.killip).toBeLessThan(4);
      expect(patient.clinical.egfr).toBeGreaterThanOrEqual(30);
    }
  });

  it('judges each criterion by the record', () => {
    const random = new Random('criteria');
    const centre = createCentre(random.fork('centre'), 1);
    const eligible = subjects[0]!.screened.at(-1)!;
    const { patient, facts } = eligible;
    expect(reasonsOf(facts, patient)).toEqual([]);
    expect(reasonsOf({ ...facts, consent: 0, priorMi: 1 }, patient)).toEqual([
      'X3 prior MI',
      'I5 no consent',
    ]);
    const sick = { ...patient, clinical: { ...patient.clinical, killip: 4 as const, egfr: 29.9 } };
    expect(reasonsOf(facts, sick)).toEqual(['I4 Killip IV', 'X1 eGFR below 30']);
    const seen = new Set(
      Array.from({ length: 4000 }, (_, index) => screenOne(random.fork(index), centre).reasons).flat(),
    );
    expect([...seen].sort()).toEqual([...reasons].sort());
  });

  it('counts everybody once', () => {
    const flow = screeningFlow(subjects);
    const excluded = Object.values(flow.excluded).reduce((sum, count) => sum + count, 0);
    expect(flow.screened).toBe(excluded + flow.enrolled);
    const [, ...rows] = screeningCsv(subjects).trim().split('\n');
    expect(rows.length).toBe(flow.screened);
    expect(rows.filter((row) => row.includes(',enrolled,')).length).toBe(60);
  });

  it('draws a subject from the seed and the id alone', () => {
    const alone = createSubject(config, 'V4-0007');
    expect(alone).toEqual(subjects.find(({ subject }) => subject === 'V4-0007'));
    expect(createSubject({ ...config, patients: 900, centres: 9 }, 'V4-0007')).toEqual(alone);
  });
});
