import { createRequire } from 'node:module';

/** Version of the software, as its package says; part of every record and of every stage's key. */
export const softwareVersion: string = (
  createRequire(import.meta.url)('../package.json') as { version: string }
).version;
