import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readStudyFolder, type StudyFolder } from '@myocast/report';
import type { FrozenDataSet } from '@myocast/study';
import { Problem } from './errors.ts';

/** A study folder with its data set there, which everything else hangs on. */
export interface OpenStudy extends StudyFolder {
  readonly dataSet: FrozenDataSet;
}

const watched = [
  'dataset.json',
  'forecasts.json',
  'exams',
  'quantities',
  join('validation', 'record.json'),
  'model.myocast',
];

/** Reads the folder at the first question, and again when a stage has written something new. */
export function studyReader(folder: string): () => Promise<OpenStudy> {
  let stamp = '';
  let reading: Promise<StudyFolder> | null = null;
  return async () => {
    const now = (await Promise.all(watched.map((path) => changedAt(join(folder, path))))).join(' ');
    if (!reading || now !== stamp) {
      stamp = now;
      reading = readStudyFolder(folder);
    }
    let study: StudyFolder;
    try {
      study = await reading;
    } catch (cause) {
      reading = null;
      throw cause;
    }
    const { dataSet } = study;
    if (dataSet) return { ...study, dataSet };
    throw missing(study, 'dataset.json', 'the study has no frozen data set yet (myocast study freeze)');
  };
}

/** Not there yet, or there and not readable: two different answers. */
export function missing(study: StudyFolder, path: string, message: string): Problem {
  const issue = study.issues.find((entry) => entry.path === path);
  return issue
    ? new Problem('not-readable', `${issue.path}: ${issue.message}`)
    : new Problem('not-there-yet', message);
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    // Not there yet is a state like any other: it changes when the file comes.
    return 0;
  }
}
