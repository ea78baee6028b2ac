import { conv, convBlock } from './convolution.ts';
import { upsample2 } from '../operators.ts';
import type { Parameters } from '../parameters.ts';
import { showShape, type Tensor } from '../tensor.ts';

export interface UNetOptions {
  /** Channels at full size; doubles with every level. */
  readonly base: number;
  /** Channels where doubling stops; no bound by default. */
  readonly widest?: number;
  /** Sizes of image, the full one included; height and width must divide by 2^(levels - 1). */
  readonly levels: number;
  readonly classes: number;
}

/**
 * U-Net: down by strided convolutions, up by nearest-neighbour doubling and a
 * convolution over the joined maps, one score per class and pixel at the end.
 *
 * @param x [n, c, h, w]
 * @returns `logits` [n, classes, h, w] and `bottleneck`, the deepest map
 *   [n, min(widest, base 2^(levels-1)), h / 2^(levels-1), w / 2^(levels-1)]
 *
 * Source: ronneberger2015, with instance norm and strided convolutions as in isensee2021 (docs/references.bib).
 */
export function uNet(
  parameters: Parameters,
  name: string,
  x: Tensor,
  { base, levels, classes, widest = Infinity }: UNetOptions,
): { logits: Tensor; bottleneck: Tensor } {
  const factor = 2 ** (levels - 1);
  const channels = (level: number) => Math.min(widest, base * 2 ** level);
  const [, , height, width] = x.shape;
  if (width === undefined || height! % factor !== 0 || width % factor !== 0)
    throw new RangeError(
      `uNet ${name}: expected height and width to divide by ${factor}, got ${showShape(x.shape)}`,
    );
  return parameters.layer(name, (scope) => {
    const down: Tensor[] = [];
    for (let level = 0; level < levels; level++)
      down.push(convBlock(scope, `down${level}`, down.at(-1) ?? x, channels(level), level === 0 ? 1 : 2));
    const bottleneck = down.at(-1)!;
    let up = bottleneck;
    for (let level = levels - 2; level >= 0; level--)
      up = convBlock(scope, `up${level}`, [upsample2(up), down[level]!], channels(level));
    return { logits: conv(scope, 'head', up, classes, { kernel: 1 }), bottleneck };
  });
}
