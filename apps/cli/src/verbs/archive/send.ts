import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { readDataset, text } from '@myocast/dicom';
import { inputPaths } from '@myocast/imaging';
import { examResults, type OutgoingObject, sendObjects, type SendOutcome } from '@myocast/imaging/archive';
import type { Command } from 'commander';
import { type AccessOptions, archiveAt, withAccessOptions } from '../../archive-options.ts';
import { existingPaths } from '../../existing-paths.ts';
import { softwareVersion } from '../../software.ts';
import { StoppedByIssues, valueOrStop } from '../../terminal.ts';
import type { Action } from '../../verb.ts';

interface Options extends AccessOptions {
  readonly to?: string;
  readonly exam?: string;
  readonly masks?: string;
  readonly quantities?: string;
  readonly out?: string;
}

/** An object under the name it has on disk. */
interface NamedObject extends OutgoingObject {
  readonly name: string;
}

export function sendCommand(archive: Command, action: Action): void {
  const command = archive
    .command('send')
    .description(
      'store the results of an exam beside its images (SEG, SR, picture), or files as they are (STOW-RS)',
    )
    .argument('[path...]', 'DICOM files or folders to store as they are')
    .option('--exam <dir>', 'an exam that was ingested with --references original')
    .option('--masks <dir>', 'its masks: SEG objects')
    .option('--quantities <file>', 'its quantities: a measurement report (SR, TID 1500)')
    .option('--to <address>', 'the archive: https://host/dicom-web')
    .option('--out <folder>', 'write the results here, too or instead');
  withAccessOptions(command).action(
    action<Options>(async (options, terminal, operands) => {
      if ((options.exam === undefined) === (operands.length === 0))
        command.error('error: expected either --exam or files to send');
      if (options.to === undefined && options.out === undefined)
        command.error('error: expected --to, --out or both');
      const issues: Issue[] = [];
      const objects =
        options.exam === undefined
          ? await filesAt(operands, issues)
          : await resultsOf(options, options.exam, issues);
      await write(objects, options.out);
      const outcome = options.to === undefined ? null : await send(options.to, options, objects, issues);
      const document = objects.map(({ bytes, ...object }) => ({ ...object, bytes: bytes.length }));
      terminal.result({ objects: document, ...outcome, issues }, linesOf(objects, outcome));
      terminal.list(issues);
      if (outcome?.notStored.length || isIncomplete(options, objects)) process.exitCode = 1;
    }),
  );
}

/** Whether something that was asked for could not be made: the issues say why. */
function isIncomplete({ masks, quantities }: Options, objects: readonly NamedObject[]): boolean {
  const lacks = (ending: string) => !objects.some(({ name }) => name.endsWith(ending));
  return (masks !== undefined && lacks('.seg')) || (quantities !== undefined && lacks('.sr'));
}

function linesOf(objects: readonly NamedObject[], outcome: SendOutcome | null): readonly string[] {
  const most = 12;
  const lines = objects.map(({ name, bytes }) => `${name}: ${bytes.length} bytes`);
  const more = lines.length > most ? [`… and ${lines.length - most} more`] : [];
  const done = outcome
    ? `${outcome.stored.length} of ${objects.length} objects stored`
    : `${objects.length} objects written`;
  return [...lines.slice(0, most), ...more, done];
}

async function write(objects: readonly NamedObject[], folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  for (const { name, bytes } of objects) await writeFileAtomic(join(folder, `${name}.dcm`), bytes);
}

async function send(
  address: string,
  access: AccessOptions,
  objects: readonly NamedObject[],
  issues: Issue[],
) {
  return valueOrStop(await sendObjects(await archiveAt(address, access), objects), issues);
}

async function resultsOf(
  { masks, quantities }: Options,
  exam: string,
  issues: Issue[],
): Promise<readonly NamedObject[]> {
  await existingPaths(
    [exam, masks, quantities].filter((path) => path !== undefined),
    'an exam, its masks and quantities',
  );
  const paths = { exam, masks: masks ?? null, quantities: quantities ?? null };
  const results = valueOrStop(await examResults(paths, { softwareVersion, at: new Date() }), issues);
  return results.map(({ name, object: { sopInstanceUid, bytes } }) => ({ name, sopInstanceUid, bytes }));
}

async function filesAt(operands: readonly string[], issues: Issue[]): Promise<readonly NamedObject[]> {
  await existingPaths(operands, 'a DICOM file or folder');
  const objects: NamedObject[] = [];
  for (const path of await inputPaths(operands)) {
    if (typeof path !== 'string') {
      issues.push(path.issue);
      continue;
    }
    const bytes = await readFile(path);
    const dataset = readDataset(bytes, path);
    const uid = dataset.ok ? text(dataset.value, 'SOPInstanceUID') : '';
    if (uid !== '') objects.push({ name: uid, sopInstanceUid: uid, bytes });
    else
      issues.push(dataset.issues[0] ?? issue('missing-value', path, 'expected a SOPInstanceUID, found none'));
  }
  if (objects.length === 0) throw new StoppedByIssues(issues);
  return objects;
}
