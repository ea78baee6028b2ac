import {
  at,
  average,
  fill,
  indices,
  inside,
  total,
  type Definition,
  type Definitions,
  type Index,
} from './float64-oracle/arrays.ts';
import { elementwiseDefinitions } from './float64-oracle/elementwise.ts';
import { indexingDefinitions } from './float64-oracle/indexing.ts';
import { reductionDefinitions } from './float64-oracle/reduction.ts';
import { shapeDefinitions } from './float64-oracle/shape.ts';
import { inOrder } from './graph.ts';
import type { OpName, Tensor } from './tensor.ts';

/**
 * The value of a symbolic tensor in float64, every operator by its definition and
 * nothing for speed. The oracle that the ONNX graphs and the gradients are tested against.
 */
export function evaluate(output: Tensor, leaves: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const values = new Map<Tensor, Float64Array>(leaves);
  for (const y of inOrder([output])) {
    if (values.has(y)) continue;
    const xs = y.inputs.map((x) => ({ shape: x.shape, data: values.get(x)! }));
    values.set(y, (definitions[y.op] as Definition<OpName>)(y, xs));
  }
  return values.get(output)!;
}

const block = ([n, c, i, j]: Index): Index[] =>
  [0, 1, 2, 3].map((part) => [n!, c!, 2 * i! + (part >> 1), 2 * j! + (part & 1)]);
const taps = (kernel: number) => indices([kernel, kernel]) as (readonly [number, number])[];

const unfed = ({ op }: Tensor): never => {
  throw new RangeError(`evaluate: an ${op} without a value`);
};

const definitions: Definitions = {
  Input: unfed,
  Parameter: unfed,
  Constant: ({ attributes }) => Float64Array.from(attributes.values),
  ...elementwiseDefinitions,
  MatMul: ({ shape }, [a, b]) =>
    fill(shape, (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const batch = index.slice(0, -2);
      const inner = Array.from({ length: a!.shape.at(-1)! }, (_, k) => k);
      return total(inner.map((k) => at(a!, [...batch, row, k]) * at(b!, [...batch, k, column])));
    }),
  ...shapeDefinitions,
  ...reductionDefinitions,
  ...indexingDefinitions,
  Conv: ({ attributes: { stride, padding }, shape, inputs: [, { shape: kernel }] }, [x, w]) =>
    fill(shape, ([n, o, row, column]) =>
      total(
        indices([kernel[1]!]).flatMap(([c]) =>
          taps(kernel[2]!).map(
            ([i, j]) =>
              inside(x!, [n!, c!, row! * stride - padding + i, column! * stride - padding + j]) *
              at(w!, [o!, c!, i, j]),
          ),
        ),
      ),
    ),
  ConvTranspose: ({ attributes: { stride, padding }, shape, inputs: [, { shape: kernel }] }, [y, w]) =>
    fill(shape, ([n, c, row, column]) =>
      total(
        indices([kernel[0]!]).flatMap(([o]) =>
          taps(kernel[2]!).map(([i, j]) => {
            const [from, left] = [(row! + padding - i) / stride, (column! + padding - j) / stride];
            const met = Number.isInteger(from) && Number.isInteger(left);
            return met ? inside(y!, [n!, o!, from, left]) * at(w!, [o!, c!, i, j]) : 0;
          }),
        ),
      ),
    ),
  Upsample2: ({ shape }, [x]) =>
    fill(shape, ([n, c, i, j]) => at(x!, [n!, c!, Math.floor(i! / 2), Math.floor(j! / 2)])),
  AvgPool2: ({ shape }, [x]) => fill(shape, (index) => average(block(index).map((place) => at(x!, place)))),
  MaxPool2: ({ shape }, [x]) =>
    fill(shape, (index) => Math.max(...block(index).map((place) => at(x!, place)))),
};
