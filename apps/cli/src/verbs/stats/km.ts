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
import { readStudyTable } from './study-table.ts';
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
  readonly variance?: SurvivalVariance;
  readonly at?: readonly number[];
  readonly reverse?: boolean;
}

export const kmVerb: StatsVerb = (stats, action) => {
  const plotted = withTimePlot(tableVerb(stats, 'km', 'Kaplan-Meier survival curve'), 'the curves').addOption(
    probabilityScaleOption(),
  );
  const verb = withCurveOptions(plotted, 'survival').option(
    '--reverse',
    'the curve of the time under follow-up: the end of observation is the event',
  );
  withVariance(verb, ['greenwood', 'aalen', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const table = await readStudyTable(file!, { ...options, labels: labelColumns(options) });
      const groups = subgroupsOf(table, options);
      stopAtCrowd(options, table, options.group, groups.length);
      sayManyGroups(terminal, options.group, groups.length);
      const curves = groups.map((subgroup) => describe(subgroup, options, timeWord(table, options.time)));
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
              groupLabel(options.group, head.group),
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
  word: string,
) {
  const followUp = reverse ? reversedFollowUp(observed) : observed;
  const curve = kaplanMeier(followUp, interval, { variance, cluster });
  const head = { group, subjects: followUp.days.length, eventCount: eventsOf(observed) };
  const valueName = reverse ? 'under follow-up' : 'survival';
  const document = {
    ...(reverse ? { endedObservation: eventsOf(followUp) } : {}),
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
  const lines = [
    `${group === null ? '' : `${group}: `}${head.subjects} subjects, ${summaryWords(document, head.eventCount)}`,
    ...(document.emptyRiskSets ?? []).map(
      ([from, to]) => `nobody at risk after ${word} ${from} to ${word} ${to}`,
    ),
    ...(document.at
      ? onDayRows(document.at, 'survival', word, valueName)
      : curveRows(curve, curve.survival, valueName, word)),
  ];
  return { head, document, lines, drawn: { followUp, curve } };
}

interface Summary {
  readonly endedObservation?: number;
  readonly median: number | null;
  readonly medianFollowUp: number | null;
  readonly quantiles: ReturnType<typeof survivalQuantiles>;
}

/** The limits are those of Brookmeyer and Crowley; one that the curve's interval does not come down to is not reached. */
function summaryWords(
  { endedObservation, median, medianFollowUp: followed, quantiles }: Summary,
  events: number,
): string {
  const words = (day: number | null) => day ?? 'not reached';
  const { low, high } = quantiles.find(({ probability }) => probability === 0.5)!;
  const middle = `${words(median)} (${words(low)} to ${words(high)})`;
  return endedObservation === undefined
    ? `${events} events, median ${middle}, median follow-up ${words(followed)}`
    : `${endedObservation} ended observation, median follow-up ${middle}`;
}
