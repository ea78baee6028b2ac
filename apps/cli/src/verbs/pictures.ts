import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import type { QuantitiesRecord } from '@myocast/imaging';
import { examRecord } from '@myocast/imaging/contours';
import { pngOf } from '@myocast/report/figures';
import { examIndex, examPictures } from '@myocast/report/pictures';
import { Option } from 'commander';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly masks: string;
  readonly quantities?: string;
  readonly out: string;
  readonly format: 'svg' | 'png' | 'both';
  readonly width: number;
}

/** `myocast pictures`: contact sheets, curves and bull's-eyes of an exam, for a page or a screen. */
export const picturesVerb: Verb = (program, action) => {
  program
    .command('pictures')
    .description(
      "pictures of an exam: images with contours, curves, bull's-eyes, and all on one page with the numbers and flags",
    )
    .argument('<exam>', 'an ingested exam')
    .requiredOption('--masks <folder>', 'the masks, one folder a subject')
    .option('--quantities <file>', "its quantities: bull's-eyes and strain curves")
    .requiredOption('--out <folder>', 'where the pictures go')
    .addOption(
      new Option('--format <format>', 'of the files').choices(['svg', 'png', 'both']).default('both'),
    )
    .option('--width <pixels>', 'of a PNG', wholeNumber(100), 1600)
    .action(
      action<Options>(async ({ masks, quantities: file, out, format, width }, terminal, [exam]) => {
        const issues: Issue[] = [];
        const quantities = file === undefined ? null : await quantitiesAt(file);
        const pictures = valueOrStop(await examPictures({ exam: exam!, masks, quantities }), issues);
        const files: string[] = [];
        const write = async (name: string, content: string | Uint8Array) => {
          await writeFileAtomic(join(out, name), content);
          files.push(name);
        };
        for (const { name, svg } of pictures) {
          if (format !== 'png') await write(`${name}.svg`, svg);
          if (format !== 'svg') await write(`${name}.png`, pngOf(svg, width));
        }
        const { subject } = valueOrStop(await examRecord(exam!));
        await write('index.html', examIndex({ subject, pictures, quantities, issues }));
        terminal.result({ out, files, issues }, [
          ...files,
          `${files.length} files in ${out}; all on one page: ${join(out, 'index.html')}`,
        ]);
        terminal.list(issues);
      }),
    );
};

async function quantitiesAt(file: string): Promise<QuantitiesRecord> {
  const record = await readJsonFile<QuantitiesRecord>(file).catch(() => null);
  if (record !== null && typeof record === 'object' && 'cine' in record && 'contours' in record)
    return record;
  throw new StoppedByIssues([issue('not-readable', file, 'expected a quantities record, found none')]);
}
