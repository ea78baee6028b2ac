import {
  type Concordance,
  concordance,
  type ConcordanceOptions,
  resampledConcordance,
  unoConcordance,
  type UnoOptions,
} from '@myocast/survival/performance';
import { Option } from 'commander';
import { format } from '../../text-table.ts';
import { bootstrappedRows, intervalLines } from './bootstrapped.ts';
import { countsLine } from './counts-line.ts';
import { stopAtColumn, type StudyTable } from './study-table.ts';
import {
  type BootstrapOptions,
  codesOf,
  counts,
  entryOption,
  finish,
  jointLabels,
  number,
  readRiskTable,
  type RiskOptions,
  type StatsVerb,
  strataOption,
  tableVerb,
  weightsOption,
  withBootstrap,
  withRisk,
} from './table-verb.ts';
import { unoSupportLines, unoSupportWords } from './uno-words.ts';

interface Options extends RiskOptions, BootstrapOptions {
  readonly tau?: number;
  readonly strata?: readonly string[];
  readonly competing: 'censoring' | 'event-free';
}

export const concordanceVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(tableVerb(stats, 'concordance', "Harrell's and Uno's concordance of a predicted risk")),
  )
    .option('--at <days>', 'the day that --survival is about; does not change the order of risks', number)
    .option('--tau <days>', "Uno's: leave out events from this day on", number)
    .addOption(entryOption())
    .addOption(weightsOption())
    .addOption(strataOption())
    .addOption(
      new Option(
        '--competing <meaning>',
        'a competing event ends the observation, or never becomes the event',
      )
        .choices(['censoring', 'event-free'])
        .default('censoring'),
    )
    .hook('preAction', (called) => {
      const { entry, competing } = called.opts<Options>();
      if (entry !== undefined && competing === 'event-free')
        called.error('error: --competing event-free has no meaning with --entry');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { table, risk } = await readRiskTable(file!, options, { labels: options.strata ?? [] });
        const { followUp } = table;
        const pairs = pairsOf(options, table);
        const forUno: UnoOptions = options.tau === undefined ? pairs : { ...pairs, tau: options.tau };
        const harrell = concordance(risk, followUp, pairs);
        if (harrell.index === null)
          stopAtColumn(
            'too-few-events',
            table,
            options.event,
            'expected a comparable pair of subjects, found none',
          );
        const uno = followUp.entryDays ? null : unoConcordance(risk, followUp, forUno);
        const document = {
          ...counts(table),
          harrell: harrell.index,
          se: harrell.standardError,
          low: harrell.low,
          high: harrell.high,
          concordant: harrell.concordant,
          discordant: harrell.discordant,
          tiedRisk: harrell.tiedRisk,
          ...unoInWords(uno),
          unoSupport: uno && unoSupportWords(followUp, forUno),
          ...given(options),
          ...bootstrappedRows(options, risk.length, {
            harrell: resampledConcordance('harrell', risk, followUp, pairs),
            ...(uno ? { uno: resampledConcordance('uno', risk, followUp, forUno) } : {}),
          }),
        };
        finish(terminal, table, document, [
          countsLine(document),
          `Harrell ${format(document.harrell)} (se ${format(document.se)}, ${format(document.low)} to ${format(document.high)})`,
          unoLine(uno),
          ...unoSupportLines(document.unoSupport, document.tau),
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};

function given({ tau, strata, entry, competing }: Options) {
  return { tau: tau ?? null, strata: strata ?? null, entry: entry ?? null, competing };
}

function pairsOf({ strata, competing }: Options, table: StudyTable): ConcordanceOptions {
  return strata ? { strata: codesOf(jointLabels(table, strata)).codes, competing } : { competing };
}

/** All null with late entry, for which Uno's concordance is not defined. */
function unoInWords(uno: Concordance | null) {
  if (uno === null) return { uno: null, unoSe: null, unoLow: null, unoHigh: null };
  return { uno: uno.index, unoSe: uno.standardError, unoLow: uno.low, unoHigh: uno.high };
}

function unoLine(uno: Concordance | null): string {
  if (uno === null) return 'Uno: not with late entry';
  return `Uno ${format(uno.index)} (se ${format(uno.standardError)}, ${format(uno.low)} to ${format(uno.high)})`;
}
