import { loadModel } from '@myocast/autodiff';
import { type FusionInput, inputShapes } from './fusion-feeds.ts';
import type { Scaler } from './scaler.ts';
import { takeTokens, type Tokens } from './tokens.ts';

/** Logits [n, k, causes] that a member of the ensemble gives these subjects. */
export async function memberLogits(
  scaler: Scaler,
  member: Uint8Array,
  tokens: Tokens,
  threads = 1,
): Promise<Float32Array> {
  return runMember(member, inputShapes(scaler, tokens), threads);
}

/** The same, of the network's inputs, by onnxruntime-node. */
export async function runMember(
  member: Uint8Array,
  inputs: Readonly<Record<string, FusionInput>>,
  threads: number,
): Promise<Float32Array> {
  const model = await loadModel(member, { threads });
  try {
    const { logits } = await model.run(inputs);
    return logits!.data;
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
