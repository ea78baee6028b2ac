import type { Verb } from '../verb.ts';
import { reportVerb } from './report.ts';
import { serveVerb } from './serve.ts';
import { statsVerb } from './stats.ts';
import { studyVerb } from './study.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [studyVerb, reportVerb, statsVerb, serveVerb];
