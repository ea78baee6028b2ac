import { stat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  type ContourSource,
  type Dataset,
  findDataset,
  openSegmenter,
  openSegmenters,
  segment,
  type SegmentationRecord,
  type SegmentedKind,
  segmentExam,
  casesOf,
  chooseWeights,
  segmentCase,
  stackCertainty,
  type StackScore,
  summarise,
  uncertaintyMap,
  volumeAt,
  weightsName,
  writeNifti,
} from '@myocast/imaging';
import { pngOf } from '@myocast/report/figures';
import { maskSheet } from '@myocast/report/pictures';
import { InvalidArgumentError, Option } from 'commander';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly out: string;
  readonly kind?: SegmentedKind;
  readonly weights: readonly string[];
  readonly picture?: string;
  readonly contours: ContourSource;
  readonly uncertainty?: boolean;
  readonly threads: number;
}

export const segmentVerb: Verb = (program, action) => {
  program
    .command('segment')
    .description('draw the contours: masks on the grid of the images')
    .argument(
      '<path>',
      'an ingested exam or a folder of them, one NIfTI file, or a data set (ACDC, EMIDEC, nnU-Net layout)',
    )
    .requiredOption('--out <path>', 'mask file for a NIfTI file, else the folder for the masks')
    .option('--kind <kind>', `${kinds.join(', ')}; needed for a NIfTI file and for nnU-Net layout`, kindOf)
    .option(
      '--weights <name>',
      "'real' or 'phantom', or a folder of own weights for what its card says it draws; may be given again",
      (name: string, before: readonly string[]) => [...before, name],
      ['real'],
    )
    .option(
      '--uncertainty',
      'beside each mask of a NIfTI file or exam, how unsure each voxel is: <mask>-uncertainty.nii.gz, 0 to 1',
    )
    .option('--picture <file>', 'for a NIfTI file: the slices with their contours (.png, .svg)')
    .addOption(
      new Option('--contours <source>', 'for exams: whose contours become the mask')
        .choices(['network', 'expert'])
        .default('network'),
    )
    .option('--threads <n>', 'threads of the network', Number, 2)
    .action(
      action<Options>(async (options, terminal, [path]) => {
        const info = await stat(path!).catch(() => null);
        if (!info)
          throw new StoppedByIssues([issue('not-readable', path!, 'expected a file or folder, found none')]);
        if (info.isFile()) return segmentFile(path!, options, terminal);
        const exams = await examFolders(path!);
        if (exams.length > 0) return segmentExams(path!, exams, options, terminal);
        const dataset = await findDataset(path!, options.kind ?? 'cine-sax');
        if (!dataset)
          throw new StoppedByIssues([
            issue('empty-input', path!, 'expected ingested exams (exam.json) or a data set, found neither'),
          ]);
        return segmentDataset(dataset, options, terminal);
      }),
    );
};

const kinds: readonly SegmentedKind[] = ['cine-sax', 'lge-sax', 't2-sax', 'cine-lax'];

function kindOf(value: string): SegmentedKind {
  const kind = kinds.find((name) => name === value);
  if (kind) return kind;
  throw new InvalidArgumentError(`expected ${kinds.join(', ')}, found ${value}`);
}

/** Of a PNG, in pixels. */
const pictureWidth = 1600;

async function openFor(kind: SegmentedKind, { weights, threads }: Options) {
  const { set, names } = valueOrStop(await chooseWeights(weights));
  const others = Object.keys(names).filter((other) => other !== kind);
  if (others.length > 0)
    throw new StoppedByIssues([
      issue('bad-value', '--weights', `expected weights for ${kind}, found some for ${others.join(', ')}`),
    ]);
  return valueOrStop(await openSegmenter(names[kind] ?? weightsName(kind, set), { threads, kind }));
}

async function segmentFile(path: string, options: Options, terminal: Terminal): Promise<void> {
  if (!options.kind)
    throw new StoppedByIssues([
      issue('missing-value', path, `expected --kind ${kinds.join(', ')}, found none`),
    ]);
  const issues: Issue[] = [];
  const volume = valueOrStop(await volumeAt(path), issues);
  const segmenter = await openFor(options.kind, options);
  const found = valueOrStop(await segment(volume, segmenter, path), issues);
  const { mask, confidence } = found;
  await writeFileAtomic(options.out, writeNifti(mask));
  if (options.uncertainty)
    await writeFileAtomic(
      options.out.replace(/(\.nii(\.gz)?)?$/, '-uncertainty.nii.gz'),
      writeNifti(uncertaintyMap(volume, found)),
    );
  if (options.picture) {
    const sheet = maskSheet(volume, mask, options.kind, basename(path));
    const isPng = options.picture.toLowerCase().endsWith('.png');
    await writeFileAtomic(options.picture, isPng ? pngOf(sheet, pictureWidth) : sheet);
  }
  const voxels = segmenter.card.labels.map(
    (_, index) => mask.data.filter((value) => value === index + 1).length,
  );
  terminal.result(
    {
      mask: options.out,
      segmenter: segmenter.card.name,
      network: segmenter.card.network,
      confidence,
      certainty: stackCertainty(found, options.kind),
      repairs: found.repairs,
      voxels,
      issues,
    },
    [
      `${options.out}: ${mask.shape.join('×')}, confidence ${confidence.toFixed(2)}, weights ${segmenter.card.name}`,
      ...segmenter.card.labels.map((label, index) => `  ${index + 1} ${label}: ${voxels[index]} voxels`),
    ],
  );
  terminal.list(issues);
}

/** [''] when the folder is one exam, the names of its exams when it holds some. */
async function examFolders(folder: string): Promise<readonly string[]> {
  const isExam = (path: string) =>
    stat(join(path, 'exam.json')).then(
      () => true,
      () => false,
    );
  if (await isExam(folder)) return [''];
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(names.map((name) => isExam(join(folder, name))));
  return names.filter((_, index) => found[index]);
}

async function segmentExams(
  folder: string,
  exams: readonly string[],
  { out, weights, threads, contours, uncertainty = false }: Options,
  terminal: Terminal,
): Promise<void> {
  const issues: Issue[] = [];
  const { set, names } = valueOrStop(await chooseWeights(weights));
  const segmenters = valueOrStop(await openSegmenters(set, { threads, names }), issues);
  const records: SegmentationRecord[] = [];
  const bar = terminal.bar('segment', exams.length);
  for (const name of exams) {
    const record = await segmentExam(join(folder, name), join(out, name), segmenters, {
      source: contours,
      uncertainty,
    });
    if (record.ok) records.push(record.value);
    issues.push(...record.issues);
    bar.advance();
  }
  bar.done();
  if (!records.some(({ series }) => series.length > 0)) throw new StoppedByIssues(issues);
  const lines = records.map(({ subject, series }) => {
    const parts = series.map(({ mask, confidence }) => `${mask} ${confidence.toFixed(2)}`);
    return `${subject}: ${parts.join(', ') || 'nothing segmented'}`;
  });
  const more = lines.length > 12 ? [`… and ${lines.length - 12} more`] : [];
  terminal.result({ exams: records, issues }, [...lines.slice(0, 12), ...more]);
  terminal.list(issues);
}

async function segmentDataset(dataset: Dataset, options: Options, terminal: Terminal): Promise<void> {
  const segmenter = await openFor(dataset.kind, options);
  const issues: Issue[] = [];
  const scored: StackScore[] = [];
  const bar = terminal.bar('segment', dataset.stacks.length);
  for (const parts of casesOf(dataset)) {
    const done = await segmentCase(dataset, parts, segmenter, options.out);
    if (done.ok) scored.push(...done.value);
    issues.push(...done.issues);
    bar.advance(parts.length);
  }
  bar.done();
  if (scored.length === 0) throw new StoppedByIssues(issues);
  const summary = summarise(scored);
  const lines = scored.map(({ name, part, cases, dice }) => {
    const values = Object.entries(dice).map(([label, value]) => `${label} ${value?.toFixed(3) ?? '-'}`);
    return `${name}${part ? ` ${part}` : ''}${cases === 'other' ? '' : ` (${cases})`}: ${values.join(', ')}`;
  });
  terminal.result({ layout: dataset.layout, segmenter: segmenter.card, stacks: scored, summary, issues }, [
    ...lines,
    ...summary.flatMap(summaryLines),
    `masks in ${basename(options.out)}/`,
  ]);
  terminal.list(issues);
}

function summaryLines({
  cases,
  stacks,
  dice,
  infarctPercent,
}: ReturnType<typeof summarise>[number]): string[] {
  const means = Object.entries(dice).map(
    ([label, value]) => `${label} ${value.mean.toFixed(3)} (${value.stacks})`,
  );
  return [
    `${cases}, ${stacks} stacks, mean Dice: ${means.join(', ') || 'no masks to compare with'}`,
    ...(infarctPercent
      ? [
          `  infarct percent of the myocardium: mean absolute error ${infarctPercent.meanAbsoluteError.toFixed(1)}, bias ${infarctPercent.bias.toFixed(1)} points`,
        ]
      : []),
  ];
}
