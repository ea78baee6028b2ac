const missingCells = new Set(['', 'NA', 'NaN', 'nan', 'null']);

/** Whether a cell says that nothing is known. */
export function isMissing(cell: string): boolean {
  return missingCells.has(cell.trim());
}
