import { loadModel } from '@myocast/autodiff';
import { type FusionInput, inputShapes } from './fusion-feeds.ts';
import type { Scaler } from './scaler.ts';
import type { Tokens } from './tokens.ts';

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
