import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runVerb } from './run-verb.fixture.ts';
import { scoresVerb } from './scores.ts';

interface Found {
  readonly scores: readonly { readonly name: string; readonly result: Readonly<Record<string, unknown>> }[];
}

async function scoresOf(values: object, ...words: string[]) {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-scores-')), 'p.json');
  await writeFile(path, JSON.stringify({ subject: 'p', values }));
  const { document, lines } = await runVerb(scoresVerb, 'scores', '--patient', path, ...words);
  const grace = (document as Found).scores.find(({ name }) => name.startsWith('grace'))!;
  return { grace: grace.result, lines };
}

/** GRACE: 58 points of the age, 9, 34, 7 and 0; and with ST deviation 28 and raised enzymes 14: 150. */
const values = {
  age: { value: 63, unit: 'years' },
  heart_rate: 80,
  systolic_bp: 130,
  creatinine: { value: 88 / 88.4, unit: 'mg/dL' },
  killip: 1,
  cardiac_arrest: 0,
};
const stemi = ['--assume', 'st_deviation=1', '--assume', 'elevated_enzymes=1'];

it('gives the points of one patient, converted from the units of the record, and says what it assumed', async () => {
  const { grace, lines } = await scoresOf(values, ...stemi);
  expect(grace).toMatchObject({ kind: 'complete', points: 150 });
  expect(lines[0]).toBe('p');
  expect(lines.at(-1)).toBe('  assumed: st_deviation=1, elevated_enzymes=1');
});

it('gives what lies between where something is missing, and takes nothing for granted', async () => {
  const { creatinine: _, ...without } = values;
  expect((await scoresOf(without, ...stemi)).grace).toMatchObject({
    kind: 'incomplete',
    low: 144,
    high: 171,
  });
  const { grace, lines } = await scoresOf(values);
  expect(grace).toMatchObject({ kind: 'incomplete', low: 108, high: 150 });
  expect(lines.join('\n')).toMatch(/108 to 150 points.*missing: .*ST-segment deviation/);
});

it('refuses a name that it does not know', async () => {
  await expect(scoresOf({ ...values, sexx: 'f' })).rejects.toThrow(/sexx: .*the nearest is sex/);
});
