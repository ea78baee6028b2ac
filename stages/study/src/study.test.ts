import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Checked, formatIssue } from '@myocast/base';
import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { exportTables } from './export-tables.ts';
import { freeze, readDataSet, summarise, writeDataSet } from './freeze.ts';
import { importTables } from './import-tables.ts';
import { readProtocol } from './protocol.ts';
import * as schema from './schema.ts';
import { initStudy, openStudy, shippedProtocol, type Study } from './study.ts';

const clock = () => new Date('2026-01-01T00:00:00Z');
const root = fileURLToPath(new URL('../../..', import.meta.url));
const shared = join(root, '../shared/data');
const hasData = existsSync(join(shared, 'survival/whas500.csv'));
if (!hasData) process.stderr.write('skipped: WHAS500 and EMIDEC imports, ../shared/data is not there\n');

const header =
  'subject,centre,cmr_date,age,sex,bmi,hypertension,diabetes,dyslipidaemia,smoker,heart_rate,systolic_bp,killip,anterior,culprit,symptom_to_balloon,timi_pre,timi_post,multivessel,creatinine [mg/dL],glucose,ldl_c,hs_crp,nt_probnp,peak_troponin_t,haemoglobin,wbc,peak_ck';
const row = 'S1,A,2026-01-05,58,male,24,1,0,1,0,76,124,1,1,LAD,210,0,3,0,1,8,2.9,8.9,822,4900,142,9.6,2133';
let template: string;
let open: Study[] = [];

function must<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(checked.issues.map(formatIssue).join('\n'));
  return checked.value;
}

function remember(study: Study): Study {
  open.push(study);
  return study;
}

/** A fresh empty study: creating a database takes seconds, copying one does not. */
async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-study-'));
  await cp(join(template, 'database'), join(folder, 'database'), { recursive: true });
  return folder;
}

async function fresh(): Promise<Study> {
  return remember(must(await openStudy(await freshFolder(), clock)));
}

async function file(study: Study, name: string, lines: readonly string[]): Promise<string> {
  const path = join(study.folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'myocast-study-'));
  await must(await initStudy(template, shippedProtocol, clock)).close();
}, 180_000);

afterEach(async () => {
  for (const study of open) await study.close();
  open = [];
});

it('keeps who is a virtual patient from the table to the frozen data set and the export, without a file beside it', async () => {
  const study = await fresh();
  const marked = (line: string, mark: string) => `${line},${mark}`;
  const clinical = await file(study, 'c.csv', [
    marked(header, 'data_origin'),
    marked(row, 'virtual'),
    marked(row.replace('S1', 'S2'), 'real'),
    marked(row.replace('S1', 'S3'), ''),
  ]);
  // Of S3 only the follow-up says so.
  const follow = await file(study, 'f.csv', [
    'subject,follow_up_days,first_event,data_origin',
    'S1,100,recurrent-mi,',
    'S2,700,,real',
    'S3,5,,virtual',
  ]);
  const reports = must(await importTables(study, [clinical, follow], 'A'));
  expect(reports.map(({ virtualRows, unknownColumns }) => [virtualRows, unknownColumns])).toEqual([
    [1, []],
    [1, []],
  ]);
  const dataSet = must(await freeze(study));
  expect(dataSet.subjects.map(({ isVirtual }) => isVirtual)).toEqual([true, undefined, true]);
  expect(summarise(dataSet)).toMatchObject({ origin: 'virtual and real patients', virtualSubjects: 2 });
  const exported = await exportTables(study, join(study.folder, 'out'));
  const again = await fresh();
  must(await importTables(again, exported, 'A'));
  expect(must(await freeze(again)).hash).toBe(dataSet.hash);
});

it('takes a table without a mark for one of virtual patients where it lies beside the record of a simulation', async () => {
  const follow = ['subject,follow_up_days,first_event', 'S1,100,'];
  for (const [content, origin] of [
    [{ generatorVersion: 6, config: {} }, 'virtual patients'],
    [{ made: 'elsewhere' }, 'real patients'],
    [null, 'real patients'],
  ] as const) {
    const study = await fresh();
    if (content) await file(study, 'simulation.json', [JSON.stringify(content)]);
    const paths = [await file(study, 'c.csv', [header, row]), await file(study, 'f.csv', follow)];
    must(await importTables(study, paths, 'A'));
    expect(summarise(must(await freeze(study))).origin).toBe(origin);
  }
});

it('imports, freezes to one hash whatever the order of rows and files, and exports what can be imported again', async () => {
  const two = row.replace('S1', 'S2').replace('LAD', '');
  const three = row.replace('S1', 'S3').replace('2026-01-05', '');
  const follow = ['subject,follow_up_days,first_event', 'S1,100,recurrent-mi', 'S2,700,', 'S3,5,'];
  const study = await fresh();
  const paths = [await file(study, 'f.csv', follow), await file(study, 'c.csv', [header, row, two, three])];
  const reports = must(await importTables(study, paths, 'A'));
  expect(reports.map(({ subjects, followUps, events }) => [subjects, followUps, events])).toEqual([
    [0, 3, 1],
    [3, 0, 0],
  ]);
  const checked = await freeze(study);
  const dataSet = must(checked);
  expect(dataSet.riskGroups).toEqual({
    horizonDays: 730,
    thresholds: [0.1, 0.2],
    names: ['low', 'intermediate', 'high'],
  });
  expect(checked.issues.map(formatIssue)).toEqual([
    'subject S3: expected an index date, found none; left out (missing-value)',
  ]);
  expect(dataSet.subjects[0]!.values['creatinine']).toBeCloseTo(88.4017, 3);
  expect(summarise(dataSet)).toMatchObject({
    subjects: 2,
    events: { 'recurrent-mi': 1, 'cardiovascular-death': 0 },
    withoutEvent: 1,
    missing: { culprit: 1, age: 0 },
  });
  await writeDataSet(study.folder, dataSet);
  expect(must(await readDataSet(study.folder))).toEqual(dataSet);
  const path = join(study.folder, 'dataset.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('700', '701'));
  expect((await readDataSet(study.folder)).ok).toBe(false);

  const other = await fresh();
  must(await importTables(other, [await file(other, 'c1.csv', [header, three, two])], 'B'));
  must(await importTables(other, [await file(other, 'c2.csv', [header, row])], 'B'));
  must(
    await importTables(
      other,
      [
        await file(
          other,
          'f.csv',
          follow.toReversed().toSorted((a) => (a.startsWith('subject') ? -1 : 1)),
        ),
      ],
      'B',
    ),
  );
  expect(must(await freeze(other)).hash).toBe(dataSet.hash);

  const again = await fresh();
  must(await importTables(again, await exportTables(study, join(study.folder, 'out')), 'C'));
  expect(must(await freeze(again)).hash).toBe(dataSet.hash);
});

it('takes all or nothing, passes over a file it knows, and refuses a subject twice', async () => {
  const study = await fresh();
  const clinical = await file(study, 'c.csv', [header, row]);
  const bad = await file(study, 'f.csv', ['subject,follow_up_days,first_event', 'S9,3,']);
  const refusedImport = await importTables(study, [clinical, bad], 'A');
  expect(refusedImport.issues.map(formatIssue)).toEqual([
    'f.csv row 2: expected a subject of the study, found S9 (unknown-subject)',
  ]);
  expect(await study.database.select().from(schema.subject)).toEqual([]);
  expect(await study.database.select().from(schema.importLog)).toEqual([]);
  must(await importTables(study, [clinical], 'A'));
  expect(must(await importTables(study, [clinical], 'A'))[0]!.alreadyImported).toBe(true);
  const twice = await importTables(
    study,
    [await file(study, 'c2.csv', [header, row.replace('58', '59')])],
    'A',
  );
  expect(twice.issues.map(({ kind }) => kind)).toEqual(['duplicate-subject']);
  const [value] = await study.database.select().from(schema.observation);
  expect(value).toMatchObject({ variable: 'age', valueNumber: 58, valueGiven: '58', sourceRow: 2 });
  await expect(study.database.execute(sql`update observation set value_number = 1`)).rejects.toMatchObject({
    cause: { message: 'records of observation are added, never changed' },
  });
});

it('is open in one process at a time', async () => {
  const study = await fresh();
  await expect(openStudy(study.folder, clock)).rejects.toThrow(/open in process \d+/);
  expect((await initStudy(template, shippedProtocol, clock)).issues[0]?.kind).toBe('already-exists');
});

it('keeps every acknowledged record when its process is killed', async () => {
  const folder = await freshFolder();
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--import',
      'tsx',
      join(root, 'stages/study/src/testing/importing-child.ts'),
      folder,
      header,
      row,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: root },
  );
  // Its output ends before the process has gone, and until then the lock is its own.
  const gone = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 12) child.kill('SIGKILL');
  }
  await gone;
  expect(existsSync(join(folder, 'database.lock'))).toBe(true);
  const study = remember(must(await openStudy(folder, clock)));
  const subjects = await study.database.select().from(schema.subject);
  const values = await study.database.select().from(schema.observation);
  expect(acknowledged.length).toBeGreaterThanOrEqual(12);
  expect(subjects.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
  expect(values).toHaveLength(subjects.length * 25);
});

async function withProtocol(mapping: string): Promise<Study> {
  const folder = await freshFolder();
  const { text } = must(await readProtocol(join(root, 'examples/mappings', mapping)));
  const study = must(await openStudy(folder, clock));
  await study.database.update(schema.study).set({ protocol: text });
  await study.close();
  return remember(must(await openStudy(folder, clock)));
}

it.skipIf(!hasData)('imports WHAS500: 500 subjects, 215 deaths', async () => {
  const study = await withProtocol('whas500.yaml');
  must(await importTables(study, [join(shared, 'survival/whas500.csv')], 'A'));
  const dataSet = must(await freeze(study));
  expect(summarise(dataSet)).toMatchObject({ subjects: 500, events: { death: 215 }, withoutEvent: 285 });
  expect(dataSet.subjects.filter(({ values }) => values['sex'] === 'female')).toHaveLength(200);
  expect(dataSet.subjects[0]!.followUp).toEqual({ days: 2178, cause: null });
});

it.skipIf(!hasData)('imports EMIDEC: 50 cases, LVEF below 40 % as a yes/no outcome', async () => {
  const study = await withProtocol('emidec.yaml');
  must(await importTables(study, [join(shared, 'emidec/clinical.csv')], 'A'));
  const dataSet = must(await freeze(study));
  expect(summarise(dataSet)).toMatchObject({
    subjects: 50,
    events: { 'lvef-below-40': 14 },
    withoutEvent: 36,
  });
  const hidden = dataSet.variables.filter(({ predictor }) => !predictor).map(({ name }) => name);
  expect(hidden).toEqual(['lvef', 'myocardium_ml', 'infarct_ml', 'mvo_ml']);
});
