import { Command } from 'commander';
import { openTerminal } from '../terminal.ts';
import type { Verb } from '../verb.ts';

/** Runs a verb in this process and gives what it would print. */
export async function runVerb(
  verb: Verb,
  ...words: string[]
): Promise<{ readonly document: unknown; readonly lines: readonly string[] }> {
  const results: { document: unknown; lines: readonly string[] }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  verb(program, (run) => async (...args) => {
    const terminal = {
      ...openTerminal(true),
      list: () => {},
      bar: () => ({ advance: () => {}, done: () => {} }),
      result: (document: unknown, lines: readonly string[]) => results.push({ document, lines }),
    };
    const command = args.at(-1) as Command;
    await run(command.optsWithGlobals() as never, terminal as never, command.args);
  });
  await program.parseAsync(words, { from: 'user' });
  return results[0]!;
}
