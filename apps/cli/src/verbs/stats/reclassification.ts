import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import {
  type IntegratedDiscrimination,
  integratedDiscrimination,
  type NetReclassification,
  netReclassification,
  type ReclassificationCell,
  type ReclassificationEstimate,
  reclassificationTable,
} from '@myocast/survival/usefulness';
import { InvalidArgumentError } from 'commander';
import { format, textTable } from '../../text-table.ts';
import { bootstrappedRows, intervalLines } from './bootstrapped.ts';
import { thresholds } from './decision-curve.ts';
import { readProbabilities, riskColumn, stopBeyond } from './probabilities.ts';
import type { StudyTable } from './study-table.ts';
import {
  type BootstrapOptions,
  counts,
  finish,
  number,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions {
  readonly against: string;
  readonly at: number;
  readonly thresholds: readonly number[];
}

export const reclassificationVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(
      tableVerb(
        stats,
        'reclassification',
        'What a new prediction changes of an old one (--risk or --survival): tables, NRI, IDI',
      ),
    ),
  )
    .requiredOption('--against <column>', 'the new prediction, of the sort of --risk or --survival')
    .requiredOption('--at <days>', 'the day that the predictions are about', number)
    .option(
      '--thresholds <risks>',
      'ascending borders between categories of risk, separated by commas',
      borders,
      [],
    )
    .addOption(weightsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { at, against, thresholds: categories } = options;
        const columns = [riskColumn(options), against];
        const { table, predictions } = await readProbabilities(file!, options, columns);
        const pair = { old: predictions[0]!.risk, next: predictions[1]!.risk };
        const gain = integratedDiscrimination(pair.old, pair.next, table.followUp, at);
        if (gain.events.estimate === null && gain.nonEvents.estimate === null)
          stopBeyond(table, options.time, [at]);
        const categorical = categories.length > 0 ? byCategory(table, pair, at, categories) : noCategories;
        const document = {
          ...counts(table),
          at,
          old: columns[0]!,
          new: against,
          thresholds: categories,
          ...categorical,
          continuousNri: nriWords(netReclassification(pair.old, pair.next, table.followUp, at)),
          idi: partsWords(gain),
          ...bootstrappedRows(
            options,
            table.followUp.days.length,
            resampled(table.followUp, pair, at, categories),
          ),
        };
        finish(terminal, table, document, [
          ...(document.table === null ? [] : tableLines(categories, document.table)),
          ...(document.nri === null ? [] : partLines('NRI', document.nri)),
          ...partLines('continuous NRI', document.continuousNri),
          ...partLines('IDI', document.idi),
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};

/** Two predictions of the same subjects. */
interface Pair {
  readonly old: Float64Array;
  readonly next: Float64Array;
}

const noCategories = { table: null, nri: null };

function byCategory(
  { followUp }: StudyTable,
  { old, next }: Pair,
  at: number,
  categories: readonly number[],
) {
  const table = reclassificationTable(old, next, followUp, at, categories);
  return {
    table: table.map((line) => line.map(cellWords)),
    nri: nriWords(netReclassification(old, next, followUp, at, { categories })),
  };
}

/** The totals on the same resamples. */
function resampled(followUp: FollowUp, { old, next }: Pair, at: number, categories: readonly number[]) {
  const statistic =
    (measure: typeof netReclassification | typeof integratedDiscrimination, options = {}) =>
    (rows: Int32Array) =>
      measure(takeRows(old, rows), takeRows(next, rows), takeFollowUp(followUp, rows), at, options).total
        .estimate;
  return {
    ...(categories.length > 0 ? { nri: statistic(netReclassification, { categories }) } : {}),
    continuousNri: statistic(netReclassification),
    idi: statistic(integratedDiscrimination),
  };
}

function cellWords({ standardError: se, ...rest }: ReclassificationCell) {
  return { ...rest, se };
}

function estimateWords({ estimate, standardError: se, low, high }: ReclassificationEstimate) {
  return { estimate, se, low, high };
}

function partsWords({ events, nonEvents, total }: IntegratedDiscrimination) {
  return {
    events: estimateWords(events),
    nonEvents: estimateWords(nonEvents),
    total: estimateWords(total),
  };
}

function nriWords(found: NetReclassification) {
  return { ...partsWords(found), movedUp: found.movedUp, movedDown: found.movedDown };
}

function partLines(name: string, parts: ReturnType<typeof partsWords>): string[] {
  const line = (who: string, { estimate, low, high }: ReturnType<typeof estimateWords>) =>
    `${name} ${who} ${format(estimate)} (${format(low)} to ${format(high)})`;
  return [
    line('with the event', parts.events),
    line('without', parts.nonEvents),
    line('together', parts.total),
  ];
}

/** Old categories down, new ones across: subjects and observed risk. */
function tableLines(
  categories: readonly number[],
  cells: readonly (readonly ReturnType<typeof cellWords>[])[],
): string[] {
  const labels = [...categories, 1].map((border, k) => `${categories[k - 1] ?? 0} to ${border}`);
  return textTable(
    ['old, new', ...labels],
    cells.map((line, k) => [
      labels[k]!,
      ...line.map(({ subjects, observed }) => `${format(subjects)} (${format(observed)})`),
    ]),
  );
}

/** Ascending risks between 0 and 1, for an option. */
function borders(text: string): number[] {
  const values = thresholds(text);
  if (values.some((value, k) => !(value > (values[k - 1] ?? 0))))
    throw new InvalidArgumentError('Expected ascending risks above 0.');
  return values;
}
