import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { startServer } from '@myocast/server';
import { InvalidArgumentError } from 'commander';
import { existingPaths } from '../existing-paths.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly study: string;
  readonly port: number;
  readonly open: 'yes' | 'no';
}

export const serveVerb: Verb = (program, action) => {
  program
    .command('serve')
    .description('show a study in the browser of this machine')
    .requiredOption('--study <folder>', 'the study folder')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', parsePort, 8080)
    .option('--open <yes|no>', 'open the browser', parseYesNo, 'no')
    .action(
      action<Options>(async ({ study, port, open }, terminal) => {
        await existingPaths([study], 'a study folder');
        const server = await startServer({
          studyFolder: resolve(study),
          port,
          log: (line) => process.stderr.write(`${line}\n`),
        });
        terminal.result({ url: server.url }, [
          `open ${server.url}`,
          'whoever has this address may read the study; Ctrl-C stops',
        ]);
        if (open === 'yes') openBrowser(server.url);
        await stopSignal();
        await server.close();
        terminal.say('stopped');
      }),
    );
};

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function openBrowser(url: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // Without a browser the printed address is enough.
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError(`expected a port from 0 to 65535, found "${text}"`);
  return port;
}

function parseYesNo(text: string): 'yes' | 'no' {
  if (text !== 'yes' && text !== 'no') throw new InvalidArgumentError(`expected yes or no, found "${text}"`);
  return text;
}
