import type { PredictorColumn } from '@myocast/predictors';
import type { Variable } from '@myocast/study';
import type { PredictorDefinition } from './records.ts';

/**
 * What the columns of a model are, from the predictor table they were trained on and the protocol's
 * variables (none for a bare table, whose columns have neither unit nor limits).
 */
export function predictorDefinitions(
  { scaler }: { readonly scaler: { readonly columns: readonly { readonly name: string }[] } },
  columns: readonly PredictorColumn[],
  variables: readonly Variable[],
): PredictorDefinition[] {
  return scaler.columns.map(({ name }) => {
    const column = columns.find((entry) => entry.name === name);
    if (!column) throw new RangeError(`predictorDefinitions: expected a column ${name}, got none`);
    return definitionOf(column, variables);
  });
}

function definitionOf(column: PredictorColumn, variables: readonly Variable[]): PredictorDefinition {
  const { name, label, kind, source } = column;
  const origin = source === 'clinical' ? originOf(name, variables) : null;
  if (!origin) return { column: name, label, kind, source, ...ofBareColumn(column) };
  const { variable, logarithm, category } = origin;
  const { unit, analyte, low = null, high = null, categories = null } = variable;
  return {
    column: name,
    variable: variable.name,
    label: category === null ? variable.label : label,
    kind,
    source,
    unit,
    ...(analyte ? { analyte } : {}),
    logarithm,
    low,
    high,
    category,
    categories,
  };
}

/** The variable of the protocol that a clinical column is made of. */
function originOf(column: string, variables: readonly Variable[]) {
  for (const variable of variables) {
    const { name, kind, scale } = variable;
    if (kind === 'category' && column.startsWith(`${name}=`))
      return { variable, logarithm: false, category: column.slice(name.length + 1) };
    if (kind !== 'category' && column === (scale === 'log' ? `log ${name}` : name))
      return { variable, logarithm: scale === 'log', category: null };
  }
  return null;
}

/** A CMR quantity, or a column of a bare table: of its name alone one sees whether it is a category. */
function ofBareColumn({ name, kind, source, unit }: PredictorColumn) {
  const cut = source === 'clinical' && kind === 'binary' ? name.indexOf('=') : -1;
  return {
    variable: cut < 0 ? name : name.slice(0, cut),
    unit,
    logarithm: false,
    low: null,
    high: null,
    category: cut < 0 ? null : name.slice(cut + 1),
    categories: null,
  };
}
