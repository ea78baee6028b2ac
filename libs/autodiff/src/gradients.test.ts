import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient, inOrder } from './graph.ts';
import { exportOnnx, loadModel } from './model.ts';
import * as op from './operators.ts';
import type { Sample } from './samples/sample.ts';
import { samples } from './samples.ts';
import { type OpName, sizeOf, type Tensor } from './tensor.ts';

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

/** Parameters have the values they start with. */
function evaluateAll(output: Tensor, feeds: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const known = new Map(feeds);
  for (const tensor of inOrder([output]))
    if (tensor.op === 'Parameter')
      known.set(tensor, Float64Array.from((tensor as Tensor<'Parameter'>).attributes.values));
  return evaluate(output, known);
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(0, ...Array.from(a, (value, place) => Math.abs(value - b[place]!)));
}

/** Five-point central difference along a direction: the error falls with the fourth power of the step. */
function difference(
  loss: Tensor,
  leaf: Tensor,
  feeds: ReadonlyMap<Tensor, Float64Array>,
  direction: Float64Array,
): number {
  const h = 1e-3;
  const start = feeds.get(leaf)!;
  const moved = (by: number) =>
    evaluateAll(
      loss,
      new Map(feeds).set(
        leaf,
        start.map((value, place) => value + by * direction[place]!),
      ),
    )[0]!;
  return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
}

/** Single places, and one direction in which all places count, each by another weight. */
function directions(size: number, places: number, random: Random): Float64Array[] {
  const single = random.permutation(size).slice(0, places);
  return [
    ...single.map((place) => new Float64Array(size).fill(1, place, place + 1)),
    values(random, size).map((value) => value / size),
  ];
}

/** How far a derivative is from finite differences of what it is the derivative of, relative to 1 + its size. */
function farthestFromDifferences(
  loss: Tensor,
  leaf: Tensor,
  found: Float64Array,
  feeds: ReadonlyMap<Tensor, Float64Array>,
  ways: readonly Float64Array[],
): number {
  const errors = ways.map((direction) => {
    const expected = difference(loss, leaf, feeds, direction);
    const along = direction.reduce((sum, weight, place) => sum + weight * found[place]!, 0);
    return Math.abs(along - expected) / (1 + Math.abs(expected));
  });
  return Math.max(...errors);
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
    const derivatives = gradient(loss, leaves);
    for (const [at, leaf] of leaves.entries()) {
      const found = evaluateAll(derivatives[at]!, feeds);
      if (sample.gradient) expect(found).toEqual(new Float64Array(found.length));
      if (sample.gradient === 'stopped') continue;
      const ways = directions(found.length, 6, new Random(at));
      // Constants such as 1/3 are float32: 6e-8 relative.
      expect(farthestFromDifferences(loss, leaf, found, feeds, ways)).toBeLessThan(1e-7);
    }
  });

  it('has the second derivative that finite differences of the first give', () => {
    if (sample.gradient) return;
    const random = new Random(`${name}${place} again`);
    // Weighted, so that every element of the first derivative counts differently.
    const parts = gradient(loss, leaves).map((first, at) => {
      const weights = Float32Array.from(values(random.fork(at), sizeOf(first.shape)));
      return op.sum(op.mul(first, op.constant(weights, first.shape)));
    });
    const slope = parts.reduce((total, part) => op.add(total, part), op.constant(0));
    const second = gradient(slope, leaves);
    for (const [at, leaf] of leaves.entries()) {
      const found = evaluateAll(second[at]!, feeds);
      const ways = directions(found.length, 1, random);
      expect(farthestFromDifferences(slope, leaf, found, feeds, ways)).toBeLessThan(2e-7);
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

  it('equal minima, and equal elements of two tensors, share the gradient', () => {
    expect(derivative((x) => op.min(x), [1, 3, 1], [3])).toEqual([0.5, 0, 0.5]);
    expect(derivative((x) => op.maximum(x, 1), [0, 1, 2], [3])).toEqual([0, 0.5, 1]);
    expect(derivative((x) => op.minimum(2, x), [1, 2, 3], [3])).toEqual([1, 0.5, 0]);
  });

  it('leakyRelu and elu have the slope of their lower part at 0', () => {
    expect(derivative((x) => op.leakyRelu(x, 0.25), [-1, 0, 1], [3])).toEqual([0.25, 0.25, 1]);
    expect(derivative((x) => op.elu(x, 0.5), [0, 1], [2])).toEqual([0.5, 1]);
  });

  it('a power has its slope at base 0, and none in the exponent there', () => {
    expect(derivative((x) => op.pow(x, 3), [0, -2], [2])).toEqual([0, 12]);
    expect(derivative((x) => op.pow(x, 0), [0, 2], [2])).toEqual([0, 0]);
    expect(derivative((x) => op.pow(op.constant([0, 1, Math.E]), x), [2, 2, 0], [3])).toEqual([
      0,
      0,
      expect.closeTo(1, 6),
    ]);
  });

  it('a product has its first and second derivatives where elements are 0', () => {
    expect(derivative((x) => op.prod(x), [0, 3, 2], [3])).toEqual([6, 0, 0]);
    expect(derivative((x) => op.prod(x), [0, 0, 2], [3])).toEqual([0, 0, 0]);
    const x = op.input('x', [3]);
    const [dx] = gradient(op.prod(x), [x]);
    const [ddx] = gradient(op.sum(op.slice(dx!, 0, 0, 1)), [x]);
    expect([...evaluateAll(ddx!, new Map([[x, Float64Array.of(0, 0, 2)]]))]).toEqual([0, 2, 0]);
  });

  it('only steps, leaves and what stops a gradient on purpose have none; no operator refuses a second one', () => {
    const without = Object.entries(samples).filter(([, list]) => list.every((sample) => sample.gradient));
    expect(without.map(([name]) => name).sort()).toEqual(
      'And ArgMax Constant Equal Floor Greater GreaterEqual Not Or Parameter Round Sign StopGradient'.split(
        ' ',
      ),
    );
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
