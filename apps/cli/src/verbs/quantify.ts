import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  type CaseQuantities,
  caseNames,
  type Dataset,
  errorOf,
  errorsAgainst,
  findDataset,
  type MaskName,
  maskNames,
  quantifyCase,
  quantifyExam,
  type QuantitiesRecord,
  type QuantityError,
  type ReferenceValues,
  type SegmentedKind,
  writeQuantities,
} from '@myocast/imaging';
import { readNumber, readTable } from '@myocast/study';
import { Option } from 'commander';
import { type BesideOptions, knownBeside } from '../known-beside.ts';
import { refusePersons, withPersonOptions } from '../person-options.ts';
import { quantifyFile } from '../quantify-file.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import { methodAgreement, tissueLines } from '../tissue-lines.ts';
import { ventricleLines } from '../ventricle-table.ts';
import type { Verb } from '../verb.ts';

interface Options extends BesideOptions {
  readonly masks?: string;
  readonly out?: string;
  readonly reference?: string;
  readonly kind?: MaskName;
}

/** `myocast quantify`: masks in, volumes, function, mass, infarct and segments out. */
export const quantifyVerb: Verb = (program, action) => {
  withPersonOptions(program.command('quantify'))
    .description('volumes, function, mass, infarct and AHA segments from the masks')
    .argument(
      '<path>',
      'an ingested exam or a folder of them, one NIfTI mask, or a data set (ACDC, EMIDEC layout)',
    )
    .option(
      '--masks <folder>',
      "the masks, one folder a subject; for a data set without it, the experts' masks",
    )
    .option('--out <path>', 'folder for one JSON a subject; for a mask, the JSON file')
    .option('--reference <csv>', 'for a data set: what to compare with (else its reference.csv)')
    .option('--haematocrit <csv>', 'for exams: subject,haematocrit from blood tests, for the ECV')
    .addOption(new Option('--kind <kind>', 'for a mask: what it is of').choices(maskNames))
    .action(
      action<Options>(async (options, terminal, [path]) => {
        const info = await stat(path!).catch(() => null);
        if (!info) stop('not-readable', path!, 'expected a file or folder, found none');
        if (info.isFile()) return quantifyFile(path!, options, terminal);
        const exams = await examFolders(path!);
        if (exams.length > 0) return quantifyExams(exams, options, terminal);
        const dataset = await findDataset(path!, 'cine-sax');
        if (dataset === null || !(dataset.layout in references))
          stop('empty-input', path!, 'expected ingested exams (exam.json) or a data set, found neither');
        return quantifyDataset(path!, dataset, options, terminal);
      }),
    );
};

function stop(kind: Issue['kind'], path: string, message: string): never {
  throw new StoppedByIssues([issue(kind, path, message)]);
}

/** The exam itself, or the exams in a folder. */
async function examFolders(folder: string): Promise<readonly string[]> {
  const isExam = (path: string) =>
    stat(join(path, 'exam.json')).then(
      () => true,
      () => false,
    );
  if (await isExam(folder)) return [folder];
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const paths = names.map((name) => join(folder, name));
  const found = await Promise.all(paths.map(isExam));
  return paths.filter((_, index) => found[index]);
}

async function quantifyExams(exams: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const { masks, out } = options;
  if (!masks || !out)
    stop('missing-value', exams[0]!, 'expected --masks and --out for exams, found not both');
  const issues: Issue[] = [];
  const known = await knownBeside(options, exams, issues);
  const records: QuantitiesRecord[] = [];
  const bar = terminal.bar('quantify', exams.length);
  for (const exam of exams) {
    const record = await quantifyExam(exam, masks, known);
    issues.push(...record.issues);
    if (record.ok) {
      await writeQuantities(record.value, join(out, `${record.value.subject}.json`));
      records.push(record.value);
    }
    bar.advance();
  }
  bar.done();
  if (!records.some(({ cine, lge }) => cine || lge)) throw new StoppedByIssues(issues);
  terminal.result({ exams: records, agreement: methodAgreement(records), issues }, [
    ...examTable(records),
    errorLine,
    ...examDetail(records),
    ...tissueLines(records),
  ]);
  terminal.list(issues);
}

function examTable(records: readonly QuantitiesRecord[]): string[] {
  const rows = records.map(({ subject, cine, lge }) => [
    subject,
    ...pick(cine, ['edvMl', 'esvMl', 'ejectionFractionPercent', 'massG']),
    ...pick(lge, ['infarctPercent', 'mvoPercent']),
  ]);
  return textTable(['subject', 'EDV ml', 'ESV ml', 'EF %', 'mass g', 'infarct %', 'MVO %'], rows);
}

/** A single exam in full. */
function examDetail(records: readonly QuantitiesRecord[]): string[] {
  const [first] = records;
  return records.length === 1 && first?.cine && first.ventricles
    ? ['', ...ventricleLines(first.cine, first.ventricles)]
    : [];
}

const errorLine = `± of a second exam as published, relative (% of the value): ${(
  [
    ['EDV', 'edvMl'],
    ['ESV', 'esvMl'],
    ['EF', 'ejectionFractionPercent'],
    ['mass', 'massG'],
    ['infarct', 'infarctPercent'],
  ] as const
)
  .map(([name, quantity]) => `${name} ${errorOf(quantity, 100)!.percent} %`)
  .join(
    ', ',
  )}; in points, an EF of 50 % is ± ${errorOf('ejectionFractionPercent', 50)!.error.toFixed(1)} points and an infarct of 20 % ± ${errorOf('infarctPercent', 20)!.error.toFixed(1)} points`;

/** With one decimal; none where there are no quantities. */
function pick<Key extends string>(
  quantities: Readonly<Record<Key, number>> | null,
  keys: readonly Key[],
): (string | null)[] {
  return keys.map((key) => round(quantities?.[key] ?? null, 1));
}

type Row = (column: string) => number;

/** What the reference tables of the data sets hold, under our names. */
const references: Readonly<
  Record<string, { key: string; columns: readonly string[]; values: (row: Row) => Record<string, number> }>
> = {
  acdc: {
    key: 'patient',
    columns: ['ed_lv_ml', 'es_lv_ml', 'lvef', 'ed_myo_ml'],
    values: (row) => ({
      edvMl: row('ed_lv_ml'),
      esvMl: row('es_lv_ml'),
      ejectionFractionPercent: 100 * row('lvef'),
      massG: 1.05 * row('ed_myo_ml'),
    }),
  },
  emidec: {
    key: 'name',
    columns: ['infarct_fraction_png', 'px_pmo', 'px_infarct', 'px_myo_normal'],
    values: (row) => ({
      infarctPercent: 100 * row('infarct_fraction_png'),
      mvoPercent: (100 * row('px_pmo')) / (row('px_pmo') + row('px_infarct') + row('px_myo_normal')),
    }),
  },
};

/** The table that was asked for, else the one in the data set's folder, else none. */
async function referenceOf(
  folder: string,
  { layout }: Dataset,
  chosen: string | undefined,
): Promise<ReferenceValues | null> {
  if (chosen !== undefined) return readReference(chosen, layout);
  const beside = join(folder, 'reference.csv');
  return (await stat(beside).catch(() => null)) === null ? null : readReference(beside, layout);
}

async function readReference(path: string, layout: string): Promise<ReferenceValues> {
  const { key, columns, values } = references[layout]!;
  const table = valueOrStop(await readTable(path));
  for (const column of [key, ...columns])
    if (!table.columns.includes(column)) stop('missing-column', path, `expected a column "${column}"`);
  const cells = (row: readonly string[], column: string) => row[table.columns.indexOf(column)]!;
  return new Map(
    table.rows.map((row, index) => {
      const number = (column: string) =>
        readNumber(cells(row, column)) ??
        stop(
          'bad-value',
          `${path} row ${index + 2}`,
          `expected a number in ${column}, found "${cells(row, column)}"`,
        );
      return [cells(row, key), values(number)] as const;
    }),
  );
}

async function quantifyDataset(
  path: string,
  dataset: Dataset,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const { masks, out, reference: chosen } = options;
  refusePersons(options, path, 'any');
  const reference = await referenceOf(path, dataset, chosen);
  const issues: Issue[] = [];
  const cases: CaseQuantities[] = [];
  const names = caseNames(dataset);
  const bar = terminal.bar('quantify', names.length);
  for (const name of names) {
    const done = await quantifyCase(dataset, name, masks ?? null);
    issues.push(...done.issues);
    if (done.ok) {
      cases.push(done.value);
      if (out) await writeFileAtomic(join(out, `${name}.json`), `${JSON.stringify(done.value, null, 2)}\n`);
    }
    bar.advance();
  }
  bar.done();
  if (cases.length === 0) throw new StoppedByIssues(issues);
  const errors = reference === null ? [] : errorsAgainst(cases, reference);
  const document = {
    layout: dataset.layout,
    masks: masks ?? 'expert',
    cases: cases.map((own) => ({ ...own, reference: reference?.get(own.name) ?? null })),
    errors,
    issues,
  };
  terminal.result(document, [...caseTable(cases, dataset, reference), ...errorTable(errors), '', errorLine]);
  terminal.list(issues, 8);
}

const shown: Readonly<Record<SegmentedKind, Readonly<Record<string, string>>>> = {
  'cine-sax': { 'EDV ml': 'edvMl', 'ESV ml': 'esvMl', 'EF %': 'ejectionFractionPercent', 'mass g': 'massG' },
  'lge-sax': { 'infarct %': 'infarctPercent', 'MVO %': 'mvoPercent' },
  't2-sax': {},
  'cine-lax': {},
};

/** Ours, with the reference in brackets. */
function caseTable(
  cases: readonly CaseQuantities[],
  { kind }: Dataset,
  reference: ReferenceValues | null,
): string[] {
  const columns = Object.entries(shown[kind]);
  const rows = cases.map(({ name, quantities }) => [
    name,
    ...columns.map(([, quantity]) => {
      const ours = (quantities as unknown as Record<string, number>)[quantity]!;
      const theirs = reference?.get(name)?.[quantity];
      return theirs === undefined ? ours.toFixed(1) : `${ours.toFixed(1)} (${theirs.toFixed(1)})`;
    }),
  ]);
  return textTable(['case', ...columns.map(([title]) => title)], rows);
}

function errorTable(errors: readonly QuantityError[]): string[] {
  if (errors.length === 0) return [];
  const rows = errors.map(({ quantity, count, meanAbsoluteError, bias }) => [
    quantity,
    count,
    meanAbsoluteError.toFixed(4),
    bias.toFixed(4),
  ]);
  return ['', ...textTable(['against the reference', 'cases', 'mean absolute error', 'bias'], rows)];
}

const round = (value: number | null, decimals: number) => (value === null ? null : value.toFixed(decimals));
