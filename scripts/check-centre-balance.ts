// Whether centres of unequal size should count alike in training, and events more than others: virtual tables of one
// large, one middling and six small centres; each centre is held out in turn and judged on all of its patients.
// The ridge regression of a dozen predictors alone is fitted, from which the network starts. Writes docs/results/centre-balance.{json,md}.
//   npm run check:centre-balance [-- --draws 20]
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { forecastDefaults } from '@myocast/model';
import { compositeFollowUp, type Outcome, outcomeOf, predictorsOf } from '@myocast/predictors';
import { kaplanMeier, survivalAt, takeFollowUp } from '@myocast/survival';
import { brierScore, concordance } from '@myocast/survival/performance';
import { centreWeights, weightedPeriods } from '../stages/model/src/centre-weights.ts';
import { fitIntervals, personPeriods } from '../stages/model/src/discrete-hazards.ts';
import { fitScaler } from '../stages/model/src/scaler.ts';
import { tokensOf } from '../stages/model/src/tokens.ts';
import { eventsOf, fitWide, type WideData } from '../stages/model/src/wide-path.ts';
import { centreBalanceMarkdown } from './cohort/centre-balance-markdown.ts';
import { simulatePeople } from './cohort/simulated-people.ts';
import { studyOfPeople } from './cohort/study-of-people.ts';

const { values: options } = parseArgs({
  options: {
    draws: { type: 'string', default: '20' },
    seed: { type: 'string', default: '31' },
    out: { type: 'string', default: 'docs/results' },
  },
});
const config = { patients: 4000, centres: 8, seed: Number(options.seed) };
const horizonDays = 730;
/** Patients that a centre has in training, the largest first; all 500 of a centre judge when it is held out. */
const sizes = [400, 160, 80, 40, 40, 40, 20, 20];

const people = simulatePeople(config, 0);
const frozen = await studyOfPeople(config, people);
/** A dozen predictors, as many as so few events bear. */
const predictors = [
  'age',
  'diabetes',
  'heart_rate',
  'systolic_bp',
  'killip',
  'anterior',
  'multivessel',
  'creatinine',
  'nt_probnp',
  'ejection_fraction',
  'infarct',
  'mvo',
];
const dataSet = {
  ...frozen,
  variables: frozen.variables.map((variable) => ({
    ...variable,
    predictor: predictors.includes(variable.name),
  })),
};
const table = predictorsOf({ dataSet, quantities: () => null, slices: () => [] });
const simulated = outcomeOf(dataSet);
const centres = [...new Set(table.centres)].sort();
const rowsOf = (centre: string) => [...table.centres.keys()].filter((row) => table.centres[row] === centre);

/** What is different in the largest centre. */
const worlds: readonly {
  readonly name: string;
  readonly change: (large: string, random: Random) => Outcome;
}[] = [
  { name: 'all centres alike', change: () => simulated },
  { name: 'twice the pace of events in the large centre', change: (large) => faster(rowsOf(large)) },
  {
    name: 'predictors say nothing in the large centre',
    change: (large, random) => dealtAnew(rowsOf(large), random),
  },
];

function faster(rows: readonly number[]): Outcome {
  const days = Float64Array.from(simulated.days!);
  for (const row of rows) if (simulated.cause[row]! > 0) days[row] = Math.max(1, Math.round(days[row]! / 2));
  return { ...simulated, days };
}

function dealtAnew(rows: readonly number[], random: Random): Outcome {
  const order = random.permutation(rows.length);
  const [days, cause] = [Float64Array.from(simulated.days!), Uint8Array.from(simulated.cause)];
  for (const [place, row] of rows.entries()) {
    days[row] = simulated.days![rows[order[place]!]!]!;
    cause[row] = simulated.cause[rows[order[place]!]!]!;
  }
  return { ...simulated, days, cause };
}

/** Ways to weigh. Events are made to weigh more as it is usually done, by taking each three times. */
const ways = [
  { name: 'every patient alike', centreBalance: 0, events: 1 },
  { name: 'square root of the size', centreBalance: 0.5, events: 1 },
  { name: 'every centre alike', centreBalance: 1, events: 1 },
  { name: 'events three times', centreBalance: 0, events: 3 },
] as const;

interface Judged {
  readonly world: string;
  readonly way: string;
  readonly draw: number;
  readonly centre: string;
  readonly concordance: number;
  readonly ipa: number;
  readonly observedOverExpected: number;
}

/** Of the penalties that training chooses among, the middle one: as many times the events. */
const strength = 6;

/** Risk by the horizon from a ridge regression of the hazards by interval; what competes with MACE counts as a censoring throughout. */
function riskOf(
  outcome: Outcome,
  train: readonly number[],
  centreBalance: number,
  test: readonly number[],
  random: Random,
) {
  const scaler = fitScaler(table, train, forecastDefaults.scaler, random);
  const ends = fitIntervals(outcome, train, forecastDefaults.intervals);
  const weights = centreWeights(
    train.map((row) => table.centres[row]!),
    centreBalance,
  );
  const p = scaler.columns.length;
  const data: WideData = {
    columns: tokensOf(scaler, table, train).columns,
    p,
    scores: new Float64Array(0),
    g: 0,
    periods: weightedPeriods(personPeriods(outcome, train, ends), weights),
    intervals: ends.length,
    outcome,
  };
  const everyone = [...train.keys()];
  const { intercepts, slopes } = fitWide(data, everyone, strength * eventsOf(data, everyone));
  const { columns } = tokensOf(scaler, table, test);
  return Float64Array.from(test, (_, index) => {
    const eta = slopes.reduce((sum, slope, j) => sum + slope * columns[index * p + j]!, 0);
    let survival = 1;
    for (const [k, end] of ends.entries()) {
      const start = k === 0 ? 0 : ends[k - 1]!;
      const share = Math.max(0, Math.min(1, (horizonDays - start) / (end - start)));
      survival *= (1 + Math.exp(intercepts[k]! + eta)) ** -share;
    }
    return 1 - survival;
  });
}

function judge(draw: number, world: string, outcome: Outcome, rows: readonly number[]): Judged[] {
  const random = new Random(config.seed).fork(`draw ${draw}`);
  return centres.flatMap((centre) => {
    const train = rows.filter((row) => table.centres[row] !== centre);
    const test = rowsOf(centre);
    const { days, event } = takeFollowUp(compositeFollowUp(outcome), test);
    const followUp = { days, event: event.map((code) => (code === 1 ? 1 : 0)) };
    return ways.map(({ name, centreBalance, events }) => {
      const repeated = train.flatMap((row) =>
        Array.from({ length: outcome.cause[row]! > 0 ? events : 1 }, () => row),
      );
      const risk = riskOf(outcome, repeated, centreBalance, test, random.fork(centre));
      const expected = risk.reduce((sum, value) => sum + value, 0) / risk.length;
      return {
        world,
        way: name,
        draw,
        centre,
        concordance: concordance(risk, followUp).index!,
        ipa: brierScore(risk, followUp, horizonDays).ipa!,
        observedOverExpected: (1 - survivalAt(kaplanMeier(followUp), horizonDays)) / expected,
      };
    });
  });
}

const judged: Judged[] = [];
for (let draw = 0; draw < Number(options.draws); draw++) {
  const random = new Random(config.seed).fork(`sizes ${draw}`);
  const order = random.permutation(centres.length);
  const rows = sizes.flatMap((size, place) => {
    const own = rowsOf(centres[order[place]!]!);
    return [...random.fork(`centre ${place}`).permutation(own.length)].slice(0, size).map((at) => own[at]!);
  });
  rows.sort((a, b) => a - b);
  for (const world of worlds) {
    const outcome = world.change(centres[order[0]!]!, random.fork(world.name));
    judged.push(...judge(draw, world.name, outcome, rows));
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const standardError = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length,
  );
};
const rows = worlds.flatMap(({ name: world }) =>
  ways.map(({ name: way }) => {
    const own = judged.filter((one) => one.world === world && one.way === way);
    const plain = judged.filter((one) => one.world === world && one.way === ways[0].name);
    const against = (of: (one: Judged) => number) => {
      const differences = own.map((one, place) => of(one) - of(plain[place]!));
      return { value: mean(differences), standardError: standardError(differences) };
    };
    return {
      world,
      way,
      concordance: mean(own.map((one) => one.concordance)),
      concordanceLess: against((one) => one.concordance),
      ipa: mean(own.map((one) => one.ipa)),
      ipaLess: against((one) => one.ipa),
      observedOverExpected: Math.exp(mean(own.map((one) => Math.log(one.observedOverExpected)))),
      off: mean(own.map((one) => Math.abs(Math.log(one.observedOverExpected)))),
    };
  }),
);
const record = {
  date: new Date().toISOString().slice(0, 10),
  config,
  sizes,
  horizonDays,
  draws: Number(options.draws),
  rows,
};
await writeFileAtomic(`${options.out}/centre-balance.json`, `${JSON.stringify(record, null, 2)}\n`);
const text = centreBalanceMarkdown(record);
await writeFileAtomic(`${options.out}/centre-balance.md`, text);
console.log(text);
