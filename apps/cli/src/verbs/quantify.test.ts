import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNifti } from '@myocast/imaging';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../terminal.ts';
import { quantifyVerb } from './quantify.ts';

const affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];

/** A mask of three slices of 40 × 40 with a cavity of some pixels (40 mm³ each) in every slice. */
function mask(cavity: number) {
  const data = new Uint8Array(3 * 1600);
  for (let z = 0; z < 3; z++)
    data.fill(3, z * 1600, z * 1600 + cavity).fill(2, z * 1600 + 1000, z * 1600 + 1200);
  return writeNifti({ shape: [1, 3, 40, 40], data, affine });
}

async function quantify(...words: string[]) {
  const results: { document: never; lines: readonly string[] }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  quantifyVerb(program, (run) => async (...args) => {
    const terminal = {
      ...openTerminal(true),
      list: () => {},
      bar: () => ({ advance: () => {}, done: () => {} }),
      result: (document: never, lines: readonly string[]) => results.push({ document, lines }),
    };
    await run((args.at(-1) as Command).optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['quantify', ...words], { from: 'user' });
  return results[0]!;
}

async function acdcFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-quantify-'));
  for (const [index, name] of ['001', '002', '003', '004', '005'].entries()) {
    await mkdir(join(folder, `patient${name}`));
    await writeFile(join(folder, `patient${name}`, 'ed_label.nii.gz'), mask(800 + index));
    await writeFile(join(folder, `patient${name}`, 'es_label.nii.gz'), mask(400));
  }
  const rows = ['001', '002', '003', '004', '005'].map((name) => `patient${name},100,48,0.5,24`);
  await writeFile(
    join(folder, 'reference.csv'),
    ['patient,ed_lv_ml,es_lv_ml,lvef,ed_myo_ml', ...rows].join('\n'),
  );
  return folder;
}

describe('myocast quantify', () => {
  it('compares a data set with its reference', async () => {
    const { document, lines } = await quantify(await acdcFolder());
    const { errors, cases } = document as { errors: object[]; cases: { name: string }[] };
    expect(cases.map(({ name }) => name)).toContain('patient005');
    expect(errors[0]).toMatchObject({ quantity: 'edvMl', count: cases.length });
    expect((errors[0] as { bias: number }).bias).toBeCloseTo((802 * 3 * 40) / 1000 - 100, 6);
    expect(lines.join('\n')).toMatch('patient005');
    expect(lines.at(-1)).toBe(
      '± of a second exam as published, relative (% of the value): EDV 4.9 %, ESV 9.2 %, EF 6 %, mass 4.8 %, infarct 14.4 %; in points, an EF of 50 % is ± 3.0 points and an infarct of 20 % ± 2.9 points',
    );
  });

  it('takes masks from another folder, under either name, and leaves out who has none', async () => {
    const folder = await acdcFolder();
    const masks = await mkdtemp(join(tmpdir(), 'myocast-masks-'));
    const phases = new Uint8Array(2 * 3 * 1600).fill(3, 0, 1000).fill(3, 1600, 2600).fill(3, 4800, 5300);
    for (const name of ['patient001', 'patient002']) await mkdir(join(masks, name));
    await writeFile(
      join(masks, 'patient001', 'cine-sax.nii.gz'),
      writeNifti({ shape: [2, 3, 40, 40], data: phases, affine }),
    );
    await writeFile(join(masks, 'patient002', 'ed_label.nii.gz'), mask(600));
    await writeFile(join(masks, 'patient002', 'es_label.nii.gz'), mask(300));
    const { document } = await quantify(folder, '--masks', masks);
    const { cases, issues } = document as {
      cases: { quantities: { edvMl: number } }[];
      issues: { kind: string }[];
    };
    expect(cases.map(({ quantities }) => Math.round(quantities.edvMl))).toEqual([80, 72]);
    expect(issues.filter(({ kind }) => kind === 'missing-series').length).toBe(3);
  });

  it('gives volumes and mass of a mask with one phase', async () => {
    const file = join(await acdcFolder(), 'patient001', 'ed_label.nii.gz');
    const { document } = await quantify(file, '--kind', 'cine-sax');
    expect(document).toMatchObject({
      quantities: { lvMl: expect.closeTo(96, 6), massG: expect.closeTo(25.2, 6) },
    });
  });

  it('measures a T2 mask alone, a long axis by its contours, or says in a line why not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'myocast-quantify-'));
    const t2 = join(folder, 't2.nii.gz');
    const ring = Uint8Array.from({ length: 3 * 1600 }, (_, at) => {
      const radius = Math.hypot((at % 40) - 19.5, (Math.floor(at / 40) % 40) - 19.5);
      if (radius < 9) return 1;
      return radius < 13 ? 2 + Number(at % 40 < 20) : 0;
    });
    await writeFile(t2, writeNifti({ shape: [1, 3, 40, 40], data: ring, affine }));
    const { document, lines } = await quantify(t2, '--kind', 't2-sax');
    expect(document).toMatchObject({ kind: 't2-sax', quantities: { areaAtRiskPercent: 50 } });
    expect(lines.join('\n')).toMatch(/areaAtRiskPercent +50[^]*segment 1 /);
    // A ventricle open to its atrium, shorter by a tenth in the second phase.
    const length = 80 * 80;
    const view = Uint8Array.from({ length: 2 * length }, (_, at) => {
      const [x, y] = [(at % 80) - 39.5, Math.floor(at / 80) % 80];
      const deep = at < length ? 56 : 50;
      const inside = (margin: number) =>
        y >= 8 && (x / (14 + margin)) ** 2 + ((y - 8) / (deep + margin)) ** 2 < 1;
      if (inside(0)) return 1;
      return inside(6) ? 2 : 0;
    });
    const lax = join(folder, 'lax.nii.gz');
    await writeFile(lax, writeNifti({ shape: [2, 1, 80, 80], data: view, affine }));
    const long = await quantify(lax, '--kind', 'cine-4ch');
    const { globalLongitudinalPercent: strain } = (long.document as { quantities: Record<string, number> })
      .quantities;
    expect(strain).toBeLessThan(-5);
    expect(strain).toBeGreaterThan(-15);
    expect(long.lines.join('\n')).toMatch(/globalLongitudinalPercent +-/);
    const one = join(folder, 'one.nii.gz');
    await writeFile(one, writeNifti({ shape: [1, 1, 80, 80], data: view.slice(0, length), affine }));
    await expect(quantify(one, '--kind', 'cine-4ch')).rejects.toThrow('at least 2 phases, found 1');
  });

  it('tells of one mask with its person: per m², ± and the healthy, and what is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'myocast-quantify-'));
    const file = join(folder, 'cine.nii.gz');
    const slice = 40 * 40;
    const data = new Uint8Array(2 * 8 * slice);
    for (let at = 0; at < data.length; at++) {
      const mm = Math.hypot((at % 40) - 19.5, (Math.floor(at / 40) % 40) - 19.5);
      const inner = at < data.length / 2 ? 11 : 8;
      data[at] = mm < inner ? 3 : mm < inner + 5 ? 2 : 0;
    }
    await writeFile(file, writeNifti({ shape: [2, 8, 40, 40], data, affine }));
    const person = ['--height-cm', '180', '--weight-kg', '80', '--sex', 'male', '--age', '30'];
    const { document, lines } = await quantify(file, '--kind', 'cine-sax', ...person, '--heart-rate', '60');
    const { ventricles, quantities } = document as {
      ventricles: { indexed: { edvMlPerM2: number }; cardiacOutputLPerMin: number };
      quantities: { edvMl: number; strokeVolumeMl: number };
    };
    expect(ventricles.indexed.edvMlPerM2).toBe(quantities.edvMl / 2);
    expect(ventricles.cardiacOutputLPerMin).toBeCloseTo(0.06 * quantities.strokeVolumeMl, 10);
    const text = lines.join('\n');
    const edv = quantities.edvMl;
    expect(text).toMatch(
      new RegExp(
        `end-diastolic volume, ml +${edv.toFixed(1)} +${(0.049 * edv).toFixed(1)} +${(edv / 2).toFixed(1)} +52 to 117 /m² +\\w+ \\*`,
      ),
    );
    expect(text).toMatch('the person is outside of the ages of the source');
    expect(text).toMatch(/same sex, all ages together \(.*petersen2017: 45 to 74 years/);
    expect(text).toMatch('leftRates: expected trigger times, found none');
    await expect(quantify(file, '--kind', 'cine-sax', '--persons', 'p.csv')).rejects.toThrow('not --persons');
    await expect(quantify(await acdcFolder(), '--sex', 'male')).rejects.toThrow('no persons for a data set');
  });

  it('stops at a path that is not there, a mask of no kind and a folder of nothing, in one line', async () => {
    const folder = await acdcFolder();
    await expect(quantify(join(folder, 'nothing'))).rejects.toThrow('expected a file or folder, found none');
    await expect(quantify(join(folder, 'reference.csv'))).rejects.toThrow('expected --kind');
    await expect(quantify(join(folder, 'patient001'))).rejects.toThrow('or a data set, found neither');
  });
});
