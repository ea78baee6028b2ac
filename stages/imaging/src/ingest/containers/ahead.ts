/**
 * Begins some tasks ahead of the one whose result is awaited, and gives the
 * results in the order of the items, so that neither reading nor unpacking waits.
 *
 * @param share what part of the room a task takes; as many run as fit, at least one
 * @param begin never rejects: what can go wrong is part of its result
 * @param abandon what becomes of results that nobody takes any more
 */
export async function* ahead<Item, Result>(
  items: Iterable<Item>,
  share: (item: Item) => number,
  begin: (item: Item) => Promise<Result>,
  abandon: (result: Result) => Promise<void> = async () => undefined,
): AsyncGenerator<Result> {
  const running: { readonly result: Promise<Result>; readonly part: number }[] = [];
  const room = () => 1 - running.reduce((sum, { part }) => sum + part, 0);
  try {
    for (const item of items) {
      const part = share(item);
      while (running.length > 0 && part > room()) yield await running.shift()!.result;
      running.push({ result: begin(item), part });
    }
    while (running.length > 0) yield await running.shift()!.result;
  } finally {
    for (const { result } of running) await abandon(await result);
  }
}
