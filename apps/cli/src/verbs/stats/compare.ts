import {
  compareConcordance,
  compareTimeDependentAuc,
  type Controls,
  type PairedComparison,
  resampledConcordance,
} from '@myocast/survival/performance';
import { takeFollowUp, takeRows } from '@myocast/survival';
import { format } from '../../text-table.ts';
import { bootstrappedRows, intervalLines } from './bootstrapped.ts';
import { stopAtColumn } from './study-table.ts';
import {
  type BootstrapOptions,
  controlsOption,
  counts,
  finish,
  number,
  numberList,
  readRiskTable,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions {
  readonly versus: string;
  readonly at: readonly number[];
  readonly controls: Controls;
  readonly tau?: number;
}

export const compareVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(
      tableVerb(stats, 'compare', 'Two predictions of the same subjects: difference of concordance and AUC'),
    ),
  )
    .requiredOption('--versus <column>', 'the second prediction, of the sort of --risk or --survival')
    .option('--at <days>', 'days of the AUC, separated by commas', numberList, [])
    .option('--tau <days>', "Uno's: leave out events from this day on", number)
    .addOption(controlsOption())
    .addOption(weightsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { versus, at, controls, tau } = options;
        const { table, risk } = await readRiskTable(file!, options, { numbers: [versus] });
        const { followUp } = table;
        const other = table.numbers(versus);
        const second = options.risk === undefined ? other.map((value) => 1 - value) : other;
        const uno = tau === undefined ? {} : { tau };
        const harrell = compareConcordance('harrell', risk, second, followUp);
        if (harrell === null)
          stopAtColumn(
            'too-few-events',
            table,
            options.event,
            'expected a comparable pair of subjects, found none',
          );
        const document = {
          ...counts(table),
          harrell: inWords(harrell),
          uno: inWords(compareConcordance('uno', risk, second, followUp, uno)),
          tau: tau ?? null,
          auc: at.map((day) => ({
            at: day,
            ...inWords(compareTimeDependentAuc(risk, second, followUp, day, { controls })),
          })),
          ...bootstrappedRows(options, risk.length, {
            harrell: difference(
              resampledConcordance('harrell', risk, followUp),
              resampledConcordance('harrell', second, followUp),
            ),
            uno: difference(
              resampledConcordance('uno', risk, followUp, uno),
              resampledConcordance('uno', second, followUp, uno),
            ),
            ...Object.fromEntries(
              at.map((day) => [
                `auc ${day}`,
                (rows: Int32Array) =>
                  compareTimeDependentAuc(
                    takeRows(risk, rows),
                    takeRows(second, rows),
                    takeFollowUp(followUp, rows),
                    day,
                    { controls },
                  )?.difference ?? null,
              ]),
            ),
          }),
        };
        finish(terminal, table, document, [
          line('Harrell', document.harrell),
          line('Uno', document.uno),
          ...document.auc.map((row) => line(`AUC at day ${row.at}`, row)),
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};

type Compared = ReturnType<typeof inWords>;

/** All null where there is nothing to compare. */
function inWords(comparison: PairedComparison | null) {
  if (comparison === null)
    return { first: null, second: null, difference: null, se: null, low: null, high: null, p: null };
  const { standardError: se, ...rest } = comparison;
  return { ...rest, se };
}

function difference(first: (rows: Int32Array) => number | null, second: (rows: Int32Array) => number | null) {
  return (rows: Int32Array) => {
    const [a, b] = [first(rows), second(rows)];
    return a === null || b === null ? null : a - b;
  };
}

function line(name: string, { first, second, difference: gap, low, high, p }: Compared): string {
  return `${name} ${format(first)} and ${format(second)}: difference ${format(gap)} (${format(low)} to ${format(high)}), p ${format(p)}`;
}
