import type { SimulationConfig } from '../../stages/simulation/src/cohort.ts';
import type { Patient } from '../../stages/simulation/src/clinical.ts';
import { maceCauses } from '../../stages/simulation/src/outcome/causes.ts';
import { cumulativeHazard, hazardTable, predictorsOf } from '../../stages/simulation/src/outcome/hazards.ts';
import { clinicalCsv } from '../../stages/simulation/src/tables/clinical-table.ts';
import { meanOf, reported, type Row, rowOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

/** Chance of a MACE within two years, with the mean pattern (who is not enrolled has no image) and frailty. */
function riskOf(patient: Patient): number {
  const table = hazardTable(predictorsOf(patient, null), 0);
  return 1 - Math.exp(-maceCauses.reduce((sum, _, row) => sum + cumulativeHazard(table[row]!, 2), 0));
}

/** Criterion X6: cine and LGE are there and good enough to be read. */
function analysable({ exam }: Patient): boolean {
  return exam.cine && exam.lge && exam.quality >= 2;
}

const traits: { readonly [name: string]: (patient: Patient) => number } = {
  'mean age': ({ clinical }) => clinical.age,
  'share of women': ({ clinical }) => Number(clinical.sex === 'female'),
  'share in Killip II or above': ({ clinical }) => Number(clinical.killip > 1),
  'mean infarct size': ({ injury }) => injury.infarctPercent,
  'mean LVEF': ({ injury }) => injury.ejectionFractionPercent,
  'mean 2-year risk of MACE': riskOf,
};

/** What screening, and then criterion X6, do to the cohort. */
export function selectionRows(people: readonly Simulated[]): Row[] {
  const screened = people.flatMap(({ subject }) => subject.screened.map(({ patient }) => patient));
  const enrolled = people.map(({ subject }) => subject.patient);
  const groups = {
    'all who were screened': screened,
    'those enrolled': enrolled,
    'those with readable cine and LGE': enrolled.filter(analysable),
    'those without': enrolled.filter((patient) => !analysable(patient)),
  };
  const rows = Object.entries(traits).flatMap(([trait, value]) =>
    Object.entries(groups).map(([group, patients]) =>
      reported('selection', `${trait}, ${group}`, meanOf(patients.map(value)), 'what selection does'),
    ),
  );
  const [all, own] = [
    meanOf(screened.map((p) => p.clinical.age)),
    meanOf(enrolled.map((p) => p.clinical.age)),
  ];
  const gap = { value: all.value - own.value, se: Math.hypot(all.se, own.se) };
  rows.push(
    rowOf(
      'selection',
      'age, screened less enrolled',
      gap,
      { low: 3, high: 5 },
      'DOMAIN B1: CMR cohorts are 3 to 4 years younger',
    ),
    rowOf(
      'selection',
      'women among the screened',
      meanOf(screened.map(traits['share of women']!)),
      { value: 0.242, within: 0.03 },
      'Sci Rep 2025, unselected: 75.8 % men',
    ),
    rowOf(
      'selection',
      'prior MI among the screened',
      meanOf(people.flatMap(({ subject }) => subject.screened.map(({ facts }) => facts.priorMi))),
      { value: 0.108, within: 0.012 },
      'DOMAIN B1',
    ),
    reported(
      'selection',
      'enrolled of the screened',
      meanOf(
        people.flatMap(({ subject }) => subject.screened.map(({ reasons }) => Number(reasons.length === 0))),
      ),
      'screening',
    ),
  );
  return rows;
}

/** Empty cells of the clinical table, and that some are empty because of what they would say. */
export function missingRows(config: SimulationConfig, people: readonly Simulated[]): Row[] {
  const [header, ...lines] = clinicalCsv(
    config,
    people.map(({ subject }) => subject),
  )
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const empty = (name: string) => {
    const at = header!.findIndex((title) => title.split(' ')[0] === name);
    return lines.map((cells) => Number(cells[at] === ''));
  };
  const rows = [
    rowOf('missing', 'NT-proBNP', meanOf(empty('nt_probnp')), { value: 0.15, within: 0.03 }, 'DOMAIN B7'),
    rowOf('missing', 'hs-CRP', meanOf(empty('hs_crp')), { value: 0.12, within: 0.02 }, 'DOMAIN B7'),
    ...['creatinine', 'glucose', 'ldl_c', 'haemoglobin', 'peak_ck', 'hba1c'].map((name) =>
      rowOf(
        'missing',
        name,
        meanOf(empty(name)),
        { low: 0.03, high: 0.2 },
        'DOMAIN B7: laboratory values 3 to 20 %',
      ),
    ),
  ];
  const peptide = empty('nt_probnp');
  const latent = (missing: number) =>
    meanOf(
      people
        .filter((_, row) => peptide[row] === missing)
        .map(({ subject }) => subject.patient.injury.latent.probnp),
    );
  const [there, gone] = [latent(0), latent(1)];
  const difference = { value: there.value - gone.value, se: Math.hypot(there.se, gone.se) };
  rows.push(
    rowOf(
      'missing',
      'log NT-proBNP in SD, where measured less where not',
      difference,
      { low: 0.2, high: 1.2 },
      'DOMAIN B7: not at random; limits assumed',
    ),
  );
  return rows;
}
