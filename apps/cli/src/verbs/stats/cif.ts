import {
  aalenJohansen,
  incidenceOnDays,
  type IncidenceVariance,
  type IntervalScale,
  riskSetGaps,
} from '@myocast/survival';
import { stepCurves } from '@myocast/report/figures';
import { Option } from 'commander';
import { curveRows, onDayRows } from './curve-rows.ts';
import { curveOf, type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import { eventsOf, labelColumns, type Subgroup, type SubgroupColumns, subgroupsOf } from './subgroups.ts';
import {
  counts,
  entryOption,
  finish,
  groupOption,
  numberList,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  weightsOption,
  withVariance,
} from './table-verb.ts';

interface Options extends TableOptions, TimePlotOptions, Pick<SubgroupColumns, 'group' | 'cluster'> {
  readonly interval: IntervalScale;
  readonly variance?: IncidenceVariance;
  readonly at?: readonly number[];
}

export const cifVerb: StatsVerb = (stats, action) => {
  const verb = withTimePlot(
    tableVerb(stats, 'cif', 'cumulative incidence with competing events (Aalen-Johansen)'),
    'the curves',
  )
    .addOption(
      new Option('--interval <scale>', 'scale of the 95 % interval')
        .choices(['plain', 'log', 'log-log'])
        .default('log-log'),
    )
    .addOption(groupOption('one curve for each group of this column'))
    .addOption(entryOption())
    .addOption(weightsOption())
    .option('--at <days>', 'incidence on these days, separated by commas', numberList);
  withVariance(verb, ['delta', 'aalen', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const cause = options.cause ?? '1';
      const table = await readStudyTable(file!, { ...options, cause, labels: labelColumns(options) });
      const curves = subgroupsOf(table, options).map((subgroup) => curvesOf(table, subgroup, options));
      const document = {
        ...counts(table),
        cause: table.codes.event,
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
      await writePlot(options, terminal, () =>
        stepCurves(
          curves.map(({ head, drawn }) =>
            curveOf(
              head.group ?? 'All',
              drawn.followUp,
              drawn.curve,
              drawn.curve.incidence,
              (code) => code === 0,
            ),
          ),
          {
            quantity: 'incidence',
            valueLabel: 'Cumulative incidence',
            ...timeAxis(options, table, options.time),
          },
        ),
      );
    }),
  );
};

/** The curve of the cause that was asked for, and beside it those of all causes. */
function curvesOf(
  { codes }: StudyTable,
  { group, followUp, cluster }: Subgroup,
  { interval, variance, at, entry }: Options,
) {
  const all = [codes.event, ...codes.competing].map((cause, place) => {
    const curve = aalenJohansen(followUp, place + 1, { scale: interval, variance, cluster });
    return { cause, curve, at: at && incidenceOnDays(curve, followUp, at) };
  });
  const causes = all.map(({ cause, curve, at: onDays }) => ({
    cause,
    events: [...curve.events],
    incidence: [...curve.incidence],
    standardError: [...curve.standardError],
    low: [...curve.low],
    high: [...curve.high],
    ...(onDays ? { at: onDays } : {}),
  }));
  const { cause, curve } = all[0]!;
  const { cause: _, ...own } = causes[0]!;
  const head = { group, subjects: followUp.days.length, eventCount: eventsOf(followUp) };
  const document = {
    days: [...curve.days],
    atRisk: [...curve.atRisk],
    ...own,
    variance: curve.variance,
    causes,
    ...(entry === undefined ? {} : { emptyRiskSets: riskSetGaps(followUp) }),
  };
  const title = group === null ? '' : `${group}: `;
  const lines = [
    `${title}${head.subjects} subjects, ${head.eventCount} events of cause ${cause}`,
    ...(document.emptyRiskSets ?? []).map(([from, to]) => `nobody at risk after day ${from} to day ${to}`),
    ...(at
      ? all.flatMap((row) => [`cause ${row.cause}`, ...onDayRows(row.at ?? [], 'incidence')])
      : curveRows(curve, curve.incidence, 'incidence')),
  ];
  return { head, document, lines, drawn: { followUp, curve } };
}
