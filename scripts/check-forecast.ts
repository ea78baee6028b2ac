// The multimodal forecast on virtual patients with images: four centres to develop, four to test, several seeds, beside
// every comparator and the oracle; with sequences or laboratory values missing; with shuffled outcomes.
// Writes docs/results/forecast.{json,md}. The study is made in --study where it is not there yet (an hour on two cores):
//   npm run check:forecast -- --study <folder> [--patients 800] [--seeds 5] [--draws 200]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contentHash, Random } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import {
  competitors,
  curveAt,
  forecast,
  type Forecast,
  trainForecast,
  type TrainedForecast,
} from '@myocast/model';
import { scoreCompetitors, studyFacts } from '@myocast/model/scores';
import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import { createSubject } from '../stages/simulation/src/cohort.ts';
import { daysPerYear } from '../stages/simulation/src/outcome/causes.ts';
import { codeCommit } from '../apps/cli/src/code-commit.ts';
import { studySource } from '../apps/cli/src/road/study-source.ts';
import { trueRisk } from './cohort/true-risk.ts';
import { valueOf } from './cohort/value-of.ts';
import { forecastMarkdown } from './forecast/forecast-markdown.ts';
import { hiddenSets, without } from './forecast/hide.ts';
import {
  calibrationAt,
  draws,
  horizonsDays,
  intervalOf,
  mean,
  pValue,
  type Said,
} from './forecast/measures.ts';
import { configOf, prepareExams, prepareTables, type VirtualStudy } from './forecast/virtual-study.ts';

const { values: options } = parseArgs({
  options: {
    study: { type: 'string', default: 'scratch/forecast-study' },
    patients: { type: 'string', default: '800' },
    centres: { type: 'string', default: '8' },
    seed: { type: 'string', default: '2026' },
    seeds: { type: 'string', default: '5' },
    draws: { type: 'string', default: '200' },
    workers: { type: 'string', default: '2' },
    /** Set by the script itself: which share of the exams this process prepares. */
    part: { type: 'string' },
    out: { type: 'string', default: join('docs', 'results') },
  },
});
const study: VirtualStudy = {
  folder: options.study,
  patients: Number(options.patients),
  centres: Number(options.centres),
  seed: Number(options.seed),
};
const workers = Number(options.workers);
if (options.part !== undefined) {
  await prepareExams(study.folder, Number(options.part), workers);
  process.exit(0);
}

await prepareTables(study, workers);
await Promise.all(Array.from({ length: workers }, (_, part) => prepareInChild(part)));
const { table, outcome } = valueOf(await studySource(study.folder));
const followUp = compositeFollowUp(outcome);
const people = table.subjects.map((subject) => createSubject(configOf(study), subject));
const centres = [...new Set(table.centres)].sort();
const facts = studyFacts('NCT07277400');
const random = new Random(study.seed).fork('check forecast');
const cache = join(study.folder, 'said');
mkdirSync(cache, { recursive: true });
/** What was said before holds as long as the table and the commit of the code are the same. */
const stamp = contentHash({
  table: contentHash(Buffer.from(table.values.buffer)),
  commit: await codeCommit(),
}).slice(0, 12);

function prepareInChild(part: number): Promise<void> {
  const own = ['--study', study.folder, '--workers', String(workers), '--part', String(part)];
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...own], {
    stdio: 'inherit',
  });
  return new Promise((done, fail) => {
    child.on('exit', (code) =>
      code === 0 ? done() : fail(new Error(`the exams' process ${part} ended with ${code}`)),
    );
  });
}

/** Half of the centres to develop and half to test; another half in each seed. */
function splitOf(seed: number): { train: number[]; test: number[] } {
  const order = random.fork(`split ${seed}`).permutation(centres.length);
  const developing = new Set(order.slice(0, centres.length / 2).map((at) => centres[at]!));
  const rows = [...table.subjects.keys()];
  return {
    train: rows.filter((row) => developing.has(table.centres[row]!)),
    test: rows.filter((row) => !developing.has(table.centres[row]!)),
  };
}

async function kept<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
  const file = join(cache, `${stamp} ${name}.json`);
  if (existsSync(file)) return (await readJsonFile<Value>(file))!;
  const value = await make();
  await writeFileAtomic(file, JSON.stringify(value));
  return value;
}

interface Kept {
  readonly risk: readonly number[];
  readonly at: readonly (readonly number[] | null)[];
}

const saidOf = (rows: readonly number[], { risk, at }: Kept): Said => ({
  rows,
  risk: Float64Array.from(risk),
  at: new Map(at.flatMap((own, h) => (own ? [[horizonsDays[h]!, Float64Array.from(own)] as const] : []))),
});

const at = (forecasts: readonly Forecast[], days: number, which: 'risk' | 'low' | 'high' = 'risk') =>
  forecasts.map(({ timesDays, composite }) => curveAt(timesDays, composite[which], days));

function keptOf(forecasts: readonly Forecast[]): Kept {
  return { risk: at(forecasts, horizonsDays[0]), at: horizonsDays.map((days) => at(forecasts, days)) };
}

interface Seed {
  readonly seed: number;
  readonly test: readonly number[];
  readonly models: ReadonlyMap<string, { readonly label: string; readonly said: Said }>;
  readonly hidden: readonly HiddenResult[];
  readonly coverage: readonly { readonly days: number; readonly share: number }[];
  readonly training: TrainedForecast['plan']['training'];
  readonly calibrationSlope: number;
  readonly seconds: number;
}

interface HiddenResult {
  readonly name: string;
  readonly said: Kept;
  /** Mean width of the 90 % interval at two years. */
  readonly width: number;
}

async function runSeed(seed: number): Promise<Seed> {
  const { train, test } = splitOf(seed);
  const own = await kept(`multimodal ${seed}`, () => multimodal(seed, train, test));
  const models = new Map<string, { label: string; said: Said }>();
  models.set('multimodal', { label: 'Multimodal', said: saidOf(test, own.hidden[0]!.said) });
  for (const competitor of [
    ...competitors({ columns: table.columns, horizonDays: horizonsDays[0] }),
    ...scoreCompetitors({ columns: table.columns, horizonDays: horizonsDays[0], facts }),
  ]) {
    if (competitor.name === 'multimodal') continue;
    const said = await kept(`${competitor.name} ${seed}`, async (): Promise<Kept> => {
      const found = await competitor.fitPredict({
        table,
        outcome: blank(outcome, test),
        train,
        test,
        random: random.fork(`${competitor.name} ${seed}`),
      });
      return {
        risk: [...found.risk],
        at: horizonsDays.map((days) => (found.incidence ? [...found.incidence(days)] : null)),
      };
    });
    models.set(competitor.name, { label: competitor.label, said: saidOf(test, said) });
  }
  const oracle = { risk: test.map((row) => people[row]!.oracleLogHazard), at: horizonsDays.map(() => null) };
  models.set('oracle', { label: 'Oracle (true hazards)', said: saidOf(test, oracle) });
  return { seed, test, models, ...own };
}

async function multimodal(seed: number, train: readonly number[], test: readonly number[]) {
  const began = Date.now();
  const trained = await trainForecast({
    table,
    outcome: blank(outcome, test),
    rows: train,
    random: random.fork(`multimodal ${seed}`),
    config: { threads: workers },
  });
  const seconds = (Date.now() - began) / 1000;
  const hidden: HiddenResult[] = [];
  let coverage: Seed['coverage'] = [];
  for (const set of hiddenSets) {
    const forecasts = await forecast(trained, without(table, set), test);
    const width = mean(
      at(forecasts, horizonsDays[0], 'high').map(
        (high, place) => high - at([forecasts[place]!], horizonsDays[0], 'low')[0]!,
      ),
    );
    hidden.push({ name: set.name, said: keptOf(forecasts), width });
    if (set.name === 'nothing')
      coverage = horizonsDays.map((days) => ({ days, share: covered(forecasts, test, days) }));
  }
  const { training, calibration } = trained.plan;
  return { hidden, coverage, training, calibrationSlope: calibration.slope, seconds };
}

/** Share of the test patients whose true risk lies in their interval. */
function covered(forecasts: readonly Forecast[], test: readonly number[], days: number): number {
  const [low, high] = [at(forecasts, days, 'low'), at(forecasts, days, 'high')];
  return mean(
    test.map((row, place) => {
      const risk = trueRisk(people[row]!.predictors, [], 0, days / daysPerYear);
      return low[place]! <= risk && risk <= high[place]! ? 1 : 0;
    }),
  );
}

function blank(whole: Outcome, rows: readonly number[]): Outcome {
  const [days, cause] = [Float64Array.from(whole.days!), Uint8Array.from(whole.cause)];
  for (const row of rows) [days[row], cause[row]] = [0, 0];
  return { ...whole, days, cause };
}

/** C of a model trained on outcomes that were dealt out anew among the patients who develop it. */
async function shuffledC(seed: number): Promise<number> {
  return kept(`shuffled ${seed}`, async () => {
    const { train, test } = splitOf(seed);
    const order = random.fork(`shuffle ${seed}`).permutation(train.length);
    const mixed = blank(outcome, test);
    const [days, cause] = [mixed.days!.slice(), mixed.cause.slice()];
    for (const [place, row] of train.entries()) {
      days[row] = outcome.days![train[order[place]!]!]!;
      cause[row] = outcome.cause[train[order[place]!]!]!;
    }
    const trained = await trainForecast({
      table,
      outcome: { ...mixed, days, cause },
      rows: train,
      random: random.fork(`shuffled ${seed}`),
      config: { epochs: 10, threads: workers },
    });
    const said = saidOf(test, keptOf(await forecast(trained, table, test)));
    return draws(new Map([['x', [said]]]), followUp, 0, random).get('x')![0]!.harrell;
  });
}

const seeds: Seed[] = [];
for (let seed = 1; seed <= Number(options.seeds); seed++) {
  seeds.push(await runSeed(seed));
  console.log(`seed ${seed} done`);
}
const shuffled: number[] = [];
for (const { seed } of seeds) shuffled.push(await shuffledC(seed));

const names = [...seeds[0]!.models.keys()];
const drawn = draws(
  new Map([
    ...names.map((name) => [name, seeds.map(({ models }) => models.get(name)!.said)] as const),
    ...hiddenSets
      .slice(1)
      .map(
        ({ name }, place) =>
          [
            `without ${name}`,
            seeds.map(({ hidden, test }) => saidOf(test, hidden[place + 1]!.said)),
          ] as const,
      ),
  ]),
  followUp,
  Number(options.draws),
  random.fork('draws'),
);
const values = (name: string, measure: 'harrell' | 'uno' | 'integratedAuc') =>
  drawn.get(name)!.map((one) => one[measure] ?? Number.NaN);
const difference = (a: string, b: string, measure: 'harrell' | 'uno' | 'integratedAuc') =>
  values(a, measure).map((value, draw) => value - values(b, measure)[draw]!);
const comparators = names.filter((name) => name !== 'multimodal' && name !== 'oracle');
const best = comparators.reduce((most, name) =>
  values(name, 'uno')[0]! > values(most, 'uno')[0]! ? name : most,
);

const rows = names.map((name) => {
  const calibrations = horizonsDays.map((days) =>
    seeds.flatMap(({ models }) => calibrationAt(models.get(name)!.said, followUp, days) ?? []),
  );
  return {
    name,
    label: seeds[0]!.models.get(name)!.label,
    uno: intervalOf(values(name, 'uno')),
    harrell: intervalOf(values(name, 'harrell')),
    integratedAuc: intervalOf(values(name, 'integratedAuc')),
    shareOfOracle: intervalOf(
      values(name, 'uno').map((value, draw) => (value - 0.5) / (values('oracle', 'uno')[draw]! - 0.5)),
    ),
    calibration: calibrations.map((own, h) =>
      own.length === 0
        ? null
        : {
            days: horizonsDays[h]!,
            slope: mean(own.flatMap(({ slope }) => slope ?? [])),
            observedOverExpected: mean(own.map(({ observedOverExpected }) => observedOverExpected)),
          },
    ),
  };
});
const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  study: { ...study, folder: undefined },
  events: Object.fromEntries(
    outcome.causes.map((cause, c) => [cause, outcome.cause.filter((code) => code === c + 1).length]),
  ),
  seeds: seeds.map(({ seed, test, training, calibrationSlope, seconds, coverage }) => ({
    seed,
    testPatients: test.length,
    testEvents: test.filter((row) => followUp.event[row] === 1).length,
    training,
    calibrationSlope,
    seconds,
    coverage,
  })),
  rows,
  best,
  multimodalLessBest: {
    uno: {
      ...intervalOf(difference('multimodal', best, 'uno')),
      p: pValue(difference('multimodal', best, 'uno')),
    },
    integratedAuc: {
      ...intervalOf(difference('multimodal', best, 'integratedAuc')),
      p: pValue(difference('multimodal', best, 'integratedAuc')),
    },
  },
  coverage: horizonsDays.map((days, h) => ({
    days,
    share: mean(seeds.map(({ coverage }) => coverage[h]!.share)),
  })),
  missing: hiddenSets.map(({ name }, place) => ({
    name,
    uno: intervalOf(values(place === 0 ? 'multimodal' : `without ${name}`, 'uno')),
    width: mean(seeds.map(({ hidden }) => hidden[place]!.width)),
    calibration: horizonsDays.map((days) => {
      const own = seeds.flatMap(
        ({ hidden, test }) => calibrationAt(saidOf(test, hidden[place]!.said), followUp, days) ?? [],
      );
      return {
        days,
        slope: mean(own.flatMap(({ slope }) => slope ?? [])),
        observedOverExpected: mean(own.map(({ observedOverExpected }) => observedOverExpected)),
      };
    }),
  })),
  shuffled: { harrell: shuffled, mean: mean(shuffled) },
};
await writeFileAtomic(join(options.out, 'forecast.json'), `${JSON.stringify(result, null, 2)}\n`);
await writeFileAtomic(join(options.out, 'forecast.md'), forecastMarkdown(result));
export type ForecastResult = typeof result;
