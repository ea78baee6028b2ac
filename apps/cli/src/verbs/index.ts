import type { Verb } from '../verb.ts';
import { reportVerb } from './report.ts';
import { serveVerb } from './serve.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [reportVerb, serveVerb];
