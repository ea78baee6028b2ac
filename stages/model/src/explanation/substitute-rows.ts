import type { Scaler } from '../scaler.ts';
import { type Tokens, tokenLayout } from '../tokens.ts';

/**
 * One row of tokens whose every cell is the median of the rows that have it, column by column,
 * segment by segment, component by component; what no row has stays missing.
 */
export function medianTokens(scaler: Scaler, tokens: Tokens): Tokens {
  const layout = tokenLayout(scaler);
  const p = scaler.columns.length;
  const s = scaler.segments.length;
  const observedColumns = (row: number, j: number) => tokens.observed[row * p + j] === 1;
  const columns = medians(tokens.columns, tokens.count, observedColumns);
  const flagOf = (cell: number) => cell - (cell % (2 * s)) + s + (cell % s);
  const segments = medians(
    tokens.segments,
    tokens.count,
    (row, cell) => tokens.segments[row * 32 * s + flagOf(cell)] === 1,
  );
  const slices = tokens.slices.map((values, sequence) => {
    const q = values.length / tokens.count / scaler.bands;
    const first = layout.slices + sequence * scaler.bands;
    return medians(
      values,
      tokens.count,
      (row, cell) => tokens.present[row * layout.count + first + Math.floor(cell / q)] === 1,
    );
  });
  const present = Float32Array.from({ length: layout.count }, (_, token) => {
    return Number(rowsOf(tokens.count).some((row) => tokens.present[row * layout.count + token] === 1));
  });
  const observed = Float32Array.from({ length: p }, (_, j) =>
    Number(rowsOf(tokens.count).some((row) => observedColumns(row, j))),
  );
  return { count: 1, columns, observed, segments, slices, present };
}

const rowsOf = (count: number) => [...Array(count).keys()];

/** [cells] median over the rows that have the cell; 0 where none has. */
function medians(
  values: Float32Array,
  count: number,
  has: (row: number, cell: number) => boolean,
): Float32Array {
  const width = values.length / count;
  return Float32Array.from({ length: width }, (_, cell) => {
    const seen = rowsOf(count)
      .filter((row) => has(row, cell))
      .map((row) => values[row * width + cell]!)
      .sort((a, b) => a - b);
    const middle = seen.length / 2;
    return seen.length === 0 ? 0 : (seen[Math.ceil(middle) - 1]! + seen[Math.floor(middle)]!) / 2;
  });
}
