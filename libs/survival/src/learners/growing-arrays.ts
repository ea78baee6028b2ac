/** Numbers that come one after the other, without an allocation each. */
export class GrowingArray<Values extends Int32Array | Float64Array> {
  length = 0;
  #values: Values;
  readonly #make: (length: number) => Values;
  constructor(make: (length: number) => Values, capacity = 1024) {
    this.#make = make;
    this.#values = make(capacity);
  }
  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }
  set(at: number, value: number): void {
    this.#values[at] = value;
  }
  /** A copy of what came. */
  finished(): Values {
    return this.#values.slice(0, this.length) as Values;
  }
}

export const growingInts = () => new GrowingArray((length) => new Int32Array(length));
export const growingFloats = () => new GrowingArray((length) => new Float64Array(length));
