import type { PairedComparison } from '@myocast/survival/performance';
import { format } from '../../text-table.ts';

/** A paired comparison as JSON has it. */
export interface ComparisonWords {
  readonly first: number | null;
  readonly second: number | null;
  readonly difference: number | null;
  readonly se: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
}

/** All null where there is nothing to compare. */
export function comparisonWords(comparison: PairedComparison | null): ComparisonWords {
  if (comparison === null)
    return { first: null, second: null, difference: null, se: null, low: null, high: null, p: null };
  const { standardError: se, ...rest } = comparison;
  return { ...rest, se };
}

export function comparisonLine(name: string, words: ComparisonWords): string {
  const { first, second, difference, low, high, p } = words;
  return `${name} ${format(first)} and ${format(second)}: difference ${format(difference)} (${format(low)} to ${format(high)}), p ${format(p)}`;
}
