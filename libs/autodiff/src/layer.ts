/** The layer whose operators are being made: "" outside of any. */
let current = '';

export function currentLayer(): string {
  return current;
}

/** Everything `make` makes belongs to this layer, by its full name. */
export function inLayer<T>(path: string, make: () => T): T {
  const before = current;
  current = path;
  try {
    return make();
  } finally {
    current = before;
  }
}
