import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assert, constantFrom, property, subarray, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, type Keyword, readDataset, textNotes, texts, type TextSort } from './index.ts';

interface Golden {
  readonly samples: readonly { sort: TextSort; terms: readonly string[]; hex: string; text: string }[];
  readonly sets: readonly {
    set: string;
    terms: readonly string[];
    characters: number;
    bytes: string;
    sha256: string;
  }[];
  readonly files: readonly { file: string; values: { readonly [K in Keyword]?: readonly string[] } }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../reference/dicom/charsets.json', import.meta.url), 'utf8'),
) as Golden;
const shared = resolve(import.meta.dirname, '../../../../shared/data/dicom/pydicom/src/pydicom/data');
const present = existsSync(shared);
if (!present) process.stderr.write('character sets: tests on real files skipped, ../shared/data is absent\n');

const hex = (bytes: string) => Uint8Array.from(Buffer.from(bytes, 'hex'));
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('texts that pydicom decodes', () => {
  it.each(golden.samples)('$terms as a $sort: $text', ({ sort, terms, hex: bytes, text }) => {
    expect(decodeText(hex(bytes), terms, sort).text).toBe(text);
  });

  it.each(golden.sets)('every one of the $characters characters of $set', (set) => {
    const bytes = Buffer.from(set.bytes, 'base64');
    const { text, notes } = decodeText(bytes, set.terms);
    expect(createHash('sha256').update(text).digest('hex')).toBe(set.sha256);
    expect([Array.from(text).length, notes]).toEqual([set.characters, []]);
  });
});

describe.skipIf(!present)('real files', () => {
  it('have the names and descriptions that pydicom gives them', () => {
    let compared = 0;
    for (const { file, values } of golden.files) {
      const read = readDataset(readFileSync(join(shared, file)), file);
      if (!read.ok) continue;
      for (const [keyword, expected] of Object.entries(values)) {
        // A person name's empty last groups say nothing; pydicom leaves out their "=".
        const found = texts(read.value, keyword as Keyword).map((text) => text.replace(/=+$/, ''));
        expect([file, keyword, ...found]).toEqual([file, keyword, ...expected.map((text) => text.trim())]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('are covered by the character sets they declare: no file needs a note', () => {
    const notes = golden.files.flatMap(({ file }) => {
      const read = readDataset(readFileSync(join(shared, file)), file);
      return read.ok ? textNotes(read.value) : [];
    });
    expect(notes).toEqual([]);
  });
});

describe('what is in force', () => {
  const korean = ['', 'ISO 2022 IR 149'];

  it('ends at the parts of a name, at list values and at lines', () => {
    const called = '\u001b-L\u00bb';
    const terms = ['ISO 2022 IR 100', 'ISO 2022 IR 144'];
    for (const [sort, delimiter] of [
      ['name', '^'],
      ['name', '='],
      ['list', '\\'],
      ['text', '\n'],
    ] as const)
      expect(decodeText(latin1(`${called}${delimiter}\u00e9`), terms, sort).text).toBe(`Л${delimiter}é`);
    expect(decodeText(latin1(`${called}^\u00e9`), terms, 'list').text).toBe('Л^щ');
  });

  it('keeps a backslash, circumflex or equals sign that is half of a character', () => {
    const japanese = decodeText(latin1('\u001b$B;\\;^;=\u001b(B^x'), ['', 'ISO 2022 IR 87'], 'name');
    expect(japanese).toEqual({ text: '施枝蚕^x', notes: [] });
    expect(decodeText(hex('d45c5c61'), ['GB18030'], 'list').text).toBe('診\\a');
  });

  it('without an escape sequence is the only set of two bytes that is declared, with a note', () => {
    const called = decodeText(hex('1b242943fbf3'), korean, 'name');
    const bare = decodeText(hex('fbf3'), korean, 'name');
    expect([called.text, called.notes]).toEqual(['洪', []]);
    expect(bare.text).toBe('洪');
    expect(bare.notes).toEqual(['2 bytes without an escape sequence, read as the only set that is declared']);
  });
});

describe('what is wrong', () => {
  it('is read as what it must mean, and said', () => {
    const cases: readonly (readonly [terms: string[], bytes: string, text: string, note: RegExp])[] = [
      [['ISO-IR 192'], 'c3a9', 'é', /"ISO-IR 192": read as ISO_IR 192/],
      [['iso_ir_144'], 'bb', 'Л', /"ISO_IR_144": read as ISO 2022 IR 144/],
      [['utf-8'], 'c3a9', 'é', /"UTF-8": read as encoding utf-8/],
      [['ISO_IR 999'], 'e9', 'é', /"ISO_IR 999": read as none/],
      [['ISO_IR 192', 'ISO 2022 IR 87'], 'c3a9', 'é', /allows no other character set/],
      [['', 'ISO_IR 192'], 'e9', 'é', /ISO_IR 192 is no code extension/],
      [[], 'e9', 'é', /1 bytes beyond ASCII without a declared character set/],
      [[''], '1b2d4cbb', 'Л', /used but not declared: ISO-IR 144/],
      [['ISO_IR 13'], '8e5293', '\ufffdR\ufffd', /no character set in force defines: 8e, 93/],
      [['ISO_IR 13'], '8e52', '山', /read as Shift-JIS/],
    ];
    for (const [terms, bytes, text, note] of cases) {
      const decoded = decodeText(hex(bytes), terms);
      expect([terms, decoded.text]).toEqual([terms, text]);
      expect(decoded.notes.join('; ')).toMatch(note);
    }
  });

  it('is counted, and nothing is dropped: bytes that are no text, cut characters, strange escapes', () => {
    expect(decodeText(hex('41ff42'), ['ISO_IR 192'])).toEqual({
      text: 'A\ufffdB',
      notes: ['1 characters are not in UTF-8'],
    });
    expect(decodeText(hex('a541'), ['ISO_IR 127'])).toEqual({
      text: '\ufffdA',
      notes: ['bytes that no character set in force defines: a5'],
    });
    expect(decodeText(hex('1b24423b'), ['', 'ISO 2022 IR 87']).text).toBe('\ufffd');
    expect(decodeText(hex('411b5a5a5a42'), ['']).text).toBe('A\ufffdZZZB');
    expect(decodeText(hex('1b'), ['']).notes).toHaveLength(1);
  });

  it('never throws or grows, whatever the bytes and the terms', () => {
    const terms = [
      '',
      'ISO 2022 IR 13',
      'ISO 2022 IR 87',
      'ISO 2022 IR 149',
      'ISO 2022 IR 100',
      'GBK',
      '\u0000',
    ];
    const escape = constantFrom(
      0x1b,
      0x24,
      0x28,
      0x29,
      0x42,
      0x43,
      0x44,
      0x49,
      0x4a,
      0x2d,
      0x5c,
      0x5e,
      0xb0,
      0xc1,
    );
    assert(
      property(
        uint8Array({ maxLength: 60 }),
        subarray([...Array(60).keys()]),
        escape,
        subarray(terms),
        constantFrom<TextSort>('name', 'list', 'text'),
        (bytes, places, byte, chosen, sort) => {
          for (const at of places) if (at < bytes.length) bytes[at] = byte;
          const { text, notes } = decodeText(bytes, chosen, sort);
          expect(text.length).toBeLessThanOrEqual(2 * bytes.length);
          expect(notes.length).toBeLessThan(12);
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });
});
