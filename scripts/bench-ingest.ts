// An exam from files to de-identified volumes: here, by pydicom with numpy, and by dcm2niix, in turns; and the
// memory that exams of thousands of files need. Writes docs/results/ingest.{json,md}.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import { ingestExam, writeExam } from '@myocast/imaging';
import { machine, median } from '../libs/autodiff/bench/result.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['BENCH_PYTHON'] ?? 'python3' },
    rounds: { type: 'string', default: '5' },
    files: { type: 'string', default: '3000' },
    out: { type: 'string', default: join('docs', 'results') },
    /** The child: one ingest of this folder, its numbers as JSON. */
    child: { type: 'string' },
    into: { type: 'string', default: '' },
    key: { type: 'string' },
  },
});

const [slices, phases] = [12, 25];

const common: DicomElements = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  StudyInstanceUID: '2.25.77',
  FrameOfReferenceUID: '2.25.78',
  StudyDate: '20240131',
  PatientName: 'BENCH^INGEST',
  PatientID: 'B-1',
  Modality: 'MR',
  Manufacturer: 'SIEMENS',
  PixelSpacing: [1.5, 1.5],
  SliceThickness: 8,
  RepetitionTime: 40,
  EchoTime: 1.5,
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
};

/** A short-axis cine of 300 images, late enhancement of 12, and images of other series. */
function* exam(files: number): Generator<DicomElements> {
  for (let z = 0; z < slices; z++) {
    const place = { ImagePositionPatient: [0, 0, z * 8] };
    for (let t = 0; t < phases; t++)
      yield {
        ...place,
        SeriesInstanceUID: '2.25.1',
        SeriesDescription: 'cine SAX',
        TriggerTime: t * 30,
        SeriesNumber: 1,
      };
    yield {
      ...place,
      SeriesInstanceUID: '2.25.2',
      SeriesDescription: 'LGE SAX',
      InversionTime: 300,
      SeriesNumber: 2,
    };
  }
  for (let index = slices * (phases + 1); index < files; index++)
    yield {
      ImagePositionPatient: [0, 0, (index % 3) * 10],
      SeriesInstanceUID: `2.25.3${index % 8}`,
      SeriesDescription: 'perfusion',
      SeriesNumber: 3 + (index % 8),
    };
}

function writeFiles(folder: string, files: number, edge: number): string {
  const random = new Random(1);
  const pixels = Uint16Array.from({ length: edge * edge }, () => random.integer(4096));
  let index = 0;
  for (const elements of exam(files)) {
    pixels[0] = index;
    mkdirSync(join(folder, `${index % 7}`), { recursive: true });
    const own = { Rows: edge, Columns: edge, SOPInstanceUID: `2.25.9${index}`, InstanceNumber: index + 1 };
    writeFileSync(
      join(folder, `${index % 7}`, `IM${index}`),
      writeDicom({ ...common, ...own, ...elements }, pixels),
    );
    index++;
  }
  return folder;
}

async function child(folder: string): Promise<void> {
  const began = performance.now();
  const read = await ingestExam(folder, { subject: 'B' });
  if (!read.ok) throw new Error(read.issues[0]!.message);
  if (options.into !== '') await writeExam(read.value, join(options.into, 'exam'));
  const ms = performance.now() - began;
  const volumes = read.value.record.series.filter(({ file }) => file).map(({ shape }) => shape.join('x'));
  process.stdout.write(JSON.stringify({ ms, volumes, peakMiB: process.resourceUsage().maxRSS / 1024 }));
}

interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: 'ms' | 'MiB';
  readonly runs: number;
}

const round = (value: number, digits = 3) => Number(value.toPrecision(digits));
const self = fileURLToPath(import.meta.url);
const ownChild = (folder: string, into: string) =>
  JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, self, '--child', folder, '--into', into], {
      encoding: 'utf8',
    }),
  ) as { readonly ms: number; readonly volumes: readonly string[]; readonly peakMiB: number };

/** Wall time of a command, or null where it cannot be run. */
function timed(command: readonly string[]): number | null {
  const began = performance.now();
  const run = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' });
  return run.status === 0 ? performance.now() - began : null;
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
  const loadBefore = loadavg();
  try {
    const folder = writeFiles(join(scratch, 'exam'), slices * (phases + 1), 256);
    const into = (name: string, round: number) => {
      const path = join(scratch, `${name}-${round}`);
      mkdirSync(path, { recursive: true });
      return path;
    };
    const whole: { [program: string]: number[] } = { ours: [], 'ours with DICOM copies': [] };
    const cli = join('apps', 'cli', 'bin', 'myocast.js');
    const key = join(scratch, 'site.key');
    const commands: { readonly [program: string]: (out: string) => readonly string[] } = {
      ours: (out) => [process.execPath, cli, 'ingest', folder, '--out', out, '--key', key, '--json'],
      'ours with DICOM copies': (out) => [
        process.execPath,
        cli,
        'ingest',
        folder,
        '--out',
        out,
        '--key',
        key,
        '--dicom',
        '--json',
      ],
      'pydicom and numpy': (out) => [
        options.python,
        join('reference', 'dicom', 'bench_ingest.py'),
        folder,
        out,
      ],
      dcm2niix: (out) => ['dcm2niix', '-z', 'n', '-b', 'n', '-o', out, folder],
    };
    const missing = new Set<string>();
    for (let turn = 0; turn < Number(options.rounds); turn++) {
      for (const [program, command] of Object.entries(commands)) {
        const out = into(program.replaceAll(' ', '-'), turn);
        const ms = missing.has(program) ? null : timed(command(out));
        if (ms === null || readdirSync(out).length === 0) missing.add(program);
        else (whole[program] ??= []).push(ms);
      }
    }
    for (const program of missing) console.log(`${program}: not installed or failed, left out`);
    const ours = median(whole['ours']!);
    const rows: Row[] = Object.entries(whole)
      .filter(([program]) => program !== 'ours')
      .map(
        ([program, ms]): Row => ({
          name: `312 images to volumes, whole command / ${program}`,
          ours: round(ours),
          peer: round(median(ms)),
          ratio: round(ours / median(ms)),
          unit: 'ms',
          runs: ms.length,
        }),
      );
    for (const edge of [128, 512]) {
      const large = writeFiles(join(scratch, `large-${edge}`), Number(options.files), edge);
      const { peakMiB } = ownChild(large, '');
      rows.push({
        name: `${options.files} images of ${edge} × ${edge}, peak memory`,
        ours: round(peakMiB),
        peer: null,
        ratio: null,
        unit: 'MiB',
        runs: 1,
      });
      rmSync(large, { recursive: true });
    }
    await report(rows, [...missing], loadBefore);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function versionOf(command: readonly string[], pattern: RegExp): string {
  const run = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' });
  return pattern.exec(`${run.stdout}${run.stderr}`)?.[1] ?? 'not installed';
}

async function report(
  rows: readonly Row[],
  skipped: readonly string[],
  loadBefore: readonly number[],
): Promise<void> {
  const versions = {
    node: process.versions.node,
    dcm2niix: versionOf(['dcm2niix', '--version'], /v(\d[\w.]*)/),
    pydicom: versionOf([options.python, '-c', 'import pydicom; print(pydicom.__version__)'], /(\d[\w.]*)/),
  };
  const bench = {
    skipped,
    machine: machine(),
    versions,
    loadAverage: { before: loadBefore, after: loadavg() },
    date: new Date().toISOString().slice(0, 10),
    rows,
  };
  const page = `# From files to volumes

\`npm run bench:ingest -- --python <a python with pydicom and numpy>\`, ${bench.date}. ${bench.machine.cpu}, ${bench.machine.cores} cores; ${Object.entries(
    versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}. Load average of the machine before ${loadBefore.map((load) => load.toFixed(2)).join(', ')}.

| row | ours | peer | ratio | unit | runs |
|---|---|---|---|---|---|
${rows.map(({ name, ours, peer, ratio, unit, runs }) => `| ${name} | ${ours} | ${peer ?? ''} | ${ratio ?? ''} | ${unit} | ${runs} |`).join('\n')}

- The exam: a short-axis cine of 25 phases in 12 slices and 12 images of late enhancement, 256 × 256, 16 bits, uncompressed, in seven folders under meaningless names. Medians over ${options.rounds} rounds, in which the programs take turns. Goal: 1,500 ms.
- *Ours*: read, hashed, series recognised, assembled, judged and written as gzipped NIfTI without identifying attributes. *with DICOM copies* also writes every image de-identified by the profile of PS3.15; its ratio says what that adds.
- *pydicom and numpy* (reference/dicom/bench_ingest.py): reads, sorts by position and time, stacks, empties the main identifying attributes and writes the arrays; it judges nothing and hashes nothing. *dcm2niix*: uncompressed NIfTI, no de-identification, no quality.
- *Peak memory* is that of a process that ingests so many images, of which 312 go into volumes.
${skipped.length > 0 ? `- Not installed and left out: ${skipped.join(', ')}.\n` : ''}`;
  await writeFileAtomic(join(options.out, 'ingest.json'), `${JSON.stringify(bench, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'ingest.md'), page);
  for (const { name, ours, peer, ratio, unit } of rows)
    console.log(`${name.padEnd(60)} ours ${ours} ${unit}, peer ${peer ?? '-'}, ratio ${ratio ?? '-'}`);
}

if (options.child === undefined) await main();
else await child(options.child);
