import type { Variable } from '@myocast/study';
import { cmrColumns } from './cmr-columns.ts';
import { clinicalColumns } from './columns.ts';
import type { PredictorColumn } from './records.ts';

/**
 * Every column that a patient's record can fill, whether a study has it or not: those of the protocol's variables, also
 * of those that no model is offered, and the quantities of the images.
 */
export function recordColumns(variables: readonly Variable[]): readonly PredictorColumn[] {
  const indexed = variables.some(({ name, unit }) => name === 'bsa' && unit === 'm2');
  return [
    ...variables.flatMap((variable) => clinicalColumns({ ...variable, predictor: true })),
    ...cmrColumns(indexed),
  ].map(({ column }) => column);
}
