import type { Verb } from '../verb.ts';
import { studyVerb } from './study.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [studyVerb];
