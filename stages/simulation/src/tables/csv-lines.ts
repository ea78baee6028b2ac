/**
 * Rows as lines of a CSV file (RFC 4180, lines end in \n): a cell is quoted where it holds a comma, a quote or a
 * line break.
 */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  let text = '';
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const cell = row[at]!;
      text += (at === 0 ? '' : ',') + (typeof cell === 'number' ? cell : quoted(cell));
    }
    text += '\n';
  }
  return text;
}

/**
 * A table about patients, each row marked as one of a virtual patient. The mark is a column, so that it goes where the
 * file goes and outlives a spreadsheet; an import of the study reads it.
 */
export function virtualTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return csvLines([[...header, 'data_origin'], ...rows.map((row) => [...row, 'virtual'])]);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
