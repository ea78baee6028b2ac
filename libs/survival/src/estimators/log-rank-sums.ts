import type { GroupedRiskTable } from './grouped-risk-table.ts';

/**
 * The weight of a day with d events among n at risk in its stratum, S the Kaplan-Meier curve of all groups of the
 * stratum just before the day:
 *
 *   log-rank           1
 *   fleming-harrington S^rho (1 - S)^gamma: rho for early, gamma for late differences
 *   gehan              n (Gehan's generalisation of Wilcoxon's test, also called Breslow's)
 *   tarone-ware        √n
 *   peto-peto          the product of 1 - d / (n + 1) up to and including the day
 *
 * R's help calls `survdiff(rho = 1)` the Peto-Peto test; that is fleming-harrington with rho 1 here.
 *
 * Source: harrington1982, klein2003 (docs/references.bib).
 */
export interface LogRankWeighting {
  /** 'fleming-harrington' where rho or gamma is given, else 'log-rank', where absent. */
  readonly test?: 'log-rank' | 'fleming-harrington' | 'gehan' | 'tarone-ware' | 'peto-peto' | undefined;
  /** 0 or more; 0 where absent. */
  readonly rho?: number | undefined;
  readonly gamma?: number | undefined;
}

/** @throws RangeError when rho or gamma is negative, or given to a test that has none */
export function checkWeighting({ test, rho, gamma }: LogRankWeighting): void {
  for (const [name, power] of Object.entries({ rho, gamma })) {
    if (power === undefined) continue;
    if (!(power >= 0 && Number.isFinite(power)))
      throw new RangeError(`logRank: expected a ${name} of 0 or more, got ${power}`);
    if (test !== undefined && test !== 'fleming-harrington')
      throw new RangeError(`logRank: expected ${name} with the fleming-harrington test alone, got ${test}`);
  }
}

/** Sums over days and strata, of g groups. */
export interface LogRankSums {
  /** [g] */
  readonly events: Float64Array;
  /** [g] */
  readonly observed: Float64Array;
  /** [g] 0 for a group that was never at risk on an event day */
  readonly expected: Float64Array;
  /** [g, g] hypergeometric covariance of observed less expected */
  readonly covariance: Float64Array;
}

export function logRankSums(
  strata: readonly GroupedRiskTable[],
  size: number,
  weighting: LogRankWeighting,
): LogRankSums {
  const sums = {
    events: new Float64Array(size),
    observed: new Float64Array(size),
    expected: new Float64Array(size),
    covariance: new Float64Array(size * size),
  };
  for (const table of strata) {
    const weightOf = dayWeights(weighting);
    for (let k = 0; k < table.days.length; k++) {
      const d = total(table.events, k, size);
      if (d > 0) addDay(sums, table, k, d, weightOf);
    }
  }
  return sums;
}

/** Mean and hypergeometric covariance of the d events per group among those at risk on day k. */
function addDay(
  { events, observed, expected, covariance }: LogRankSums,
  table: GroupedRiskTable,
  k: number,
  d: number,
  weightOf: (d: number, n: number) => number,
): void {
  const { size } = table;
  const n = total(table.atRisk, k, size);
  const weight = weightOf(d, n);
  const spread = n > 1 ? (weight ** 2 * d * (n - d)) / (n - 1) : 0;
  for (let g = 0; g < size; g++) {
    const own = table.events[k * size + g]!;
    const share = table.atRisk[k * size + g]! / n;
    events[g]! += own;
    observed[g]! += weight * own;
    expected[g]! += weight * d * share;
    for (let h = 0; h < size; h++) {
      const other = table.atRisk[k * size + h]! / n;
      covariance[g * size + h]! += spread * share * ((g === h ? 1 : 0) - other);
    }
  }
}

function total(counts: Float64Array, k: number, size: number): number {
  let sum = 0;
  for (let g = 0; g < size; g++) sum += counts[k * size + g]!;
  return sum;
}

/** To be asked for every event day of a stratum, in their order. */
function dayWeights({ test, rho = 0, gamma = 0 }: LogRankWeighting): (d: number, n: number) => number {
  let before = 1;
  switch (test) {
    case 'gehan':
      return (_, n) => n;
    case 'tarone-ware':
      return (_, n) => Math.sqrt(n);
    case 'peto-peto':
      return (d, n) => (before *= 1 - d / (n + 1));
    default:
      return (d, n) => {
        const weight = before ** rho * (1 - before) ** gamma;
        before *= 1 - d / n;
        return weight;
      };
  }
}
