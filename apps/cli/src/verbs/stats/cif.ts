import { aalenJohansen } from '@myocast/survival';
import { curveRows } from './curve-rows.ts';
import { readStudyTable } from './study-table.ts';
import { counts, finish, type StatsVerb, type TableOptions, tableVerb } from './table-verb.ts';

export const cifVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'cif', 'cumulative incidence with competing events (Aalen-Johansen)').action(
    action<TableOptions>(async (options, terminal, [file]) => {
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
    }),
  );
};
