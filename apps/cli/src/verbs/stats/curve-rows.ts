import type { OnDay } from '@myocast/survival';
import { textTable } from '../../text-table.ts';

/** A step curve for a person: the days with events. */
export function curveRows(
  curve: {
    readonly days: ArrayLike<number>;
    readonly atRisk: ArrayLike<number>;
    readonly events: ArrayLike<number>;
    readonly low: ArrayLike<number>;
    readonly high: ArrayLike<number>;
  },
  values: ArrayLike<number>,
  name: string,
): string[] {
  return textTable(
    ['day', 'at risk', 'events', name, 'low', 'high'],
    Array.from(curve.days, (day, k) => [
      day,
      curve.atRisk[k]!,
      curve.events[k]!,
      values[k]!,
      curve.low[k]!,
      curve.high[k]!,
    ]).filter(([, , events]) => events! > 0),
  );
}

/** A curve on chosen days for a person. */
export function onDayRows<Name extends string>(
  rows: readonly (OnDay & { readonly [Key in Name]: number | null })[],
  name: Name,
): string[] {
  return textTable(
    ['day', 'at risk', name, 'se', 'low', 'high'],
    rows.map((row) => [row.day, row.atRisk, row[name], row.standardError, row.low, row.high]),
  );
}
