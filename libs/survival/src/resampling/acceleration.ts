import { allRows, type Unit } from './draws.ts';

/**
 * Acceleration of a BCa interval, a sixth of the skewness of the influence values: Σ l³ / (6 (Σ l²)^1.5).
 * Null when they are all 0: the statistic does not depend on the subjects.
 *
 * Source: efron1993, equation 14.15 (docs/references.bib).
 */
export function accelerationOf(influence: Float64Array): number | null {
  let squares = 0;
  let cubes = 0;
  for (const value of influence) {
    squares += value ** 2;
    cubes += value ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : null;
}

/**
 * Influence values by the jackknife: for each unit (a row, a cluster) the number of units of its stratum less
 * one, times what the statistic loses without it.
 *
 * Where there are more units than `most`, neighbours are left out together, as many groups as `most`: the sum of the
 * influences in a group stands for its members, which keeps the skewness of the whole up to noise.
 *
 * @param statistic null where it does not exist
 * @returns one value a unit or group; null when the statistic does not exist without one of them
 *
 * Agrees with: R boot `empinf(type = "jack")`, with strata.
 */
export function jackknifeInfluence(
  n: number,
  units: readonly Unit[],
  statistic: (rows: Int32Array) => number | null,
  most = Number.POSITIVE_INFINITY,
): Float64Array | null {
  const whole = statistic(allRows(n));
  if (whole === null) return null;
  const groups = groupsOf(units, most);
  const sizes = stratumSizes(units);
  const influence = new Float64Array(groups.length);
  for (const [at, group] of groups.entries()) {
    const without = statistic(rowsWithout(n, group));
    if (without === null) return null;
    influence[at] = (sizes.get(group[0]!.stratum)! - group.length) * (whole - without);
  }
  return influence;
}

function stratumSizes(units: readonly Unit[]): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const { stratum } of units) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  return sizes;
}

function rowsWithout(n: number, group: readonly Unit[]): Int32Array {
  const isOut = new Uint8Array(n);
  for (const { rows } of group) for (const row of rows) isOut[row] = 1;
  return allRows(n).filter((row) => isOut[row] === 0);
}

/** Units of one stratum, in order, in as equal groups as there may be. */
function groupsOf(units: readonly Unit[], most: number): (readonly Unit[])[] {
  const size = Math.ceil(units.length / most) || 1;
  const open = new Map<number, Unit[]>();
  const groups: Unit[][] = [];
  for (const unit of units) {
    const group = open.get(unit.stratum);
    if (group && group.length < size) group.push(unit);
    else {
      const started = [unit];
      groups.push(started);
      open.set(unit.stratum, started);
    }
  }
  return groups;
}
