import { type FollowUp, takeFollowUp } from '@myocast/survival';
import { type StudyTable, stopAtColumn } from './study-table.ts';
import { codesOf } from './table-verb.ts';

/** The rows of a table that a curve is drawn of. */
export interface Subgroup {
  /** Null for all rows. */
  readonly group: string | null;
  readonly followUp: FollowUp;
  /** [n] clusters of these rows, where they were asked for */
  readonly cluster: Int32Array | undefined;
}

export interface SubgroupColumns {
  readonly group?: string;
  readonly cluster?: string;
  readonly weights?: string;
}

/** All rows, or where there is a column of groups those of each group, in the order of their names. */
export function subgroupsOf(
  table: StudyTable,
  { group, cluster, weights }: SubgroupColumns,
): readonly Subgroup[] {
  const clusters = cluster === undefined ? undefined : codesOf(table.labels(cluster)).codes;
  const groups =
    group === undefined
      ? [{ group: null, followUp: table.followUp, cluster: clusters }]
      : split(table, group, clusters);
  for (const { group: name, followUp } of groups)
    if (followUp.weights?.every((weight) => weight === 0))
      stopAtColumn(
        'empty-input',
        table,
        weights!,
        `expected a weight above 0${name === null ? '' : ` in group ${name}`}, found none`,
      );
  return groups;
}

function split(table: StudyTable, group: string, clusters: Int32Array | undefined): Subgroup[] {
  const { codes, names } = codesOf(table.labels(group));
  return names.map((name, code) => {
    const rows = [...codes.keys()].filter((row) => codes[row] === code);
    return {
      group: name,
      followUp: takeFollowUp(table.followUp, rows),
      cluster: clusters && Int32Array.from(rows, (row) => clusters[row]!),
    };
  });
}

/** The columns that a subgroup needs, to be asked of the table. */
export function labelColumns({ group, cluster }: SubgroupColumns): string[] {
  return [group, cluster].filter((name) => name !== undefined);
}

export function eventsOf({ event }: FollowUp): number {
  return event.filter((code) => code === 1).length;
}
