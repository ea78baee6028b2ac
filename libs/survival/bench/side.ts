// Our side of bench:survival: reads the tables, times every job, prints JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aalenJohansen, type FollowUp, incidenceAt } from '@myocast/survival';
import { fitForest } from '@myocast/survival/learners';
import { concordance, integratedBrierScore, resampledConcordance } from '@myocast/survival/performance';
import { fitCox } from '@myocast/survival/regression';
import { brierDays, type Job, jobs, unoTau } from './workloads.ts';

const [folder, wanted, budgetMs] = process.argv.slice(2) as [string, string, string];

interface Table {
  readonly names: readonly string[];
  readonly column: (name: string) => Float64Array;
  readonly followUp: FollowUp;
}

function readTable(name: string): Table {
  const [head, ...lines] = readFileSync(join(folder, `${name}.csv`), 'utf8')
    .trim()
    .split('\n');
  const names = head!.split(',');
  const rows = lines.map((line) => line.split(',').map(Number));
  const column = (wantedName: string) => {
    const at = names.indexOf(wantedName);
    return Float64Array.from(rows, (row) => row[at]!);
  };
  return { names, column, followUp: { days: column('time'), event: Uint8Array.from(column('event')) } };
}

/** [n, p] of the columns x0, x1, … */
function predictorsOf({ names, column, followUp }: Table) {
  const own = names.filter((name) => /^x\d+$/.test(name));
  const columns = own.map(column);
  const predictors = new Float64Array(followUp.days.length * own.length);
  for (let row = 0; row < followUp.days.length; row++)
    for (let j = 0; j < own.length; j++) predictors[row * own.length + j] = columns[j]![row]!;
  return { names: own, predictors };
}

/** Reads a job's table; what it returns does the work once and gives a number to compare. */
const prepare: { readonly [J in Job]: () => () => number } = {
  cox: () => {
    const table = readTable('cox');
    const input = { ...predictorsOf(table), followUp: table.followUp };
    return () => {
      const fit = fitCox(input, { ties: 'efron' });
      if (!fit.ok) throw new Error(fit.issues[0].message);
      return fit.value.coefficients[0]!;
    };
  },
  concordance: () => {
    const { column, followUp } = readTable('concordance');
    const risk = column('risk');
    return () => concordance(risk, followUp).index!;
  },
  'aalen-johansen': () => {
    const { followUp } = readTable('aalen-johansen');
    return () => incidenceAt(aalenJohansen(followUp), 1000);
  },
  forest: () => {
    const table = readTable('forest');
    const input = { ...predictorsOf(table), followUp: table.followUp };
    return () => {
      const fit = fitForest(input, { trees: 500, minimumNodeSize: 15, seed: 1 });
      if (!fit.ok) throw new Error(fit.issues[0].message);
      return fit.value.outOfBag.concordance!;
    };
  },
  'uno-bootstrap': () => {
    const { column, followUp } = readTable('uno-bootstrap');
    const risk = column('risk');
    const drawn = readFileSync(join(folder, 'draws.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Int32Array.from(line.split(','), Number));
    return () => {
      const index = resampledConcordance('uno', risk, followUp, { tau: unoTau });
      return drawn.reduce((sum, rows) => sum + index(rows)!, 0) / drawn.length;
    };
  },
  'integrated-brier': () => {
    const { column, followUp } = readTable('integrated-brier');
    const risks = brierDays.map((day) => column(`s${day}`).map((survival) => 1 - survival));
    return () => integratedBrierScore(risks, followUp, brierDays).score!;
  },
};

const results: { [job: string]: { ms: number[]; value: number } } = {};
for (const job of jobs.filter((name) => wanted.split(',').includes(name))) {
  const work = prepare[job]();
  let value = work();
  const ms: number[] = [];
  const until = performance.now() + Number(budgetMs);
  do {
    const began = performance.now();
    value = work();
    ms.push(performance.now() - began);
  } while (performance.now() < until);
  results[job] = { ms, value };
}
process.stdout.write(`${JSON.stringify({ versions: { node: process.versions.node }, results })}\n`);
