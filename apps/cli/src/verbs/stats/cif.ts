import {
  aalenJohansen,
  incidenceOnDays,
  type IncidenceVariance,
  type IntervalScale,
  riskSetGaps,
} from '@myocast/survival';
import { stepCurves } from '@myocast/report/figures';
import { curveRows, onDayRows } from './curve-rows.ts';
import {
  curveOf,
  groupLabel,
  sayManyGroups,
  stopAtCrowd,
  type TimePlotOptions,
  timeAxis,
  withTimePlot,
  writePlot,
} from './plot.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import { eventsOf, labelColumns, type Subgroup, type SubgroupColumns, subgroupsOf } from './subgroups.ts';
import {
  counts,
  finish,
  probabilityScaleOption,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  withCurveOptions,
  withVariance,
} from './table-verb.ts';
import { timeWord } from './time-word.ts';

interface Options extends TableOptions, TimePlotOptions, Pick<SubgroupColumns, 'group' | 'cluster'> {
  readonly interval: IntervalScale;
  readonly variance?: IncidenceVariance;
  readonly at?: readonly number[];
}

export const cifVerb: StatsVerb = (stats, action) => {
  const plotted = withTimePlot(
    tableVerb(stats, 'cif', 'cumulative incidence with competing events (Aalen-Johansen)'),
    'the curves',
  ).addOption(probabilityScaleOption());
  const verb = withCurveOptions(plotted, 'incidence');
  withVariance(verb, ['delta', 'aalen', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const labels = labelColumns(options);
      const table = await readStudyTable(file!, { ...options, competes: true, labels });
      const groups = subgroupsOf(table, options);
      stopAtCrowd(options, table, options.group, groups.length);
      sayManyGroups(terminal, options.group, groups.length);
      const curves = groups.map((subgroup) => curvesOf(table, subgroup, options));
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
              groupLabel(options.group, head.group),
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
  table: StudyTable,
  { group, followUp, cluster }: Subgroup,
  { interval, variance, at, entry, time }: Options,
) {
  const { codes } = table;
  const word = timeWord(table, time);
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
    ...(document.emptyRiskSets ?? []).map(
      ([from, to]) => `nobody at risk after ${word} ${from} to ${word} ${to}`,
    ),
    ...(at
      ? all.flatMap((row) => [`cause ${row.cause}`, ...onDayRows(row.at ?? [], 'incidence', word)])
      : curveRows(curve, curve.incidence, 'incidence', word)),
  ];
  return { head, document, lines, drawn: { followUp, curve } };
}
