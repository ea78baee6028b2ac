import type { Tensor } from '../tensor.ts';
import { matMul } from './contraction.ts';
import { mul } from './elementwise.ts';
import { sum } from './reduction.ts';
import { reshape, transpose } from './shape.ts';

/** A tensor whose axes have letters. */
interface Lettered {
  readonly x: Tensor;
  readonly letters: readonly string[];
}

/**
 * Products summed over letters: `einsum('nij,njk->nik', a, b)` is
 * y[n, i, k] = Σ_j a[n, i, j] b[n, j, k]. Any letters and any number of operands,
 * taken from left to right; each pair becomes one matrix product.
 *
 * Not taken: a letter twice within one operand (a diagonal), "..." and an
 * expression without "->".
 *
 * @throws RangeError for these, for a letter with two lengths, and for an output letter no operand has
 */
export function einsum(expression: string, ...operands: readonly Tensor[]): Tensor {
  const { inputs, output } = parse(expression, operands);
  const [first, ...rest] = inputs;
  let left = first!;
  for (const [place, right] of rest.entries()) {
    const later = new Set([...output, ...rest.slice(place + 1).flatMap(({ letters }) => letters)]);
    left = contract(left, right, later);
  }
  return arrange(sumAway(left, new Set(output)), output).x;
}

function parse(expression: string, operands: readonly Tensor[]): { inputs: Lettered[]; output: string[] } {
  const refuse = (why: string): never => {
    throw new RangeError(`einsum "${expression}": ${why}`);
  };
  const match = /^([a-zA-Z]*(?:,[a-zA-Z]*)*)->([a-zA-Z]*)$/.exec(expression.replaceAll(' ', ''));
  if (!match) return refuse('expected letters and commas, "->" and letters');
  const inputs = match[1]!.split(',').map((letters) => letters.split(''));
  const output = match[2]!.split('');
  if (inputs.length !== operands.length) refuse(`expected ${inputs.length} operands, got ${operands.length}`);
  const lengths = new Map<string, number>();
  for (const [place, letters] of inputs.entries()) {
    const { shape } = operands[place]!;
    if (letters.length !== shape.length)
      refuse(`expected ${letters.length} axes for "${letters.join('')}", got [${shape.join(', ')}]`);
    for (const [axis, letter] of letters.entries()) {
      const known = lengths.get(letter) ?? shape[axis]!;
      if (known !== shape[axis]) refuse(`expected one length for ${letter}, got ${known} and ${shape[axis]}`);
      lengths.set(letter, known);
    }
  }
  const twice = [...inputs, output].find((letters) => new Set(letters).size !== letters.length);
  if (twice) refuse(`a letter stands twice in "${twice.join('')}", which is not supported`);
  const unknown = output.find((letter) => !lengths.has(letter));
  if (unknown !== undefined) refuse(`no operand has the letter ${unknown} of the output`);
  return { inputs: inputs.map((letters, place) => ({ x: operands[place]!, letters })), output };
}

/** Summed over the letters that are not kept. */
function sumAway({ x, letters }: Lettered, kept: ReadonlySet<string>): Lettered {
  const axes = [...letters.keys()].filter((axis) => !kept.has(letters[axis]!));
  return { x: sum(x, { axes }), letters: letters.filter((letter) => kept.has(letter)) };
}

/** The axes in the order of these letters. */
function arrange({ x, letters }: Lettered, order: readonly string[]): Lettered {
  const permutation = order.map((letter) => letters.indexOf(letter));
  const ordered = permutation.every((axis, place) => axis === place);
  return { x: ordered ? x : transpose(x, permutation), letters: order };
}

/** One product of two operands, over the letters that both have and nobody needs later. */
function contract(a: Lettered, b: Lettered, later: ReadonlySet<string>): Lettered {
  const left = sumAway(a, new Set([...later, ...b.letters]));
  const right = sumAway(b, new Set([...later, ...a.letters]));
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const batch = shared.filter((letter) => later.has(letter));
  const inner = shared.filter((letter) => !later.has(letter));
  const rows = left.letters.filter((letter) => !shared.includes(letter));
  const columns = right.letters.filter((letter) => !shared.includes(letter));
  const [l, r] = [
    arrange(left, [...batch, ...rows, ...inner]).x,
    arrange(right, [...batch, ...inner, ...columns]).x,
  ];
  const letters = [...batch, ...rows, ...columns];
  const lengths = (x: Tensor, from: number, count: number) => x.shape.slice(from, from + count);
  const outer = lengths(l, 0, batch.length + rows.length);
  const wide = lengths(r, batch.length + inner.length, columns.length);
  if (inner.length === 0)
    return {
      x: mul(reshape(l, [...outer, ...wide.map(() => 1)]), besideRows(r, batch.length, rows.length)),
      letters,
    };
  const together = lengths(r, batch.length, inner.length).reduce((size, length) => size * length, 1);
  const shape = lengths(l, 0, batch.length);
  const product = matMul(reshape(l, [...shape, -1, together]), reshape(r, [...shape, together, -1]));
  return { x: reshape(product, [...outer, ...wide]), letters };
}

/** The right operand with axes of length 1 where the left one has rows. */
function besideRows(x: Tensor, batch: number, rows: number): Tensor {
  return reshape(x, x.shape.toSpliced(batch, 0, ...Array<number>(rows).fill(1)));
}
