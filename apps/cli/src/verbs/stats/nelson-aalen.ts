import { hazardOnDays, nelsonAalen, riskSetGaps } from '@myocast/survival';
import { Option } from 'commander';
import { curveRows, onDayRows } from './curve-rows.ts';
import { readStudyTable } from './study-table.ts';
import { eventsOf, labelColumns, type Subgroup, type SubgroupColumns, subgroupsOf } from './subgroups.ts';
import {
  counts,
  finish,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  withCurveOptions,
  withVariance,
} from './table-verb.ts';
import { timeWord } from './time-word.ts';

interface Options extends TableOptions, Pick<SubgroupColumns, 'group' | 'cluster'> {
  readonly interval: 'plain' | 'log';
  readonly ties: 'nelson-aalen' | 'fleming-harrington';
  readonly variance?: 'aalen' | 'robust';
  readonly at?: readonly number[];
}

export const nelsonAalenVerb: StatsVerb = (stats, action) => {
  const command = tableVerb(stats, 'nelson-aalen', 'cumulative hazard, and the survival that it implies')
    .addOption(
      new Option('--interval <scale>', 'scale of the 95 % interval of the hazard')
        .choices(['plain', 'log'])
        .default('log'),
    )
    .addOption(
      new Option('--ties <method>', 'events of one day together, or one after the other')
        .choices(['nelson-aalen', 'fleming-harrington'])
        .default('nelson-aalen'),
    );
  const verb = withCurveOptions(command, 'cumulative hazard');
  withVariance(verb, ['aalen', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const table = await readStudyTable(file!, { ...options, labels: labelColumns(options) });
      const curves = subgroupsOf(table, options).map((subgroup) =>
        curveOf(subgroup, options, timeWord(table, options.time)),
      );
      const document = {
        ...counts(table),
        ...(options.group === undefined
          ? curves[0]!.document
          : { groups: curves.map((curve) => ({ ...curve.head, ...curve.document })) }),
      };
      finish(
        terminal,
        table,
        document,
        curves.flatMap(({ lines }) => lines),
      );
    }),
  );
};

function curveOf(
  { group, followUp, cluster }: Subgroup,
  { interval, ties, variance, at, entry }: Options,
  word: string,
) {
  const curve = nelsonAalen(followUp, { scale: interval, ties, variance, cluster });
  const head = { group, subjects: followUp.days.length, eventCount: eventsOf(followUp) };
  const document = {
    ties,
    variance: curve.variance,
    days: [...curve.days],
    atRisk: [...curve.atRisk],
    events: [...curve.events],
    censored: [...curve.censored],
    hazard: [...curve.hazard],
    standardError: [...curve.standardError],
    low: [...curve.low],
    high: [...curve.high],
    survival: [...curve.survival],
    survivalLow: [...curve.survivalLow],
    survivalHigh: [...curve.survivalHigh],
    ...(at ? { at: hazardOnDays(curve, followUp, at) } : {}),
    ...(entry === undefined ? {} : { emptyRiskSets: riskSetGaps(followUp) }),
  };
  const title = group === null ? '' : `${group}: `;
  const lines = [
    `${title}${head.subjects} subjects, ${head.eventCount} events`,
    ...(document.emptyRiskSets ?? []).map(
      ([from, to]) => `nobody at risk after ${word} ${from} to ${word} ${to}`,
    ),
    ...(document.at
      ? onDayRows(document.at, 'hazard', word)
      : curveRows(curve, curve.hazard, 'hazard', word)),
  ];
  return { head, document, lines };
}
