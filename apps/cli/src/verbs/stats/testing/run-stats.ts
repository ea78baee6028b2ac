import { formatIssue, type Issue } from '@myocast/base';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openTerminal, StoppedByIssues, UsageError } from '../../../terminal.ts';
import { statsVerb } from '../index.ts';

/** A JSON document of which a test looks at some fields. */
export interface Found {
  readonly [key: string]: Found;
}

/** What a command of `myocast stats` came to. */
export interface StatsRun {
  /** Null where the command was stopped. */
  readonly document: Found | null;
  /** The lines of the result. */
  readonly lines: readonly string[];
  /** What was said beside it, the issues listed among it. */
  readonly said: readonly string[];
  readonly issues: readonly Issue[];
  /** The message of a usage error. */
  readonly usage: string | null;
}

/** Writes rows of cells under a header into a file of a folder of its own. */
export async function tableOf(header: string, rows: readonly (readonly unknown[])[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-stats-')), 'a.csv');
  await writeFile(path, `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`);
  return path;
}

/** Runs one command; options are separated by blanks, and a blank within one is written as ␣. */
export async function runStats(path: string, words: string): Promise<StatsRun> {
  const [verb, ...rest] = words.split(' ').map((word) => word.replaceAll('␣', ' '));
  let [document, lines, issues, usage]: [Found | null, readonly string[], readonly Issue[], string | null] = [
    null,
    [],
    [],
    null,
  ];
  const said: string[] = [];
  const terminal = {
    ...openTerminal(false),
    say: (line: string) => void said.push(line),
    list: (listed: readonly Issue[]) => void said.push(...listed.map(formatIssue)),
    result: (found: unknown, text: readonly string[]) => {
      // through JSON, which has no undefined and turns NaN into null
      document = JSON.parse(JSON.stringify(found));
      lines = text;
    },
  };
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeErr: (text) => void (usage = `${usage ?? ''}${text}`) });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    try {
      await run(command.optsWithGlobals() as never, terminal, [args[0] as string]);
    } catch (error) {
      if (error instanceof UsageError) usage = error.message;
      else if (error instanceof StoppedByIssues) issues = error.issues;
      else throw error;
    }
  });
  try {
    await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  } catch (error) {
    if (usage === null) throw error;
  }
  return { document, lines, said, issues, usage };
}
