import type { CoxInput } from '@myocast/survival/regression';
import type { StudyTable } from './study-table.ts';
import { codesOf, jointLabels } from './table-verb.ts';

/** What a Cox regression on a table is asked for. */
export interface CoxRequest {
  readonly strata?: readonly string[];
  readonly offset?: string;
  readonly cluster?: string;
}

/**
 * The rows of a table as a Cox regression takes them.
 *
 * @param completed cells of covariates in place of the table's own
 */
export function coxInput(
  table: StudyTable,
  { strata = [], offset, cluster }: CoxRequest,
  completed?: ReadonlyMap<string, readonly string[]>,
) {
  const { names, predictors, references } = table.design(completed);
  const stratum = strata.length > 0 ? codesOf(jointLabels(table, strata)) : null;
  const input: CoxInput = {
    names,
    predictors,
    followUp: table.followUp,
    ...(stratum ? { strata: stratum.codes } : {}),
    ...(offset === undefined ? {} : { offset: table.numbers(offset) }),
    ...(cluster === undefined ? {} : { cluster: codesOf(table.labels(cluster)).codes }),
  };
  return { input, references, strataNames: stratum?.names ?? null };
}
