import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import {
  assumedReference,
  beatUnknown,
  type CaseQuantities,
  caseNames,
  type CineQuantities,
  type Dataset,
  errorOf,
  errorsAgainst,
  findDataset,
  type LgeQuantities,
  measureCine,
  nobodyKnown,
  type PhaseQuantities,
  quantifyCase,
  quantifyExam,
  type QuantifyOptions,
  quantifyLge,
  quantifyPhase,
  quantifyVentricles,
  type QuantitiesRecord,
  type QuantityError,
  readMask,
  type ReferenceValues,
  type SegmentedKind,
  type VentricleQuantities,
  withHeartRate,
  writeQuantities,
} from '@myocast/imaging';
import { readNumber, readTable } from '@myocast/study';
import { InvalidArgumentError } from 'commander';
import { readHaematocrits } from '../haematocrit-table.ts';
import {
  personOf,
  personOfExams,
  type PersonOptions,
  refusePersons,
  withPersonOptions,
} from '../person-options.ts';
import { personOver, readPersons } from '../persons.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import { methodAgreement, tissueLines } from '../tissue-lines.ts';
import { ventricleLines } from '../ventricle-table.ts';
import type { Verb } from '../verb.ts';

interface Options extends PersonOptions {
  readonly masks?: string;
  readonly out?: string;
  readonly reference?: string;
  readonly kind?: SegmentedKind;
  readonly haematocrit?: string;
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
    .option('--kind <kind>', 'for a mask: cine-sax or lge-sax', kindOf)
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

function kindOf(value: string): SegmentedKind {
  if (value === 'cine-sax' || value === 'lge-sax') return value;
  throw new InvalidArgumentError(`expected cine-sax or lge-sax, found ${value}`);
}

function stop(kind: Issue['kind'], path: string, message: string): never {
  throw new StoppedByIssues([issue(kind, path, message)]);
}

async function quantifyFile(path: string, options: Options, terminal: Terminal): Promise<void> {
  const { kind, out } = options;
  refusePersons(options, path, 'a table');
  if (!kind) stop('missing-value', path, 'expected --kind cine-sax or lge-sax, found none');
  const issues: Issue[] = [];
  const mask = valueOrStop(await readMask(path, kind), issues);
  const { quantities, ventricles } = quantitiesOf(mask, kind, options, issues);
  const document = { kind, quantities, ...(ventricles ? { ventricles } : {}), issues };
  if (out) await writeFileAtomic(out, `${JSON.stringify(document, null, 2)}\n`);
  const numbers = Object.entries(quantities).flatMap(([name, value]) =>
    Array.isArray(value) ? [] : [[name, value as number | null]],
  );
  const lines =
    'edvMl' in quantities && ventricles
      ? ventricleLines(quantities, ventricles)
      : textTable(['quantity', 'value'], numbers);
  terminal.result(document, [...lines, ...segmentTable(quantities, ventricles)]);
  terminal.list(issues);
}

type FileQuantities = CineQuantities | LgeQuantities | PhaseQuantities;

interface Measured {
  readonly quantities: FileQuantities;
  readonly ventricles: VentricleQuantities | null;
}

/** A cine mask of one phase has volumes and mass, and no function. */
function quantitiesOf(mask: Mask, kind: SegmentedKind, options: Options, issues: Issue[]): Measured {
  if (kind === 'lge-sax')
    return { quantities: valueOrStop(quantifyLge(mask, assumedReference(mask)), issues), ventricles: null };
  if (mask.shape[0] === 1)
    return { quantities: valueOrStop(quantifyPhase(mask, 0), issues), ventricles: null };
  const measured = valueOrStop(measureCine(mask), issues);
  const beat = withHeartRate(beatUnknown, options.heartRate ?? null);
  const ventricles = valueOrStop(quantifyVentricles(mask, measured, beat, personOf(options)), issues);
  return { quantities: measured.cine, ventricles };
}

/** One row a segment. */
function segmentTable(quantities: FileQuantities, ventricles: VentricleQuantities | null): string[] {
  if ('lvMl' in quantities) return [];
  const columns =
    'edvMl' in quantities
      ? ({
          'wall mm': quantities.wallThicknessMm,
          'greatest mm': ventricles?.wall.greatestThicknessMm ?? [],
          'thickening %': quantities.wallThickeningPercent,
        } as const)
      : ({ 'infarct %': quantities.transmuralityPercent, 'MVO %': quantities.mvoSegmentPercent } as const);
  const rows = Array.from({ length: 16 }, (_, at) => [
    `segment ${at + 1}`,
    ...Object.values(columns).map((values) => round(values[at] ?? null, 1)),
  ]);
  return ['', ...textTable(['', ...Object.keys(columns)], rows)];
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

/** What is known of the subjects beside their exams: persons, heart rate, haematocrit. */
async function knownBeside(
  options: Options,
  exams: readonly string[],
  issues: Issue[],
): Promise<QuantifyOptions> {
  const own = personOfExams(options, exams);
  const persons = options.persons === undefined ? null : await readPersons(options.persons, issues);
  const blood = options.haematocrit === undefined ? null : await readHaematocrits(options.haematocrit);
  return {
    personOf: (subject) => personOver(own, persons?.get(subject) ?? nobodyKnown),
    heartRatePerMin: options.heartRate ?? null,
    haematocritOf: (subject) => blood?.get(subject) ?? null,
  };
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
