import { type Issue, issue } from '@myocast/base';
import { openReceiver, type ReceiverEvent } from '@myocast/imaging/archive';
import type { Command } from 'commander';
import type { Action } from '../../verb.ts';
import { wholeNumber } from '../../whole-number.ts';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly aeTitle: string;
  readonly caller: readonly string[];
  readonly out: string;
}

/** A receiver may run for months. */
const mostIssues = 1000;

const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function receiveCommand(archive: Command, action: Action): void {
  archive
    .command('receive')
    .description('take images that an archive or scanner sends (C-STORE), until it is stopped')
    .requiredOption('--out <folder>', 'where they go: <StudyInstanceUID>/<SOPInstanceUID>.dcm')
    .requiredOption('--caller <AE>', 'who may send, by name; may be given several times', collect)
    .option('--port <n>', 'where to listen', wholeNumber(0), 11112)
    .option('--host <address>', 'on which address; 0.0.0.0 is every one', '127.0.0.1')
    .option('--ae-title <AE>', 'our name', 'MYOCAST')
    .action(
      action<Options>(async ({ out, port, host, aeTitle, caller }, terminal) => {
        const issues: Issue[] = [];
        let stored = 0;
        const report = (event: ReceiverEvent) => {
          if (event.what === 'instance' && event.file !== '') stored++;
          else {
            const found = issue(
              'not-stored',
              event.caller || 'a connection',
              `${event.what}: ${event.message}`,
            );
            if (issues.length < mostIssues) issues.push(found);
            process.stderr.write(`${found.path}: ${found.message}\n`);
          }
        };
        const receiver = await openReceiver({ folder: out, port, host, aeTitle, callers: caller, report });
        terminal.say(
          `${aeTitle} listens on ${host}:${receiver.port} for ${caller.join(', ')}; stop it with Ctrl-C`,
        );
        await stopped();
        await receiver.close();
        terminal.result({ stored, issues }, [`${stored} instances stored in ${out}`]);
        terminal.list(issues);
      }),
    );
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
