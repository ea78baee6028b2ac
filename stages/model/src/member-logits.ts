import { loadModel } from '@myocast/autodiff';
import { fusionFeeds } from './fusion.ts';
import type { Scaler } from './scaler.ts';
import { takeTokens, type Tokens } from './tokens.ts';

/** Logits [n, k, causes] that a member of the ensemble gives these subjects. */
export async function memberLogits(
  scaler: Scaler,
  member: Uint8Array,
  tokens: Tokens,
  threads = 1,
): Promise<Float32Array> {
  const model = await loadModel(member, { threads });
  try {
    const { logits } = await model.run(inputShapes(scaler, tokens));
    return logits!.data as Float32Array;
  } finally {
    await model.close();
  }
}

/** Logits [n, k, causes] that each member gives the part of the subjects that it held out. */
export async function heldOutLogits(
  scaler: Scaler,
  members: readonly Uint8Array[],
  tokens: Tokens,
  parts: readonly (readonly number[])[],
  threads: number,
): Promise<Float64Array> {
  let logits = new Float64Array(0);
  for (const [place, part] of parts.entries()) {
    const found = await memberLogits(scaler, members[place]!, takeTokens(tokens, part, part.length), threads);
    const width = found.length / part.length;
    if (logits.length === 0) logits = new Float64Array(tokens.count * width);
    for (const [at, index] of part.entries())
      logits.set(found.subarray(at * width, (at + 1) * width), index * width);
  }
  return logits;
}

/** The graph's inputs with their shapes for this many subjects. */
export function inputShapes(scaler: Scaler, tokens: Tokens) {
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
