import {
  fitForest,
  type Forest,
  type ForestPrediction,
  type LearnerInput,
  type OutOfBag,
  outOfBag,
  permutationImportance,
  predictForest,
} from '@myocast/survival/learners';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import {
  count,
  daysOption,
  judgeSecond,
  type LearnerOptions,
  predictionsOption,
  type RowPredictions,
  testOption,
  writePredictions,
} from './learner-tables.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import {
  counts,
  covariatesOption,
  finish,
  type StatsVerb,
  tableVerb,
  weightsOption,
  wholeNumber,
} from './table-verb.ts';

interface Options extends LearnerOptions {
  readonly trees: number;
  readonly mtry?: number;
  readonly nodeSize: number;
  readonly importance?: boolean;
}

export const forestVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'forest', 'random survival forest; with --cause, of competing risks')
    .addOption(covariatesOption())
    .addOption(weightsOption())
    .option('--trees <count>', 'trees', count, 500)
    .option('--mtry <columns>', 'columns tried at a node (default: root of their number)', count)
    .option('--node-size <subjects>', 'fewest subjects in a terminal node', count, 15)
    .option('--seed <seed>', 'seed of every random number', wholeNumber, 1)
    .option('--importance', 'permutation importance of each covariate')
    .addOption(daysOption())
    .addOption(testOption())
    .addOption(predictionsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = await readStudyTable(file!, options);
        const design = table.design();
        const input = { names: design.names, predictors: design.predictors, followUp: table.followUp };
        const forest = valueOrStop(fitForest(input, configOf(options, table, design.names.length)));
        const days = Float64Array.from(options.at ?? []);
        const own = outOfBag(forest, input, days);
        const predictions = rowPredictions(table, forest, own, (row) => own.trees[row]! > 0);
        const second = await judgeSecond(
          options,
          { table, design },
          ({ table: other, predictors }) => {
            const prediction = valueOrStop(predictForest(forest, predictors, days));
            return {
              risk: prediction.risk[0]!,
              predictions: rowPredictions(other, forest, prediction, () => true),
            };
          },
          forest.causes > 1,
        );
        const importance = options.importance ? importanceRows(forest, input) : null;
        const outside = outOfBagRanking(own);
        const document = {
          ...counts(table),
          competingCount: table.followUp.event.filter((code) => code > 1).length,
          references: design.references,
          ...settings(forest),
          outOfBag: outside,
          ...(importance ? { importance } : {}),
          ...predictions,
          ...(second ? { test: second.document } : {}),
        };
        await writePredictions(options, { table, predictions }, second);
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, ${document.competingCount} competing; ${document.trees} trees with ${format(document.terminalNodes)} terminal nodes on average`,
          `out-of-bag concordance ${format(outside.concordance)} (se ${format(outside.se)}), ${outside.leftOut} subjects in every tree's sample`,
          ...importanceLines(importance),
          ...(second ? second.lines : []),
        ]);
      }),
    );
};

/** With a cause, trees part by Gray's test of it, and hold the incidence of every cause. */
function configOf({ trees, mtry, nodeSize, seed, cause }: Options, table: StudyTable, columns: number) {
  const competes = cause !== undefined && table.followUp.event.some((code) => code > 1);
  return {
    trees,
    seed,
    nodeSize,
    ...(mtry === undefined ? {} : { columnsPerNode: Math.min(mtry, columns) }),
    ...(competes ? ({ competing: 'incidence', splitRule: 'gray', splitCause: 1 } as const) : {}),
  };
}

function settings({ config, trees }: Forest) {
  return {
    trees: trees.count,
    columnsPerNode: config.columnsPerNode,
    nodeSize: config.nodeSize,
    splitRule: config.splitRule,
    terminalNodes: (trees.entryStart.length - 1) / trees.count,
  };
}

function outOfBagRanking({ concordance: [first], leftOut }: OutOfBag) {
  return { concordance: first?.index ?? null, se: first?.standardError ?? null, leftOut };
}

function importanceRows(forest: Forest, input: LearnerInput) {
  return permutationImportance(forest, input).columns.map(({ name, loss, standardError }) => ({
    name,
    loss,
    se: standardError,
  }));
}

function importanceLines(importance: ReturnType<typeof importanceRows> | null): string[] {
  if (importance === null) return [];
  return textTable(
    ['covariate', 'importance', 'se'],
    importance.map((row) => [row.name, row.loss, row.se]),
  );
}

function rowPredictions(
  { rowNumbers }: StudyTable,
  { causes }: Forest,
  { risk, days, survival, incidence }: ForestPrediction,
  isKnown: (row: number) => boolean,
): RowPredictions {
  const q = days.length;
  const byDay = (values: Float64Array) =>
    Array.from(days, (_, k) => rowNumbers.map((__, row) => (isKnown(row) ? values[row * q + k]! : null)));
  return {
    rows: rowNumbers,
    risk: rowNumbers.map((_, row) => (isKnown(row) ? risk[0]![row]! : null)),
    at: [...days],
    survival: byDay(survival),
    ...(causes > 1 ? { incidence: byDay(incidence[0]!) } : {}),
  };
}
