// Ten virtual patients beside real ACDC and EMIDEC slices: contact sheets to look at and a table of how both look.
// Usage: npm run check:gallery [-- --shared ../shared/data]
// Writes docs/results/gallery: sheets of the virtual patients, gallery.json, gallery.md. The sheets with real
// slices beside them go to scratch/gallery, which is not part of the repository: those data are not ours to give on.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../libs/base/src/atomic-file.ts';
import { spacingMm } from '../libs/dicom/src/index.ts';
import { readNifti, readPngStack } from '../stages/imaging/src/index.ts';
import { createSubject, subjectIds, subjectRandom } from '../stages/simulation/src/cohort.ts';
import { createExam, type Exam, type SeriesImages } from '../stages/simulation/src/exam.ts';
import { clinicalPlan } from '../stages/simulation/src/plan.ts';
import { cineParts, type Look, lgeParts, type Measures, measure, quartiles } from './gallery/appearance.ts';
import { sheet, type Tile } from './gallery/sheet.ts';

const { values: options } = parseArgs({
  options: {
    shared: { type: 'string', default: join('..', 'shared', 'data') },
    patients: { type: 'string', default: '10' },
  },
});
const config = { patients: 40, centres: 4, seed: 11 };
const folder = join('docs', 'results', 'gallery');
const beside = join('scratch', 'gallery');
const side = 96;

const exams = subjectIds(config)
  .slice(0, Number(options.patients))
  .map((id) => {
    const { patient, centre } = createSubject(config, id);
    return createExam(subjectRandom(config, id).fork('exam'), patient, centre, clinicalPlan);
  });

function lookOf({ scene, spacingMm: pixelMm }: Exam, series: SeriesImages, slice: number, phase = 0): Look {
  const { matrix } = scene.plan;
  const start = (phase * series.slices + slice) * matrix ** 2;
  return {
    pixels: series.image.subarray(start, start + matrix ** 2),
    labels: series.label.subarray(start, start + matrix ** 2),
    width: matrix,
    height: matrix,
    pixelMm,
  };
}

const find = (exam: Exam, name: string) => exam.series.find(({ sequence }) => sequence === name);

/** Base, two in the middle, and near the apex, of a stack. */
const shown = (slices: number) => [0.12, 0.35, 0.6, 0.85].map((share) => Math.round(share * (slices - 1)));

function rowsOf(name: string, systole: boolean): Look[][] {
  return exams.flatMap((exam) => {
    const series = find(exam, name);
    if (!series) return [];
    const row = shown(series.slices).map((slice) => lookOf(exam, series, slice));
    const middle = Math.round(0.5 * (series.slices - 1));
    return [systole ? [...row, lookOf(exam, series, middle, Math.round(0.4 * series.phases))] : row];
  });
}

const longAxes = exams.slice(0, 5).map((exam) =>
  ['cine-2ch', 'cine-3ch', 'cine-4ch'].flatMap((name) => {
    const series = find(exam, name);
    return series ? [lookOf(exam, series, 0), lookOf(exam, series, 0, Math.round(0.4 * series.phases))] : [];
  }),
);
const maps = ['t1-map', 't2-map', 't2star-map'].map((name) =>
  exams.flatMap((exam) => {
    const series = find(exam, name);
    return series ? [lookOf(exam, series, 1)] : [];
  }),
);
const virtual = {
  cine: rowsOf('cine-sax', true),
  lge: rowsOf('lge-sax', false),
  t2: rowsOf('t2-sax', false),
};
mkdirSync(folder, { recursive: true });
await writeFileAtomic(join(folder, 'cine.png'), sheet(virtual.cine, side));
await writeFileAtomic(join(folder, 'lge.png'), sheet(virtual.lge, side));
await writeFileAtomic(join(folder, 't2.png'), sheet(virtual.t2, side));
await writeFileAtomic(join(folder, 'long-axes.png'), sheet(longAxes, side));
await writeFileAtomic(join(folder, 'maps.png'), sheet(maps, side));

/** Real slices of ACDC at end-diastole, and of EMIDEC. */
function acdcRows(): Look[][] {
  const root = join(options.shared, 'acdc');
  return readdirSync(root)
    .filter((name) => name.startsWith('patient'))
    .flatMap((name) => {
      const read = (file: string) => readNifti(readFileSync(join(root, name, file)), file);
      const [image, mask] = [read('ed.nii.gz'), read('ed_label.nii.gz')];
      if (!image.ok || !mask.ok || image.value.affine === null) return [];
      const [, slices, height, width] = image.value.shape;
      const pixelMm = spacingMm(image.value.affine)[2];
      const size = height * width;
      const at = (slice: number): Look => ({
        pixels: image.value.data.subarray(slice * size, (slice + 1) * size),
        labels: mask.value.data.subarray(slice * size, (slice + 1) * size),
        width,
        height,
        pixelMm,
      });
      return [shown(slices).map(at)];
    });
}

/** The files were made 256 pixels wide and carry no size: a field of 350 mm is taken. */
function emidecRows(): Look[][] {
  const read = (part: string, name: string) => {
    const path = join(options.shared, 'emidec', part, name);
    const stack = readPngStack([{ path, bytes: readFileSync(path) }]);
    return stack.ok ? stack.value : null;
  };
  const cases = new Map<string, string[]>();
  for (const file of readdirSync(join(options.shared, 'emidec', 'slices')).sort())
    if (file.startsWith('Case_P'))
      cases.set(file.slice(0, 9), [...(cases.get(file.slice(0, 9)) ?? []), file]);
  return [...cases.values()].map((files) =>
    shown(files.length).flatMap((slice) => {
      const [image, mask] = [read('slices', files[slice]!), read('masks', files[slice]!)];
      if (!image || !mask) return [];
      const [, , height, width] = image.shape;
      return [{ pixels: image.data, labels: mask.data, width, height, pixelMm: 350 / 256 }];
    }),
  );
}

const real = existsSync(join(options.shared, 'acdc')) ? { cine: acdcRows(), lge: emidecRows() } : null;
if (real) {
  mkdirSync(beside, { recursive: true });
  const pairs = (ours: readonly Tile[][], theirs: readonly Tile[][]) =>
    ours.map((row, n) => [...(theirs[n * 2] ?? []), ...row.slice(0, 4)]);
  await writeFileAtomic(join(beside, 'cine.png'), sheet(pairs(virtual.cine, real.cine), 128));
  await writeFileAtomic(join(beside, 'lge.png'), sheet(pairs(virtual.lge, real.lge), 128));
}

const measured = (rows: readonly Look[][], parts: typeof cineParts): Measures[] =>
  rows.flatMap((row) => row.slice(0, 4).map((look) => measure(look, parts)));
const tables = {
  cine: {
    ours: measured(virtual.cine, cineParts),
    theirs: real && measured(real.cine, cineParts),
    of: 'ACDC',
  },
  lge: { ours: measured(virtual.lge, lgeParts), theirs: real && measured(real.lge, lgeParts), of: 'EMIDEC' },
};

const shownAs = (three: readonly [number, number, number] | null) =>
  three ? `${three[1].toFixed(2)} (${three[0].toFixed(2)} to ${three[2].toFixed(2)})` : '-';
const lines: string[] = [
  '# How the virtual patients look',
  '',
  `\`npm run check:gallery\`: ${exams.length} virtual patients of seed ${config.seed} beside real ones, four slices of each. Medians and quartiles; signal counted from the 1st percentile of a cine slice, and from the wall in late enhancement.`,
  '',
];
const record: Record<string, unknown> = { config, patients: exams.length };
for (const [kind, { ours, theirs, of }] of Object.entries(tables)) {
  lines.push(`| ${kind} | virtual | ${of} |`, '|---|---|---|');
  const rows: Record<string, unknown> = {};
  for (const name of Object.keys(ours[0]!)) {
    const [mine, other] = [quartiles(ours, name), theirs && quartiles(theirs, name)];
    if (!mine && !other) continue;
    rows[name] = { virtual: mine, real: other };
    lines.push(`| ${name} | ${shownAs(mine)} | ${shownAs(other)} |`);
  }
  record[kind] = { real: theirs ? of : null, rows };
  lines.push('');
}
lines.push(
  'Sheets: [cine](cine.png) (end-diastole, and end-systole on the right), [late enhancement](lge.png), [T2-STIR](t2.png), [long axes](long-axes.png) (two, three, four chambers, each at end-diastole and end-systole), [maps](maps.png) (T1, T2, T2*). Sheets with the real slices beside them are written to `scratch/gallery` where the data are; they are not given on.',
  '',
);
await writeFileAtomic(join(folder, 'gallery.json'), `${JSON.stringify(record, null, 2)}\n`);
await writeFileAtomic(join(folder, 'gallery.md'), lines.join('\n'));
console.log(lines.join('\n'));
