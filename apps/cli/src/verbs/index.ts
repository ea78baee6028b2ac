import type { Verb } from '../verb.ts';
import { statsVerb } from './stats.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [statsVerb];
