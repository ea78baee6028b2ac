import {
  type IntervalScale,
  kaplanMeier,
  medianFollowUp,
  medianSurvival,
  reversedFollowUp,
  riskSetGaps,
  survivalOnDays,
  survivalQuantiles,
  type SurvivalVariance,
} from '@myocast/survival';
import { stepCurves } from '@myocast/report/figures';
import { Option } from 'commander';
import { curveRows, onDayRows } from './curve-rows.ts';
import { curveOf, type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { readStudyTable } from './study-table.ts';
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
  readonly variance?: SurvivalVariance;
  readonly at?: readonly number[];
  readonly reverse?: boolean;
}

export const kmVerb: StatsVerb = (stats, action) => {
  const verb = withTimePlot(tableVerb(stats, 'km', 'Kaplan-Meier survival curve'), 'the curves')
    .addOption(
      new Option('--interval <scale>', 'scale of the 95 % interval')
        .choices(['plain', 'log', 'log-log'])
        .default('log-log'),
    )
    .addOption(groupOption('one curve for each group of this column'))
    .addOption(entryOption())
    .addOption(weightsOption())
    .option('--at <days>', 'survival on these days, separated by commas', numberList)
    .option('--reverse', 'the curve of the time under follow-up: the end of observation is the event');
  withVariance(verb, ['greenwood', 'aalen', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const table = await readStudyTable(file!, { ...options, labels: labelColumns(options) });
      const curves = subgroupsOf(table, options).map((subgroup) => describe(subgroup, options));
      const { subjects, eventCount, rowsLeftOut } = counts(table);
      const [first] = curves;
      const document =
        options.group === undefined
          ? { subjects, eventCount, rowsLeftOut, ...first!.document }
          : {
              subjects,
              eventCount,
              rowsLeftOut,
              groups: curves.map((curve) => ({ ...curve.head, ...curve.document })),
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
              drawn.curve.survival,
              (code) => code !== 1,
            ),
          ),
          {
            quantity: 'survival',
            valueLabel: options.reverse ? 'Under follow-up' : 'Survival',
            ...timeAxis(options, table, options.time),
          },
        ),
      );
    }),
  );
};

function describe(
  { group, followUp: observed, cluster }: Subgroup,
  { interval, variance, at, reverse, entry }: Options,
) {
  const followUp = reverse ? reversedFollowUp(observed) : observed;
  const curve = kaplanMeier(followUp, interval, { variance, cluster });
  const head = { group, subjects: followUp.days.length, eventCount: eventsOf(observed) };
  const document = {
    median: medianSurvival(curve),
    medianFollowUp: medianFollowUp(observed),
    days: [...curve.days],
    atRisk: [...curve.atRisk],
    events: [...curve.events],
    censored: [...curve.censored],
    survival: [...curve.survival],
    standardError: [...curve.standardError],
    low: [...curve.low],
    high: [...curve.high],
    variance: curve.variance,
    quantiles: survivalQuantiles(curve),
    ...(at ? { at: survivalOnDays(curve, followUp, at) } : {}),
    ...(entry === undefined ? {} : { emptyRiskSets: riskSetGaps(followUp) }),
  };
  const title = `${group === null ? '' : `${group}: `}${head.subjects} subjects, ${head.eventCount} events${reverse ? ', time under follow-up' : ''}`;
  const lines = [
    `${title}, median ${document.median ?? 'not reached'}, median follow-up ${document.medianFollowUp ?? 'not reached'}`,
    ...(document.emptyRiskSets ?? []).map(([from, to]) => `nobody at risk after day ${from} to day ${to}`),
    ...(document.at ? onDayRows(document.at, 'survival') : curveRows(curve, curve.survival, 'survival')),
  ];
  return { head, document, lines, drawn: { followUp, curve } };
}
