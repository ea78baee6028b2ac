import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNifti, writeNifti } from '@myocast/imaging';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { contoursVerb } from './contours.ts';
import { picturesVerb } from './pictures.ts';
import { quantifyVerb } from './quantify.ts';

const shape = [2, 3, 40, 40] as const;
const affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];

/** A disc of cavity in a ring of wall, the cavity smaller in the second phase. */
function heart(): Uint8Array {
  return Uint8Array.from({ length: 2 * 3 * 1600 }, (_, at) => {
    const radius = Math.hypot((at % 40) - 19.5, (Math.floor(at / 40) % 40) - 19.5);
    const cavity = at < 3 * 1600 ? 9 : 6;
    if (radius < cavity) return 3;
    return radius < 13 ? 2 : 0;
  });
}

async function study() {
  const root = await mkdtemp(join(tmpdir(), 'myocast-contours-'));
  const [exam, masks] = [join(root, 'exams', 'A1'), join(root, 'masks')];
  await mkdir(exam, { recursive: true });
  await mkdir(join(masks, 'A1'), { recursive: true });
  const series = [{ kind: 'cine-sax', key: 'k', file: 'cine-sax.nii.gz', shape }];
  await writeFile(join(exam, 'exam.json'), JSON.stringify({ subject: 'A1', series }));
  const volume = { shape, data: Float32Array.from(heart()), affine, triggerTimesMs: null };
  await writeFile(join(exam, 'cine-sax.nii.gz'), writeNifti(volume));
  await writeFile(join(masks, 'A1', 'cine-sax.nii.gz'), writeNifti({ shape, data: heart(), affine }));
  return { root, exam, masks, quantities: join(root, 'quantities') };
}

async function run(verb: Verb, ...words: string[]) {
  const results: { document: Record<string, never>; lines: readonly string[] }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  verb(program, (act) => async (...args) => {
    const terminal = {
      ...openTerminal(true),
      list: () => {},
      bar: () => ({ advance: () => {}, done: () => {} }),
      result: (document: never, lines: readonly string[]) => results.push({ document, lines }),
    };
    const operands = args.slice(0, -2).flat() as string[];
    await act((args.at(-1) as Command).optsWithGlobals() as never, terminal as never, operands);
  });
  await program.parseAsync(words, { from: 'user' });
  return results[0]!;
}

describe('myocast contours', () => {
  it('goes out, is corrected, quantified again, listed and taken back', async () => {
    const { root, exam, masks, quantities } = await study();
    const place = [exam, '--masks', masks];
    await run(quantifyVerb, 'quantify', exam, '--masks', masks, '--out', quantities);
    const out = join(root, 'c.json');
    await run(contoursVerb, 'contours', 'export', ...place, '--out', out);
    const file = JSON.parse(await readFile(out, 'utf8')) as { series: [{ slices: { regions: object[] }[] }] };
    file.series[0].slices = file.series[0].slices.slice(0, 1);
    file.series[0].slices[0]!.regions = [];
    await writeFile(out, JSON.stringify(file));
    const by = ['--kind', 'cine-sax', '--by', 'reader 1', '--quantities', quantities];
    const done = await run(contoursVerb, 'contours', 'import', exam, out, '--masks', masks, ...by);
    const drawn = heart()
      .subarray(0, 1600)
      .filter((label) => label > 0).length;
    expect(done.lines[0]).toBe(`corrected by reader 1: ${drawn} voxels in 1 slices`);
    const written = JSON.parse(await readFile(join(quantities, 'A1.json'), 'utf8'));
    expect(written.contours['cine-sax']).toMatch(/^corrected by reader 1 at .*Z from unknown$/);
    const cavity = heart()
      .subarray(0, 4800)
      .filter((label) => label === 3).length;
    expect(written.cine.edvMl).toBeCloseTo(((cavity * 2) / 3) * 0.04, 6);
    expect(done.lines.join('\n')).toMatch(/edvMl +\d+\.\d\d +\d+\.\d\d/);
    const listed = await run(contoursVerb, 'contours', 'history', ...place);
    expect(listed.lines.join('\n')).toMatch(
      /cine-sax +1 in force .* reader 1 +\d+ voxels in 1 slices, from polygons/,
    );
    const nifti = join(root, 'm.nii.gz');
    await run(contoursVerb, 'contours', 'export', ...place, '--kind', 'cine-sax', '--out', nifti);
    const read = readNifti(await readFile(nifti), nifti);
    expect(read.ok && read.value.data.subarray(0, 1600).every((label) => label === 0)).toBe(true);
    const undone = await run(contoursVerb, 'contours', 'undo', ...place, ...by);
    expect(undone.lines[0]).toBe('cine-sax: the automatic contours are in force');
    expect(JSON.parse(await readFile(join(quantities, 'A1.json'), 'utf8')).cine.edvMl).toBeCloseTo(
      cavity * 0.04,
      6,
    );
  });

  it('stops at a wrong name, an unknown ending, no kind for a mask, and bad contours, in a line', async () => {
    const { root, exam, masks } = await study();
    const place = [exam, '--masks', masks];
    const stops = (...words: string[]) => expect(run(contoursVerb, 'contours', ...words)).rejects;
    const kind = ['--kind', 'cine-sax'];
    await stops('undo', ...place, ...kind, '--by', 'a\tb').toThrow('expected a role or initials');
    await stops('export', ...place, '--out', join(root, 'c.xml')).toThrow('.json, .dcm or .nii.gz');
    await stops('export', ...place, '--out', join(root, 'c.nii.gz')).toThrow('expected --kind');
    await stops('undo', ...place, ...kind, '--by', 'JB').toThrow(
      'expected corrections of cine-sax, found none',
    );
    await stops('undo', root, '--masks', masks, ...kind, '--by', 'JB').toThrow('expected an ingested exam');
    const bad = join(root, 'bad.json');
    await writeFile(bad, '{"format":"myocast-contours","version":7}');
    await stops('import', exam, bad, '--masks', masks, ...kind, '--by', 'JB').toThrow(
      'expected version 1, found 7',
    );
    expect((await run(contoursVerb, 'contours', 'history', ...place)).lines).toEqual(['no corrections']);
  });
});

describe('myocast pictures', () => {
  it('writes a sheet and bull’s-eyes as SVG and PNG, and stops without contours', async () => {
    const { root, exam, masks, quantities } = await study();
    await run(quantifyVerb, 'quantify', exam, '--masks', masks, '--out', quantities);
    const out = join(root, 'pictures');
    const place = [exam, '--masks', masks, '--out', out];
    await run(
      picturesVerb,
      'pictures',
      ...place,
      '--quantities',
      join(quantities, 'A1.json'),
      '--width',
      '300',
    );
    const files = await readdir(out);
    expect(files).toEqual(
      expect.arrayContaining(['cine-sax.svg', 'cine-sax.png', 'bulls-eye-cine-wall-thickness-mm.svg']),
    );
    expect(await readFile(join(out, 'cine-sax.svg'), 'utf8')).toContain('Smallest cavity, phase 2 of 2');
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('Main numbers');
    // Two phases are no curve.
    expect(files).not.toContain('volume-time.svg');
    await expect(run(picturesVerb, 'pictures', exam, '--masks', root, '--out', out)).rejects.toThrow(
      'found none',
    );
    const wrong = run(picturesVerb, 'pictures', ...place, '--quantities', join(exam, 'exam.json'));
    await expect(wrong).rejects.toThrow('expected a quantities record');
  });
});
