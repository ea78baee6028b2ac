import { compareConcordance, concordance } from '@myocast/survival/performance';
import type { FollowUp } from '@myocast/survival';
import { coxLinearPredictor, fitCox } from '@myocast/survival/regression';
import { fitForest, predictForest } from '@myocast/survival/learners';
import type { Checked } from '@myocast/base';
import { type Cause, maceCauses } from '../../stages/simulation/src/outcome/causes.ts';
import { covariatesOf } from '../../stages/simulation/src/outcome/effects.ts';
import type { MeasuredCmr } from '../../stages/simulation/src/record/measured-cmr.ts';
import { type Goal, type Row, rowOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

interface Table {
  readonly names: readonly string[];
  readonly values: Float64Array;
}
type Columns = { readonly [name: string]: (person: Simulated) => number };

const truly = (name: keyof Simulated['subject']['patient']['injury']) => (person: Simulated) =>
  person.subject.patient.injury[name] as number;

/** Everything that one number of the exam can say, free of error: nobody's summary is better. */
const trueSummary: Columns = {
  infarct: truly('infarctPercent'),
  logMvo: (person) => Math.log1p(person.subject.patient.injury.mvoPercent),
  haemorrhage: (person) => Math.log1p(person.subject.patient.injury.haemorrhagePercent),
  bled: (person) => Number(person.subject.patient.injury.haemorrhagePercent > 0),
  risk: truly('areaAtRiskPercent'),
  salvage: truly('salvageIndex'),
  lvef: truly('ejectionFractionPercent'),
  edvi: truly('edviMlPerM2'),
  esvi: truly('esviMlPerM2'),
  gls: truly('longitudinalStrainPercent'),
  gcs: truly('circumferentialStrainPercent'),
  reservoir: truly('atrialReservoirPercent'),
  booster: truly('atrialBoosterPercent'),
  lavi: truly('atrialVolumeIndexMlPerM2'),
  rvef: truly('rvEjectionFractionPercent'),
  rvInfarct: truly('rvInfarct'),
  ecv: truly('remoteEcvPercent'),
  mass: (person) => person.subject.massIndexGPerM2,
};

/** As a core laboratory reads it; a missing value is the middle of the others'. */
const measuredNames = [
  'lvef',
  'edvi',
  'esvi',
  'lv_mass_index',
  'gls',
  'gcs',
  'la_reservoir',
  'la_booster',
  'lavi',
  'rvef',
  'infarct_size',
  'mvo',
  'rv_infarct',
  'area_at_risk',
  'salvage_index',
  'haemorrhage',
  'ecv_remote',
] as const satisfies readonly (keyof MeasuredCmr)[];
const measuredSummary: Columns = Object.fromEntries(
  measuredNames.map((name) => [name, ({ measured }: Simulated) => measured[name] ?? Number.NaN]),
);

/** The record as the hazards see it, without anything of the image. */
const personalNames = [
  'age',
  'kidney',
  'diabetes',
  'hypertension',
  'stroke',
  'smoking',
  'cholesterol',
  'inflammation',
  'slowFlow',
  'threeVessels',
  'left',
  'plaque',
  'stentLength',
  'smallStent',
  'noStatin',
  'noBetaBlocker',
  'congestion',
  'peptide',
] as const;
const record: Columns = Object.fromEntries(
  personalNames.map((name) => [
    name,
    ({ subject: { patient, pattern } }: Simulated) => covariatesOf(patient, pattern)[name],
  ]),
);
const pattern: Columns = {
  pattern: ({ subject: { patient, pattern: own } }) => covariatesOf(patient, own).pattern,
};

function tableOf(
  columns: Columns,
  people: readonly Simulated[],
  fill: readonly number[] | null,
): Table & { fill: readonly number[] } {
  const names = Object.keys(columns);
  const cells = names.map((name) => people.map((person) => columns[name]!(person)));
  const middle =
    fill ??
    cells.map((column) => {
      const known = column.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      return known[known.length >> 1]!;
    });
  const values = new Float64Array(people.length * names.length);
  for (const [at, column] of cells.entries())
    for (const [row, value] of column.entries())
      values[row * names.length + at] = Number.isNaN(value) ? middle[at]! : value;
  return { names, values, fill: middle };
}

function followUpOf(people: readonly Simulated[], isEvent: (cause: Cause) => boolean): FollowUp {
  return {
    days: Float64Array.from(people, ({ subject }) => subject.outcome.followUpDays),
    event: Uint8Array.from(people, ({ subject: { outcome } }) =>
      outcome.firstEvent === null ? 0 : isEvent(outcome.firstEvent) ? 1 : 2,
    ),
  };
}

function must<T>(checked: Checked<T>): T {
  if (!checked.ok)
    throw new Error(checked.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return checked.value;
}

const isMace = (cause: Cause) => maceCauses.includes(cause);

/** Fits on one half and ranks the other. */
function risks(columns: Columns, train: readonly Simulated[], test: readonly Simulated[]) {
  const fitted = tableOf(columns, train, null);
  const asked = tableOf(columns, test, fitted.fill);
  const followUp = followUpOf(train, isMace);
  const input = { names: fitted.names, predictors: fitted.values, followUp };
  const cox = must(fitCox(input, { ties: 'efron', ridge: 1 }));
  const forest = must(fitForest(input, { trees: 120, seed: 'check cohort', nodeSize: 60, cutsPerColumn: 8 }));
  return {
    Cox: coxLinearPredictor(cox, asked.values),
    forest: must(predictForest(forest, asked.values)).risk[0]!,
  };
}

const sources = {
  oracle: 'DOMAIN B6; true hazards without the frailty',
  best: 'must be measurably below the oracle; fitted on one cohort, tested on another',
};

/** Concordance of the first MACE: of the oracle, and of what the summaries can tell at best. */
export function discrimination(train: readonly Simulated[], test: readonly Simulated[]): Row[] {
  const followUp = followUpOf(test, isMace);
  const oracle = Float64Array.from(test, ({ subject }) => subject.oracleLogHazard);
  const rows: Row[] = [];
  const add = (name: string, risk: Float64Array, among: FollowUp, goal: Goal, source: string) => {
    const { index, standardError } = concordance(risk, among);
    rows.push(rowOf('discrimination', name, { value: index!, se: standardError! }, goal, source));
    return index!;
  };
  const top = add('oracle C first MACE', oracle, followUp, { low: 0.77, high: 0.82 }, sources.oracle);
  const below = { low: 0.5, high: top - 0.03 };
  let best: { index: number; risk: Float64Array } = { index: 0, risk: oracle };
  const sets = {
    'summary CMR variables': trueSummary,
    'measured summary CMR variables': measuredSummary,
    'clinical and summary CMR variables': { ...record, ...trueSummary },
  };
  for (const [name, columns] of Object.entries(sets))
    for (const [method, risk] of Object.entries(risks(columns, train, test))) {
      const index = add(`best C by ${name}, ${method}`, risk, followUp, below, sources.best);
      if (index > best.index) best = { index, risk };
    }
  const whole = risks({ ...record, ...trueSummary, ...pattern }, train, test);
  add(
    'C with the pattern of the infarct as well, Cox',
    whole.Cox,
    followUp,
    { low: best.index, high: top },
    'what the image adds to every summary',
  );
  const { difference, standardError } = compareConcordance('harrell', oracle, best.risk, followUp)!;
  rows.push(
    rowOf(
      'discrimination',
      'oracle C less the best C of summaries and record',
      { value: difference, se: standardError },
      { low: 0.01, high: 0.3 },
      sources.best,
    ),
  );
  return rows;
}
