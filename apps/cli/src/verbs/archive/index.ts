import type { Verb } from '../../verb.ts';
import { fetchCommand } from './fetch.ts';
import { findCommand } from './find.ts';
import { receiveCommand } from './receive.ts';
import { sendCommand } from './send.ts';

/** `myocast archive`: exams from a PACS, and results back to it. */
export const archiveVerb: Verb = (program, action) => {
  const archive = program
    .command('archive')
    .description('exams from an archive (DICOMweb, or as it sends them), and results back to it')
    .exitOverride();
  findCommand(archive, action);
  fetchCommand(archive, action);
  sendCommand(archive, action);
  receiveCommand(archive, action);
  for (const command of archive.commands) command.exitOverride();
};
