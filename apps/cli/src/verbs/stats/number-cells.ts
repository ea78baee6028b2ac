import { readNumber } from '@myocast/study';

const decimalComma = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;

/** Digits with points or commas among them: `60,0`, `1.234,5`. A name is seldom written so. */
const digits = /^[+-]?[\d.,]*\d[\d.,]*(e[+-]?\d+)?$/i;

/** Whether all of these cells, of which none is a number, look as though they were meant as numbers. */
export function areUnreadNumbers(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => readNumber(cell) === null && digits.test(cell.trim()));
}

/** What a cell should have been, and what to do about a decimal comma. */
export function notANumber(expected: string, cell: string): string {
  const remedy = decimalComma.test(cell.trim())
    ? '; write a decimal point, or separate columns by semicolons and not by commas'
    : '';
  return `expected ${expected}, found "${cell}"${remedy}`;
}

/**
 * The cells of a column with decimal points, where it is written with decimal commas: every cell that is filled is
 * a whole number or has a comma, and at least one has. Null for any other column.
 */
export function withDecimalPoints(cells: readonly string[], isMissing: (cell: string) => boolean) {
  const known = cells.filter((cell) => !isMissing(cell)).map((cell) => cell.trim());
  const isComma = (cell: string) => decimalComma.test(cell);
  if (!known.some(isComma) || !known.every((cell) => isComma(cell) || /^[+-]?\d+$/.test(cell))) return null;
  return cells.map((cell) => (isComma(cell.trim()) ? cell.replace(',', '.') : cell));
}
