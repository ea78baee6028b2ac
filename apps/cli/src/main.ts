import { Command, CommanderError } from 'commander';
import { describe, failureDocument } from './failure-document.ts';
import { openTerminal, StoppedByIssues, UsageError } from './terminal.ts';
import type { Action } from './verb.ts';
import { verbs } from './verbs/index.ts';

const exitCode = { done: 0, issues: 1, usage: 2 } as const;

/**
 * An action gets the operands, then the options, then its command. Whatever goes
 * wrong ends in one line, or a line an issue, on stderr: never in a stack trace,
 * unless MYOCAST_DEBUG is set. With --json the same is on stdout too, as `{"issues": [{kind, path, message}]}`.
 */
const action: Action =
  (run) =>
  async (...args) => {
    const command = args.at(-1) as Command;
    const operands = args
      .slice(0, -2)
      .flat()
      .filter((operand): operand is string => typeof operand === 'string');
    const options = command.optsWithGlobals();
    const terminal = openTerminal(options['json'] === true);
    try {
      await run(options as never, terminal, operands);
    } catch (error) {
      if (error instanceof CommanderError) throw error;
      process.exitCode = error instanceof UsageError ? exitCode.usage : exitCode.issues;
      if (process.env['MYOCAST_DEBUG']) console.error(error);
      terminal.fail(failureDocument(error, command.name()));
      if (error instanceof StoppedByIssues) process.stderr.write(`${error.message}\n`);
      else if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\n`);
      else process.stderr.write(`myocast ${command.name()}: ${describe(error)}\n`);
    }
  };

const program = new Command('myocast')
  .description(
    'From cardiac MR images and the clinical record to a validated survival forecast.\nResearch use only; not a medical device.',
  )
  .version('0.1.0')
  .option('--json', 'one JSON document on stdout, all else on stderr')
  .showHelpAfterError('(myocast --help lists the verbs)')
  .exitOverride();
for (const verb of verbs) verb(program, action);
for (const command of program.commands) command.exitOverride();

// Whoever reads the output may stop early (`| head`); the work goes on to its end all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
  // the line on stderr is written already
  const message =
    error.code === 'commander.help'
      ? 'expected a command, found none'
      : error.message.replace(/^error: /, '');
  if (error.exitCode !== 0)
    openTerminal(process.argv.includes('--json')).fail(
      failureDocument(new UsageError(message), program.name()),
    );
}
