import type { Tensor } from '../tensor.ts';
import { node, refuse } from './node.ts';

function image(op: string, x: Tensor): [number, number, number, number] {
  const [n, c, h, w] = x.shape;
  if (w === undefined || x.shape.length !== 4) return refuse(op, '[n, c, h, w]', x.shape);
  return [n!, c!, h!, w];
}
function halved(op: 'AvgPool2' | 'MaxPool2', x: Tensor): Tensor {
  const [n, c, h, w] = image(op, x);
  if (h % 2 !== 0 || w % 2 !== 0) refuse(op, 'even height and width', x.shape);
  return node(op, [x], {}, [n, c, h / 2, w / 2]);
}
/** Every pixel becomes a 2 × 2 block. */
export function upsample2(x: Tensor): Tensor {
  const [n, c, h, w] = image('upsample2', x);
  return node('Upsample2', [x], {}, [n, c, 2 * h, 2 * w]);
}
/** The mean of each 2 × 2 block. */
export const avgPool2 = (x: Tensor): Tensor => halved('AvgPool2', x);
/** The largest of each 2 × 2 block. */
export const maxPool2 = (x: Tensor): Tensor => halved('MaxPool2', x);
