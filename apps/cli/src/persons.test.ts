import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issue } from '@myocast/base';
import { nobodyKnown } from '@myocast/imaging';
import { describe, expect, it } from 'vitest';
import { personOver, readPersons } from './persons.ts';

async function persons(text: string) {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-persons-')), 'persons.csv');
  await writeFile(path, text);
  const issues: Issue[] = [];
  return { found: await readPersons(path, issues), issues };
}

describe('readPersons', () => {
  it('takes units as the columns name them, and weight from the body mass index where it is missing', async () => {
    const { found, issues } = await persons(
      'subject,sex,age [a],height [m],weight [kg],bmi [kg/m2]\nA,male,61,1.80,80,99\nB,F,50,1.6,,25\nC,,,,70,\n',
    );
    expect(issues).toEqual([]);
    expect(found.get('A')).toEqual({ ageYears: 61, sex: 'male', heightCm: 180, weightKg: 80 });
    expect(found.get('B')!.weightKg).toBeCloseTo(25 * 1.6 ** 2, 10);
    expect(found.get('B')!.sex).toBe('female');
    expect(found.get('C')).toEqual({ ...nobodyKnown, weightKg: 70 });
    expect(found.get('D')).toBeUndefined();
  });

  it('guesses neither a unit nor a sex', async () => {
    const { found, issues } = await persons('subject,sex,height,weight [m]\nA,1,180,80\n');
    expect(found.get('A')).toEqual(nobodyKnown);
    expect(issues.map(({ kind, message }) => [kind, message])).toEqual([
      ['unknown-unit', 'expected "height [cm]", found no unit'],
      ['unknown-unit', 'expected "weight [kg]", found m'],
      ['bad-value', 'expected sex female or male, found 1'],
    ]);
  });

  it('stops at a table without subjects', async () => {
    await expect(persons('patient,sex\nA,male\n')).rejects.toThrow('expected a column "subject"');
  });
});

it('what one does not say of a person, another may', () => {
  const said = { ...nobodyKnown, ageYears: 60 };
  expect(personOver(said, { ageYears: 1, sex: 'male', heightCm: null, weightKg: 70 })).toEqual({
    ageYears: 60,
    sex: 'male',
    heightCm: null,
    weightKg: 70,
  });
});
