// How well the forecast does on real survival tables, beside Cox regression, elastic net, boosting and a forest on the
// same rows. Writes docs/results/survival-tables.{json,md}; a table that was measured before stays when others are asked for:
//   npm run check:survival-tables -- [--only whas500,hf299] [--rows 500] [--folds 5] [--repeats 3] [--keep <folder>]
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { competitors, type ForecastCompetitor } from '@myocast/model';
import { crossValidate, type FoldRecord, stratifiedFolds } from '@myocast/validation';
import {
  betterThanAll,
  goals,
  markdownOf,
  type SurvivalTablesRecord,
  type TableResult,
} from './survival-tables/markdown.ts';
import { differenceOf, followUpOf, type Repeat, scoresOf, tauOf } from './survival-tables/scores.ts';
import { type ReadTable, readSurvivalTable, survivalTables } from './survival-tables/tables.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: survivalTables.map(({ name }) => name).join(',') },
    data: { type: 'string', default: join('..', 'shared', 'data', 'survival') },
    rows: { type: 'string', default: '500' },
    folds: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    /** A folder for the predictions of finished folds, which a later run takes from there: empty it of a model that has changed. */
    keep: { type: 'string' },
    out: { type: 'string', default: join('docs', 'results') },
  },
});
const config = {
  folds: Number(options.folds),
  repeats: Number(options.repeats),
  mostRows: Number(options.rows),
  seed: Number(options.seed),
};
const forecast = 'multimodal';
const models = [forecast, 'clinical-cox', 'elastic-net-cox', 'random-survival-forest', 'boosted-cox'];
/** How much lower than that of a comparator in the goals the C may be. */
const margin = 0.005;

/** Where the folds of one repeat are kept. */
function foldStore(table: string, repeat: number) {
  if (options.keep === undefined) return {};
  const settings = `${table} ${config.mostRows} rows, ${config.folds} folds, seed ${config.seed}, repeat ${repeat + 1}`;
  const file = (model: string, split: string) => join(options.keep!, model, `${settings}, ${split}.json`);
  return {
    readFold: (model: string, split: string) => readJsonFile<FoldRecord>(file(model, split)),
    writeFold: (record: FoldRecord) =>
      writeFileAtomic(file(record.competitor, record.split), JSON.stringify(record)),
  };
}

/** The competitor, which notes the processor time of each of its fits. */
function timed(competitor: ForecastCompetitor, seconds: Map<string, number[]>): ForecastCompetitor {
  return {
    ...competitor,
    fitPredict: async (input) => {
      const begun = process.cpuUsage();
      const predicted = await competitor.fitPredict(input);
      const { user, system } = process.cpuUsage(begun);
      seconds.set(competitor.name, [...(seconds.get(competitor.name) ?? []), (user + system) / 1e6]);
      return predicted;
    },
  };
}

async function measure(
  name: string,
  leftOut: readonly string[],
  { table, outcome, rowsInFile, repeatedRows }: ReadTable,
): Promise<TableResult> {
  const random = new Random(config.seed).fork(name);
  const tau = tauOf(outcome);
  const seconds = new Map<string, number[]>();
  const compared = competitors({ columns: table.columns, horizonDays: tau, only: models }).map((competitor) =>
    timed(competitor, seconds),
  );
  const repeats: Repeat[] = [];
  for (let repeat = 0; repeat < config.repeats; repeat++) {
    const stream = random.fork(repeat);
    const splits = stratifiedFolds([...outcome.cause], config.folds, stream.fork('folds'));
    const predictions = await crossValidate({
      table,
      outcome,
      splits,
      competitors: compared,
      random: stream,
      ...foldStore(name, repeat),
      onProgress: (done, total, what) =>
        console.error(`${name}, repeat ${repeat + 1}: ${done} of ${total}, ${what}`),
    });
    repeats.push({ splits, predictions });
  }
  const followUp = followUpOf(outcome);
  const others = compared.map((competitor) => competitor.name).filter((other) => other !== forecast);
  return {
    name,
    subjects: table.subjects.length,
    rowsInFile,
    repeatedRows,
    events: outcome.cause.filter((code) => code > 0).length,
    predictors: table.columns.length,
    leftOut,
    tau,
    models: scoresOf(repeats, followUp, tau).map((score, at) => ({
      ...score,
      label: score.model === 'clinical-cox' ? 'Ridge Cox, all columns' : compared[at]!.label,
      cpuSecondsPerFit: meanSeconds(seconds.get(score.model)),
    })),
    differences: others.map((against) => differenceOf(repeats, followUp, tau, forecast, against)),
  };
}

/** Null where all folds were taken from a former run. */
function meanSeconds(fits: readonly number[] | undefined): number | null {
  if (fits === undefined) return null;
  return rounded(fits.reduce((sum, value) => sum + value, 0) / fits.length, 2);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function rowsOf(tables: readonly TableResult[]): SurvivalTablesRecord['rows'] {
  return tables.flatMap(({ name, differences }) =>
    differences
      .filter(({ against }) => goals.includes(against))
      .map(({ against, harrell, low, high }) => ({
        name: `${name}, against ${against}`,
        value: rounded(harrell.value, 5),
        low: rounded(low, 5),
        high: rounded(high, 5),
        goal: `at least -${margin}`,
        met: harrell.value >= -margin,
      })),
  );
}

async function write(tables: readonly TableResult[]): Promise<void> {
  const record: SurvivalTablesRecord = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    config,
    rows: rowsOf(tables),
    tables,
  };
  await writeFileAtomic(join(options.out, 'survival-tables.json'), `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'survival-tables.md'), markdownOf(record));
}

const before = await readJsonFile<SurvivalTablesRecord>(join(options.out, 'survival-tables.json'));
const known = new Map(
  (before && JSON.stringify(before.config) === JSON.stringify(config) ? before.tables : []).map((table) => [
    table.name,
    table,
  ]),
);
const wanted = options.only.split(',');
for (const entry of survivalTables.filter(({ name }) => wanted.includes(name))) {
  const read = await readSurvivalTable(options.data, entry, config.mostRows);
  if (read === null) {
    console.log(`${entry.name}: left out, ${entry.file} is not in ${options.data}`);
    continue;
  }
  const result = await measure(entry.name, entry.leaveOut, read);
  known.set(entry.name, result);
  await write(survivalTables.flatMap(({ name }) => known.get(name) ?? []));
  for (const { model, harrell, uno } of result.models)
    console.log(`${entry.name}: ${model} ${harrell.value.toFixed(4)}, Uno ${uno.value.toFixed(4)}`);
}
const measured = survivalTables.flatMap(({ name }) => known.get(name) ?? []);
const rows = rowsOf(measured);
const better = betterThanAll(measured, goals);
console.log(
  `${rows.filter(({ met }) => met).length} of ${rows.length} comparisons meet the goal; better than all on ${better.length} of ${measured.length} tables`,
);
process.exitCode = rows.every(({ met }) => met) && better.length > 0 ? 0 : 1;
