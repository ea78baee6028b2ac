import { join } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';
import { createSubject, type SimulationConfig, type Subject } from '../cohort.ts';
import { clinicalCsv } from './clinical-table.ts';
import { cmrCsv } from './cmr-table.ts';
import { eventsCsv, followUpCsv, visitsCsv } from './follow-up-tables.ts';
import { laboratoryCsv } from './laboratory-table.ts';
import { screeningCsv } from './screening-table.ts';
import { courseCsv, truthCsv, truthEventsCsv } from './truth-tables.ts';

/** The tables of a study: what the centres, the core laboratory and the follow-up send, then the truth. */
const tables: {
  readonly [file: string]: (config: SimulationConfig, subjects: readonly Subject[]) => string;
} = {
  'clinical.csv': clinicalCsv,
  'cmr.csv': cmrCsv,
  'laboratory.csv': laboratoryCsv,
  'screening.csv': (_, subjects) => screeningCsv(subjects),
  'followup.csv': (_, subjects) => followUpCsv(subjects),
  'visits.csv': (_, subjects) => visitsCsv(subjects),
  'events.csv': (_, subjects) => eventsCsv(subjects),
  'truth.csv': (_, subjects) => truthCsv(subjects),
  'truth-events.csv': (_, subjects) => truthEventsCsv(subjects),
  'truth-course.csv': (_, subjects) => courseCsv(subjects),
};

/** So few subjects are in memory at a time, whatever the size of the study. */
const batch = 500;

/** Draws the subjects and writes the tables. @returns how many have each first event */
export async function writeTables(
  config: SimulationConfig,
  ids: readonly string[],
  outFolder: string,
): Promise<{ readonly [cause: string]: number }> {
  const firstEvents: Record<string, number> = {};
  const parts = Object.fromEntries(Object.keys(tables).map((file) => [file, [] as string[]]));
  for (let from = 0; from < ids.length; from += batch) {
    const subjects = ids.slice(from, from + batch).map((id) => createSubject(config, id));
    for (const [file, csv] of Object.entries(tables)) {
      const text = csv(config, subjects);
      parts[file]!.push(from === 0 ? text : text.slice(text.indexOf('\n') + 1));
    }
    for (const { outcome } of subjects)
      if (outcome.firstEvent) firstEvents[outcome.firstEvent] = (firstEvents[outcome.firstEvent] ?? 0) + 1;
  }
  for (const [file, texts] of Object.entries(parts))
    await writeFileAtomic(join(outFolder, file), texts.join(''));
  return firstEvents;
}
