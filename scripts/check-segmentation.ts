// How well weights draw contours: on ACDC and EMIDEC patients that they did not learn from, and on virtual
// patients, whose contours are known. Writes docs/results/segmentation.{json,md}, or prints alone:
//   npm run check:segmentation -- [--weights <folder>] [--folds <out>-folds …] [--cases fold.json] [--virtual 8] [--out docs/results | --print]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import {
  caseNames,
  type Dataset,
  findDataset,
  openSegmenter,
  type SegmentedKind,
  type Segmenter,
} from '@myocast/imaging';
import { acdcGoals, measureAcdc } from './segmentation/measure-acdc.ts';
import { emidecGoals, measureEmidec } from './segmentation/measure-emidec.ts';
import { measureVirtual } from './segmentation/measure-virtual.ts';
import { correlationRow, type PatientScores, type Row, rowsOf } from './segmentation/rows.ts';

const { values: options } = parseArgs({
  options: {
    /** A folder of weights, or a folder that holds some; those of the software where it is not given. */
    weights: { type: 'string', default: join('stages', 'imaging', 'weights') },
    /** What `segmenter train --folds` left: every patient by the network that has not seen it, together. */
    folds: { type: 'string', multiple: true, default: [] },
    /** JSON: names of patients, or { "acdc": [...], "emidec": [...] }; else those that the card keeps out. */
    cases: { type: 'string' },
    data: { type: 'string', default: join('..', 'shared', 'data') },
    /** Virtual patients; 0 for none. */
    virtual: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join('docs', 'results') },
    print: { type: 'boolean', default: false },
  },
});

function foldersOfWeights(folder: string): readonly string[] {
  if (existsSync(join(folder, 'card.json'))) return [folder];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'card.json')));
}

/**
 * Those asked for, else those that the weights keep out; all of them where the weights saw no
 * patient's image, and none where they learned from every case.
 */
function chosenCases(layout: string, dataset: Dataset, { card }: Segmenter): readonly string[] {
  const known = caseNames(dataset);
  if (options.cases === undefined) {
    if (card.heldOut.length > 0) return card.heldOut.filter((name) => known.includes(name));
    return card.licence.startsWith('Apache') ? known : [];
  }
  const given = JSON.parse(readFileSync(options.cases, 'utf8')) as string[] | { [layout: string]: string[] };
  const wanted = Array.isArray(given) ? given : (given[layout] ?? []);
  return wanted.filter((name) => known.includes(name));
}

interface Measured {
  readonly title: string;
  readonly scores: readonly PatientScores[];
  readonly rows: readonly Row[];
}

/** No experts' contours of T2 and of long axes are at hand. */
const layouts: Readonly<Record<SegmentedKind, 'acdc' | 'emidec' | null>> = {
  'cine-sax': 'acdc',
  'lge-sax': 'emidec',
  't2-sax': null,
  'cine-lax': null,
};

async function onRealImages(segmenter: Segmenter): Promise<Measured | null> {
  const layout = layouts[segmenter.card.kind];
  if (layout === null) return null;
  const folder = join(options.data, layout);
  const dataset = await findDataset(folder, segmenter.card.kind);
  if (!dataset) {
    console.error(`check-segmentation: ${folder} is absent, so nothing is measured on its images`);
    return null;
  }
  const names = chosenCases(layout, dataset, segmenter);
  if (names.length === 0) return null;
  const title = `${layout.toUpperCase()}, ${segmenter.card.name}`;
  const scores =
    layout === 'acdc'
      ? await measureAcdc(dataset, names, segmenter)
      : await measureEmidec(folder, dataset, names, segmenter);
  return measuredOf(title, scores, layout);
}

async function onVirtualPatients(segmenter: Segmenter): Promise<Measured | null> {
  const count = Number(options.virtual);
  if (count === 0) return null;
  const title = `virtual patients, ${segmenter.card.name}`;
  const scores = await measureVirtual(count, segmenter);
  return { title, scores, rows: rowsOf(title, scores) };
}

/** Every patient once, by the network of the fold that kept it out. */
async function onFolds(folder: string): Promise<Measured> {
  const scores: PatientScores[] = [];
  let what = '';
  for (const fold of readdirSync(folder).sort()) {
    const weights = join(folder, fold, 'weights');
    if (!existsSync(join(weights, 'card.json'))) continue;
    const opened = await openSegmenter(weights, { threads: Number(options.threads) });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    const done = await onRealImages(opened.value);
    await opened.value.close();
    scores.push(...(done?.scores ?? []));
    what = opened.value.card.kind;
  }
  const layout = layouts[what as SegmentedKind]!;
  const title = `${layout.toUpperCase()}, cross-validation`;
  return measuredOf(title, scores, layout);
}

function measuredOf(title: string, scores: readonly PatientScores[], layout: 'acdc' | 'emidec'): Measured {
  const rows = rowsOf(title, scores, layout === 'acdc' ? acdcGoals : emidecGoals);
  const calibration = ['RV', 'myocardium', 'LV'].flatMap(
    (name) => correlationRow(title, scores, [`expected Dice ${name}`, `Dice ${name}`]) ?? [],
  );
  return { title, scores, rows: [...rows, ...calibration] };
}

const began = process.cpuUsage();
const measured: Measured[] = [];
const networks: { readonly name: string; readonly network: string; readonly cpuSeconds: number }[] = [];
for (const folder of foldersOfWeights(options.weights)) {
  const started = process.cpuUsage();
  const opened = await openSegmenter(folder, { threads: Number(options.threads) });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  for (const measure of [onRealImages, onVirtualPatients]) {
    const done = await measure(opened.value);
    if (!done) continue;
    measured.push(done);
    for (const row of done.rows) console.log(line(row));
  }
  await opened.value.close();
  const { name, network } = opened.value.card;
  networks.push({ name, network, cpuSeconds: Math.round(process.cpuUsage(started).user / 1e6) });
}

for (const folder of options.folds) {
  const done = await onFolds(folder);
  measured.push(done);
  for (const row of done.rows) console.log(line(row));
}

function line({ name, value, low, high, goal, patients }: Row): string {
  return `${name}: ${value} (${low} to ${high})${goal === null ? '' : `, goal ${goal}`}, ${patients} patients`;
}

const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpuSeconds: Math.round(process.cpuUsage(began).user / 1e6),
  networks,
  rows: measured.flatMap(({ rows }) => rows),
  patients: Object.fromEntries(measured.map(({ title, scores }) => [title, scores])),
};

const page = `# Contours against experts and truth

\`npm run check:segmentation\`, ${result.date}. Means over patients, with the 95 % percentile interval of 2000 draws of patients with replacement. ${options.cases === undefined ? 'Patients are those that the weights did not learn from: all of the data set for weights made of phantoms alone, those of its fold for each network of a cross-validation. The shipped `cine-sax` and `lge-sax` learned from all and are measured on virtual patients only.' : 'Patients are those of a list that was given.'}

Goals lie a little below what published networks reach: Dice of short-axis cine arXiv 1710.09289 (thousands of hearts), LVEF arXiv 2506.00679 (tens of thousands of studies), late enhancement arXiv 2012.14128 (the winner of EMIDEC, 100 cases) and the best classification of that challenge.
${measured
  .map(
    ({ title, rows }) => `
## ${title}

| measure | mean | 95 % interval | goal | patients |
|---|---|---|---|---|
${rows.map(({ name, value, low, high, goal, patients }) => `| ${name.slice(title.length + 2)} | ${value} | ${low} to ${high} | ${goal ?? ''} | ${patients} |`).join('\n')}
`,
  )
  .join('')}
- Dice is that of a whole stack. ACDC: of a patient the mean of end-diastole and end-systole, and each of them. Infarct includes MVO; infarct or MVO that neither the expert nor the network sees counts 1.
- EMIDEC's images carry no pixel size: ml come from the myocardium's ml in its clinical table over the expert's pixels. A case is called infarct where infarct takes at least 1 % of the myocardium.
- *Expected Dice* is what the network's probabilities promise; *expected less true* is how far that is from what the expert finds. The interval of the LVEF is that of segmentation.json.
- A stack in which no heart is found counts Dice 0 and has no volumes.
`;

if (!options.print) {
  await writeFileAtomic(join(options.out, 'segmentation.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'segmentation.md'), page);
}
