import type { Verb } from '../verb.ts';
import { archiveVerb } from './archive/index.ts';
import { contoursVerb } from './contours.ts';
import { ingestVerb } from './ingest.ts';
import { inspectVerb } from './inspect.ts';
import { picturesVerb } from './pictures.ts';
import { predictVerb } from './predict.ts';
import { quantifyVerb } from './quantify.ts';
import { reportVerb } from './report.ts';
import { runVerb } from './run.ts';
import { scoresVerb } from './scores.ts';
import { segmentVerb } from './segment.ts';
import { segmenterVerb } from './segmenter.ts';
import { serveVerb } from './serve.ts';
import { simulateVerb } from './simulate.ts';
import { statsVerb } from './stats/index.ts';
import { studyVerb } from './study.ts';
import { trainVerb } from './train.ts';
import { validateVerb } from './validate.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  runVerb,
  simulateVerb,
  studyVerb,
  ingestVerb,
  archiveVerb,
  inspectVerb,
  segmentVerb,
  segmenterVerb,
  contoursVerb,
  quantifyVerb,
  picturesVerb,
  trainVerb,
  predictVerb,
  validateVerb,
  scoresVerb,
  reportVerb,
  serveVerb,
  statsVerb,
];
