// The published scores on a virtual cohort without images: how often they can be computed, and how they order the first
// MACE on held-out centres beside a regression of the same predictors; writes docs/results/scores.{json,md}.
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { competitors } from '@myocast/model';
import {
  publishedScores,
  scoreCompetitors,
  scoreConcordance,
  scoreInputs,
  scoreSubjects,
  studyFacts,
  wholeRecord,
} from '@myocast/model/scores';
import { compositeFollowUp, outcomeOf } from '@myocast/predictors';
import { centreSplits, crossValidate, performance } from '@myocast/validation';
import { scoresMarkdown } from './cohort/scores-markdown.ts';
import { simulatePeople } from './cohort/simulated-people.ts';
import { studyOfPeople } from './cohort/study-of-people.ts';

const { values: options } = parseArgs({
  options: {
    patients: { type: 'string', default: '4000' },
    centres: { type: 'string', default: '8' },
    seed: { type: 'string', default: '20' },
    bootstraps: { type: 'string', default: '200' },
    out: { type: 'string', default: 'docs/results' },
  },
});
const config = {
  patients: Number(options.patients),
  centres: Number(options.centres),
  seed: Number(options.seed),
};
const horizonDays = 730;

const people = simulatePeople(config, 0);
const dataSet = await studyOfPeople(config, people);
const outcome = outcomeOf(dataSet);
const followUp = compositeFollowUp(outcome);
const table = wholeRecord(dataSet, () => null);
const facts = studyFacts(dataSet.study);
const inputs = scoreInputs(table, facts);

const scores = publishedScores.map((score) => {
  const { results, completeness } = scoreSubjects(score, inputs.given);
  const concordance = score.kind === 'points' ? scoreConcordance(results, followUp) : null;
  return { name: score.name, label: score.label, certainty: score.certainty, completeness, concordance };
});

const random = new Random(config.seed);
const own = { columns: table.columns, horizonDays };
const outOfFold = await crossValidate({
  table,
  outcome,
  splits: centreSplits(table.centres),
  competitors: [
    ...competitors(own).filter(({ name }) => name !== 'multimodal'),
    ...scoreCompetitors({ ...own, facts }),
  ],
  random,
});
const oracle = {
  name: 'oracle',
  label: 'Oracle (true hazards)',
  risk: Float64Array.from(people, ({ subject }) => subject.oracleLogHazard),
  incidenceAtHorizon: null,
};
const models = [...outOfFold, oracle].map(({ name, label, ...prediction }) =>
  performance({
    model: name,
    label,
    ...prediction,
    followUp,
    horizon: horizonDays,
    timed: true,
    random: random.fork('intervals'),
    bootstraps: Number(options.bootstraps),
  }),
);

const record = {
  date: new Date().toISOString().slice(0, 10),
  config,
  horizonDays,
  subjects: table.subjects.length,
  events: followUp.event.filter((code) => code === 1).length,
  notRecorded: inputs.notFed,
  scores,
  models,
};
await writeFileAtomic(`${options.out}/scores.json`, `${JSON.stringify(record, null, 2)}\n`);
const text = scoresMarkdown(record);
await writeFileAtomic(`${options.out}/scores.md`, text);
console.log(text);

const better = models.filter(({ harrell }) => harrell.value! > models.at(-1)!.harrell.value!);
if (better.length > 0) {
  console.error(`better than the true hazards: ${better.map(({ label }) => label).join(', ')}`);
  process.exitCode = 1;
}
