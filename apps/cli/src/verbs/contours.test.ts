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
    const why = [...by.slice(2), '--reason', 'basal slice is atrium'];
    const done = await run(contoursVerb, 'contours', 'import', exam, out, '--masks', masks, ...why);
    const drawn = heart()
      .subarray(0, 1600)
      .filter((label) => label > 0).length;
    expect(done.lines[0]).toBe(`cine-sax corrected by reader 1: ${drawn} voxels in 1 slices`);
    const written = JSON.parse(await readFile(join(quantities, 'A1.json'), 'utf8'));
    expect(written.contours['cine-sax']).toMatch(/^corrected by reader 1 at .*Z from unknown$/);
    const cavity = heart()
      .subarray(0, 4800)
      .filter((label) => label === 3).length;
    expect(written.cine.edvMl).toBeCloseTo(((cavity * 2) / 3) * 0.04, 6);
    expect(done.lines.join('\n')).toMatch(/edvMl +\d+\.\d\d +\d+\.\d\d/);
    const listed = await run(contoursVerb, 'contours', 'history', ...place);
    expect(listed.lines.join('\n')).toMatch(
      /cine-sax +1 in force .* reader 1 +\d+ voxels in 1 slices, from polygons +basal slice is atrium/,
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

  it('keeps what the quantities before knew of the person, and takes what is said now above it', async () => {
    const { root, exam, masks, quantities } = await study();
    const persons = join(root, 'clinical.csv');
    await writeFile(persons, 'subject,sex,age [a],height [cm],weight [kg]\nA1,female,61,165,70\n');
    const place = [exam, '--masks', masks];
    const known = ['--persons', persons, '--heart-rate', '72'];
    await run(quantifyVerb, 'quantify', ...place, '--out', quantities, ...known);
    const written = async () => JSON.parse(await readFile(join(quantities, 'A1.json'), 'utf8')).ventricles;
    const before = await written();
    expect(before).toMatchObject({ person: { sex: 'female', ageYears: 61, heightCm: 165, weightKg: 70 } });
    const smaller = heart().map((label, at) => (at % 40 < 12 ? 0 : label));
    const file = join(root, 'mask.nii.gz');
    await writeFile(file, writeNifti({ shape, data: smaller, affine }));
    const by = ['--kind', 'cine-sax', '--by', 'JB'];
    const again = [...by, '--quantities', quantities];
    const done = await run(contoursVerb, 'contours', 'import', exam, file, '--masks', masks, ...again);
    const after = await written();
    expect(after.person).toEqual(before.person);
    expect([after.heartRatePerMin, after.bodySurfaceM2]).toEqual([72, before.bodySurfaceM2]);
    expect(after.indexed.edvMlPerM2).toBeLessThan(before.indexed.edvMlPerM2);
    expect(done.lines.join('\n')).toMatch(/edvMlPerM2 +\d+\.\d\d +\d+\.\d\d/);
    await run(contoursVerb, 'contours', 'undo', ...place, ...again, '--weight-kg', '80');
    expect((await written()).person).toEqual({ ...before.person, weightKg: 80 });
    await writeFile(join(quantities, 'A1.json'), '{"subject":"B2","cine":null}');
    await writeFile(file, writeNifti({ shape, data: smaller, affine }));
    const lost = await run(
      contoursVerb,
      'contours',
      'import',
      exam,
      file,
      '--masks',
      masks,
      ...again,
      '--persons',
      persons,
    );
    expect(lost.document).toMatchObject({
      issues: expect.arrayContaining([expect.objectContaining({ kind: 'not-readable' })]),
    });
    expect((await written()).person).toEqual(before.person);
    const elsewhere = heart().map((_, at, labels) => labels[at - 14] ?? 0);
    await writeFile(file, writeNifti({ shape, data: elsewhere, affine }));
    await run(contoursVerb, 'contours', 'import', exam, file, '--masks', masks, ...by);
    const listed = (await run(contoursVerb, 'contours', 'history', ...place)).lines.join('\n');
    expect(listed).toMatch(/from nifti, flagged/);
    expect(listed).toMatch(/^cine-sax 4: expected LV myocardium to overlap with the contours before/m);
    const alone = run(contoursVerb, 'contours', 'undo', ...place, ...by, '--persons', persons);
    await expect(alone).rejects.toThrow('expected --quantities');
  });

  it('stops at a wrong name, an unknown ending, no kind for a mask, and bad contours, in a line', async () => {
    const { root, exam, masks } = await study();
    const place = [exam, '--masks', masks];
    const stops = (...words: string[]) => expect(run(contoursVerb, 'contours', ...words)).rejects;
    const kind = ['--kind', 'cine-sax'];
    await stops('undo', ...place, ...kind, '--by', 'a\tb').toThrow('expected a role or initials');
    await stops('undo', ...place, ...kind, '--by', 'JB', '--reason', 'a<b').toThrow('expected a reason');
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

describe('myocast contours compare', () => {
  /** Cines of several subjects, whose cavity a reader draws this much wider. */
  async function reading(subjects: number, wider: (subject: number) => number) {
    const folder = join(await mkdtemp(join(tmpdir(), 'myocast-reading-')), 'masks');
    for (let subject = 0; subject < subjects; subject++) {
      const own = join(folder, `S${subject}`);
      await mkdir(own, { recursive: true });
      const data = Uint8Array.from({ length: 2 * 3 * 1600 }, (_, at) => {
        const radius = Math.hypot((at % 40) - 19.5, (Math.floor(at / 40) % 40) - 19.5);
        const cavity = (at < 4800 ? 9 : 6) + subject / 4 + wider(subject);
        if (radius < cavity) return 3;
        return radius < 15 ? 2 : 0;
      });
      await writeFile(join(own, 'cine-sax.nii.gz'), writeNifti({ shape, data, affine }));
    }
    return folder;
  }

  it('gives Dice, limits and ICC of many exams, values alone of few, and writes it all', async () => {
    const [first, second] = [
      await reading(10, () => 0),
      await reading(10, (subject) => (subject % 2 ? 0.8 : 0.3)),
    ];
    const out = join(await mkdtemp(join(tmpdir(), 'myocast-compare-')), 'agreement.json');
    const { lines } = await run(contoursVerb, 'contours', 'compare', first, second, '--out', out);
    const document = JSON.parse(await readFile(out, 'utf8'));
    const edv = document.quantities.find(
      ({ quantity }: { quantity: string }) => quantity === 'cine-sax: edvMl',
    );
    const differences = edv.values.map(({ first: a, second: b }: Record<string, number>) => b! - a!);
    expect(edv.limits.bias.estimate).toBeCloseTo(
      differences.reduce((sum: number, value: number) => sum + value, 0) / 10,
      9,
    );
    expect(edv.limits.bias.estimate).toBeGreaterThan(0);
    expect(edv.intraclass.estimate).toBeLessThan(1);
    expect(lines.join('\n')).toMatch(/cine-sax: LV cavity, ED +10 +0\.9/);
    expect(lines.join('\n')).toMatch(/cine-sax: edvMl +10 +\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\)/);
    const few = await run(contoursVerb, 'contours', 'compare', await reading(3, () => 0), second);
    expect(few.lines.join('\n')).toContain('no limits of agreement and no ICC of fewer than 10 exams');
    expect(few.document).toMatchObject({
      quantities: [{ exams: 3, limits: null, intraclass: null }, {}, {}, {}],
    });
    expect(
      (few.document['issues'] as unknown as { kind: string }[]).filter(
        ({ kind }) => kind === 'unknown-subject',
      ).length,
    ).toBe(7);
    const twice = await run(contoursVerb, 'contours', 'compare', second, second);
    expect(JSON.stringify(twice.document.issues)).toContain('the same mask twice');
  });

  it('stops without a folder, or without a subject of both', async () => {
    const first = await reading(1, () => 0);
    const nowhere = run(contoursVerb, 'contours', 'compare', first, join(first, 'none'));
    await expect(nowhere).rejects.toThrow('expected a folder of masks');
    const nobody = run(contoursVerb, 'contours', 'compare', first, first, '--first-by', 'JB');
    await expect(nobody).rejects.toThrow('expected exams that were read twice, found none');
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
