import type { Verb } from '../verb.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [];
