import ort from 'onnxruntime-node';
import { encodeModel } from '../onnx.ts';

export const blockedDomain = 'com.microsoft.nchwc';

let known: Promise<number> | null = null;

/**
 * How many channels onnxruntime's processor kernels keep together in their blocked
 * layout of images: 16 with AVX-512, 8 with AVX; 0 where they have none.
 *
 * Read off a run: channel 1 of the second pixel lands one block and one place in.
 */
export function blockSize(): Promise<number> {
  known ??= probe();
  return known;
}

async function probe(): Promise<number> {
  const channels = 64;
  const bytes = encodeModel({
    graph: {
      name: 'block size',
      nodes: [
        {
          opType: 'ReorderInput',
          domain: blockedDomain,
          name: 'reorder',
          inputs: ['x'],
          outputs: ['y'],
          attributes: {},
        },
      ],
      initializers: [],
      inputs: [{ name: 'x', shape: [1, channels, 1, 2] }],
      outputs: [{ name: 'y', shape: [1, channels, 1, 2] }],
    },
    metadata: {},
  });
  const x = Float32Array.from({ length: 2 * channels }, (_, place) => place);
  try {
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const { y } = await session.run({ x: new ort.Tensor('float32', x, [1, channels, 1, 2]) });
    await session.release();
    // Element 3 of x is channel 1 at the second pixel.
    const block = (y!.data as Float32Array).indexOf(3) - 1;
    return block === 8 || block === 16 ? block : 0;
  } catch {
    // No such kernels on this processor.
    return 0;
  }
}
