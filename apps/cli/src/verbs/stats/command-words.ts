import { basename } from 'node:path';
import type { Command } from 'commander';
import { type Issue, issue } from '@myocast/base';
import { StoppedByIssues } from '../../terminal.ts';
import type { Action } from '../../verb.ts';

/** Functions of the library that stand where an issue is when it is in no one column. */
const fits = new Set(['fitAft', 'fitRoystonParmar', 'fitCox', 'fitFineGray', 'fitForest', 'fitBoostedCox']);

/**
 * An action whose errors are in the words of its command: the library names its functions and parameters, which
 * are of no use to somebody who types options. An issue of a whole model is one of the table.
 */
export function inCommandWords(action: Action): Action {
  return (run) =>
    (...args) => {
      const command = args.at(-1) as Command;
      return action<never>(async (options, terminal, operands) => {
        try {
          await run(options, terminal, operands);
        } catch (error) {
          throw inWords(error, command, operands[0]);
        }
      })(...args);
    };
}

function inWords(error: unknown, command: Command, file: string | undefined): unknown {
  if (error instanceof StoppedByIssues)
    return new StoppedByIssues(error.issues.map((one) => ofTable(one, file)));
  if (error instanceof RangeError) error.message = commandWords(error.message, command);
  return error;
}

function ofTable(one: Issue, file: string | undefined): Issue {
  return fits.has(one.path) && file !== undefined ? issue(one.kind, basename(file), one.message) : one;
}

/** `boostingConfig: expected a sampleShare below 1 …` is `expected a --sample-share below 1 …`. */
function commandWords(message: string, command: Command): string {
  return message
    .replace(/^[a-z]\w*: (?=expected)/, '')
    .replace(
      /\b(?<=expected (?:an? )?)(?!an? )[a-z]+(?:[A-Z][a-z]+)*\b/,
      (word) => command.options.find((option) => option.attributeName() === word)?.long ?? word,
    );
}
