import { Random } from '@myocast/base';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { type BootstrapInterval, bootstrapInterval } from '@myocast/survival/resampling';
import { format } from '../../text-table.ts';
import type { BootstrapOptions } from './table-verb.ts';

/** Leaving out more than so many rows or groups of rows in turn would cost more than the resamples. */
const jackknifeGroups = 1000;

type Statistic = (risk: Float64Array, followUp: FollowUp) => number | null;

/** Intervals of statistics of a risk, all on the same resamples; null without --bootstrap. */
export function bootstrapped(
  options: BootstrapOptions,
  risk: Float64Array,
  followUp: FollowUp,
  statistics: { readonly [name: string]: Statistic },
): { bootstrap: { readonly [name: string]: BootstrapInterval } | null } {
  const ofRows = (statistic: Statistic) => (rows: Int32Array) =>
    statistic(takeRows(risk, rows), takeFollowUp(followUp, rows));
  return bootstrappedRows(
    options,
    risk.length,
    Object.fromEntries(Object.entries(statistics).map(([name, statistic]) => [name, ofRows(statistic)])),
  );
}

/** The same for statistics that are prepared for drawn rows. */
export function bootstrappedRows(
  { bootstrap, seed, interval }: BootstrapOptions,
  n: number,
  statistics: { readonly [name: string]: (rows: Int32Array) => number | null },
): { bootstrap: { readonly [name: string]: BootstrapInterval } | null } {
  if (bootstrap === undefined) return { bootstrap: null };
  const intervals = Object.entries(statistics).map(([name, statistic]) => {
    const kind = interval ?? 'percentile';
    const options = { resamples: bootstrap, random: new Random(seed), kind, jackknifeGroups };
    return [name, bootstrapInterval(n, statistic, options)] as const;
  });
  return { bootstrap: Object.fromEntries(intervals) };
}

export function intervalLines(bootstrap: ReturnType<typeof bootstrapped>['bootstrap']): string[] {
  return Object.entries(bootstrap ?? {}).map(([name, { kind, low, high, resamples, skipped, ...rest }]) => {
    const how = `95 %, ${kind}, ${resamples} resamples, ${skipped} without a value`;
    const more = rest.reason ?? (rest.atExtreme ? 'an end is an extreme: take more resamples' : '');
    return `${name}: ${format(low)} to ${format(high)} (${how})${more === '' ? '' : `; ${more}`}`;
  });
}
