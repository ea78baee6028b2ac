import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJsonFile, writeFileAtomic, writeFolderAtomic } from './atomic-file.ts';
import { canonicalJson, contentHash } from './canonical-json.ts';
import { countIssues, formatIssue, issue } from './issue.ts';
import { convert, isUnit, unitWords } from './quantity.ts';
import { Random } from './random.ts';

describe('canonical JSON', () => {
  it('writes equal values as equal bytes whatever the order of the keys', () => {
    expect(canonicalJson({ b: [1, 2.5], a: { d: null, c: 'x' } })).toBe(
      '{"a":{"c":"x","d":null},"b":[1,2.5]}',
    );
    expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
    expect(contentHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
  it('names the place of a number that JSON cannot hold', () => {
    expect(() => canonicalJson({ a: [0, Number.NaN] })).toThrow('$.a[1]');
  });
});

describe('issues', () => {
  it('stay on one line whatever the input held', () => {
    const made = issue('bad-value', 'a.csv\nrow 2', 'expected a number, found "\u001b[31mx"');
    expect(formatIssue(made)).toBe('a.csv row 2: expected a number, found " [31mx" (bad-value)');
    expect(countIssues([made, made])).toEqual({ 'bad-value': 2 });
  });
});

describe('quantities', () => {
  it('convert within a family and by molar mass between families', () => {
    // Both ends of the master equation: 48 mmol/mol is 6.54 %, the threshold of diabetes 6.5 %.
    expect(convert(48, 'mmol/mol', '%', 'hba1c')).toBeCloseTo(6.54304, 5);
    expect(convert(6.54304, '%', 'mmol/mol', 'hba1c')).toBeCloseTo(48, 9);
    expect(convert(48, 'mmol/mol', '%')).toBeNull();
    expect(convert(7, '%', '%', 'hba1c')).toBe(7);
    expect(convert(2, 'years', 'a')).toBe(2);
    expect([unitWords('a'), unitWords('mmHg')]).toEqual(['years', 'mmHg']);
    expect(convert(1, 'cm', 'mm')).toBe(10);
    expect(convert(1, 'mg/dL', 'umol/L', 'creatinine')).toBeCloseTo(88.4017, 3);
    expect(convert(100, 'mg/dL', 'mmol/L', 'glucose')).toBeCloseTo(5.5506, 3);
    expect(
      convert(convert(2.9, 'mmol/L', 'mg/dL', 'cholesterol')!, 'mg/dL', 'mmol/L', 'cholesterol'),
    ).toBeCloseTo(2.9, 12);
  });
  it('understand the spellings of laboratories', () => {
    expect(convert(1, 'mg/dl', '\u00b5mol/l', 'creatinine')).toBeCloseTo(88.4017, 3);
    expect(convert(25, 'kg/m\u00b2', 'kg/m^2')).toBe(25);
    expect(convert(80, 'ml/m2', 'mL/m\u00b2')).toBe(80);
    expect(convert(2, 'l', 'ml')).toBe(2000);
    expect(convert(14.5, 'g/dl', 'g/L')).toBeCloseTo(145, 12);
    expect(convert(9, 'mmol/L', 'g/L', 'haemoglobin')).toBeCloseTo(145.03, 2);
    expect(convert(100, 'pmol/L', 'pg/mL', 'nt-probnp')).toBeCloseTo(845.7, 9);
    expect(convert(9600, '/\u00b5l', '10^9/L')).toBeCloseTo(9.6, 12);
    expect(convert(2, '\u00b5kat/L', 'U/L')).toBe(120);
    expect(convert(2, '\u00b5kat/l', 'U/l')).toBe(120);
  });
  it('refuse what does not measure the same thing', () => {
    expect(convert(1, 'mg/dL', 'umol/L')).toBeNull();
    expect(convert(1, 'mm', 'kg')).toBeNull();
    expect(convert(1, 'furlong', 'furlong')).toBeNull();
    expect(isUnit('furlong')).toBe(false);
    expect(isUnit('toString')).toBe(false);
  });
});

describe('random numbers', () => {
  it('are the same for the same seed and label, whatever was drawn before', () => {
    const one = new Random(7);
    const two = new Random(7);
    two.uniform();
    expect(one.fork('subject 3').normal()).toBe(two.fork('subject 3').normal());
    expect(one.fork('a').uniform()).not.toBe(one.fork('b').uniform());
  });
  it('have the moments of their distributions', () => {
    const random = new Random('moments');
    const draws = Array.from({ length: 40_000 }, () => random.normal(2, 3));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 2)).toBeLessThan(0.06);
    expect(Math.abs(variance - 9)).toBeLessThan(0.3);
    const uniform = Array.from({ length: 40_000 }, () => random.uniform());
    expect(Math.abs(uniform.filter((u) => u < 0.25).length / 40_000 - 0.25)).toBeLessThan(0.01);
  });
  it('permute every index once', () => {
    expect(new Random(1).permutation(50).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });
});

describe('atomic files', () => {
  it('leave nothing behind when building a folder fails', async () => {
    const root = await mkdtemp(join(tmpdir(), 'myocast-base-'));
    await expect(
      writeFolderAtomic(join(root, 'out'), /^$/, async (draft) => {
        await writeFile(join(draft, 'half'), 'x');
        throw new Error('interrupted');
      }),
    ).rejects.toThrow('interrupted');
    expect(await readdir(root)).toEqual([]);
  });
  it('write files and folders in one step', async () => {
    const root = await mkdtemp(join(tmpdir(), 'myocast-base-'));
    await writeFileAtomic(join(root, 'deep', 'a.json'), '{"a":1}');
    expect(await readJsonFile(join(root, 'deep', 'a.json'))).toEqual({ a: 1 });
    expect(await readJsonFile(join(root, 'none.json'))).toBeNull();
    await writeFolderAtomic(join(root, 'out'), /^$/, (draft) => writeFile(join(draft, 'f'), 'x'));
    expect(await readFile(join(root, 'out', 'f'), 'utf8')).toBe('x');
    expect(existsSync(join(root, 'deep', 'a.json'))).toBe(true);
  });
  it('never remove what was not written by the same hand', async () => {
    const root = await mkdtemp(join(tmpdir(), 'myocast-base-'));
    const out = join(root, 'out');
    const write = (text: string) =>
      writeFolderAtomic(out, /^old\.json$/, (draft) => writeFile(join(draft, 'f'), text));
    await write('first');
    await writeFile(join(out, 'old.json'), '{}');
    await write('second');
    expect(await readdir(out)).toEqual(['f']);
    await writeFile(join(out, 'thesis.docx'), 'years of work');
    await expect(write('third')).rejects.toThrow('found thesis.docx in it');
    expect(await readdir(out)).toEqual(['f', 'thesis.docx']);
    expect(await readdir(root)).toEqual(['out']);
  });
});
