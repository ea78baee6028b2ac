import type { Random } from '@myocast/base';

/**
 * Folds of equal size with equally many events, as far as the numbers allow: those with the event are
 * shuffled and dealt round, then the others from where that ended.
 *
 * @param event [n] 1 for the event
 * @param cluster [n] rows with one number (a subject) go to one fold; its event is that of any of them
 * @returns [n] 0 … count - 1
 * @throws RangeError with fewer than 2 folds or more folds than units
 */
export function balancedFolds(
  event: Uint8Array,
  count: number,
  random: Random,
  cluster?: Int32Array,
): Int32Array {
  const units = new Map<number, boolean>();
  for (let row = 0; row < event.length; row++) {
    const unit = cluster?.[row] ?? row;
    units.set(unit, (units.get(unit) ?? false) || event[row] === 1);
  }
  if (!Number.isInteger(count) || count < 2 || count > units.size)
    throw new RangeError(`balancedFolds: expected 2 to ${units.size} folds, got ${count}`);
  const of = (wanted: boolean) => [...units].filter(([, has]) => has === wanted).map(([unit]) => unit);
  const order = [...shuffled(of(true), random.fork('events')), ...shuffled(of(false), random.fork('others'))];
  const fold = new Map(order.map((unit, at) => [unit, at % count]));
  return Int32Array.from(event, (_, row) => fold.get(cluster?.[row] ?? row)!);
}

function shuffled(values: readonly number[], random: Random): number[] {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last--) {
    const place = random.integer(last + 1);
    [mixed[last], mixed[place]] = [mixed[place]!, mixed[last]!];
  }
  return mixed;
}
