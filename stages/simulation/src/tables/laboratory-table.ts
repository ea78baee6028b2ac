import { type SimulationConfig, type Subject, subjectRandom } from '../cohort.ts';
import { isMissing } from '../missingness.ts';
import { serialSamples } from '../record/serial-laboratory.ts';
import { virtualTable } from './csv-lines.ts';

/** One row a sample; one in twelve was not drawn. */
export function laboratoryCsv(config: SimulationConfig, subjects: readonly Subject[]): string {
  const rows = subjects.flatMap((subject) => {
    const random = subjectRandom(config, subject.subject, 'samples');
    return serialSamples(random, subject.patient).flatMap(({ analyte, hours, value, unit }) => {
      const mechanism = analyte === 'nt_probnp' ? 'suspicion' : 'sick';
      if (isMissing(random, mechanism, 0.08, subject)) return [];
      return [[subject.subject, analyte, hours, assayed(analyte, value, subject), unit]];
    });
  });
  return virtualTable(['subject', 'analyte', 'hours_from_admission [h]', 'value', 'unit'], rows);
}

function assayed(analyte: string, value: number, { centre }: Subject): number {
  if (analyte === 'troponin_t') return Math.round(value * centre.troponinFactor);
  return analyte === 'nt_probnp' ? Math.round(value * centre.probnpFactor) : value;
}
