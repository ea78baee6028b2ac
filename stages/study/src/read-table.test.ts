import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatIssue } from '@myocast/base';
import { expect, it } from 'vitest';
import { readNumber, readTable, type TableFormat } from './read-table.ts';

async function read(content: string | Uint8Array, format?: TableFormat) {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-table-')), 'a.csv');
  await writeFile(path, content);
  return readTable(path, format);
}

async function refusal(content: string | Uint8Array): Promise<string[]> {
  const checked = await read(content);
  return checked.ok ? ['accepted'] : checked.issues.map(formatIssue);
}

it('reads a byte order mark, carriage returns, quotes and units in the header', async () => {
  const checked = await read('\ufeffsubject,"age [a]",note [],x\r\n1,58,"a ""b"", c\nd",\r\n2,,e,3\r\n\r\n');
  expect(checked.ok && checked.value).toMatchObject({
    columns: ['subject', 'age', 'note', 'x'],
    units: [null, 'a', null, null],
    rows: [
      ['1', '58', 'a "b", c\nd', ''],
      ['2', '', 'e', '3'],
    ],
  });
});

it('accepts a header without rows, and refuses nothing at all', async () => {
  expect(await read('a,b\n')).toMatchObject({ ok: true, value: { rows: [] } });
  expect(await refusal('')).toEqual(['a.csv: expected a table, found an empty file (empty-input)']);
  expect(await refusal('\ufeff\r\n\r\n')).toEqual([
    'a.csv: expected a table, found an empty file (empty-input)',
  ]);
});

it('names the row that has too many or too few cells', async () => {
  expect(await refusal('a,b\n1,2\n3\n4,5,6\n\n7,8')).toEqual([
    'a.csv row 3: expected 2 cells, found 1 (ragged-row)',
    'a.csv row 4: expected 2 cells, found 3 (ragged-row)',
    'a.csv row 5: expected 2 cells, found an empty line (ragged-row)',
  ]);
});

it('refuses a column given twice, even with another unit', async () => {
  expect(await refusal('a,b [g],b [kg]\n1,2,3')).toEqual([
    'a.csv row 1: expected different names, found "b" as column 2 and 3 (duplicate-column)',
  ]);
});

it('refuses in one line what is not a comma-separated table in UTF-8', async () => {
  expect(await refusal(new Uint8Array([0x61, 0xff, 0xfe, 0x0a]))).toEqual([
    'a.csv: expected text in UTF-8, found other bytes (not-readable)',
  ]);
  expect(await refusal('a;b\n1;2')).toEqual([
    'a.csv row 1: expected columns separated by commas, found semicolons (unsupported)',
  ]);
  const [broken, ...more] = await refusal('a,b\n1,"2\n3,4\n');
  expect(broken).toMatch(/^a\.csv line \d+: expected CSV, found: .*\(not-readable\)$/);
  expect(more).toEqual([]);
  expect(await readTable('/nowhere/b.csv')).toMatchObject({
    ok: false,
    issues: [{ kind: 'not-readable', message: 'expected a CSV file, found no such file' }],
  });
});

it('names a folder in place of a file', async () => {
  expect(await readTable(tmpdir())).toMatchObject({
    issues: [{ message: 'expected a CSV file, found a folder' }],
  });
});

it('takes semicolons and tabs where any delimiter is allowed', async () => {
  const any = { anyDelimiter: true };
  const rows = [['1,5', '2']];
  expect(await read('\ufeffa;b [m, s]\r\n1,5;2\r\n', any)).toMatchObject({
    value: { delimiter: ';', columns: ['a', 'b'], units: [null, 'm, s'], rows },
  });
  expect(await read('a\tb\n1,5\t2\n', any)).toMatchObject({ value: { delimiter: '\t', rows } });
  expect(await read('"a;b;c",d\n"1,5",2\n', any)).toMatchObject({
    value: { delimiter: ',', columns: ['a;b;c', 'd'], rows },
  });
  expect(await read('a\n1\n', any)).toMatchObject({ value: { delimiter: ',' } });
  expect(await read('a;b\n1;2;3', any)).toMatchObject({ issues: [{ path: 'a.csv row 2' }] });
});

it('reads numbers strictly', () => {
  expect(['1', ' -2.5e3 ', '.5', '3.', '+4'].map(readNumber)).toEqual([1, -2500, 0.5, 3, 4]);
  expect(['', ' ', 'NaN', '0x10', '1,5', '1 2', 'Infinity', '1e999', '<5'].map(readNumber)).toEqual(
    Array(9).fill(null),
  );
});
