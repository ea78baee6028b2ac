// Round trip through a real archive (Orthanc) with the built command, and through other programs' readers.
// Usage: npm run build && npm run check:archive. Writes docs/results/archive.json and .md; skipped without Orthanc.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMeasurementReport } from '../libs/dicom/src/objects/index.ts';
import { writeFileAtomic } from '../libs/base/src/atomic-file.ts';
import { readExamMask, readSeriesSource } from '../stages/imaging/src/archive/index.ts';
import { measurementGroups } from '../stages/imaging/src/archive/measurement-groups.ts';
import { readMask } from '../stages/imaging/src/quantification/quantify.ts';
import type { QuantitiesRecord } from '../stages/imaging/src/records.ts';
import { dateOf, type NumberedExam, numberedExams } from './numbered-exams.ts';
import { brittleWay, freePort, startOrthanc, stop } from './orthanc.ts';

const program = join('apps', 'cli', 'bin', 'myocast.js');
const user = 'stemi';
const password = 'check-archive';

interface Row {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}
const rows: Row[] = [];
const skipped: string[] = [];

function check(name: string, expected: unknown, found: unknown): void {
  const row = { name, expected: String(expected), found: String(found) };
  rows.push(row);
  const mark = row.expected === row.found ? 'as expected' : `expected ${row.expected}`;
  process.stdout.write(`${name}: ${row.found}, ${mark}\n`);
}

const isThere = (command: string) => spawnSync('which', [command]).status === 0;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command, with the credentials in the environment. */
function myocast(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = {
    ...process.env,
    MYOCAST_ARCHIVE_USER: user,
    MYOCAST_ARCHIVE_PASSWORD: password,
    ...environment,
  };
  return new Promise((done) => {
    execFile(process.execPath, [program, ...words], { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

async function json<Value>(words: readonly string[]): Promise<Value> {
  const { code, stdout, stderr } = await myocast([...words, '--json']);
  if (code !== 0) throw new Error(`myocast ${words.join(' ')} ended with ${code}: ${stderr.slice(0, 2000)}`);
  return JSON.parse(stdout) as Value;
}

async function sameFiles(a: string, b: string): Promise<string> {
  const names = (await readdir(a)).sort();
  if (names.join() !== (await readdir(b)).sort().join()) return 'other names';
  for (const name of names)
    if (!(await readFile(join(a, name))).equals(await readFile(join(b, name)))) return `${name} differs`;
  return `${names.length} equal files`;
}

/** Runs a validator that may not be installed; its number of lines with errors. */
function errorsOf(command: string, words: readonly string[], pattern: RegExp): number | null {
  if (!isThere(command)) {
    if (!skipped.includes(command)) skipped.push(command);
    return null;
  }
  const { stdout, stderr, status } = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => pattern.test(line));
  return lines.length + (command === 'dsrdump' && status !== 0 ? 1 : 0);
}

async function roundTrip(work: string, port: number): Promise<readonly NumberedExam[]> {
  const root = `http://127.0.0.1:${port}/dicom-web`;
  await json(['simulate', '--patients', '3', '--centres', '1', '--seed', '11', '--out', join(work, 'study')]);
  const exams = await numberedExams(join(work, 'study', 'exams'));
  const [first] = exams;
  for (const exam of exams) {
    const files = (await readdir(exam.folder)).length;
    const sent = await json<{ stored: string[] }>(['archive', 'send', exam.folder, '--to', root]);
    check(`store ${exam.accession}`, `${files} stored`, `${sent.stored.length} stored`);
  }
  const find = (words: readonly string[]) =>
    json<{ exams: { studyUid: string }[] }>(['archive', 'find', '--from', root, ...words]);
  const byNumber = await find(['--accession', first!.accession]);
  check(
    'find by accession number',
    first!.study,
    byNumber.exams.map(({ studyUid }) => studyUid),
  );
  const date = await dateOf(first!.folder);
  const byDate = await find(['--study-date', `${date}-${date}`, '--modality', 'MR']);
  const sameDay: string[] = [];
  for (const { folder, study } of exams) if ((await dateOf(folder)) === date) sameDay.push(study);
  check('find by date', sameDay.sort(), byDate.exams.map(({ studyUid }) => studyUid).sort());
  const [fromFolder, fromArchive] = [join(work, 'from-folder'), join(work, 'from-archive')];
  const ingest = (source: readonly string[], out: string) =>
    json(['ingest', ...source, '--out', out, '--subject', 'S1', '--references', 'original']);
  await ingest([first!.folder], fromFolder);
  await ingest([root, '--accession', first!.accession], fromArchive);
  check(
    'ingest from the archive and from the folder',
    '5 equal files',
    await sameFiles(fromFolder, fromArchive),
  );
  await results(work, root, fromArchive, first!.study);
  return exams;
}

/** The results of an exam, where they lie and what was sent. */
interface SentResults {
  readonly exam: string;
  readonly masks: string;
  readonly quantities: string;
  /** Folder of what came back, and path of each result in it by name. */
  readonly fetched: ReadonlyMap<string, string>;
}

/** Contours and numbers of an exam there and back. */
async function results(work: string, root: string, exam: string, study: string): Promise<void> {
  const [masks, out, fetched] = [join(work, 'masks'), join(work, 'results'), join(work, 'fetched')];
  const quantities = join(work, 'quantities', 'S1.json');
  await json(['segment', exam, '--out', join(masks, 'S1'), '--weights', 'phantom']);
  await json(['quantify', exam, '--masks', masks, '--out', join(work, 'quantities')]);
  const words = ['--exam', exam, '--masks', masks, '--quantities', quantities, '--to', root, '--out', out];
  const send = () =>
    json<{ objects: { name: string; sopInstanceUid: string }[]; stored: string[] }>([
      'archive',
      'send',
      ...words,
    ]);
  const sent = await send();
  const uids = sent.objects.map(({ sopInstanceUid }) => sopInstanceUid);
  check(
    'results sent',
    'cine-sax.seg,lge-sax.seg,measurements.sr,summary.sc',
    sent.objects.map(({ name }) => name),
  );
  check('results stored', uids, sent.stored);
  await json(['archive', 'fetch', '--from', root, '--study-uid', study, '--out', fetched]);
  const paths = new Map(
    sent.objects.map(({ name, sopInstanceUid }) => [name, join(fetched, study, `${sopInstanceUid}.dcm`)]),
  );
  for (const [name, there] of paths) {
    const equal = (await readFile(join(out, `${name}.dcm`))).equals(await readFile(there));
    check(`${name} fetched back`, 'equal bytes', equal ? 'equal bytes' : 'other bytes');
    const errors = errorsOf('dciodvfy', ['-new', there], /^Error/);
    if (errors !== null) check(`${name}: dciodvfy errors`, 0, errors);
  }
  const all = { exam, masks, quantities, fetched: paths };
  for (const kind of ['cine-sax', 'lge-sax'] as const) await maskBack(all, kind);
  await reportBack(all);
  check('the same results sent again', uids, (await send()).stored);
}

async function maskBack({ exam, masks, fetched }: SentResults, kind: 'cine-sax' | 'lge-sax'): Promise<void> {
  const bytes = await readFile(fetched.get(`${kind}.seg`)!);
  const source = await readSeriesSource(exam, kind);
  const mask = await readMask(join(masks, 'S1', `${kind}.nii.gz`), kind);
  if (!mask.ok || !source.ok) throw new Error(`cannot read the mask of ${kind}`);
  const read = readExamMask(bytes, kind, kind, source.value.stack);
  const equal = read.ok && Buffer.from(mask.value.data).equals(Buffer.from(read.value.data));
  const labelled = mask.value.data.filter((label) => label > 0).length;
  check(
    `${kind} mask of ${labelled} voxels read back`,
    'bit-identical',
    equal ? 'bit-identical' : 'different',
  );
}

async function reportBack({ quantities, fetched }: SentResults): Promise<void> {
  const path = fetched.get('measurements.sr')!;
  const read = readMeasurementReport(await readFile(path), path);
  const groups = read.ok ? read.value.groups : [];
  const inReport = groups.flatMap(({ trackingIdentifier, measurements }) =>
    measurements.map(({ name, value, unit }) => `${trackingIdentifier} ${name.value} ${value} ${unit.value}`),
  );
  const record = JSON.parse(await readFile(quantities, 'utf8')) as QuantitiesRecord;
  // Virtual patients are of 1.75 m here; their weight is in the images.
  const indexed = inReport.filter((line) => line.endsWith('/m2')).length;
  const expected = measurementGroups(record, {}, null).flatMap(({ trackingIdentifier, measurements }) =>
    measurements.map(({ name, value, unit }) => `${trackingIdentifier} ${name.value} ${value} ${unit.value}`),
  );
  const held = expected.filter((line) => inReport.includes(line)).length;
  const most = expected.length;
  check(
    'quantities in the report, to the last bit',
    `${most} of ${most}`,
    `${held} of ${inReport.length - indexed}`,
  );
  check('values by body surface area', 5, indexed);
  const errors = errorsOf('dsrdump', [path], /^E:/);
  if (errors !== null) check('measurements.sr: dsrdump errors', 0, errors);
}

/** What is wrong, said in a line; nothing crashes. */
async function failures(work: string, port: number): Promise<void> {
  const root = `http://127.0.0.1:${port}/dicom-web`;
  const denied = await myocast(['archive', 'find', '--from', root, '--accession', 'ACC-1'], {
    MYOCAST_ARCHIVE_PASSWORD: 'wrong-password',
  });
  check('wrong password', '1, 401', `${denied.code}, ${/found (\d+)/.exec(denied.stderr)?.[1]}`);
  check('wrong password is not shown', false, `${denied.stdout}${denied.stderr}`.includes('wrong-password'));
  const secret = join(work, 'credentials');
  await writeFile(secret, `${user}:${password}\n`);
  await chmod(secret, 0o600);
  const byFile = await myocast(
    ['archive', 'find', '--from', root, '--accession', 'ACC-1', '--credentials', secret],
    { MYOCAST_ARCHIVE_USER: '' },
  );
  check('credentials of a file', 0, byFile.code);
  const absent = await myocast(['ingest', root, '--accession', 'NOT-THERE', '--out', join(work, 'none')]);
  check(
    'an exam that is not there',
    '1, 1 line',
    `${absent.code}, ${absent.stderr.trim().split('\n').length} line`,
  );
  const elsewhere = await myocast([
    'archive',
    'find',
    '--from',
    `http://127.0.0.1:${port}/nothing`,
    '--accession',
    'A',
  ]);
  check(
    'an address without DICOMweb',
    '1, 404',
    `${elsewhere.code}, ${/found (\d+)/.exec(elsewhere.stderr)?.[1]}`,
  );
}

/** The archive is killed in the middle of a fetch, and comes back. */
async function killed(
  work: string,
  orthanc: ChildProcess,
  port: number,
  { folder, accession, study }: NumberedExam,
): Promise<ChildProcess> {
  const files = (await readdir(folder)).length;
  const out = join(work, 'cut');
  const way = await brittleWay(port, 1_500_000, () => orthanc.kill('SIGKILL'));
  const fetch = (at: number) =>
    myocast([
      'archive',
      'fetch',
      '--json',
      '--from',
      `http://127.0.0.1:${at}/dicom-web`,
      '--accession',
      accession,
      '--out',
      out,
    ]);
  const cut = await fetch(way.port);
  const kept = (await readdir(join(out, study))).length;
  check(
    'archive killed in the middle of a fetch',
    '1, no stack trace',
    `${cut.code}, ${/\n\s+at /.test(cut.stderr) ? 'a stack trace' : 'no stack trace'}`,
  );
  check(
    'instances kept',
    'some, not all',
    kept > 0 && kept < files ? 'some, not all' : `${kept} of ${files}`,
  );
  const back = await startOrthanc(work, port, { user, password });
  const rest = JSON.parse((await fetch(port)).stdout) as {
    exams: { fetched: number; alreadyThere: number; missing: number }[];
  };
  const { fetched, alreadyThere, missing } = rest.exams[0]!;
  check(
    'fetch goes on',
    `${files - kept} fetched, ${kept} there before, 0 missing`,
    `${fetched} fetched, ${alreadyThere} there before, ${missing} missing`,
  );
  return back;
}

/** dcmtk sends to the receiver. */
async function receive(work: string, folder: string): Promise<void> {
  if (!isThere('storescu') || !isThere('echoscu')) return void skipped.push('storescu, echoscu (dcmtk)');
  const port = await freePort();
  const out = join(work, 'received');
  const words = ['archive', 'receive', '--port', String(port), '--out', out, '--caller', 'SENDER'];
  const receiver = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise((listening) => receiver.stdout.once('data', listening));
    const call = (command: string, ae: string, more: readonly string[] = []) =>
      spawnSync(command, [
        '-aet',
        ae,
        '-aec',
        'MYOCAST',
        ...more.slice(0, 1),
        '127.0.0.1',
        String(port),
        ...more.slice(1),
      ]).status;
    check('echoscu', 0, call('echoscu', 'SENDER'));
    check('echoscu of a stranger', 1, call('echoscu', 'STRANGER'));
    const results = (await readdir(join(work, 'results'))).map((name) => join(work, 'results', name));
    check('storescu of an exam', 0, call('storescu', 'SENDER', ['-R', '+sd', folder]));
    check('storescu of results', 0, call('storescu', 'SENDER', ['-R', ...results]));
    const sent = [...(await readdir(folder)).map((name) => join(folder, name)), ...results];
    check('received with equal data sets', sent.length, await countReceived(sent, out));
  } finally {
    await stop(receiver);
  }
}

/** The data set of a file, behind the file meta information. */
function datasetOf(file: Buffer): string {
  return file.subarray(144 + file.readUInt32LE(140)).toString('latin1');
}

async function countReceived(sent: readonly string[], out: string): Promise<number> {
  const datasets = new Set<string>();
  for (const study of await readdir(out))
    for (const name of await readdir(join(out, study)))
      datasets.add(datasetOf(await readFile(join(out, study, name))));
  let count = 0;
  for (const path of sent) if (datasets.has(datasetOf(await readFile(path)))) count++;
  return count;
}

if (!isThere('Orthanc')) {
  process.stdout.write(
    'check:archive: skipped, Orthanc is not installed (Debian: orthanc orthanc-dicomweb)\n',
  );
  process.exit(0);
}
const started = performance.now();
const work = await mkdtemp(join(tmpdir(), 'check-archive-'));
const port = await freePort();
await mkdir(join(work, 'db'));
let orthanc = await startOrthanc(work, port, { user, password });
try {
  const exams = await roundTrip(work, port);
  await failures(work, port);
  orthanc = await killed(work, orthanc, port, exams[1]!);
  await receive(work, exams[0]!.folder);
} finally {
  await stop(orthanc);
  await rm(work, { recursive: true, force: true });
}
const versionOf = (command: string, words: readonly string[]) =>
  isThere(command)
    ? (/\d+\.\d+(\.\d+)?/.exec(spawnSync(command, words, { encoding: 'utf8' }).stdout)?.[0] ?? 'unknown')
    : null;
const wrong = rows.filter(({ expected, found }) => expected !== found);
const record = {
  script: 'scripts/check-archive.ts',
  date: new Date().toISOString().slice(0, 10),
  machine: `${platform()} ${release()} ${arch()}`,
  versions: {
    node: process.version,
    orthanc: versionOf('Orthanc', ['--version']),
    dcmtk: versionOf('storescu', ['--version']),
  },
  seconds: Math.round((performance.now() - started) / 1000),
  skipped,
  asExpected: rows.length - wrong.length,
  rows,
};
await writeFileAtomic('docs/results/archive.json', `${JSON.stringify(record, null, 2)}\n`);
await writeFileAtomic('docs/results/archive.md', page(record));
for (const name of skipped) process.stdout.write(`skipped: ${name} is not installed\n`);
process.stdout.write(
  `${rows.length - wrong.length} of ${rows.length} as expected; docs/results/archive.json\n`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;

function page({ date, versions, seconds }: typeof record): string {
  const lines = rows.map(({ name, expected, found }) => {
    const short = found.length > 60 ? `${found.slice(0, 57)}…` : found;
    return `| ${name} | ${short} | ${expected === found ? 'yes' : `no: ${expected}`} |`;
  });
  return [
    '# Round trip through an archive',
    '',
    `\`npm run check:archive\`, ${date}: Orthanc ${versions.orthanc} with its DICOMweb plugin, dcmtk ${versions.dcmtk ?? '(not there)'}, Node ${versions.node}, ${seconds} s. Virtual exams are stored, found, fetched and ingested; their contours, numbers and a picture go back and are read again; then the archive says no, is killed in the middle of a fetch, and dcmtk sends to the receiver.`,
    '',
    '| what | found | as expected |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
