// What the networks' contours do to strain: virtual patients, whose motion is known, scanned as a clinic would
// (25 phases), contoured by the shipped weights and followed, beside the same with the phantom's own contours.
// Writes docs/results/segmentation-strain.{json,md}, or prints alone:
//   npm run check:strain -- [--patients 12] [--seed 71] [--sax cine-sax] [--lax lax-phantom] [--out docs/results | --print]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { openSegmenter, type Segmenter } from '@myocast/imaging';
import { subjectIds } from '@myocast/simulation';
import {
  type AgainstTruth,
  measureStrain,
  type StrainOfPatient,
  strainMeasures,
} from './segmentation/measure-strain.ts';

const { values: options } = parseArgs({
  options: {
    patients: { type: 'string', default: '12' },
    seed: { type: 'string', default: '71' },
    sax: { type: 'string', default: 'cine-sax' },
    lax: { type: 'string', default: 'lax-phantom' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join('docs', 'results') },
    print: { type: 'boolean', default: false },
  },
});

const patients = Number(options.patients);
const study = { patients, centres: Math.min(6, patients), seed: Number(options.seed) };

async function opened(name: string): Promise<Segmenter> {
  const segmenter = await openSegmenter(name, { threads: Number(options.threads) });
  if (!segmenter.ok) throw new Error(segmenter.issues[0]!.message);
  return segmenter.value;
}

/** Measured less true. */
interface Agreement {
  readonly bias: number;
  /** Between patients, or segments; null of fewer than two. */
  readonly sd: number | null;
  readonly greatest: number;
  readonly count: number;
}

function agreementOf(differences: readonly number[]): Agreement | null {
  const count = differences.length;
  if (count === 0) return null;
  const bias = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - bias) ** 2, 0);
  return {
    bias: rounded(bias),
    sd: count < 2 ? null : rounded(Math.sqrt(squares / (count - 1))),
    greatest: rounded(Math.max(...differences.map(Math.abs))),
    count,
  };
}

const rounded = (value: number) => Number(value.toFixed(2));

type Contours = 'trueContours' | 'networkContours';

function rowOf(measured: readonly StrainOfPatient[], measure: (typeof strainMeasures)[number]) {
  const differences = (of: (patient: StrainOfPatient) => readonly [number | null, number | null]) =>
    agreementOf(
      measured.flatMap((patient) => {
        const [value, against] = of(patient);
        return value === null || against === null ? [] : [value - against];
      }),
    );
  const fromTruth = (own: Contours) =>
    differences((patient) => [patient[own].measured[measure], patient[own].truth[measure]]);
  const truths = measured.flatMap(({ networkContours }) => networkContours.truth[measure] ?? []);
  return {
    measure,
    trueRange: [rounded(Math.min(...truths)), rounded(Math.max(...truths))] as const,
    trueContours: fromTruth('trueContours'),
    networkContours: fromTruth('networkContours'),
    networkLessTrueContours: differences((patient) => [
      patient.networkContours.measured[measure],
      patient.trueContours.measured[measure],
    ]),
  };
}

/** All middle segments of all patients. */
function segmentRowOf(measured: readonly StrainOfPatient[], kind: keyof AgainstTruth['segments']) {
  const pairs = (own: Contours) => measured.flatMap((patient) => patient[own].segments[kind]);
  const fromTruth = (own: Contours) =>
    agreementOf(pairs(own).flatMap(({ measured: value, truth }) => (value === null ? [] : [value - truth])));
  const truths = pairs('networkContours').map(({ truth }) => truth);
  return {
    measure: kind === 'radial' ? 'radial' : 'circumferential',
    trueRange: [rounded(Math.min(...truths)), rounded(Math.max(...truths))] as const,
    trueContours: fromTruth('trueContours'),
    networkContours: fromTruth('networkContours'),
  };
}

/** Muscle at end-systole as a share of that at end-diastole, as experts of ACDC drew it; null without the images. */
function expertsMuscle(): { readonly mean: number; readonly sd: number; readonly patients: number } | null {
  const file = join('..', 'shared', 'data', 'acdc', 'reference.csv');
  if (!existsSync(file)) return null;
  const [head, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = (name: string) => head!.indexOf(name);
  const shares = lines.map((line) => Number(line[at('es_myo_ml')]) / Number(line[at('ed_myo_ml')]));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (shares.length - 1));
  return { mean: rounded(mean), sd: rounded(sd), patients: shares.length };
}

const cell = (found: Agreement | null) =>
  found === null ? 'none' : `${signed(found.bias)} ± ${found.sd ?? '–'} (${found.greatest}; ${found.count})`;
const signed = (value: number) => `${value > 0 ? '+' : ''}${value}`;
const value = (found: number | null) => (found === null ? 'not measured' : String(rounded(found)));

const began = process.cpuUsage();
const networks = { sax: await opened(options.sax), lax: await opened(options.lax) };
const measured: StrainOfPatient[] = [];
let withoutCine = 0;
for (const patient of subjectIds(study)) {
  const one = await measureStrain(study, patient, networks);
  if (one === null) withoutCine++;
  else {
    measured.push(one);
    console.log(`${patient}: ${JSON.stringify(one.networkContours.measured)}`);
  }
}
for (const network of [networks.sax, networks.lax]) await network.close();
if (measured.length === 0)
  throw new Error('check-strain: expected a patient with a short-axis cine, found none');

/** A shim leaves 45 Hz at most. */
const banded = measured.filter(({ bandingHz }) => Math.abs(bandingHz) > 45);
const plain = measured.filter((one) => !banded.includes(one));
if (plain.length === 0)
  throw new Error(
    'check-strain: expected a patient with a short-axis cine and no band over the heart, found none',
  );
const rows = strainMeasures.map((measure) => rowOf(plain, measure));
const segmentRows = (['circumferential', 'radial'] as const).map((kind) => segmentRowOf(plain, kind));
const experts = expertsMuscle();
const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpuSeconds: Math.round(process.cpuUsage(began).user / 1e6),
  study,
  networks: [networks.sax, networks.lax].map(({ card: { name, network } }) => ({ name, network })),
  withoutCine,
  rows,
  segmentRows,
  experts,
  patients: measured,
};

const page = `# Strain on the networks' contours against the truth

\`npm run check:strain\`, ${result.date}: ${measured.length} virtual patients (seed ${study.seed}${withoutCine > 0 ? `; ${withoutCine} more without a short-axis cine` : ''}), cines of 25 phases in short axis and 2, 3 and 4 chambers, with the faults of their records; short axis by \`${options.sax}\`, long axes by \`${options.lax}\`. ${measured.length} hearts of one phantom: an order of magnitude, not an interval.

Differences are measured less true: bias ± SD between patients (greatest of any patient; patients measured). Strain in percentage points.${banded.length > 0 ? ` ${banded.length} of the patients ${banded.length === 1 ? 'has' : 'have'} a band of off-resonance over the heart: ${banded.length === 1 ? 'its' : 'their'} strain is in the second table alone, with what was flagged.` : ''}

| measure | truth, from to | phantom's contours | networks' contours | networks' less phantom's contours |
|---|---|---|---|---|
${rows
  .map(
    (row) =>
      `| ${row.measure} | ${row.trueRange.join(' to ')} | ${cell(row.trueContours)} | ${cell(row.networkContours)} | ${cell(row.networkLessTrueContours)} |`,
  )
  .join('\n')}

Segments 7 to 12 (the middle third of the wall) of the same patients, at end-systole in the planes; bias ± SD between segments (greatest of any; segments measured):

| segmental strain | truth, from to | phantom's contours | networks' contours |
|---|---|---|---|
${segmentRows
  .map(
    (row) =>
      `| ${row.measure} | ${row.trueRange.join(' to ')} | ${cell(row.trueContours)} | ${cell(row.networkContours)} |`,
  )
  .join('\n')}

| patient | infarct (% of LV) | off-resonance (Hz) | GCS true, measured | GRS true, measured | GLS true, measured | flags |
|---|---|---|---|---|---|---|
${measured
  .map(({ patient, infarctPercent, bandingHz, networkContours: { truth, measured: found }, flags }) => {
    const pair = (name: (typeof strainMeasures)[number]) => `${value(truth[name])}, ${value(found[name])}`;
    return `| ${patient} | ${infarctPercent.toFixed(1)} | ${bandingHz.toFixed(0)} | ${pair('GCS, wall followed')} | ${pair('GRS, in the planes')} | ${pair('GLS, middle of the wall')} | ${flags.join('; ') || 'none'} |`;
  })
  .join('\n')}

- *In the planes*: what planes that stand still in the scanner show of the wall, over the slices followed; the truth is that of the same slices. *Wall followed*: of the material itself, with the mitral way of the long axes.
- The truth of GLS is that of the middle of the wall; the endocardium, from which GLS is reported, shortens more.
- Contours of end-diastole and end-systole err each in their own way, and thickening is the small difference of both: the tracker holds the wall softly to the area that incompressible muscle has, by the shortening that the long axes show (bistoquet2007). The phantom's muscle is incompressible too, so GRS is here at its best.${experts ? ` In ${experts.patients} patients of ACDC the muscle that experts drew is ${experts.mean} ± ${experts.sd} times as large at end-systole as at end-diastole.` : ''}
- The phantom's contours show what following the wall costs by itself; the last column what the networks add.
- \`lax-phantom\` learned from phantoms of the same software: of real long axes it says nothing.
`;

for (const row of rows)
  console.log(`${row.measure}: ${cell(row.networkContours)}, phantom's contours ${cell(row.trueContours)}`);
if (!options.print) {
  await writeFileAtomic(
    join(options.out, 'segmentation-strain.json'),
    `${JSON.stringify(result, null, 2)}\n`,
  );
  await writeFileAtomic(join(options.out, 'segmentation-strain.md'), page);
}
