import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Issue } from '@myocast/base';
import { readStudyFolder, studyReport, writeReport } from '@myocast/report';
import { simulate } from '@myocast/simulation';
import {
  checkTables,
  freeze,
  hasStudy,
  importTables,
  initStudy,
  openStudy,
  shippedProtocol,
  writeDataSet,
} from '@myocast/study';
import { existingPaths } from '../existing-paths.ts';
import { writeForecasts } from '../road/forecasts.ts';
import { correctedIn, ingestAll, quantifyAll, segmentAll } from '../road/images.ts';
import { RunLog } from '../road/run-log.ts';
import { hashOfSource } from '../road/source-hash.ts';
import { type StudySource, studySource } from '../road/study-source.ts';
import { trainBundle } from '../road/train-bundle.ts';
import { validateStudy } from '../road/validate-study.ts';
import { validationLines } from '../road/validation-lines.ts';
import { softwareVersion } from '../software.ts';
import { type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly out: string;
  readonly source?: string;
  readonly protocol: string;
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
  readonly bootstraps: number;
  readonly workers: number;
  readonly cine: string;
  readonly lge: string;
}

/** `run`: the whole road on one study, stage by stage; what is done already is passed over. */
export const runVerb: Verb = (program, action) => {
  program
    .command('run')
    .description('the whole road on one study: a small virtual one, or your own tables and exams')
    .option('--out <dir>', 'study folder; run again to go on after an interruption', 'myocast-study')
    .option('--source <dir>', 'clinical.csv, followup.csv and exams/ of a real study, instead of simulating')
    .option('--protocol <file>', 'protocol of the study (YAML)', shippedProtocol)
    .option('--patients <n>', 'virtual patients', wholeNumber(8), 120)
    .option('--centres <n>', 'virtual centres', wholeNumber(1), 4)
    .option('--seed <n>', 'seed of every random number', wholeNumber(0), 1)
    .option('--bootstraps <n>', 'resamples for each interval', wholeNumber(10), 200)
    .option('--workers <n>', 'threads that simulate', wholeNumber(0), 2)
    .option('--cine <name>', 'weights for cine short axis', 'cine-sax')
    .option('--lge <name>', 'weights for LGE short axis', 'lge-sax')
    .action(
      action<Options>(async (options, terminal) => {
        const began = Date.now();
        const study = resolve(options.out);
        const issues = await road(study, options, terminal);
        const record = await readStudyFolder(study);
        const seconds = Math.round((Date.now() - began) / 1000);
        terminal.result(record.validation, [
          '',
          ...(record.validation ? validationLines(record.validation) : []),
          '',
          ...stageLines(record.stageTimes, seconds),
          '',
          ...nextLines(relative(process.cwd(), study) || '.', record.dataSet?.subjects[0]?.subject ?? ''),
        ]);
        terminal.list(issues, 5);
      }),
    );
};

/** Every stage depends on the keys of those before it, so a change anywhere redoes what follows. */
async function road(study: string, options: Options, terminal: Terminal): Promise<Issue[]> {
  if (options.source) await checkSource(resolve(options.source), options.protocol);
  const log = await RunLog.open(study);
  const issues: Issue[] = [];
  const { seed } = options;
  const stage = async (
    name: string,
    inputs: object,
    outputs: readonly string[],
    work: () => Promise<void>,
  ) => {
    const { key, wasDone } = await log.stage(name, { ...inputs, softwareVersion }, outputs, work);
    if (wasDone) terminal.say(`${name.padEnd(12)} done before`);
    return key;
  };
  const source = options.source ? resolve(options.source) : join(study, 'source');
  const origin = options.source
    ? await hashOfSource(source)
    : await stage('simulate', config(options), ['source'], () => simulateInto(source, options, terminal));
  const frozen = await stage(
    'study',
    { origin, protocol: options.protocol },
    ['database', 'dataset.json'],
    () => importAndFreeze(study, source, options.protocol, issues),
  );
  const exams = await stage('ingest', { origin }, ['exams'], async () => {
    issues.push(...(await ingestAll(study, join(source, 'exams'), terminal)));
  });
  const weights = { cine: options.cine, lge: options.lge };
  const masks = await stage('segment', { exams, weights }, ['masks'], async () => {
    issues.push(...(await segmentAll(study, weights, terminal)));
  });
  const quantities = await stage(
    'quantify',
    { masks, ...(await correctedIn(study)) },
    ['quantities'],
    async () => {
      issues.push(...(await quantifyAll(study, terminal)));
    },
  );
  let predictors: StudySource | null = null;
  const subjects = async () => (predictors ??= valueOrStop(await studySource(study), issues));
  const table = await stage(
    'predictors',
    { frozen, quantities },
    ['predictors.csv', 'predictors.json'],
    async () => {
      await subjects();
    },
  );
  const model = await stage(
    'train',
    { table, seed },
    ['model.myocast', 'model.patients.json', 'model.log.json'],
    async () => {
      await trainBundle(await subjects(), join(study, 'model.myocast'), { seed, centreBalance: 0 }, terminal);
    },
  );
  const { bootstraps } = options;
  const validation = await stage('validate', { table, seed, bootstraps }, ['validation'], async () => {
    await validateStudy(
      study,
      await subjects(),
      { seed, bootstraps, folds: 5, horizonDays: null, centreBalance: 0 },
      terminal,
    );
  });
  const forecasts = await stage('predict', { model }, ['forecasts.json'], async () =>
    writeForecasts(study, await subjects()),
  );
  await stage('report', { validation, forecasts }, ['report'], async () => {
    const input = valueOrStop(await studyReport(study, softwareVersion, Object.values(weights)));
    await writeReport(input, join(study, 'report', 'index.html'));
  });
  return issues;
}

const config = ({ patients, centres, seed }: Options) => ({ patients, centres, seed });

async function simulateInto(source: string, options: Options, terminal: Terminal): Promise<void> {
  const bar = terminal.bar('simulate', options.patients);
  const simulated = await simulate(config(options), source, {
    workers: options.workers,
    onProgress: () => bar.advance(),
  }).finally(() => bar.done());
  valueOrStop(simulated);
}

/** A source that lacks something, or has a wrong table, stops the run before anything is written. */
async function checkSource(source: string, protocol: string): Promise<void> {
  await existingPaths([source], 'a folder with clinical.csv, followup.csv and exams/');
  await existingPaths([join(source, 'clinical.csv')], 'the clinical table');
  await existingPaths([join(source, 'exams')], 'a folder with one folder of images a subject');
  valueOrStop(await checkTables(protocol, tablesOf(source)));
}

/** Follow-up may be in the clinical table. */
function tablesOf(source: string): string[] {
  return ['clinical.csv', 'followup.csv'].map((name) => join(source, name)).filter(existsSync);
}

async function importAndFreeze(
  study: string,
  source: string,
  protocol: string,
  issues: Issue[],
): Promise<void> {
  const clock = () => new Date();
  const opened = hasStudy(study) ? await openStudy(study, clock) : await initStudy(study, protocol, clock);
  const database = valueOrStop(opened, issues);
  try {
    valueOrStop(await importTables(database, tablesOf(source), 'myocast run'), issues);
    await writeDataSet(study, valueOrStop(await freeze(database), issues));
  } finally {
    await database.close();
  }
}

function stageLines(times: readonly { stage: string; seconds: number }[], seconds: number): string[] {
  const spent = times.map(({ stage, seconds: own }) => `${stage} ${own.toFixed(0)} s`).join(', ');
  return [`${spent}; this run ${seconds} s`];
}

function nextLines(study: string, subject: string): string[] {
  return [
    `report:  ${join(study, 'report', 'index.html')}`,
    'next:',
    `  npx myocast serve --study ${study}`,
    `  npx myocast predict --bundle ${join(study, 'model.myocast')} --study ${study} --subject ${subject}`,
    `  npx myocast predict --bundle ${join(study, 'model.myocast')} --patient examples/patient.json`,
  ];
}
