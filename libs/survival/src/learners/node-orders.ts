/**
 * The subjects of a tree in several orders at once (one of each column, and that of time). Every node
 * owns one range of places, the same in all orders; parting it keeps each order within the two parts,
 * so that nothing is sorted below the root.
 */
export interface NodeOrders {
  /** By order, then by place. */
  readonly orders: readonly Int32Array[];
  /** [n] by subject, 1 where it goes to the left part; set before `part` */
  readonly isLeft: Uint8Array;
  readonly spare: Int32Array;
}

export function nodeOrders(n: number, count: number): NodeOrders {
  return {
    orders: Array.from({ length: count }, () => new Int32Array(n)),
    isLeft: new Uint8Array(n),
    spare: new Int32Array(n + 1),
  };
}

/** Fills an order with those of `source` who are in the sample, in its order. */
export function fillOrder(order: Int32Array, source: Int32Array, count: Float64Array): number {
  let place = 0;
  for (let at = 0; at < source.length; at++) {
    const subject = source[at]!;
    order[place] = subject;
    if (count[subject]! > 0) place++;
  }
  return place;
}

/** Parts the places from `start` to before `end` of one order, those to the left first; each part keeps its order. */
export function part({ isLeft, spare }: NodeOrders, order: Int32Array, start: number, end: number): void {
  let left = start;
  let right = 0;
  for (let at = start; at < end; at++) {
    const subject = order[at]!;
    const side = isLeft[subject]!;
    order[left] = subject;
    spare[right] = subject;
    left += side;
    right += 1 - side;
  }
  for (let at = 0; at < right; at++) order[left + at] = spare[at]!;
}
