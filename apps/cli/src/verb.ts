import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** Wraps the action of a verb: opens the terminal with the right --json, and maps errors to exit codes. */
export type Action = <Options>(
  run: (options: Options, terminal: Terminal, operands: readonly string[]) => Promise<void>,
) => (...args: unknown[]) => Promise<void>;

/** A verb adds its command, options and action to the program. */
export type Verb = (program: Command, action: Action) => void;
