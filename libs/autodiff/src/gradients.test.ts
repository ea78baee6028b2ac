import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient, inOrder } from './graph.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import type { Sample } from './samples/sample.ts';
import { spatialSamples } from './samples/spatial.ts';
import { type OpName, sizeOf, type Tensor } from './tensor.ts';

const unary = (make: (x: Tensor) => Tensor, range?: readonly [number, number]): Sample[] => [
  { shapes: [[2, 3]], make, ...(range ? { range } : {}) },
];
const positive = [0.3, 2] as const;
/** Shapes that broadcast on both sides, in every way. */
const binary = (make: (a: Tensor, b: Tensor) => Tensor, range?: readonly [number, number]): Sample[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[3], [2, 3]],
    [[2, 2], []],
  ].map((shapes) => ({
    shapes,
    make,
    ...(range ? { range } : {}),
  }));
const image = [2, 2, 4, 6];

/** At least one sample for every operator: a new operator without one does not compile. */
const samples: { readonly [Op in OpName]: readonly Sample[] } = {
  Input: unary((x) => x),
  Parameter: [{ shapes: [], make: () => op.parameter('p', [2], Float32Array.of(1, 2)), gradient: 'zero' }],
  Constant: [{ shapes: [], make: () => op.constant([1, 2]), gradient: 'zero' }],
  Add: binary(op.add),
  Sub: binary(op.sub),
  Mul: binary(op.mul),
  Div: binary(op.div, positive),
  Neg: unary(op.neg),
  Exp: unary(op.exp),
  Log: unary(op.log, positive),
  Sqrt: unary(op.sqrt, positive),
  Tanh: unary(op.tanh),
  Sigmoid: unary(op.sigmoid),
  Relu: unary(op.relu),
  Erf: unary(op.erf),
  Softplus: unary(op.softplus),
  Abs: unary(op.abs),
  Sign: [{ shapes: [[2, 3]], make: op.sign, gradient: 'zero' }],
  Clip: unary((x) => op.clip(x, -0.5, 0.61)),
  Greater: [{ shapes: [[2, 3], [3]], make: op.greater, gradient: 'zero' }],
  Where: [
    { shapes: [[3], [2, 3], [2, 1]], make: (c, a, b) => op.where(op.greater(c, 0), a, b) },
    { shapes: [[2, 3], [3]], make: (a, b) => op.where(op.constant([0, 1, 2]), a, b) },
  ],
  MatMul: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      make: op.matMul,
    },
    {
      shapes: [
        [2, 3],
        [4, 3, 2],
      ],
      make: op.matMul,
    },
  ],
  Transpose: [
    { shapes: [[2, 3, 4]], make: (x) => op.transpose(x, [2, 0, 1]) },
    { shapes: [[2, 3, 4]], make: (x) => op.transpose(x) },
  ],
  Reshape: unary((x) => op.reshape(x, [3, -1])),
  Expand: [
    {
      shapes: [
        [3, 1],
        [2, 3, 4],
      ],
      make: op.expandAs,
    },
  ],
  Concat: [
    {
      shapes: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      make: (...parts) => op.concat(parts, -1),
    },
  ],
  Slice: [
    { shapes: [[2, 5]], make: (x) => op.slice(x, 1, 1, 4) },
    { shapes: [[7, 2]], make: (x) => op.slice(x, 0, 1, 7, 3) },
    { shapes: [[6, 2]], make: (x) => op.slice(x, 0, 0, -1, 2) },
  ],
  Pad: [{ shapes: [[2, 3]], make: (x) => op.pad(x, [0, 2], [1, 0]) }],
  Flip: [{ shapes: [[2, 3, 2]], make: (x) => op.flip(x, [1, -1]) }],
  ReduceSum: [
    { shapes: [[2, 3, 2]], make: (x) => op.sum(x, { axes: [0, -1] }) },
    { shapes: [[2, 3]], make: (x) => op.sum(x) },
  ],
  ReduceMean: [
    { shapes: [[2, 3, 2]], make: (x) => op.mean(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], make: (x) => op.mean(x) },
  ],
  ReduceMax: [
    { shapes: [[2, 3, 2]], make: (x) => op.max(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], make: (x) => op.max(x) },
  ],
  Softmax: [0, 1].map((axis) => ({ shapes: [[3, 4]], make: (x: Tensor) => op.softmax(x, axis) })),
  LogSoftmax: [0, 1].map((axis) => ({ shapes: [[3, 4]], make: (x: Tensor) => op.logSoftmax(x, axis) })),
  Standardize: [
    { shapes: [[2, 5]], make: (x) => op.standardize(x, -1) },
    { shapes: [[2, 2, 2, 3]], make: (x) => op.standardize(x, 2, 0.1) },
  ],
  InverseDeviation: [
    { shapes: [[2, 5]], make: (x) => op.inverseDeviation(op.standardize(x, 1)), gradient: 'refused' },
  ],
  ...spatialSamples,
  Upsample2: [{ shapes: [[2, 2, 2, 3]], make: op.upsample2 }],
  AvgPool2: [{ shapes: [image], make: op.avgPool2 }],
  MaxPool2: [{ shapes: [image], make: op.maxPool2 }],
};

/** Distinct values with a gap of at least a tenth of the mean spacing, in random order, none at 0. */
function values(
  random: Random,
  size: number,
  [low, high]: readonly [number, number] = [-1.4, 1.5],
): Float64Array {
  const spacing = (high - low) / size;
  const spaced = random.permutation(size).map((place) => low + spacing * (place + random.uniform(0.1, 0.9)));
  return Float64Array.from(spaced, (value) => Math.fround(Math.abs(value) < 0.02 ? value + 0.04 : value));
}

function prepare(sample: Sample, name: string) {
  const random = new Random(name);
  const leaves = sample.shapes.map((shape, place) => op.input(`x${place}`, shape));
  const y = sample.make(...(leaves as [Tensor, Tensor, Tensor]));
  const weights = op.constant(Float32Array.from(values(random.fork('weights'), sizeOf(y.shape))), y.shape);
  // A weighted sum, so that every element of the result counts differently.
  const loss = op.sum(op.mul(y, weights));
  const feeds = new Map<Tensor, Float64Array>(
    leaves.map((leaf, place) => [leaf, values(random.fork(place), sizeOf(leaf.shape), sample.range)]),
  );
  return { leaves, y, loss, feeds };
}

/** The values the oracle needs beyond the leaves: deviations are evaluated from their definition. */
function evaluateAll(output: Tensor, feeds: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const known = new Map(feeds);
  for (const tensor of inOrder([output])) {
    if (tensor.op === 'Parameter')
      known.set(tensor, Float64Array.from((tensor as Tensor<'Parameter'>).attributes.values));
    if (tensor.op === 'InverseDeviation')
      known.set(tensor, deviation(tensor as Tensor<'InverseDeviation'>, known));
  }
  return evaluate(output, known);
}

function deviation({ inputs: [y] }: Tensor<'InverseDeviation'>, known: ReadonlyMap<Tensor, Float64Array>) {
  const { axis, epsilon } = y.attributes;
  const over = { axes: [...y.shape.keys()].slice(axis), keepDims: true };
  const variance = op.mean(op.square(op.sub(y.inputs[0], op.mean(y.inputs[0], over))), over);
  return evaluate(op.div(1, op.sqrt(op.add(variance, epsilon))), known);
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(0, ...Array.from(a, (value, place) => Math.abs(value - b[place]!)));
}

/** Five-point central differences at these places: the error falls with the fourth power of the step. */
function differences(
  loss: Tensor,
  leaf: Tensor,
  feeds: ReadonlyMap<Tensor, Float64Array>,
  places: readonly number[],
): number[] {
  const h = 1e-3;
  const start = feeds.get(leaf)!;
  const moved = (place: number, by: number) =>
    evaluateAll(loss, new Map(feeds).set(leaf, start.with(place, start[place]! + by)))[0]!;
  return places.map(
    (place) =>
      (8 * (moved(place, h) - moved(place, -h)) - (moved(place, 2 * h) - moved(place, -2 * h))) / (12 * h),
  );
}

const cases = Object.entries(samples).flatMap(([name, list]) =>
  list.map((sample, place) => ({ name: name as OpName, place, sample })),
);

describe.each(cases)('$name, sample $place', ({ name, place, sample }) => {
  const { leaves, y, loss, feeds } = prepare(sample, `${name}${place}`);

  it('is a sample of that operator', () => {
    expect(y.op).toBe(name);
  });

  it('has the gradient that finite differences give', () => {
    if (sample.gradient === 'refused') {
      expect(() => gradient(loss, leaves)).toThrow(RangeError);
      return;
    }
    const derivatives = gradient(loss, leaves);
    for (const [at, leaf] of leaves.entries()) {
      const found = evaluateAll(derivatives[at]!, feeds);
      const places = new Random(at).permutation(found.length).slice(0, 30);
      const probed = places.map((place) => found[place]!);
      // Constants such as 1/3 are float32: 6e-8 relative.
      expect(farthest(probed, differences(loss, leaf, feeds, places))).toBeLessThan(1e-7);
      if (sample.gradient === 'zero') expect(found).toEqual(new Float64Array(found.length));
    }
  });

  it('runs in onnxruntime as it is defined, forward and backward', async () => {
    const derivatives = sample.gradient ? [] : gradient(loss, leaves);
    const outputs = Object.fromEntries([y, ...derivatives].map((tensor, at) => [`y${at}`, tensor]));
    const parameters = name === 'Parameter' ? { p: Float32Array.of(1, 2) } : {};
    const model = await loadModel(exportOnnx({ outputs, parameters, metadata: {} }));
    const all = leaves.map((leaf, at) => [
      `x${at}`,
      { data: Float32Array.from(feeds.get(leaf)!), shape: leaf.shape },
    ]);
    const found = await model.run(
      Object.fromEntries(all.filter(([key]) => model.inputs.includes(key as string))),
    );
    await model.close();
    for (const [key, tensor] of Object.entries(outputs)) {
      expect(found[key]!.shape).toEqual(tensor.shape);
      expect(farthest(found[key]!.data, evaluateAll(tensor, feeds))).toBeLessThan(2e-5);
    }
  });
});

it('every operator has a sample', () => {
  expect(Object.entries(samples).filter(([, list]) => list.length === 0)).toEqual([]);
});

describe('kinks and ties', () => {
  const derivative = (make: (x: Tensor) => Tensor, at: readonly number[], shape: readonly number[]) => {
    const x = op.input('x', shape);
    const [dx] = gradient(op.sum(make(x)), [x]);
    return [...evaluateAll(dx!, new Map([[x, Float64Array.from(at)]]))];
  };

  it('relu and abs have gradient 0 at 0', () => {
    expect(derivative(op.relu, [0, 1], [2])).toEqual([0, 1]);
    expect(derivative(op.abs, [0, -1], [2])).toEqual([0, -1]);
  });

  it('clip passes the gradient on its bounds and stops it beyond', () => {
    expect(derivative((x) => op.clip(x, -1, 1), [-1, 1, 1.5, -2], [4])).toEqual([1, 1, 0, 0]);
  });

  it('equal maxima share the gradient', () => {
    expect(derivative((x) => op.max(x), [3, 1, 3], [3])).toEqual([0.5, 0, 0.5]);
    expect(derivative(op.maxPool2, [2, 2, 0, 2], [1, 1, 2, 2])).toEqual([1 / 3, 1 / 3, 0, 1 / 3]);
  });

  it('a second derivative of a standardized tensor is refused, not wrong', () => {
    const x = op.input('x', [2, 3]);
    const [dx] = gradient(op.sum(op.square(op.standardize(x, 1))), [x]);
    expect(() => gradient(op.sum(op.square(dx!)), [x])).toThrow(RangeError);
  });

  it('a second derivative is the derivative of the first', () => {
    const x = op.input('x', [1]);
    const [dx] = gradient(op.sum(op.mul(x, op.square(x))), [x]);
    const [ddx] = gradient(op.sum(dx!), [x]);
    expect([...evaluateAll(ddx!, new Map([[x, Float64Array.of(2)]]))]).toEqual([12]);
  });

  it('what the loss does not depend on has gradient 0', () => {
    const [x, other] = [op.input('x', [2]), op.input('other', [2])];
    expect([...evaluateAll(gradient(op.sum(x), [other])[0]!, new Map())]).toEqual([0, 0]);
  });
});
