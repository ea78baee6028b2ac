/**
 * The known name that a misspelt one is nearest to, by the fewest letters to insert, delete or change (the first
 * of several); null where more than a third of its letters, and more than two, would have to change.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const given = plain(name);
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const candidate of known) {
    const edits = editDistance(given, plain(candidate));
    if (best === null || edits < best.edits) best = { name: candidate, edits };
  }
  return best !== null && best.edits <= Math.max(2, given.length / 3) && best.edits < given.length
    ? best.name
    : null;
}

/** d(i, j) = min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + [a(i) is not b(j)]), row by row. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    above = row;
  }
  return above[b.length]!;
}
