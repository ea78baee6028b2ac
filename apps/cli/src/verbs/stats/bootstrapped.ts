import { Random } from '@myocast/base';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { type BootstrapInterval, bootstrapInterval } from '@myocast/survival/resampling';
import { format } from '../../text-table.ts';
import type { BootstrapOptions } from './table-verb.ts';

type Statistic = (risk: Float64Array, followUp: FollowUp) => number | null;

/** Percentile intervals of statistics of a risk, all on the same resamples; null without --bootstrap. */
export function bootstrapped(
  { bootstrap, seed }: BootstrapOptions,
  risk: Float64Array,
  followUp: FollowUp,
  statistics: { readonly [name: string]: Statistic },
): { bootstrap: { readonly [name: string]: BootstrapInterval } | null } {
  if (bootstrap === undefined) return { bootstrap: null };
  const intervals = Object.entries(statistics).map(([name, statistic]) => {
    const resampled = (rows: Int32Array) => statistic(takeRows(risk, rows), takeFollowUp(followUp, rows));
    const options = { resamples: bootstrap, random: new Random(seed) };
    return [name, bootstrapInterval(risk.length, resampled, options)] as const;
  });
  return { bootstrap: Object.fromEntries(intervals) };
}

export function intervalLines(bootstrap: ReturnType<typeof bootstrapped>['bootstrap']): string[] {
  return Object.entries(bootstrap ?? {}).map(
    ([name, { low, high, resamples, skipped }]) =>
      `${name}: ${format(low)} to ${format(high)} (95 %, ${resamples} resamples, ${skipped} without a value)`,
  );
}
