import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { issue } from '@myocast/base';
import { writeFolderAtomic, writeFileAtomic } from '@myocast/base/files';
import { csvOf } from '../../csv.ts';
import { StoppedByIssues } from '../../terminal.ts';
import { textTable } from '../../text-table.ts';
import { type ImputableColumn, imputable, parseImputationTerm } from './imputable.ts';
import {
  atLeast,
  donorsOption,
  type ImputationOptions,
  imputationSeedOption,
  imputationWords,
  imputeTable,
  iterationsOption,
  noteLines,
} from './imputation-options.ts';
import { readStudyTable, stopAtColumn, type StudyTable } from './study-table.ts';
import {
  counts,
  entryOption,
  finish,
  names,
  type StatsVerb,
  type TableOptions,
  tableVerb,
} from './table-verb.ts';

interface Options extends TableOptions, ImputationOptions {
  readonly columns: readonly string[];
  readonly imputations: number;
  readonly out: string;
}

export const imputeVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'impute', 'multiple imputation of missing covariates by chained equations')
    .requiredOption(
      '--columns <terms>',
      'columns that are imputed, and complete ones that help: column, log(column), sqrt(column), norm(column), norm(column, low, high), factor(column), ordered(column)',
      names,
    )
    .requiredOption('--out <folder>', 'where to write the completed tables and report.json')
    .option('--imputations <count>', 'completed tables', atLeast(2), 20)
    .addOption(iterationsOption())
    .addOption(donorsOption())
    .addOption(imputationSeedOption())
    .addOption(entryOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        await stopAtFullFolder(options.out);
        const table = await readStudyTable(file!, options);
        const columns = imputableColumns(table, options.columns);
        const { imputed, completed } = imputeTable(table, columns, options.imputations, options);
        const { imputations, iterations, donors, seed } = options;
        const document = {
          ...counts(table),
          imputations,
          iterations,
          donors,
          seed,
          files: completed.map((_, at) => nameOf(at, imputations)),
          ...imputationWords(
            imputed,
            columns.map(({ column }) => column),
          ),
        };
        await writeFolderAtomic(options.out, /\.(csv|json)$/, async (draft) => {
          for (const [at, cells] of completed.entries())
            await writeFileAtomic(join(draft, document.files[at]!), completedCsv(table, cells));
          await writeFileAtomic(join(draft, 'report.json'), `${JSON.stringify(document, null, 2)}\n`);
        });
        finish(terminal, table, document, [
          `${imputations} completed tables of ${document.subjects} subjects in ${options.out}`,
          `${document.rowsWithMissing} rows had missing cells, ${document.rowsWithNothing} of them no other`,
          ...textTable(
            ['column', 'observed', 'missing', 'method', 'predictors'],
            document.columns.map((one) => [
              one.name,
              one.observed,
              one.missing,
              one.method ?? 'complete',
              one.predictors,
            ]),
          ),
          ...noteLines(document.notes),
        ]);
      }),
    );
};

function imputableColumns(table: StudyTable, terms: readonly string[]): ImputableColumn[] {
  const parsed = terms.map((text) => parseImputationTerm(text, table.columns));
  const twice = parsed.find(({ name }, at) => parsed.findIndex((other) => other.name === name) < at);
  if (twice) stopAtColumn('duplicate-column', table, twice.name, 'expected each column once, found it twice');
  return parsed.map((term) => imputable(table, term));
}

/** A folder with other things in it is left alone. */
async function stopAtFullFolder(out: string): Promise<void> {
  const there = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`cannot read ${out}`, { cause: error });
  });
  const others = there.filter((name) => !/^(imputed-\d+\.csv|report\.json)$/.test(name));
  if (others.length > 0)
    throw new StoppedByIssues([
      issue('already-exists', out, `expected no folder, or one of an imputation, found ${others[0]} in it`),
    ]);
}

/** `imputed-01.csv`, with as many digits as the last one needs. */
function nameOf(at: number, imputations: number): string {
  return `imputed-${String(at + 1).padStart(Math.max(2, String(imputations).length), '0')}.csv`;
}

/** The rows that were kept, every column as it was but for the cells that were missing. */
function completedCsv(table: StudyTable, completed: ReadonlyMap<string, readonly string[]>): string {
  const header = table.columns.map((name) => {
    const unit = table.unit(name);
    return unit === null ? name : `${name} [${unit}]`;
  });
  const columns = table.columns.map((name) => completed.get(name) ?? table.labels(name));
  return csvOf([header, ...table.rowNumbers.map((_, row) => columns.map((cells) => cells[row]!))]);
}
