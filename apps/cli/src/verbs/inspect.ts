import { formatIssue, issue } from '@myocast/base';
import { inputPaths, inspectFiles, type Inspection } from '@myocast/imaging';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues } from '../terminal.ts';
import type { Verb } from '../verb.ts';

export const inspectVerb: Verb = (program, action) => {
  program
    .command('inspect')
    .description('say what DICOM and NIfTI files are, also in archives, or what stops them from being read')
    .argument('<path...>', 'files, folders or archives (zip, tar, gzip)')
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
        for await (const file of inspectFiles(paths, () => bar.advance())) files.push(file);
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
