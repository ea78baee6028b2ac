import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { type ExamRecord, type MaskName, maskNames } from '@myocast/imaging';
import {
  compareReadings,
  type Correction,
  type CorrectionEntry,
  contoursFile,
  contoursNifti,
  contoursSegmentation,
  correctionsFolder,
  importContours,
  misgivenCorrector,
  misgivenReason,
  readCorrections,
  returnTo,
} from '@myocast/imaging/contours';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { existingPaths } from '../existing-paths.ts';
import { withPersonOptions } from '../person-options.ts';
import { type AgainOptions, quantifierAgain, quantityLines } from '../quantify-again.ts';
import { quantityAgreement, readingLines, structureAgreement } from '../reading-lines.ts';
import { softwareVersion } from '../software.ts';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import type { Action, Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options extends AgainOptions {
  readonly by: string;
  readonly reason?: string;
}

/** `myocast contours`: contours out and in again, corrected by hand, and who corrected what. */
export const contoursVerb: Verb = (program, action) => {
  const contours = program
    .command('contours')
    .description('export contours, take corrected ones in and back, and list who corrected what');
  exportCommand(contours, action);
  importCommand(contours, action);
  undoCommand(contours, action);
  historyCommand(contours, action);
  compareCommand(contours, action);
  for (const command of contours.commands) command.exitOverride();
};

const kindOption = (about: string) => new Option('--kind <kind>', about).choices(maskNames);

function examCommand(contours: Command, name: string, description: string): Command {
  return contours
    .command(name)
    .description(description)
    .argument('<exam>', 'an ingested exam')
    .requiredOption('--masks <folder>', 'the masks, one folder a subject; corrections lie beside it');
}

function changingCommand(contours: Command, name: string, description: string): Command {
  const command = examCommand(contours, name, description)
    .requiredOption('--by <who>', 'who says so: a role or initials', plainText(misgivenCorrector))
    .option('--reason <text>', 'why, in a line that the history keeps', plainText(misgivenReason))
    .option(
      '--quantities <folder>',
      'quantify the exam again into this folder; the person is that of its file, unless said here',
    );
  return withPersonOptions(command).option(
    '--haematocrit <csv>',
    'subject,haematocrit from blood tests, for the ECV',
  );
}

/** An option that is kept as it is typed, unless there is a fault in it. */
function plainText(faultIn: (text: string) => string | null): (text: string) => string {
  return (text) => {
    const fault = faultIn(text);
    if (fault !== null) throw new InvalidArgumentError(fault);
    return text;
  };
}

type ExportFormat = 'polygons' | 'dicom-seg' | 'nifti';

function exportCommand(contours: Command, action: Action): void {
  examCommand(contours, 'export', 'write the contours that are in force')
    .addOption(kindOption('the series; of polygons without it, all that are drawn'))
    .requiredOption('--out <file>', 'polygons (.json), DICOM segmentation (.dcm) or NIfTI mask (.nii.gz)')
    .action(
      action<{ masks: string; kind?: MaskName; out: string }>(async (options, terminal, [exam]) => {
        const { masks, kind, out } = options;
        const order = { examFolder: exam!, maskFolder: masks, softwareVersion };
        const issues: Issue[] = [];
        const format = formatOf(out);
        const bytes = await bytesOf(format, order, kind ?? null, issues);
        await writeFileAtomic(out, bytes);
        terminal.result({ out, format, bytes: bytes.length, issues }, [`${out}: ${bytes.length} bytes`]);
        terminal.list(issues);
      }),
    );
}

function formatOf(out: string): ExportFormat {
  if (out.endsWith('.json')) return 'polygons';
  if (out.endsWith('.dcm')) return 'dicom-seg';
  if (out.endsWith('.nii.gz')) return 'nifti';
  throw new StoppedByIssues([
    issue('unsupported', out, 'expected a name that ends in .json, .dcm or .nii.gz'),
  ]);
}

async function bytesOf(
  format: ExportFormat,
  order: Parameters<typeof contoursFile>[0],
  kind: MaskName | null,
  issues: Issue[],
): Promise<Uint8Array> {
  if (format === 'polygons')
    return Buffer.from(`${JSON.stringify(valueOrStop(await contoursFile(order, kind), issues))}\n`);
  if (kind === null)
    throw new StoppedByIssues([
      issue(
        'missing-value',
        order.examFolder,
        `expected --kind ${maskNames.join(', ')} for a mask, found none`,
      ),
    ]);
  return format === 'nifti'
    ? valueOrStop(await contoursNifti(order, kind), issues)
    : valueOrStop(await contoursSegmentation(order, kind, new Date()), issues);
}

interface ImportOptions extends Options {
  readonly kind?: MaskName;
  readonly phase?: number;
  readonly label?: number;
  readonly images?: string;
  readonly allowRemoval?: boolean;
}

function importCommand(contours: Command, action: Action): void {
  changingCommand(contours, 'import', 'put corrected contours into force; the automatic ones are kept')
    .argument(
      '<file...>',
      'polygons (JSON), a DICOM segmentation, a NIfTI mask, or contours as text (RVSC, Sunnybrook)',
    )
    .addOption(kindOption('the series, where the file does not say it (NIfTI, text, several series)'))
    .option('--phase <n>', 'of a NIfTI mask of one phase: which one it is, from 0', wholeNumber(0))
    .option('--label <n>', 'of contours as text: the label they outline', wholeNumber(1))
    .option('--images <folder>', 'of contours as text: the DICOM images they are named after')
    .option('--allow-removal', 'take contours that have nothing of a structure that was drawn before')
    .action(
      action<ImportOptions>(async (options, terminal, [exam, ...given]) => {
        const issues: Issue[] = [];
        const { masks: maskFolder, allowRemoval: mayRemove } = options;
        const files = await filesOf(given);
        const quantify = await quantifierAgain(exam!, await subjectOf(exam!), options, issues);
        const order = { ...options, examFolder: exam!, maskFolder, files, mayRemove };
        const correction = valueOrStop(
          await importContours({ ...order, at: new Date(), softwareVersion }),
          issues,
        );
        const quantified = await quantify();
        terminal.result({ correction, ...quantified, issues }, [
          ...correctionLines(correction),
          ...quantityLines(quantified),
        ]);
        terminal.list(issues);
      }),
    );
}

/** A folder stands for the files in it. */
async function filesOf(given: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of given) {
    const info = await stat(path).catch(() => null);
    if (!info?.isDirectory()) files.push(path);
    else files.push(...(await readdir(path)).sort().map((name) => join(path, name)));
  }
  return files;
}

function undoCommand(contours: Command, action: Action): void {
  changingCommand(contours, 'undo', 'put the automatic contours into force again, or an earlier correction')
    .addOption(kindOption('the series').makeOptionMandatory())
    .option('--to <n>', 'the correction of this number', wholeNumber(1))
    .action(
      action<Options & { kind: MaskName; to?: number }>(async (options, terminal, [exam]) => {
        const issues: Issue[] = [];
        const { masks: maskFolder, kind, by, reason, to = null } = options;
        const subject = await subjectOf(exam!);
        const quantify = await quantifierAgain(exam!, subject, options, issues);
        const order = { maskFolder, subject, kind, by, reason, at: new Date(), softwareVersion };
        const correction = valueOrStop(await returnTo(order, to), issues);
        const quantified = await quantify();
        const line = correction
          ? `${kind}: the correction of ${correction.by} at ${correction.at} is in force`
          : `${kind}: the automatic contours are in force`;
        terminal.result({ correction, ...quantified, issues }, [line, ...quantityLines(quantified)]);
        terminal.list(issues);
      }),
    );
}

function historyCommand(contours: Command, action: Action): void {
  examCommand(contours, 'history', 'who corrected the contours of an exam, when, and what changed').action(
    action<Pick<Options, 'masks'>>(async ({ masks }, terminal, [exam]) => {
      const subject = await subjectOf(exam!);
      const record = valueOrStop(await readCorrections(correctionsFolder(masks, subject), subject));
      const rows = maskNames.flatMap((kind) => {
        const own = record?.series[kind];
        return (own?.history ?? []).map((entry, index) => [
          kind,
          `${index + 1}${own!.inForce === index + 1 ? ' in force' : ''}`,
          entry.at,
          entry.by,
          entryWords(entry),
          entry.reason ?? null,
        ]);
      });
      const flags = maskNames.flatMap((kind) =>
        (record?.series[kind]?.history ?? []).flatMap((entry, index) =>
          entry.did === 'corrected' ? (entry.flags ?? []).map((flag) => `${kind} ${index + 1}: ${flag}`) : [],
        ),
      );
      const table = rows.length > 0 ? textTable(['series', 'number', 'at', 'by', 'what', 'why'], rows) : [];
      const lines = [...table, ...flags];
      terminal.result(record ?? { subject, series: {} }, lines.length > 0 ? lines : ['no corrections']);
    }),
  );
}

function entryWords(entry: CorrectionEntry): string {
  if (entry.did === 'returned')
    return entry.to === null ? 'back to the automatic contours' : `back to correction ${entry.to}`;
  const flagged = entry.flags?.length ? ', flagged' : '';
  return `${entry.changedVoxels} voxels in ${entry.changedSlices} slices, from ${entry.from}${flagged}`;
}

interface CompareOptions {
  readonly firstBy?: string;
  readonly secondBy?: string;
  readonly out?: string;
}

function compareCommand(contours: Command, action: Action): void {
  const reader = plainText(misgivenCorrector);
  contours
    .command('compare')
    .description('agreement of two readings of the same exams: Dice, limits of agreement, ICC')
    .argument('<first>', 'the masks of the first reading, one folder a subject; corrections lie beside it')
    .argument('<second>', 'those of the second; the same folder again with --first-by and --second-by')
    .option('--first-by <who>', 'the last corrections of this reader, not the contours in force', reader)
    .option('--second-by <who>', 'the same of the second reading', reader)
    .option('--out <file>', 'a JSON file of all that was compared')
    .action(
      action<CompareOptions>(async ({ firstBy, secondBy, out }, terminal, [first, second]) => {
        await existingPaths([first!, second!], 'a folder of masks');
        const issues: Issue[] = [];
        const readings = [
          { maskFolder: first!, by: firstBy ?? null },
          { maskFolder: second!, by: secondBy ?? null },
        ] as const;
        const compared = valueOrStop(await compareReadings(...readings), issues);
        const [structures, quantities] = [structureAgreement(compared), quantityAgreement(compared)];
        const document = { readings, compared, structures, quantities, issues };
        if (out) await writeFileAtomic(out, `${JSON.stringify(document, null, 2)}\n`);
        terminal.result(document, readingLines(structures, quantities));
        terminal.list(issues);
      }),
    );
}

async function subjectOf(exam: string): Promise<string> {
  const record = await readJsonFile<ExamRecord>(join(exam, 'exam.json')).catch(() => null);
  if (typeof record?.subject === 'string') return record.subject;
  throw new StoppedByIssues([
    issue('not-readable', exam, 'expected an ingested exam (exam.json), found none'),
  ]);
}

function correctionLines({ by, mask, changedVoxels, changedSlices, labels }: Correction): string[] {
  const rows = labels.map(({ name, voxelsBefore, voxelsAfter, diceToBefore, diceToAutomatic }) => [
    name,
    voxelsBefore,
    voxelsAfter,
    diceToBefore?.toFixed(3) ?? null,
    diceToAutomatic?.toFixed(3) ?? null,
  ]);
  return [
    `${mask.split('.')[0]} corrected by ${by}: ${changedVoxels} voxels in ${changedSlices} slices`,
    ...textTable(['label', 'voxels before', 'after', 'Dice to before', 'to automatic'], rows),
  ];
}
