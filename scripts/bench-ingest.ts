// How much time and memory the way from files to volumes takes, for a whole exam of many files:
//   npx tsx --conditions=source scripts/bench-ingest.ts [files = 3000, at least 372] [edge = 128] [folder|tar|tgz|zip ...]
// Each container is ingested in a process of its own, so that its peak memory is its own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@myocast/base';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import { ingestExam } from '@myocast/imaging';

const slices = 12;
const phases = 30;

const common: DicomElements = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  PatientName: 'BENCH^INGEST',
  PatientID: 'B-1',
  Modality: 'MR',
  PixelSpacing: [1.5, 1.5],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
};

/** A short-axis cine, late enhancement, and as many images of other series as are left. */
function* exam(files: number): Generator<DicomElements> {
  for (let z = 0; z < slices; z++) {
    const place = { ImagePositionPatient: [0, 0, z * 8] };
    for (let t = 0; t < phases; t++)
      yield { ...place, SeriesInstanceUID: '2.25.1', SeriesDescription: 'cine SAX', TriggerTime: t * 30 };
    yield { ...place, SeriesInstanceUID: '2.25.2', SeriesDescription: 'LGE SAX', InversionTime: 300 };
  }
  for (let index = slices * (phases + 1); index < files; index++)
    yield {
      ImagePositionPatient: [0, 0, (index % 3) * 10],
      SeriesInstanceUID: `2.25.3${index % 8}`,
      SeriesDescription: 'perfusion',
      InstanceNumber: index,
    };
}

function writeExam(folder: string, files: number, edge: number): void {
  const random = new Random(1);
  const pixels = Uint16Array.from({ length: edge * edge }, () => random.integer(4096));
  let index = 0;
  for (const elements of exam(files)) {
    pixels[0] = index;
    mkdirSync(join(folder, `${index % 7}`), { recursive: true });
    const sizes = { Rows: edge, Columns: edge, SOPInstanceUID: `2.25.9${index}` };
    writeFileSync(
      join(folder, `${index % 7}`, `IM${index}`),
      writeDicom({ ...common, ...sizes, ...elements }, pixels),
    );
    index++;
  }
}

/** The child: one ingest, then its numbers as JSON. */
async function measure(path: string): Promise<void> {
  const before = process.resourceUsage();
  const start = performance.now();
  const read = await ingestExam(path, { subject: 'B' });
  const wallMs = performance.now() - start;
  if (!read.ok) throw new Error(read.issues[0]!.message);
  const after = process.resourceUsage();
  const { series, filesRead } = read.value.record;
  process.stdout.write(
    JSON.stringify({
      filesRead,
      volumes: series.map(({ kind, shape }) => `${kind} ${shape.join('x')}`),
      wallMs: Math.round(wallMs),
      cpuMs: Math.round(
        (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1000,
      ),
      peakMb: Math.round(after.maxRSS / 1024),
      startMb: Math.round(before.maxRSS / 1024),
    }),
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--child') await measure(rest[0]!);
else {
  const files = Number(first ?? 3000);
  const edge = Number(rest[0] ?? 128);
  const containers = rest.length > 1 ? rest.slice(1) : ['folder', 'tar', 'tgz', 'zip'];
  const scratch = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
  const folder = join(scratch, 'folder');
  writeExam(folder, files, edge);
  const pack: { readonly [container: string]: () => unknown } = {
    folder: () => undefined,
    tar: () => execFileSync('tar', ['-cf', join(scratch, 'tar'), '-C', folder, '.']),
    tgz: () => execFileSync('tar', ['-czf', join(scratch, 'tgz'), '-C', folder, '.']),
    zip: () =>
      execFileSync('python3', [
        '-c',
        'import shutil,sys; shutil.make_archive(sys.argv[1],"zip",sys.argv[2])',
        join(scratch, 'zip'),
        folder,
      ]),
  };
  for (const container of containers) {
    pack[container]!();
    const path = join(scratch, container === 'zip' ? 'zip.zip' : container);
    const self = fileURLToPath(import.meta.url);
    const args = [...process.execArgv, self, '--child', path];
    console.log(container, execFileSync(process.execPath, args, { encoding: 'utf8' }));
  }
  rmSync(scratch, { recursive: true, force: true });
}
