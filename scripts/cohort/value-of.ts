import type { Checked } from '@myocast/base';

/** The value of what a script cannot do without; else an error with the first issue. */
export function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(`${checked.issues[0]!.path}: ${checked.issues[0]!.message}`);
  return checked.value;
}
