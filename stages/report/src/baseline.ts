import type { FrozenDataSet, FrozenSubject, Variable } from '@myocast/study';
import type { BaselineCell, BaselineVariable } from './records.ts';

/**
 * The predictors of a frozen data set in all subjects, in those whose first event is of the composite, and in the
 * others, who were censored or had a competing event first: quartiles of what is continuous, counts of the rest, and
 * how many are missing.
 */
export function baselineOf({
  variables,
  subjects,
  compositeCauses,
}: FrozenDataSet): readonly BaselineVariable[] {
  const hasEvent = ({ followUp, event }: FrozenSubject) =>
    event ?? (followUp?.cause ? compositeCauses.includes(followUp.cause) : false);
  const groups = [subjects, subjects.filter(hasEvent), subjects.filter((subject) => !hasEvent(subject))];
  return variables
    .filter(({ predictor }) => predictor)
    .map((variable) => ({
      label: variable.label,
      unit: variable.unit,
      levels: levelsOf(variable, subjects),
      cells: groups.map((group) => cellOf(variable, group)),
    }));
}

/** Values that are counted; null of a continuous variable. */
function levelsOf(
  { name, kind, categories }: Variable,
  subjects: readonly FrozenSubject[],
): readonly string[] | null {
  if (kind === 'continuous') return null;
  if (kind === 'binary') return ['1'];
  if (kind === 'category' && categories) return categories;
  const found = new Set(subjects.flatMap(({ values }) => values[name] ?? []));
  return [...found].sort((a, b) => Number(a) - Number(b) || String(a).localeCompare(String(b))).map(String);
}

function cellOf({ name, kind }: Variable, group: readonly FrozenSubject[]): BaselineCell {
  const known = group.flatMap(({ values }) => values[name] ?? []);
  const counts: Record<string, number> = {};
  if (kind !== 'continuous') for (const value of known) counts[value] = (counts[value] ?? 0) + 1;
  return {
    known: known.length,
    missing: group.length - known.length,
    quartiles: kind === 'continuous' && known.length > 0 ? quartiles(known.map(Number)) : null,
    counts,
  };
}

/** Lower quartile, median and upper quartile, between the ranks by straight lines (R's type 7). */
function quartiles(values: readonly number[]): readonly [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (place - Math.floor(place)) * (high - low);
  };
  return [at(0.25), at(0.5), at(0.75)];
}
