import { takeFollowUp, takeRows } from '@myocast/survival';
import {
  type BrierScore,
  brierScores,
  compareBrierScores,
  compareIntegratedBrierScores,
  integratedBrierScore,
} from '@myocast/survival/performance';
import { format } from '../../text-table.ts';
import { bootstrappedRows, intervalLines } from './bootstrapped.ts';
import { countsLine } from './counts-line.ts';
import { comparisonLine, type ComparisonWords, comparisonWords } from './comparison-words.ts';
import { readProbabilities, riskColumns, stopBeyond } from './probabilities.ts';
import type { StudyTable } from './study-table.ts';
import {
  type BootstrapOptions,
  counts,
  finish,
  names,
  numberList,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions {
  readonly at: readonly number[];
  readonly against?: readonly string[];
}

export const brierVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(
      tableVerb(stats, 'brier', 'Brier score and index of prediction accuracy, at days and integrated'),
    ),
  )
    .requiredOption(
      '--at <days>',
      'ascending days that the predictions are about, one for each column of --risk or --survival (columns and days separated by commas)',
      numberList,
    )
    .option(
      '--against <columns>',
      'another prediction, of the sort of --risk or --survival, to compare with',
      names,
    )
    .addOption(weightsOption())
    .hook('preAction', (called) => {
      const { at, against, ...options } = called.opts<Options>();
      const columns = riskColumns(options).length;
      if (columns !== at.length || (against !== undefined && against.length !== columns))
        called.error(`error: expected a column for each of the ${at.length} days of --at`);
      if (at.some((day, k) => k > 0 && !(day > at[k - 1]!)))
        called.error('error: expected the days of --at in ascending order');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { at, against = [] } = options;
        const columns = [...riskColumns(options), ...against];
        const { table, predictions } = await readProbabilities(file!, options, columns);
        const all = predictions.map(({ risk }) => risk);
        const [risks, others] = [all.slice(0, at.length), all.slice(at.length)];
        const days = daysOf(table, at, risks, others);
        if (days.every(({ brier }) => brier === null)) stopBeyond(table, options.time, at);
        const document = {
          ...counts(table),
          ...days[0]!,
          days,
          integrated: integratedOf(table, at, risks, others),
          ...bootstrappedRows(options, table.followUp.days.length, resampled(table, at, risks, others)),
        };
        finish(terminal, table, document, [
          countsLine(document),
          ...days.flatMap((day) => lines(`Brier at day ${day.at}:`, day)),
          ...(document.integrated === null ? [] : lines('integrated Brier:', document.integrated)),
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};

type Risks = readonly Float64Array[];

/** The scores of each day, beside those of the other prediction where there is one. */
function daysOf({ followUp }: StudyTable, at: readonly number[], risks: Risks, others: Risks) {
  return brierScores(risks, followUp, at).map((score, k) => ({
    at: at[k]!,
    ...inWords(score),
    comparison: others[k]
      ? comparisonWords(compareBrierScores(risks[k]!, others[k], followUp, at[k]!))
      : null,
  }));
}

/** By the trapezoid rule over the days; null for one day. */
function integratedOf({ followUp }: StudyTable, at: readonly number[], risks: Risks, others: Risks) {
  if (at.length < 2) return null;
  const comparison = others.length > 0 ? compareIntegratedBrierScores(risks, others, followUp, at) : null;
  return {
    from: at[0]!,
    to: at.at(-1)!,
    ...inWords(integratedBrierScore(risks, followUp, at)),
    comparison: others.length > 0 ? comparisonWords(comparison) : null,
  };
}

/** Of one day the score, of several the integral. */
function resampled({ followUp }: StudyTable, at: readonly number[], risks: Risks, others: Risks) {
  const single = at.length === 1;
  const statistic = (value: (score: BrierScore) => number | null, all: Risks) => (rows: Int32Array) => {
    const drawn = all.map((risk) => takeRows(risk, rows));
    const there = takeFollowUp(followUp, rows);
    return value(single ? brierScores(drawn, there, at)[0]! : integratedBrierScore(drawn, there, at));
  };
  const score = statistic((found) => found.score, risks);
  const other = statistic((found) => found.score, others);
  return {
    brier: score,
    ipa: statistic(({ ipa }) => ipa, risks),
    ...(others.length > 0 ? { difference: (rows: Int32Array) => less(score(rows), other(rows)) } : {}),
  };
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function inWords({ score, standardError, ipaStandardError, ...rest }: BrierScore) {
  return { brier: score, se: standardError, ...rest, ipaSe: ipaStandardError };
}

type Day = ReturnType<typeof inWords> & { readonly comparison: ComparisonWords | null };

function lines(name: string, { brier, se, low, high, reference, ipa, comparison }: Day): string[] {
  const score = `${name} ${format(brier)} (se ${format(se)}, ${format(low)} to ${format(high)}), without a model ${format(reference)}, IPA ${format(ipa)}`;
  return comparison === null ? [score] : [score, comparisonLine('  against the other,', comparison)];
}
