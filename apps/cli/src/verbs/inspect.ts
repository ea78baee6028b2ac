import { formatIssue, issue } from '@myocast/base';
import { inputPaths, inspect, type Inspection, readInput } from '@myocast/imaging';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues } from '../terminal.ts';
import type { Verb } from '../verb.ts';

const filesAtOnce = 64;

export const inspectVerb: Verb = (program, action) => {
  program
    .command('inspect')
    .description('say what DICOM and NIfTI files are, or what stops them from being read')
    .argument('<path...>', 'files or folders')
    .action(
      action<object>(async (_options, terminal, operands) => {
        await existingPaths(operands, 'a folder or file');
        const paths = await inputPaths(operands);
        if (paths.length === 0)
          throw new StoppedByIssues([
            issue('empty-input', operands.join(' '), 'expected files to inspect, found none'),
          ]);
        const bar = terminal.bar('inspect', paths.length);
        const files: Inspection[] = [];
        for (let start = 0; start < paths.length; start += filesAtOnce) {
          for (const { path, bytes } of await readInput(paths.slice(start, start + filesAtOnce)))
            files.push(inspect(bytes, path));
          bar.advance(Math.min(filesAtOnce, paths.length - start));
        }
        bar.done();
        const issues = files.flatMap((file) => file.issue ?? []);
        const noneReadable = issues.length === files.length;
        const lines = [...files.map(lineOf), `${files.length} files inspected, ${issues.length} with issues`];
        const document = { files, inspected: files.length, withIssues: issues.length, issues };
        terminal.result(document, noneReadable ? [] : lines);
        if (noneReadable) throw new StoppedByIssues(issues);
      }),
    );
};

function lineOf(file: Inspection): string {
  if (file.issue) return formatIssue(file.issue);
  const parts = [
    file.format,
    file.transferSyntax,
    file.modality,
    file.sopClass,
    file.shape?.join('×') ?? 'no pixels',
    file.characterSet.join('\\'),
    file.pixelHash?.slice(0, 16),
  ];
  return `${file.path}: ${parts.filter(Boolean).join(', ')}`;
}
