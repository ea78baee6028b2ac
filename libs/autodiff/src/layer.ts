/** What an operator is for: the model and its loss, their derivative, or the optimizer. */
export type Pass = 'forward' | 'backward' | 'update';

/** The layer whose operators are being made ("" outside of any), and what they are for. */
let current: { readonly layer: string; readonly pass: Pass } = { layer: '', pass: 'forward' };

export function currentLayer(): string {
  return current.layer;
}

export function currentPass(): Pass {
  return current.pass;
}

/** Everything `make` makes belongs to this layer, by its full name. */
export function inLayer<T>(layer: string, make: () => T): T {
  return within({ layer, pass: current.pass }, make);
}

/** Everything `make` makes belongs to this pass. */
export function inPass<T>(pass: Pass, make: () => T): T {
  return within({ layer: current.layer, pass }, make);
}

function within<T>(place: typeof current, make: () => T): T {
  const before = current;
  current = place;
  try {
    return make();
  } finally {
    current = before;
  }
}
