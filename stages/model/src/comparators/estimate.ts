import type { Checked } from '@myocast/base';

/**
 * The estimate, or an error where the training rows do not allow one.
 *
 * @throws RangeError with the first issue
 */
export function estimate<Value>(checked: Checked<Value>): Value {
  if (checked.ok) return checked.value;
  const { path, message } = checked.issues[0]!;
  throw new RangeError(`${path}: ${message}`);
}
