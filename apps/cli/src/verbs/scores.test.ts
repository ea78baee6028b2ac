import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash } from '@myocast/base';
import { type FrozenDataSet, writeDataSet } from '@myocast/study';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('../../bin/myocast.js', import.meta.url));
// Starting the program takes a second, and much more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const isBuilt = existsSync(fileURLToPath(new URL('../../dist/verbs/scores.js', import.meta.url)));
if (!isBuilt) process.stderr.write('skipped: the scores verb, apps/cli is not built (npx tsc -b)\n');

const variable = (name: string, unit: string | null, rest = {}) =>
  ({ name, label: name, kind: 'continuous', unit, predictor: false, ...rest }) as const;
/** GRACE: 42 points of every infarct, 58 of the age, 9, 34, 7 and 0: 150; the second has no creatinine: 144 to 171. */
const values = { age: 63, heart_rate: 80, systolic_bp: 130, creatinine: 88, killip: 1, cardiac_arrest: 0 };
const { creatinine: _, ...without } = values;
const content: Omit<FrozenDataSet, 'hash'> = {
  study: 'NCT07277400',
  variables: [
    variable('age', 'a'),
    variable('heart_rate', '/min'),
    variable('systolic_bp', 'mmHg'),
    variable('creatinine', 'umol/L', { analyte: 'creatinine' }),
    variable('killip', null, { kind: 'ordinal' }),
    variable('cardiac_arrest', null, { kind: 'binary' }),
    variable('hs_crp', 'mg/L'),
  ],
  causes: ['death'],
  compositeCauses: ['death'],
  compositeName: 'death',
  subjects: [
    { subject: 'S1', centre: 'A', values, followUp: { days: 100, cause: 'death' } },
    { subject: 'S2', centre: 'A', values: without, followUp: { days: 300, cause: null } },
    { subject: 'S3', centre: 'B', values: { ...values, age: 45 }, followUp: { days: 200, cause: null } },
  ],
};

describe.skipIf(!isBuilt)('scores', () => {
  let study = '';
  const scores = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'scores', ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  beforeAll(async () => {
    study = await mkdtemp(join(tmpdir(), 'myocast-cli-scores-'));
    await writeDataSet(study, { ...content, hash: contentHash(content) });
    await mkdir(join(study, 'quantities'));
    const segments = Array.from({ length: 16 }, () => 0);
    const lge = {
      infarctPercent: 25,
      mvoPercent: 2,
      transmuralityPercent: segments,
      mvoSegmentPercent: segments,
    };
    await writeFile(join(study, 'quantities', 'S1.json'), JSON.stringify({ cine: null, lge }));
  });

  it('writes a row for each subject, counts what is missing or assumed, and judges what is recorded well enough', async () => {
    const { status, stdout, stderr } = scores('--study', study, '--json', '--assume', 'lbbb=0');
    expect([status, stderr]).toEqual([0, '']);
    const [header, ...rows] = (await readFile(join(study, 'scores.csv'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const cells = (row: number, score: string) =>
      ['points', 'lowest', 'highest', 'class', 'missing'].map(
        (part) => rows[row]![header!.indexOf(`${score} ${part}`)],
      );
    expect(cells(0, 'grace-in-hospital')).toEqual(['150', '150', '150', 'intermediate', '']);
    expect(cells(1, 'grace-in-hospital')).toEqual(['', '144', '171', '', 'creatinine']);
    expect(cells(2, 'grace-in-hospital')).toEqual(['117', '117', '117', 'low', '']);
    expect(cells(0, 'eitel')).toEqual(['', '3', '4', 'high', 'lvef']);
    expect(cells(2, 'eitel')).toEqual(['', '0', '4', '', 'lvef; infarct; mvo']);
    const record = JSON.parse(stdout);
    const of = (name: string) => record.scores.find((score: { name: string }) => score.name === name);
    expect(of('grace-in-hospital')).toMatchObject({
      completeness: { subjects: 3, complete: 2, missing: { creatinine: 1 } },
      coverage: 1,
      concordance: { complete: { subjects: 2, events: 1, index: 1 }, all: { subjects: 3, index: 0.5 } },
      certainty: 'read',
    });
    expect(of('cadillac').concordance).toBeNull();
    expect(of('bulluck')).toMatchObject({ certainty: 'not-seen', concordance: null });
    expect(record.facts).toEqual({
      st_deviation: 3,
      elevated_enzymes: 3,
      prior_mi: 3,
      in_hospital_pci: 3,
      lbbb: 3,
    });
    expect(record.variablesWithoutItem).toEqual(['hs_crp']);
  });

  it('refuses an assumption that an item cannot have', () => {
    const { status, stderr } = scores('--study', study, '--assume', 'lbbb=7');
    expect([status, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--assume <item=value>' argument 'lbbb=7' is invalid. expected an item and a value it can have, as lbbb=0, got \"lbbb=7\"",
    ]);
  });
});
