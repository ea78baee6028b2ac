import {
  at,
  average,
  fill,
  total,
  type Definition,
  type Definitions,
  type Index,
} from './oracle/elements.ts';
import { elementwiseDefinitions } from './oracle/elementwise.ts';
import { indexingDefinitions } from './oracle/indexing.ts';
import { reductionDefinitions } from './oracle/reduction.ts';
import { shapeDefinitions } from './oracle/shape.ts';
import { inOrder } from './graph.ts';
import { spatialDefinitions } from './oracle/spatial.ts';
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
  ...spatialDefinitions,
  Upsample2: ({ shape }, [x]) =>
    fill(shape, ([n, c, i, j]) => at(x!, [n!, c!, Math.floor(i! / 2), Math.floor(j! / 2)])),
  AvgPool2: ({ shape }, [x]) => fill(shape, (index) => average(block(index).map((place) => at(x!, place)))),
  MaxPool2: ({ shape }, [x]) =>
    fill(shape, (index) => Math.max(...block(index).map((place) => at(x!, place)))),
};
