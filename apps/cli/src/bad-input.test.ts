import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDicom } from '@myocast/dicom';
import { describe, expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('../bin/myocast.js', import.meta.url));
const mapping = fileURLToPath(new URL('../../../examples/mappings/whas500.yaml', import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)));
if (!isBuilt) process.stderr.write('skipped: bad inputs, apps/cli is not built (npx tsc -b)\n');
// Starting the command takes most of a second of processor time, much more on a busy machine.
vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function myocast(cwd: string, args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { cwd }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** A folder of its own with these files; a name that ends in / is an empty folder. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-bad-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(name.endsWith('/') ? join(folder, name) : dirname(join(folder, name)), { recursive: true });
    if (!name.endsWith('/')) await writeFile(join(folder, name), content);
  }
  return folder;
}

const listing = async (folder: string) => (await readdir(folder, { recursive: true })).toSorted();

interface BadInput {
  readonly title: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly args: readonly string[];
  /** A pattern for each line of stderr: where, what was expected, what was found. */
  readonly says: readonly RegExp[];
}

const pixels = new Uint16Array(64 * 64).fill(300);
const image = writeDicom(
  {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: '2.25.1',
    SeriesInstanceUID: '2.25.3',
    Modality: 'MR',
    Rows: 64,
    Columns: 64,
    PixelSpacing: [1.5, 1.5],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    ImagePositionPatient: [0, 0, 0],
  },
  pixels,
);
const text = { 'exam/a.dcm': 'These are words, not pixels.\n'.repeat(20) };
const cut = { 'exam/cut.dcm': image.subarray(0, image.length - 1000) };
const notDicom = /^exam\/a\.dcm: expected a DICOM file .*, found text \(not-readable\)$/;
const truncated = /^exam\/cut\.dcm: expected .*, found .* \(truncated\)$/;

const images: BadInput[] = [
  { title: 'ingest a text file', files: text, args: ['ingest', 'exam', '--out', 'out'], says: [notDicom] },
  { title: 'inspect a text file', files: text, args: ['inspect', 'exam/a.dcm'], says: [notDicom] },
  { title: 'ingest a cut image', files: cut, args: ['ingest', 'exam', '--out', 'out'], says: [truncated] },
  { title: 'inspect a cut image', files: cut, args: ['inspect', 'exam/cut.dcm'], says: [truncated] },
  {
    title: 'segment a text file',
    files: text,
    args: ['segment', 'exam/a.dcm', '--kind', 'cine-sax', '--out', 'out.nii.gz'],
    says: [/^exam\/a\.dcm: expected a NIfTI file, found .* \(not-readable\)$/],
  },
  {
    title: 'ingest an empty folder',
    files: { 'empty/': '' },
    args: ['ingest', 'empty', '--out', 'out'],
    says: [/^empty: expected images .*, found none \(empty-input\)$/],
  },
  {
    title: 'run an empty folder',
    files: { 'empty/': '' },
    args: ['run', '--source', 'empty', '--out', 'out'],
    says: [/empty\/clinical\.csv: expected the clinical table, found nothing \(not-readable\)$/],
  },
];

const columns = 'age,gender,hr,sysbp,diasbp,bmi,cvd,afb,sho,chf,av3,miord,mitype,los,lenfol,fstat';
const patient = '60,0,80,120,80,25,0,0,0,0,0,0,0,5,100,0';
const imported = ['study', 'import', 'table.csv', '--study', 'study', '--protocol', mapping];
const bare = (header: string, row: string) => ({ 'table.csv': `${header}\n${row}\n` });
const subjects = {
  'protocol.yaml': `
name: small
title: A small study
subject: { column: subject }
centre: { constant: A }
missing: ['']
variables:
  - { name: age, label: Age, kind: continuous, unit: a, low: 18, high: 110, predictor: true }
outcome:
  kind: first-event
  days: { column: days, unit: d }
  cause: { column: event }
  causes: [death]
  composite: { name: death, causes: [death] }
`,
  'table.csv': 'subject,age,days,event\nS1,60,10,\nS2,61,10,\nS1,60,10,\n',
};
const importedSmall = ['study', 'import', 'table.csv', '--study', 'study', '--protocol', 'protocol.yaml'];

const tables: BadInput[] = [
  {
    title: 'import a table without a column',
    files: bare(columns.replace('bmi,', ''), patient.replace('25,', '')),
    args: imported,
    says: [/^table\.csv row 1: expected a column "bmi", found age, .* \(missing-column\)$/],
  },
  {
    title: 'import a table with an unknown unit',
    files: bare(columns.replace('bmi', 'bmi [stone]'), patient),
    args: imported,
    says: [/^table\.csv row 1, bmi: expected kg\/m2 or .*, found stone \(unknown-unit\)$/],
  },
  {
    title: 'import a subject twice',
    files: subjects,
    args: importedSmall,
    says: [
      /^table\.csv row 4, subject: expected each subject once, found S1 in row 2 too \(duplicate-subject\)$/,
    ],
  },
  {
    title: 'import a negative follow-up',
    files: bare(columns, patient.replace(',100,', ',-3,')),
    args: imported,
    says: [/^table\.csv row 2, lenfol: expected 0 or more days .*, found -3 \(negative-time\)$/],
  },
  {
    title: 'run a source with a wrong table',
    files: { 'source/clinical.csv': subjects['table.csv'], 'source/exams/': '', ...subjects },
    args: ['run', '--source', 'source', '--protocol', 'protocol.yaml', '--out', 'out'],
    says: [/^clinical\.csv row 4, subject: expected each subject once, found S1 .* \(duplicate-subject\)$/],
  },
  {
    title: 'stats on a table whose every time is missing',
    files: { 'table.csv': 't,e\n,1\n,0\n' },
    args: ['stats', 'km', 'table.csv', '--time', 't', '--event', 'e'],
    says: [/^table\.csv: expected a row without missing cells, found none \(empty-input\)$/],
  },
];

const nothing = /^(.*\/)?nowhere(\/\S+)?: expected .*, found (nothing|none|no such file) \(not-readable\)$/;
const nowhere: BadInput[] = [
  ['ingest', 'nowhere', '--out', 'out'],
  ['inspect', 'nowhere'],
  ['segment', 'nowhere', '--out', 'out'],
  ['quantify', 'nowhere', '--out', 'out'],
  ['run', '--source', 'nowhere', '--out', 'out'],
  ['train', '--study', 'nowhere'],
  ['validate', '--study', 'nowhere'],
  ['report', '--study', 'nowhere'],
  ['serve', '--study', 'nowhere', '--port', '0'],
  ['predict', '--bundle', 'nowhere', '--patient', 'nowhere.json'],
].map((args) => ({ title: `${args[0]} a path that does not exist`, args, says: [nothing] }));

const frozen = /^study\/dataset\.json: expected a frozen data set, found no such file \(not-readable\)$/;
const notWritten = (file: string) =>
  new RegExp(`^study/${file}: expected the file that "myocast .*" writes, found none \\(empty-input\\)$`);
const withoutData: BadInput[] = [
  ...['train', 'validate'].map((verb) => ({
    title: `${verb} a study folder without data`,
    files: { 'study/': '' },
    args: [verb, '--study', 'study'],
    says: [frozen],
  })),
  {
    title: 'report a study folder without data',
    files: { 'study/': '' },
    args: ['report', '--study', 'study'],
    says: [notWritten('dataset.json'), notWritten('model.myocast'), notWritten('validation/record.json')],
  },
  {
    title: 'predict with a bundle that is cut off',
    files: {
      'model.myocast': Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0),
      'p.json': '{ "values": { "age": 60 } }',
    },
    args: ['predict', '--bundle', 'model.myocast', '--patient', 'p.json'],
    says: [/^model\.myocast: expected a model bundle, found an archive that is cut off .* \(not-readable\)$/],
  },
  {
    title: 'predict with a bundle of something else',
    files: { 'model.myocast': '{}', 'p.json': '{ "values": { "age": 60 } }' },
    args: ['predict', '--bundle', 'model.myocast', '--patient', 'p.json'],
    says: [/^model\.myocast: expected a model bundle, found a file that begins with 7b 7d \(not-readable\)$/],
  },
  {
    title: 'predict with a folder for a bundle',
    files: { 'bundle/card.json': '{}', 'p.json': '{ "values": { "age": 60 } }' },
    args: ['predict', '--bundle', 'bundle', '--patient', 'p.json'],
    says: [/^bundle: expected a model bundle .*, found a folder \(not-readable\)$/],
  },
];

describe.skipIf(!isBuilt)('a bad input', () => {
  it.concurrent.for([...images, ...tables, ...nowhere, ...withoutData])(
    'ends with exit code 1, one line a problem and nothing written: $title',
    async ({ files = {}, args, says }, { expect }) => {
      const folder = await folderOf(files);
      const before = await listing(folder);
      const { status, stdout, stderr } = await myocast(folder, [...args, '--json']);
      expect(stderr.trimEnd().split('\n')).toEqual(says.map((line) => expect.stringMatching(line)));
      const document = JSON.parse(stdout) as {
        issues: readonly { kind: string; path: string; message: string }[];
      };
      expect(document.issues.length).toBeGreaterThan(0);
      for (const { kind, path, message } of document.issues) {
        expect([kind, path, message]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
        expect(stderr).toContain(message);
      }
      expect([status, await listing(folder)]).toEqual([1, before]);
    },
  );

  it('of some missing times is left out, said in a line each and counted', async () => {
    const folder = await folderOf({ 'table.csv': 't,e\n1,1\n,0\n3,1\n' });
    const ended = await myocast(folder, 'stats km table.csv --time t --event e --json'.split(' '));
    const [count, line, end] = ended.stderr.split('\n');
    expect(count).toBe('1 issue: 1 missing-value');
    expect(line).toMatch(/^ {2}table\.csv row 3 column t: expected a value, found .*; row left out/);
    expect([end, ended.status]).toEqual(['', 0]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ subjects: 2, rowsLeftOut: 1 });
  });

  it('for a person goes to stderr too, in the same line', async () => {
    const folder = await folderOf(text);
    const { stdout, stderr } = await myocast(folder, ['inspect', 'exam/a.dcm']);
    expect([stdout, stderr.trimEnd()]).toEqual(['', expect.stringMatching(notDicom)]);
    expect(await readFile(join(folder, 'exam/a.dcm'), 'utf8')).toBe(text['exam/a.dcm']);
  });
});

it
  .skipIf(!isBuilt)
  .concurrent.for([['nonsense'], ['run', '--nonsense'], ['run', '--patients', 'x', '--out', 'out']])(
  'wrong usage ends with exit code 2 and nothing written: %s %s %s',
  async (args, { expect }) => {
    const folder = await folderOf({});
    const { status, stdout, stderr } = await myocast(folder, args);
    expect(stderr).toMatch(/^error: .*\n\(myocast --help lists the verbs\)\n$/);
    expect([status, stdout, await listing(folder)]).toEqual([2, '', []]);
    const json = await myocast(folder, [...args, '--json']);
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout)).toEqual({
      issues: [{ kind: 'usage', path: 'myocast', message: expect.stringMatching(/nonsense|patients/) }],
    });
  },
);
