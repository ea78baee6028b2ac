import { join } from 'node:path';
import {
  accepted,
  canonicalJson,
  type Checked,
  contentHash,
  type Issue,
  issue,
  refused,
} from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { asc } from 'drizzle-orm';
import { patientsOrigin } from './data-origin.ts';
import { frozenVariable, outcomeCauses, parseRule, type Protocol } from './protocol.ts';
import type { FollowUp, FrozenDataSet, FrozenSubject, PatientsOrigin } from './records.ts';
import * as schema from './schema.ts';
import type { Study } from './study.ts';

/** How the frozen data set looks: what a person checks before an analysis. */
export interface DataSetSummary {
  readonly subjects: number;
  readonly centres: number;
  readonly origin: PatientsOrigin;
  /** Subjects who are virtual patients. */
  readonly virtualSubjects: number;
  /** Subjects by cause of their first event. */
  readonly events: { readonly [cause: string]: number };
  readonly withoutEvent: number;
  /** Subjects without a value, per variable. */
  readonly missing: { readonly [variable: string]: number };
}

/**
 * Freezes the study for analysis: the latest value of every variable and the first
 * event of every subject, in a fixed order, with the hash of their content. The same
 * content gives the same hash, whatever the order of imports.
 *
 * Subjects without an index date (where the protocol has one) or without an outcome
 * cannot be analysed: they are left out, each with an issue.
 * Refused when no subject is left.
 */
export async function freeze({ folder, protocol, database }: Study): Promise<Checked<FrozenDataSet>> {
  const subjects = await database.select().from(schema.subject);
  const values = await latestValues(database);
  const followUps = await firstEvents(database, outcomeCauses(protocol).causes);
  const virtualFollowUps = await followedAsVirtual(database);
  const issues: Issue[] = [];
  const frozen = subjects
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, centre, indexDate, isVirtual }): FrozenSubject[] => {
      const observed = Object.fromEntries(values.get(id) ?? []);
      const outcome = outcomeOfSubject(protocol, observed, followUps.get(id));
      if (protocol.indexDate && indexDate === null)
        issues.push(issue('missing-value', `subject ${id}`, 'expected an index date, found none; left out'));
      else if (outcome === null)
        issues.push(issue('missing-value', `subject ${id}`, 'expected an outcome, found none; left out'));
      else {
        const origin = isVirtual || virtualFollowUps.has(id) ? { isVirtual: true as const } : {};
        return [{ subject: id, centre, values: observed, ...outcome, ...origin }];
      }
      return [];
    });
  if (frozen.length === 0)
    return refused(
      issue('empty-input', folder, `expected subjects with an outcome, found none among ${subjects.length}`),
      ...issues,
    );
  const content = {
    study: protocol.name,
    variables: protocol.variables.map(frozenVariable),
    ...outcomeCauses(protocol),
    ...(protocol.timeZero ? { timeZero: protocol.timeZero } : {}),
    ...(protocol.riskGroups ? { riskGroups: protocol.riskGroups } : {}),
    subjects: frozen,
  };
  return accepted({ ...content, hash: contentHash(content) }, issues);
}

/** Writes `dataset.json`, as canonical JSON. */
export async function writeDataSet(folder: string, dataSet: FrozenDataSet): Promise<void> {
  await writeFileAtomic(join(folder, 'dataset.json'), `${canonicalJson(dataSet)}\n`);
}

/** Reads `dataset.json` of a study folder; refused when its content is not what its hash says. */
export async function readDataSet(folder: string): Promise<Checked<FrozenDataSet>> {
  const path = join(folder, 'dataset.json');
  let dataSet: FrozenDataSet | null;
  try {
    dataSet = await readJsonFile<FrozenDataSet>(path);
  } catch (error) {
    return refused(issue('not-readable', path, `expected JSON, found: ${(error as Error).message}`));
  }
  if (dataSet === null)
    return refused(issue('not-readable', path, 'expected a frozen data set, found no such file'));
  const { hash, ...content } = dataSet;
  if (contentHash(content) !== hash)
    return refused(issue('bad-value', path, `expected the content of hash ${hash}, found other content`));
  return accepted(dataSet);
}

/** Counts a frozen data set. */
export function summarise({ subjects, causes, variables }: FrozenDataSet): DataSetSummary {
  const causeOf = ({ followUp, event }: FrozenSubject) => followUp?.cause ?? (event ? causes[0] : null);
  const count = (holds: (subject: FrozenSubject) => boolean) => subjects.filter(holds).length;
  return {
    subjects: subjects.length,
    ...originOf({ subjects }),
    centres: new Set(subjects.map(({ centre }) => centre)).size,
    events: Object.fromEntries(causes.map((cause) => [cause, count((s) => causeOf(s) === cause)])),
    withoutEvent: count((s) => causeOf(s) === null),
    missing: Object.fromEntries(
      variables.map(({ name }) => [name, count(({ values }) => values[name] === undefined)]),
    ),
  };
}

/** Whether a frozen data set is of virtual patients, and how many are. */
export function originOf({ subjects }: Pick<FrozenDataSet, 'subjects'>) {
  const areVirtual = subjects.map(({ isVirtual = false }) => isVirtual);
  return { origin: patientsOrigin(areVirtual), virtualSubjects: areVirtual.filter(Boolean).length };
}

/** Subjects whose follow-up was imported as that of virtual patients. */
export async function followedAsVirtual(database: Study['database']): Promise<Set<string>> {
  const ends = await database.select().from(schema.endOfFollowUp);
  return new Set(ends.filter(({ isVirtual }) => isVirtual).map(({ subject }) => subject));
}

/** The latest value of every variable, by subject. */
export async function latestValues(
  database: Study['database'],
): Promise<Map<string, Map<string, number | string>>> {
  const { observation } = schema;
  const rows = await database
    .select({
      subject: observation.subject,
      variable: observation.variable,
      number: observation.valueNumber,
      text: observation.valueText,
    })
    .from(observation)
    .orderBy(asc(observation.id));
  const values = new Map<string, Map<string, number | string>>();
  for (const { subject, variable, number, text } of rows) {
    const ofSubject = values.get(subject) ?? new Map<string, number | string>();
    ofSubject.set(variable, number ?? text ?? '');
    values.set(subject, ofSubject);
  }
  return values;
}

/** First event of each subject, the more severe (earlier in `causes`) of one day, else the end of follow-up. */
export async function firstEvents(
  database: Study['database'],
  causes: readonly string[],
): Promise<Map<string, FollowUp>> {
  const followUps = new Map<string, FollowUp>();
  for (const { subject, days } of await database.select().from(schema.endOfFollowUp))
    followUps.set(subject, { days: Math.max(days, followUps.get(subject)?.days ?? 0), cause: null });
  for (const { subject, days, cause } of await database.select().from(schema.event)) {
    const known = followUps.get(subject);
    if (!known || precedes({ days, cause }, known, causes)) followUps.set(subject, { days, cause });
  }
  return followUps;
}

/** Whether an event comes before what is known so far; on one day the earlier in `causes` does. */
function precedes(
  event: { days: number; cause: string },
  known: FollowUp,
  causes: readonly string[],
): boolean {
  if (known.cause === null || event.days < known.days) return true;
  return event.days === known.days && causes.indexOf(event.cause) < causes.indexOf(known.cause);
}

function outcomeOfSubject(
  { outcome }: Protocol,
  values: FrozenSubject['values'],
  followUp: FollowUp | undefined,
): Pick<FrozenSubject, 'followUp' | 'event'> | null {
  if (outcome.kind === 'first-event') return followUp ? { followUp } : null;
  const { variable, holds } = parseRule(outcome.rule);
  const value = values[variable];
  return typeof value === 'number' ? { followUp: null, event: holds(value) } : null;
}
