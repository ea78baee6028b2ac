import { at, type Definition, type Definitions, fill, total } from './oracle/elements.ts';
import { convolutionDefinitions } from './oracle/convolution.ts';
import { elementwiseDefinitions } from './oracle/elementwise.ts';
import { indexingDefinitions } from './oracle/indexing.ts';
import { poolingDefinitions } from './oracle/pooling.ts';
import { reductionDefinitions } from './oracle/reduction.ts';
import { resizeDefinitions } from './oracle/resize.ts';
import { shapeDefinitions } from './oracle/shape.ts';
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
  ...convolutionDefinitions,
  ...poolingDefinitions,
  ...resizeDefinitions,
};
