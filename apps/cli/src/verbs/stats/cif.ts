import { aalenJohansen } from '@myocast/survival';
import { stepCurves } from '@myocast/report/figures';
import { curveRows } from './curve-rows.ts';
import { curveOf, type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { readStudyTable } from './study-table.ts';
import { counts, finish, type StatsVerb, type TableOptions, tableVerb } from './table-verb.ts';

interface Options extends TableOptions, TimePlotOptions {}

export const cifVerb: StatsVerb = (stats, action) => {
  withTimePlot(
    tableVerb(stats, 'cif', 'cumulative incidence with competing events (Aalen-Johansen)'),
    'the curve',
  ).action(
    action<Options>(async (options, terminal, [file]) => {
      const cause = options.cause ?? '1';
      const table = await readStudyTable(file!, { ...options, cause });
      const curve = aalenJohansen(table.followUp);
      const document = {
        ...counts(table),
        cause: table.codes.event,
        days: [...curve.days],
        atRisk: [...curve.atRisk],
        events: [...curve.events],
        incidence: [...curve.incidence],
        standardError: [...curve.standardError],
        low: [...curve.low],
        high: [...curve.high],
      };
      finish(terminal, table, document, [
        `${document.subjects} subjects, ${document.eventCount} events of cause ${document.cause}`,
        ...curveRows(curve, curve.incidence, 'incidence'),
      ]);
      await writePlot(options, terminal, () =>
        stepCurves([curveOf('All', table.followUp, curve, curve.incidence, (code) => code === 0)], {
          quantity: 'incidence',
          valueLabel: 'Cumulative incidence',
          ...timeAxis(options, table, options.time),
        }),
      );
    }),
  );
};
