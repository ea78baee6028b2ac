import {
  compareConcordance,
  compareTimeDependentAuc,
  type Controls,
  resampledConcordance,
} from '@myocast/survival/performance';
import { takeFollowUp, takeRows } from '@myocast/survival';
import { bootstrappedRows, intervalLines } from './bootstrapped.ts';
import { countsLine } from './counts-line.ts';
import { comparisonLine, comparisonWords } from './comparison-words.ts';
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
import { unoSupportLines, unoSupportWords } from './uno-words.ts';

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
          harrell: comparisonWords(harrell),
          uno: comparisonWords(compareConcordance('uno', risk, second, followUp, uno)),
          unoSupport: unoSupportWords(followUp, uno),
          tau: tau ?? null,
          auc: at.map((day) => ({
            at: day,
            ...comparisonWords(compareTimeDependentAuc(risk, second, followUp, day, { controls })),
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
          countsLine(document),
          comparisonLine('Harrell', document.harrell),
          comparisonLine('Uno', document.uno),
          ...unoSupportLines(document.unoSupport, document.tau),
          ...document.auc.map((row) => comparisonLine(`AUC at day ${row.at}`, row)),
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};

function difference(first: (rows: Int32Array) => number | null, second: (rows: Int32Array) => number | null) {
  return (rows: Int32Array) => {
    const [a, b] = [first(rows), second(rows)];
    return a === null || b === null ? null : a - b;
  };
}
