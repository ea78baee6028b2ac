import { describe, expect, it } from 'vitest';
import { csvLines } from './csv-lines.ts';

describe('lines of a CSV file', () => {
  it('quote what would be read as something else, and nothing more', () => {
    const rows = [
      ['subject', 'reason'],
      ['V1-0001', 'X4 malignancy, infection or blood disease'],
      ['V1-0002', 'says "no"'],
      ['V1-0003', 'two\nlines'],
      ['', -0.25, 12, 1e-7],
    ];
    expect(csvLines(rows)).toBe(
      'subject,reason\nV1-0001,"X4 malignancy, infection or blood disease"\nV1-0002,"says ""no"""\n' +
        'V1-0003,"two\nlines"\n,-0.25,12,1e-7\n',
    );
    expect(csvLines([])).toBe('');
  });
});
