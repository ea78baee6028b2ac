import {
  type BoostedCox,
  boostedCoefficients,
  boostedScore,
  boostedSurvival,
  type BoostingConfig,
  fitBoostedCox,
} from '@myocast/survival/learners';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import {
  count,
  daysOption,
  judgeSecond,
  type LearnerOptions,
  predictionsOption,
  ranking,
  share,
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

interface Options
  extends LearnerOptions,
    Pick<BoostingConfig, 'stages' | 'rate' | 'base' | 'depth' | 'nodeSize' | 'sampleShare'> {
  readonly stop: BoostingConfig['stopping'];
}

export const boostingVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'boosting', 'gradient-boosted Cox model')
    .addOption(covariatesOption())
    .addOption(weightsOption())
    .option('--stages <count>', 'stages, at most', count, 1000)
    .option('--rate <share>', 'share of each stage that is taken', share, 0.05)
    .addOption(new Option('--base <learner>', 'what a stage is').choices(['tree', 'linear']).default('tree'))
    .option('--depth <tests>', 'most tests on the way to a terminal node', count, 2)
    .option('--node-size <subjects>', 'fewest subjects in a terminal node', count, 10)
    .option('--sample-share <share>', 'share of the subjects a stage is fitted to', share, 1)
    .addOption(
      new Option('--stop <when>', 'when to stop before the last stage')
        .choices(['never', 'held-out', 'out-of-bag'])
        .default('held-out'),
    )
    .option('--seed <seed>', 'seed of every random number', wholeNumber, 1)
    .addOption(daysOption())
    .addOption(testOption())
    .addOption(predictionsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = await readStudyTable(file!, options);
        const design = table.design();
        const { names, predictors } = design;
        const fit = valueOrStop(
          fitBoostedCox({ names, predictors, followUp: table.followUp }, configOf(options)),
        );
        const score = valueOrStop(boostedScore(fit, predictors));
        const apparent = ranking(score, table.followUp, false);
        const predictions = rowPredictions(table, fit, score, options.at ?? []);
        const second = await judgeSecond(
          options,
          { table, design },
          (like) => {
            const risk = valueOrStop(boostedScore(fit, like.predictors));
            return { risk, predictions: rowPredictions(like.table, fit, risk, options.at ?? []) };
          },
          false,
        );
        const document = {
          ...counts(table),
          references: design.references,
          base: fit.stages.base,
          stages: fit.count,
          stopping: fit.config.stopping,
          logLikelihoodPerEvent: likelihoods(fit),
          apparentConcordance: apparent,
          influence: names.map((name, j) => ({ name, share: fit.influence[j]! })),
          ...(fit.stages.base === 'linear' ? { coefficients: coefficients(fit) } : {}),
          ...predictions,
          ...(second ? { test: second.document } : {}),
        };
        await writePredictions(options, { table, predictions }, second);
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events; ${fit.count} stages (stopping: ${document.stopping})`,
          `concordance on the same subjects, which flatters: ${format(apparent.index)}`,
          ...textTable(
            ['covariate', 'influence'],
            document.influence.map((row) => [row.name, row.share]),
          ),
          ...(second ? second.lines : []),
        ]);
      }),
    );
};

function configOf(options: Options): Partial<BoostingConfig> {
  const { seed, stages, rate, base, depth, nodeSize, sampleShare, stop } = options;
  return { seed, stages, rate, base, depth, nodeSize, sampleShare, stopping: stop };
}

/** Before any stage and after the last one, of those the stages were sought on, and of those held out meanwhile, if any. */
function likelihoods({ trace, count }: BoostedCox) {
  return {
    none: trace.training[0]!,
    training: trace.training[count]!,
    heldOut: trace.heldOut?.[count] ?? null,
  };
}

function coefficients(fit: BoostedCox) {
  const estimates = boostedCoefficients(fit);
  return fit.names.map((name, j) => ({ name, estimate: estimates[j]! }));
}

function rowPredictions(
  { rowNumbers }: StudyTable,
  fit: BoostedCox,
  score: Float64Array,
  at: readonly number[],
): RowPredictions {
  return {
    rows: rowNumbers,
    risk: [...score],
    at,
    survival: at.map((day) => [...boostedSurvival(fit, score, day)]),
  };
}
