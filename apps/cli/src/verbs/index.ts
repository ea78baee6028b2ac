import type { Verb } from '../verb.ts';
import { simulateVerb } from './simulate.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [simulateVerb];
