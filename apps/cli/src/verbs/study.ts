import { resolve } from 'node:path';
import type { Issue } from '@myocast/base';
import {
  checkTables,
  type Clock,
  type DataSetSummary,
  exportTables,
  freeze,
  hasStudy,
  type ImportReport,
  importExams,
  importTables,
  initStudy,
  openStudy,
  shippedProtocol,
  type Study,
  summarise,
  writeDataSet,
} from '@myocast/study';
import { existingPaths } from '../existing-paths.ts';
import { valueOrStop } from '../terminal.ts';
import type { Action, Verb } from '../verb.ts';
import type { Command } from 'commander';

interface StudyOptions {
  readonly study: string;
}

const clock: Clock = () => new Date();

/** `myocast study init | import | freeze | export`: the study and its database. */
export const studyVerb: Verb = (program, action) => {
  const verb = program.command('study').description('the study: protocol, import, frozen data set');
  addInit(verb, action);
  addImport(verb, action);
  addFreeze(verb, action);
  addExport(verb, action);
};

function addInit(verb: Command, action: Action): void {
  verb
    .command('init')
    .description('create a study from its protocol')
    .requiredOption('--study <dir>', 'folder of the study')
    .option('--protocol <file>', 'protocol or mapping (YAML)', shippedProtocol)
    .action(
      action<StudyOptions & { protocol: string }>(async (options, terminal) => {
        const study = valueOrStop(await initStudy(options.study, options.protocol, clock));
        await study.close();
        const { name, variables } = study.protocol;
        terminal.result({ study: options.study, name, variables: variables.length }, [
          `${name}: study created in ${options.study}, ${variables.length} variables`,
        ]);
      }),
    );
}

function addImport(verb: Command, action: Action): void {
  verb
    .command('import')
    .description('take tables (CSV) and exams into the study: all of a call, or nothing')
    .argument('[tables...]', 'clinical and follow-up tables')
    .requiredOption('--study <dir>', 'folder of the study')
    .option('--protocol <file>', 'creates the study with this protocol if it is not there yet')
    .option('--exams <dir>', 'folder with one folder of images a subject')
    .option('--by <name>', 'who answers for the records', 'import')
    .action(
      action<StudyOptions & { protocol?: string; exams?: string; by: string }>(
        async (options, terminal, tables) => {
          const issues: Issue[] = [];
          if (options.exams) await existingPaths([options.exams], 'a folder of exams');
          const study = await openOrInit(options.study, options.protocol, tables);
          await closing(study, async () => {
            const reports =
              tables.length > 0 ? valueOrStop(await importTables(study, tables, options.by), issues) : [];
            const exams = options.exams
              ? valueOrStop(await importExams(study, resolve(options.exams), options.by), issues)
              : [];
            terminal.result({ tables: reports, exams: exams.length, issues }, [
              ...reports.flatMap(describeImport),
              ...(options.exams ? [`${options.exams}: ${exams.length} exams`] : []),
            ]);
            terminal.list(issues);
          });
        },
      ),
    );
}

function addFreeze(verb: Command, action: Action): void {
  verb
    .command('freeze')
    .description('write dataset.json: what is analysed, with the hash of its content')
    .requiredOption('--study <dir>', 'folder of the study')
    .action(
      action<StudyOptions>(async (options, terminal) => {
        const issues: Issue[] = [];
        const study = valueOrStop(await openStudy(options.study, clock));
        await closing(study, async () => {
          const dataSet = valueOrStop(await freeze(study), issues);
          await writeDataSet(options.study, dataSet);
          const summary = summarise(dataSet);
          terminal.result(
            { study: dataSet.study, hash: dataSet.hash, ...summary, leftOut: issues.length, issues },
            [`${dataSet.study} frozen: ${dataSet.hash}`, ...describeSummary(summary)],
          );
          terminal.list(issues);
        });
      }),
    );
}

function addExport(verb: Command, action: Action): void {
  verb
    .command('export')
    .description("write the study's records as tables, in the protocol's names and units")
    .requiredOption('--study <dir>', 'folder of the study')
    .requiredOption('--out <dir>', 'folder for the tables')
    .action(
      action<StudyOptions & { out: string }>(async (options, terminal) => {
        const study = valueOrStop(await openStudy(options.study, clock));
        await closing(study, async () => {
          const files = await exportTables(study, options.out);
          terminal.result({ files }, files);
        });
      }),
    );
}

/** A study is created only when its first tables are right. */
async function openOrInit(
  folder: string,
  protocol: string | undefined,
  tables: readonly string[],
): Promise<Study> {
  if (protocol && !hasStudy(folder)) {
    valueOrStop(await checkTables(protocol, tables));
    return valueOrStop(await initStudy(folder, protocol, clock));
  }
  return valueOrStop(await openStudy(folder, clock));
}

async function closing(study: Study, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } finally {
    await study.close();
  }
}

function describeImport(report: ImportReport): string[] {
  if (report.alreadyImported) return [`${report.file}: imported before, nothing to do`];
  const origin = report.virtualRows > 0 ? [`  ${report.virtualRows} rows of virtual patients`] : [];
  const missing = Object.entries(report.missing).map(([name, count]) => `${name} ${count}`);
  return [
    `${report.file}: ${report.rows} rows, ${report.subjects} subjects, ${report.values} values, ${report.followUps} follow-ups, ${report.events} events`,
    ...origin,
    ...(missing.length > 0 ? [`  missing: ${missing.join(', ')}`] : []),
    ...(report.unknownColumns.length > 0
      ? [`  ${report.unknownColumns.length} columns not in the protocol: ${report.unknownColumns.join(', ')}`]
      : []),
  ];
}

function describeSummary(summary: DataSetSummary): string[] {
  const missing = Object.entries(summary.missing).filter(([, count]) => count > 0);
  const virtual =
    summary.virtualSubjects > 0
      ? [`  ${summary.origin}: ${summary.virtualSubjects} of the subjects are virtual`]
      : [];
  return [
    `  ${summary.subjects} subjects, ${summary.centres} centres, ${summary.withoutEvent} without event`,
    ...virtual,
    ...Object.entries(summary.events).map(([cause, count]) => `  ${String(count).padStart(5)} ${cause}`),
    missing.length > 0 ? '  missing:' : '  nothing missing',
    ...missing.map(
      ([name, count]) =>
        `  ${String(count).padStart(5)} ${name} (${((100 * count) / summary.subjects).toFixed(1)} %)`,
    ),
  ];
}
