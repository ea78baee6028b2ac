import { normalQuantile } from '@myocast/survival';
import {
  type CauseSpecificFit,
  causeSpecificRisk,
  type CoxFit,
  type CoxInput,
  type EventFree,
  fitCauseSpecific,
} from '@myocast/survival/regression';
import { Option } from 'commander';
import { valueOrStop } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';
import { readNumber } from '@myocast/study';
import { readStudyTable, stopAtColumn, type StudyTable } from './study-table.ts';
import {
  codesOf,
  counts,
  covariatesOption,
  entryOption,
  finish,
  jointLabels,
  numberList,
  type StatsVerb,
  strataOption,
  type TableOptions,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends TableOptions {
  readonly ties: 'efron' | 'breslow';
  readonly strata?: readonly string[];
  readonly eventFree: EventFree;
  readonly at?: readonly number[];
}

export const causeSpecificVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'cause-specific', 'a Cox model of every cause, and the risk of each from all of them')
    .addOption(covariatesOption())
    .addOption(
      new Option('--ties <method>', 'events on one day').choices(['efron', 'breslow']).default('efron'),
    )
    .addOption(entryOption())
    .addOption(weightsOption())
    .addOption(strataOption())
    .addOption(
      new Option('--event-free <method>', 'the chance of no event, from the hazards of all causes')
        .choices(['product-limit', 'exponential'])
        .default('product-limit'),
    )
    .option(
      '--at <days>',
      'risk of every cause, of every row, on these days, separated by commas',
      numberList,
    )
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { strata = [], ties, eventFree, at } = options;
        const cause = options.cause ?? '1';
        const table = await readStudyTable(file!, { ...options, cause, labels: strata });
        checkCensored(table, options);
        const { names, predictors, references } = table.design();
        const stratum = strata.length > 0 ? codesOf(jointLabels(table, strata)).codes : null;
        const input: CoxInput = {
          names,
          predictors,
          followUp: table.followUp,
          ...(stratum ? { strata: stratum } : {}),
        };
        const fit = valueOrStop(fitCauseSpecific(input, { ties }));
        const codes = [table.codes.event, ...table.codes.competing];
        const document = {
          ...counts(table),
          ties,
          references,
          causes: fit.causes.map(({ cause: number, fit: model }) => ({
            cause: codes[number - 1]!,
            eventCount: model.events,
            coefficients: names.map((name, j) => coefficient(model, name, j)),
            logLikelihood: model.logLikelihood,
            tests: model.tests,
          })),
          ...(at ? { eventFree, rows: table.rowNumbers, risk: riskOf(fit, input, at, eventFree) } : {}),
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${ties} ties`,
          ...document.causes.flatMap((model) => [
            `cause ${model.cause}: ${model.eventCount} events`,
            ...textTable(
              ['covariate', 'estimate', 'se', 'hazard ratio', 'low', 'high'],
              model.coefficients.map((row) => [row.name, row.estimate, row.se, ...row.hazardRatio]),
            ),
          ]),
          ...(document.risk ?? []).map(
            ({ day, causes }) =>
              `mean risk by day ${day}: ${causes.map((risks, c) => `cause ${document.causes[c]!.cause} ${format(meanOf(risks))}`).join(', ')}`,
          ),
        ]);
      }),
    );
};

/** Words for events need a word for no event: without one, everybody would have had an event. */
function checkCensored(table: StudyTable, { event, censored }: Options): void {
  const word = [table.codes.event, ...table.codes.competing].find((code) => readNumber(code) === null);
  if (censored === undefined && word !== undefined && !table.followUp.event.includes(0))
    stopAtColumn('bad-value', table, event, `expected --censored with events in words, found "${word}"`);
}

/** Risks of the rows on each day, [causes] of [rows]. */
function riskOf(
  fit: CauseSpecificFit,
  { predictors, strata }: CoxInput,
  at: readonly number[],
  eventFree: EventFree,
) {
  const risk = causeSpecificRisk(fit, predictors, Float64Array.from(at), {
    eventFree,
    ...(strata ? { strata } : {}),
  });
  const onDay = (values: Float64Array, k: number) =>
    Array.from(values.filter((_, cell) => cell % at.length === k));
  return at.map((day, k) => ({
    day,
    causes: risk.incidence.map((values) => onDay(values, k)),
    free: onDay(risk.eventFree, k),
  }));
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);

function coefficient({ coefficients, standardErrors }: CoxFit, name: string, j: number) {
  const estimate = coefficients[j]!;
  const se = standardErrors[j]!;
  const hazardRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  return { name, estimate, se, z: estimate / se, hazardRatio };
}
