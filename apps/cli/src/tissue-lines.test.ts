import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QuantitiesRecord } from '@myocast/imaging';
import { describe, expect, it } from 'vitest';
import { readHaematocrits } from './haematocrit-table.ts';
import { methodAgreement, tissueLines } from './tissue-lines.ts';

const record = (subject: string, fwhm: number | null) =>
  ({
    subject,
    lge: { infarctPercent: 20 },
    tissue: {
      enhancement: { methods: [{ method: 'fwhm', infarctPercent: fwhm, agreement: { dice: 0.8 } }] },
      transmurality: { segmentsAbove50: 3 },
      oedema: { methods: [{ areaAtRiskPercent: 35.25, salvageIndex: 0.432 }] },
      maps: [{ kind: 't1-map-native', remote: { ms: 996.4 } }],
      haemorrhage: null,
      extracellularVolume: null,
      notThere: ['t2star-map'],
    },
  }) as unknown as QuantitiesRecord;

describe('tissueLines', () => {
  it('shows one row an exam, the methods against the masks, and once what was not there', () => {
    const lines = tissueLines([record('a', 22), record('b', 25)]);
    expect(lines[1]).toMatch(/^subject +FWHM % +5 SD %/);
    expect(lines[2]!.split(/ +/)).toEqual(['a', '22.0', '–', '3', '35.3', '0.43', '996', '–', '–']);
    const fwhm = lines.find((line) => line.startsWith('fwhm'))!;
    expect(fwhm.split(/ {2,}/)).toEqual(['fwhm', '2', '3.5', '–', '0.80', '0']);
    expect(lines.join('\n')).toMatch('no range of differences below 10 exams');
    const ten = tissueLines(Array.from({ length: 10 }, (_, at) => record(`s${at}`, 21 + (at % 2))));
    const row = ten.find((line) => line.startsWith('fwhm'))!;
    // 1 and 2 by turns: 1.5 ± 1.96 · 0.527.
    expect(row.split(/ {2,}/)).toEqual(['fwhm', '10', '1.5', '0.5 to 2.5', '0.80', '0']);
    expect(ten.join('\n')).not.toMatch('no range of differences');
    expect(lines.at(-1)).toBe('not there, of 2: t2star-map (2)');
  });

  it('compares nothing over a single exam, and is silent without images', () => {
    expect(methodAgreement([record('a', 22)])).toEqual([]);
    expect(tissueLines([{ subject: 'a', lge: null } as unknown as QuantitiesRecord])).toEqual([]);
  });
});

describe('readHaematocrits', () => {
  async function table(text: string) {
    const file = join(await mkdtemp(join(tmpdir(), 'myocast-blood-')), 'blood.csv');
    await writeFile(file, text);
    return readHaematocrits(file);
  }

  it('reads shares and per cent, and passes over empty cells', async () => {
    expect([...(await table('subject,haematocrit\na,0.42\nb,39.5\nc,\n'))]).toEqual([
      ['a', 0.42],
      ['b', 0.395],
    ]);
  });

  it('stops at a missing column and at what is no number', async () => {
    await expect(table('subject,hct\na,0.4\n')).rejects.toThrow('expected a column "haematocrit"');
    await expect(table('subject,haematocrit\na,high\n')).rejects.toThrow('row 2');
  });
});
