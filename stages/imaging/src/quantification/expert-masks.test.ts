import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findDataset } from '../segmentation/dataset.ts';
import { type CaseQuantities, caseNames, errorsAgainst, quantifyCase } from './quantify-dataset.ts';

const shared = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/data');
const present = existsSync(join(shared, 'acdc/reference.csv'));
if (!present) process.stderr.write('skipped: expert masks need ../shared/data, which is not here\n');

function referenceRows(file: string, key: string): Map<string, Record<string, string>> {
  const [header, ...lines] = readFileSync(join(shared, file), 'utf8').trim().split('\n');
  const names = header!.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell])));
  return new Map(rows.map((row) => [row[key]!, row]));
}

async function quantified(folder: string): Promise<CaseQuantities[]> {
  const dataset = (await findDataset(join(shared, folder), 'cine-sax'))!;
  const cases: CaseQuantities[] = [];
  for (const name of caseNames(dataset)) {
    const done = await quantifyCase(dataset, name, null);
    if (!done.ok) throw new Error(done.issues[0]!.message);
    cases.push(done.value);
  }
  return cases;
}

describe.skipIf(!present)("experts' masks", () => {
  it('of ACDC give the published volumes and ejection fractions of all 50 patients', async () => {
    const reference = referenceRows('acdc/reference.csv', 'patient');
    const cases = await quantified('acdc');
    expect(cases.length).toBe(50);
    for (const { name, quantities } of cases) {
      if (!('edvMl' in quantities)) throw new Error(`${name}: expected cine quantities`);
      const row = reference.get(name)!;
      const close = (ours: number, column: string, tolerance: number) =>
        expect(Math.abs(ours - Number(row[column])), `${name} ${column}`).toBeLessThan(tolerance);
      close(quantities.edvMl, 'ed_lv_ml', 1e-3);
      close(quantities.esvMl, 'es_lv_ml', 1e-3);
      close(quantities.massG / 1.05, 'ed_myo_ml', 1e-3);
      close(quantities.rvEdvMl, 'ed_rv_ml', 1e-3);
      close(quantities.rvEsvMl, 'es_rv_ml', 1e-3);
      close(quantities.ejectionFractionPercent / 100, 'lvef', 1e-5);
      for (const wall of quantities.wallThicknessMm) {
        expect(wall, name).toBeGreaterThan(2);
        expect(wall, name).toBeLessThan(25);
      }
    }
  });

  it('of EMIDEC give the infarct fractions of all 50 cases, without ml', async () => {
    const reference = referenceRows('emidec/reference.csv', 'name');
    const cases = await quantified('emidec');
    expect(cases.length).toBe(50);
    for (const { name, quantities } of cases) {
      if (!('infarctPercent' in quantities)) throw new Error(`${name}: expected LGE quantities`);
      const expected = Number(reference.get(name)!['infarct_fraction_png']);
      expect(Math.abs(quantities.infarctPercent / 100 - expected), name).toBeLessThan(1e-4);
      expect(quantities.infarctMl).toBeNull();
    }
  });
});

it('errors are counted over the cases that the reference knows, with the sign of ours minus the reference', () => {
  const own = (name: string, edvMl: number) => ({ name, quantities: { edvMl } }) as unknown as CaseQuantities;
  const cases = [own('a', 110), own('b', 96), own('d', 1)];
  const reference = new Map(['a', 'b', 'c'].map((name) => [name, { edvMl: 100 }]));
  expect(errorsAgainst(cases, reference)).toEqual([
    { quantity: 'edvMl', count: 2, meanAbsoluteError: 7, bias: 3 },
  ]);
});
