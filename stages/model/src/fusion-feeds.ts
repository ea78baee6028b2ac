import type { Scaler } from './scaler.ts';
import type { Tokens } from './tokens.ts';

/** An input of a network: numbers and their shape. */
export interface FusionInput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** What the graph calls the slices of a sequence. */
export const sliceInput = (kind: string) => `slices-${kind}`;

/** Tokens as arrays for the graph's inputs. */
export function fusionFeeds(scaler: Scaler, tokens: Tokens): Record<string, Float32Array> {
  return {
    present: tokens.present,
    ...(scaler.columns.length > 0 ? { columns: tokens.columns, observed: tokens.observed } : {}),
    ...(scaler.segments.length > 0 ? { segments: tokens.segments } : {}),
    ...Object.fromEntries(scaler.slices.map(({ kind }, place) => [sliceInput(kind), tokens.slices[place]!])),
  };
}

/** The graph's inputs with their shapes for this many subjects. */
export function inputShapes(scaler: Scaler, tokens: Tokens): Record<string, FusionInput> {
  const n = tokens.count;
  return Object.fromEntries(
    Object.entries(fusionFeeds(scaler, tokens)).map(([name, data]) => {
      const size = data.length / n;
      if (name === 'present') return [name, { data, shape: [n, size] }];
      if (name === 'columns' || name === 'observed') return [name, { data, shape: [n, size, 1] }];
      const tokenCount = name === 'segments' ? 16 : scaler.bands;
      return [name, { data, shape: [n, tokenCount, size / tokenCount] }];
    }),
  );
}
