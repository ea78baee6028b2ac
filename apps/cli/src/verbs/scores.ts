import { join } from 'node:path';
import { type Issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  coverage,
  type GivenItems,
  isItemValue,
  type ItemName,
  itemNames,
  itemSources,
  leastCoverage,
  type ScoredSubjects,
  scoreConcordance,
  type ScoreInputs,
  scoreItems,
  variablesWithoutItem,
} from '@myocast/model/scores';
import { compositeFollowUp, outcomeOf } from '@myocast/predictors';
import { readDataSet, readProtocol, shippedProtocol } from '@myocast/study';
import type { FollowUp } from '@myocast/survival';
import { InvalidArgumentError } from 'commander';
import { csvOf } from '../csv.ts';
import { patientScoreLines, patientScores } from '../road/patient-scores.ts';
import { studyScores } from '../road/study-scores.ts';
import { readPatient } from '../road/typed-patients.ts';
import { scoreLines } from '../score-lines.ts';
import { type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly study?: string;
  readonly patient?: string;
  readonly protocol: string;
  readonly out?: string;
  readonly assume: GivenItems;
}

/** `scores`: the published scores of every subject of a study, and how well they order the first events. */
export const scoresVerb: Verb = (program, action) => {
  const command = program
    .command('scores')
    .description(
      'published risk scores of every subject of a study, or of one patient: points, class and risk, or what is missing',
    )
    .option('--study <dir>', 'study folder with a frozen data set; quantities are used where there are any')
    .option('--patient <json>', 'one patient, in the record that predict --patient takes')
    .option('--protocol <file>', 'what the names in the record mean', shippedProtocol)
    .option('--out <csv>', 'table of all scores (default: DIR/scores.csv of the study)')
    .option(
      '--assume <item=value>',
      'what to take where an item is not recorded (lbbb=0); repeat for more; counted in the summary',
      readAssumption,
      {},
    );
  command.action(
    action<Options>(async ({ study, patient, protocol, out: asked, assume }, terminal) => {
      if ((study === undefined) === (patient === undefined))
        command.error('error: expected one of --study and --patient');
      if (patient !== undefined) return ofPatient({ patient, protocol, assume }, terminal);
      await ofStudy({ study: study!, out: asked ?? join(study!, 'scores.csv'), assume }, terminal);
    }),
  );
};

async function ofPatient(
  {
    patient: path,
    protocol: file,
    assume,
  }: Pick<Options, 'protocol' | 'assume'> & { readonly patient: string },
  terminal: Terminal,
): Promise<void> {
  const { protocol } = valueOrStop(await readProtocol(file));
  const patient = valueOrStop(await readPatient(path));
  const scored = patientScores(protocol, patient, assume);
  const scores = scored.map(({ score, results }) => ({ ...describe(score), result: results[0]! }));
  terminal.result({ subject: patient.subject, assumed: assume, scores }, [
    patient.subject,
    ...patientScoreLines(scored, assume),
  ]);
}

async function ofStudy(
  { study, out, assume }: Pick<Options, 'assume'> & { readonly study: string; readonly out: string },
  terminal: Terminal,
): Promise<void> {
  const issues: Issue[] = [];
  const dataSet = valueOrStop(await readDataSet(study), issues);
  const { table, inputs, scored } = await studyScores(study, dataSet, assume);
  issues.push(...inputs.issues);
  await writeFileAtomic(out, scoresCsv(table.centres, inputs, scored));
  const outcome = outcomeOf(dataSet);
  const judged = judge(scored, inputs, outcome.days === null ? null : compositeFollowUp(outcome));
  const summary = {
    study: dataSet.study,
    dataSet: dataSet.hash,
    outcome: outcome.days === null ? null : outcome.compositeName,
    table: out,
    facts: inputs.facts,
    notRecorded: inputs.notFed,
    variablesWithoutItem: variablesWithoutItem(table.columns),
  };
  const scores = judged.map(({ score, ...rest }) => ({ ...describe(score), ...rest }));
  terminal.result({ ...summary, scores, issues }, scoreLines({ ...summary, judged }));
  terminal.list(issues);
}

/** Scores of which too little is recorded are not judged: their order would be that of something else. */
function judge(scored: readonly ScoredSubjects[], { notFed }: ScoreInputs, followUp: FollowUp | null) {
  return scored.map(({ score, results, completeness }) => {
    const share = score.kind === 'points' ? coverage(score, notFed) : 0;
    const isJudged = followUp !== null && share >= leastCoverage;
    return {
      score,
      completeness,
      coverage: share,
      concordance: isJudged ? scoreConcordance(results, followUp) : null,
    };
  });
}

/** A score as its record has it: what it is, where from, how sure, which items it asks for, and what feeds them. */
function describe(score: ScoredSubjects['score']) {
  const { name, label, source, certainty, notes, outcome, horizon } = score;
  const items = score.kind === 'points' ? score.terms.flatMap((term) => term.items) : score.items;
  return {
    name,
    label,
    source,
    certainty,
    notes,
    outcome,
    horizon,
    whyNotComputable: score.kind === 'points' ? null : score.whyNot,
    classes: score.kind === 'points' ? score.classes : [],
    items: items.map((item) => ({
      name: item,
      label: scoreItems[item].label,
      unit: scoreItems[item].unit,
      from: itemSources[item].from,
    })),
  };
}

function readAssumption(text: string, before: GivenItems): GivenItems {
  const [, name, number] = /^(\w+)=(-?[\d.]+)$/.exec(text) ?? [];
  const value = Number(number);
  if (!itemNames.includes(name as ItemName) || !isItemValue(name as ItemName, value))
    throw new InvalidArgumentError(`expected an item and a value it can have, as lbbb=0, got "${text}"`);
  return { ...before, [name as ItemName]: value };
}

/** A row for each subject, six columns for each score that can be computed; empty cells where nothing is known. */
function scoresCsv(
  centres: readonly string[],
  { subjects }: ScoreInputs,
  scored: readonly ScoredSubjects[],
): string {
  const known = scored.filter(({ score }) => score.kind === 'points');
  const parts = ['points', 'lowest', 'highest', 'class', 'risk_low [%]', 'risk_high [%]', 'missing'];
  const header = known.flatMap(({ score }) => parts.map((part) => `${score.name} ${part}`));
  const rows = subjects.map((subject, row) => [
    subject,
    centres[row]!,
    ...known.flatMap(({ results }) => cellsOf(results[row]!)),
  ]);
  return csvOf([['subject', 'centre', ...header], ...rows]);
}

function cellsOf(result: ScoredSubjects['results'][number]): (string | number)[] {
  if (result.kind === 'not-computable') return ['', '', '', '', '', '', ''];
  const [low, high] = result.kind === 'complete' ? [result.points, result.points] : [result.low, result.high];
  const percent = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));
  return [
    result.kind === 'complete' ? result.points : '',
    low,
    high,
    result.className ?? '',
    percent(result.risk?.lowPercent),
    percent(result.risk?.highPercent),
    result.kind === 'complete' ? '' : result.missing.join('; '),
  ];
}
