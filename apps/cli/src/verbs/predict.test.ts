import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { bareTable, type Forecast, predictorDefinitions, trainForecast, writeBundle } from '@myocast/model';
import { encodePatients, type Explanation, mapPatients } from '@myocast/model/explanation';
import type { Variable } from '@myocast/study';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictVerb } from './predict.ts';
import { runVerb } from './run-verb.fixture.ts';

const predict = (...words: string[]) => runVerb(predictVerb, 'predict', ...words);

const variables: readonly Variable[] = [
  { name: 'age', label: 'Age', kind: 'continuous', unit: 'a', low: 18, high: 110, predictor: true },
];
const columns = ['age', 'killip', 'lab', 'days', 'death'];
let folder: string;
let patientFile: Uint8Array;

beforeAll(async () => {
  const random = new Random('predict');
  const rows = Array.from({ length: 90 }, () => {
    const age = random.normal(60, 10);
    const days = Math.min(random.exponential(1e-3 * Math.exp(0.08 * (age - 60))), 900);
    const cell = (value: number) => (random.chance(0.1) ? '' : value.toFixed(1));
    return [
      age.toFixed(1),
      cell(random.integer(3) + 1),
      cell(random.normal()),
      days.toFixed(0),
      days < 900 ? '1' : '0',
    ];
  });
  const read = bareTable({ path: 't', columns, rows }, { time: 'days', event: 'death', id: null });
  if (!read.ok) throw new Error(read.issues[0]!.message);
  const { table, outcome } = read.value;
  const trained = await trainForecast({
    table,
    outcome,
    rows: [...table.subjects.keys()],
    riskGroups: { horizonDays: 730, thresholds: [0.1, 0.2], names: ['low', 'intermediate', 'high'] },
    config: { members: 2, epochs: 10, keepEvery: 10 },
    random: new Random(1),
  });
  folder = await mkdtemp(join(tmpdir(), 'myocast-predict-'));
  const everyone = [...table.subjects.keys()];
  const { bytes, patients } = encodePatients(
    { study: 't', dataSet: 't' },
    table.subjects,
    mapPatients(trained.population!, trained.plan.scaler, table, everyone, outcome),
  );
  patientFile = bytes;
  await writeBundle(trained, join(folder, 'model.myocast'), {
    name: 'test',
    softwareVersion: '0.1.0',
    commit: null,
    seed: 1,
    dataSet: 't',
    study: null,
    predictors: predictorDefinitions(trained.plan, table.columns, variables),
    faithfulness: null,
    patients,
    trainedOn: 'virtual patients',
    intendedUse: 'test',
  });
  const asked = Array.from({ length: 12 }, (_, n) =>
    [`p/${n % 11}`, 45 + 3 * n, '', n % 2 ? 0.5 : ''].join(','),
  );
  await writeFile(join(folder, 'patients.csv'), ['id,age,killip,lab', ...asked].join('\n'));
  await writeFile(join(folder, 'few.csv'), ['id,age,killip,lab', asked[5]].join('\n'));
}, 60_000);

const explained = (out: string, table = 'few.csv', ...more: string[]) =>
  predict(
    '--bundle',
    join(folder, 'model.myocast'),
    '--table',
    join(folder, table),
    '--id',
    'id',
    '--explain',
    out,
    ...more,
  );

describe('myocast predict --explain', () => {
  it('writes a record and a page for each patient, and whether the explanations are faithful', async () => {
    const out = join(folder, 'why');
    const { document, lines } = await explained(out, 'patients.csv');
    const names = (await readdir(out)).sort();
    // Two patients of one name, and one whose name would lead to another folder.
    expect(names).toContain('p-0.html');
    expect(names).toContain('p-0-2.json');
    expect(names).toContain('faithfulness.json');
    expect(names).toHaveLength(25);
    const first = JSON.parse(await readFile(join(out, 'p-3.json'), 'utf8')) as Explanation;
    expect(first).toMatchObject({
      subject: 'p/3',
      composite: 'death',
      horizonDays: 730.5,
      missing: ['killip'],
      missingItems: [{ name: 'killip', label: 'killip' }],
      abstains: null,
    });
    expect(first.variables.scales[0]!.contributions.map(({ player }) => player)).toEqual(['age', 'lab']);
    expect(first.labels).toEqual({ age: 'Age 54 a', lab: 'lab 0.5' });
    expect(first).toMatchObject({ nearest: null, variablesAgainstTraining: null });
    expect(first.place!.percentile).toBeGreaterThan(0);
    const { forecasts } = document as { forecasts: { risks: { at: string; death: number }[] }[] };
    expect(first.risk.risk).toBeCloseTo(forecasts[3]!.risks.find(({ at }) => at === '2 y')!.death, 6);
    expect(lines.join('\n')).toMatch(/deletion: .* p /);
  });

  it('gives the same bytes again, and other ones for another day', async () => {
    const [one, two, other] = ['one', 'two', 'other'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await explained(one);
    await explained(two);
    await explained(other, 'few.csv', '--horizon-days', '200');
    for (const name of ['p-5.json', 'p-5.html'])
      expect(await readFile(join(one, name), 'utf8')).toBe(await readFile(join(two, name), 'utf8'));
    const later = JSON.parse(await readFile(join(one, 'p-5.json'), 'utf8')) as Explanation;
    const earlier = JSON.parse(await readFile(join(other, 'p-5.json'), 'utf8')) as Explanation;
    expect(earlier.horizonDays).toBe(200);
    expect(earlier.risk.risk).toBeLessThan(later.risk.risk);
  });

  it('shows the nearest patients where the bundle was developed; elsewhere it says that it holds none', async () => {
    const [home, away, other] = ['home', 'away', 'other'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const abroad = await explained(away);
    const at = async (out: string) =>
      JSON.parse(await readFile(join(out, 'p-5.json'), 'utf8')) as Explanation;
    expect(await at(away)).toMatchObject({
      nearest: null,
      whyNoNearest: expect.stringMatching(
        /^a bundle holds no patient; .*model\.patients\.json is not beside it/,
      ),
    });
    expect(abroad.lines.join('\n')).toContain('nearest patients: not shown, a bundle holds no patient');
    expect(await readFile(join(away, 'p-5.html'), 'utf8')).toContain('Not shown: a bundle holds no patient');
    const beside = join(folder, 'model.patients.json');
    try {
      await writeFile(beside, patientFile);
      const { lines } = await explained(home);
      const { nearest, whyNoNearest } = await at(home);
      expect(whyNoNearest).toBeNull();
      expect(nearest!.patients).toHaveLength(10);
      expect(lines.join('\n')).not.toContain('not shown');
      await writeFile(beside, `${new TextDecoder().decode(patientFile)} `);
      const { document } = await explained(other);
      expect(await at(other)).toMatchObject({
        nearest: null,
        whyNoNearest: 'model.patients.json is not of this bundle',
      });
      expect((document as { issues: { message: string }[] }).issues[0]!.message).toMatch(
        /expected the patients of hash/,
      );
    } finally {
      await rm(beside, { force: true });
    }
  });

  it('refuses a day beyond the follow-up, and a study that the model was not trained on', async () => {
    await expect(explained(join(folder, 'far'), 'few.csv', '--horizon-days', '2000')).rejects.toThrow(
      /at most 900/,
    );
    await expect(
      explained(join(folder, 'no'), 'few.csv', '--trained-on', join(folder, 'nowhere')),
    ).rejects.toThrow();
  });
});

describe('myocast predict --patient', () => {
  const asked = async (values: object) => {
    const path = join(folder, 'patient.json');
    await writeFile(path, JSON.stringify({ subject: 'one', values }));
    return predict('--bundle', join(folder, 'model.myocast'), '--patient', path);
  };
  interface Found {
    readonly forecasts: readonly Pick<Forecast, 'composite' | 'group' | 'abstains' | 'distance'>[];
  }

  it('converts a value to the unit of the model', async () => {
    const inYears = (await asked({ age: 60, killip: 2, lab: 0 })).document as Found;
    const inMonths = (await asked({ age: { value: 720, unit: 'mo' }, killip: 2, lab: 0 })).document as Found;
    expect(inMonths.forecasts[0]!.composite.risk.at(-1)).toBeCloseTo(
      inYears.forecasts[0]!.composite.risk.at(-1)!,
      9,
    );
    const older = (await asked({ age: 75, killip: 2, lab: 0 })).document as Found;
    expect(older.forecasts[0]!.composite.risk.at(-1)).toBeGreaterThan(
      inYears.forecasts[0]!.composite.risk.at(-1)! + 0.02,
    );
  });

  it.each([
    [
      { age: { value: 60, unit: 'kg' } },
      /one: age: expected years or a unit that converts, found 60 kg \(unknown-unit\)/,
    ],
    [{ age: 600 }, /one: age: expected at most 110 years, found 600 \(bad-value\)/],
    [{ agee: 60 }, /one: agee: .*the nearest is age \(unknown-column\)/],
  ])('refuses a value that it cannot take: %j', async (values, message) => {
    await expect(asked(values)).rejects.toThrow(message);
  });

  it('says the risk group and how far out the patient is', async () => {
    const { document, lines } = await asked({ age: 44, killip: 2, lab: 0.5 });
    const [{ group, abstains, distance }] = (document as Found).forecasts as [Found['forecasts'][number]];
    expect(abstains).toBeNull();
    expect(['low', 'intermediate', 'high']).toContain(group);
    expect(distance!.far).toHaveLength(3);
    expect(lines.join('\n')).toContain(
      `risk group: ${group} (low below 10 %, intermediate below 20 %, high, by the risk at 730 days)`,
    );
    expect(lines.join('\n')).toMatch(
      /farther out than \d+ % of the patients trained on: .*\d\.\d SD (above|below) their mean/,
    );
  });

  it('says plainly where it abstains, and gives no group', async () => {
    const unknown = await asked({ killip: 2 });
    expect((unknown.document as Found).forecasts[0]).toMatchObject({
      group: null,
      abstains: { reason: 'little-observed' },
    });
    expect(unknown.lines).toContainEqual(
      expect.stringMatching(/ABSTAINS, not to be relied on: what is missing/),
    );
    expect(unknown.lines[1]).toMatch(/ABSTAINS/);
    expect(unknown.lines).toContain('  to know of what is missing: Age');
    for (const line of unknown.lines.filter((one) => one.includes('90 % interval') && one.includes(' y:')))
      expect(line).toMatch(/\[not to be relied on\]$/);
    expect(unknown.lines.join('\n')).toContain('missing, the most influential first: Age, lab');
    expect(unknown.lines.join('\n')).toContain('by the 1 of 3 items that are known');
    expect(unknown.lines.join('\n')).not.toContain('risk group');
    const far = await asked({ age: 109, killip: 3, lab: -40 });
    expect(far.lines).toContainEqual(expect.stringMatching(/ABSTAINS.*farther out than 100\.0 % /));
  });
});

describe('myocast predict --table', () => {
  it('makes a forecast without a cell that it cannot take, and says so beside it; an unknown column counts once', async () => {
    const path = join(folder, 'wrong.csv');
    await writeFile(path, 'id,age,killip,lab,shoe\na,300,2,0.1,43\nb,60,2,0.1,44\n');
    const { document, lines } = await predict(
      '--bundle',
      join(folder, 'model.myocast'),
      '--table',
      path,
      '--id',
      'id',
    );
    const { forecasts, issues } = document as {
      forecasts: { notes: string[]; missing: string[] }[];
      issues: { kind: string; path: string }[];
    };
    expect(issues.map(({ kind, path: where }) => [kind, where])).toEqual([
      ['bad-value', 'a: age'],
      ['unknown-column', 'wrong.csv shoe'],
    ]);
    expect(forecasts.map(({ notes }) => notes)).toEqual([
      ['NOT TAKEN, as if missing: age: expected at most 110 years, found 300'],
      [],
    ]);
    expect(forecasts[0]!.missing).toEqual(['age']);
    const [of, note] = [lines.indexOf('a'), lines.findIndex((line) => line.includes('NOT TAKEN'))];
    expect(note).toBeGreaterThan(of);
    expect(note).toBeLessThan(
      lines.findIndex((line) => line.includes('90 % interval 0') || line.includes(' y: ')),
    );
  });
});
