import type { Verb } from '../verb.ts';
import { ingestVerb } from './ingest.ts';
import { inspectVerb } from './inspect.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [ingestVerb, inspectVerb];
