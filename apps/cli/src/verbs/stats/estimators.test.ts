import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/survival/estimators.json', import.meta.url), 'utf8'),
).results;
const shared = new URL('../../../../../../shared/data/survival/', import.meta.url);
const fileOf = (name: string) => fileURLToPath(new URL(`${name}.csv`, shared));

/** The document and the lines of `myocast stats …`. */
async function stats(path: string, words: string) {
  const [verb, ...rest] = words.split(' ');
  const results: { document: Record<string, never>; lines: string }[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const result = (document: unknown, rows: readonly string[]) => {
      const lines = rows.join('\n');
      expect(lines).not.toMatch(/NaN|undefined/);
      results.push({ document: document as Record<string, never>, lines });
    };
    const terminal = { ...openTerminal(true), list: () => {}, say: () => {}, result };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return results[0]!;
}

async function written(rows: readonly string[], header = 'days,status,group,entry,w'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-estimators-')), 'a.csv');
  await writeFile(path, `${[header, ...rows].join('\n')}\n`);
  return path;
}

const rows = ['2,1,a,0,1', '4,2,a,0,2', '9,1,b,5,1', '8,0,b,6,2', '12,1,b,7,1', '3,0,a,1,1'];
const te = '--time days --event status';

describe('myocast stats with late entry, weights and groups', () => {
  it('km keeps its fields, and adds days, quantiles, empty risk sets and the variance', async () => {
    const path = await written(rows.filter((row) => !row.includes(',2,a')));
    const { document, lines } = await stats(path, `km ${te} --entry entry --at 2,4,10 --interval plain`);
    expect(document).toMatchObject({
      subjects: 5,
      eventCount: 3,
      rowsLeftOut: 0,
      median: 2,
      days: [2, 3, 8, 9, 12],
      atRisk: [2, 1, 3, 2, 1],
      survival: [0.5, 0.5, 0.5, 0.25, 0],
      variance: 'greenwood',
      emptyRiskSets: [[3, 5]],
      at: [
        { day: 2, atRisk: 2 },
        { day: 4, atRisk: 0, survival: 0.5 },
        { day: 10, atRisk: 1 },
      ],
    });
    expect(lines).toContain('nobody at risk after day 3 to day 5');
    const halves = await written(rows.map((row) => `${row}.5`));
    const { document: robust } = await stats(halves, `km ${te} --cause 1 --weights w --group group --at 2`);
    expect(robust['groups']).toMatchObject([
      { group: 'a', subjects: 3, eventCount: 1, variance: 'robust' },
      { group: 'b', subjects: 3, eventCount: 2, days: [8, 9, 12], at: [{ survival: 1 }] },
    ]);
    const { document: reverse } = await stats(path, `km ${te} --reverse`);
    expect(reverse).toMatchObject({
      eventCount: 3,
      events: [0, 1, 1, 0, 0],
      median: reverse['medianFollowUp'],
    });
  });
  it('cif gives every cause, with entry, weights and groups', async () => {
    const { document } = await stats(await written(rows), `cif ${te} --entry entry --weights w --at 4`);
    expect(document).toMatchObject({
      cause: '1',
      variance: 'delta',
      causes: [{ cause: '1' }, { cause: '2' }],
    });
    const [own, other] = document['causes'] as unknown as {
      incidence: number[];
      at: { incidence: number }[];
    }[];
    expect(own!.incidence).toEqual(document['incidence']);
    expect(other!.at[0]!.incidence).toBeCloseTo(0.75, 12);
    const { document: split } = await stats(await written(rows), `cif ${te} --cause 2 --group group`);
    expect(split['groups']).toMatchObject([
      { group: 'a', eventCount: 1 },
      { group: 'b', eventCount: 0, incidence: [0, 0, 0] },
    ]);
  });
  it('names the column or row of what cannot be answered', async () => {
    const path = await written(rows);
    const refuse = (words: string, message: string | RegExp, file = path) =>
      expect(stats(file, words)).rejects.toThrow(message);
    const halves = await written(['2,1,a,0,1', '3,0,b,0,0.5']);
    const nobody = await written(['2,1,a,0,0', '3,0,b,0,0']);
    const weightless = await written(['2,1,a,0,1', '3,0,b,0,0']);
    const atOnce = await written(['2,1,a,0,1', '2,1,b,0,1']);
    await refuse(
      `logrank ${te} --group group --weights w`,
      'row 3 column w: expected a whole number',
      halves,
    );
    await refuse(`gray ${te} --group group --weights w`, 'row 3 column w: expected a whole number', halves);
    await refuse(`km ${te} --weights w`, 'column w: expected a weight above 0, found none', nobody);
    await refuse(
      `cif ${te} --weights w --group group`,
      'column w: expected a weight above 0 in group b',
      weightless,
    );
    await refuse(
      `logrank ${te} --group group`,
      'column group: expected a day with an event on which',
      atOnce,
    );
    await refuse(`gray ${te} --group group --cause 3`, 'column status: expected an event, found none');
    await refuse(
      `rmst ${te} --cause 1 --tau 20 --group group`,
      'group a --tau: expected at most 4',
      await written([...rows, '4,0,a,0,1']),
    );
    await refuse(`rmst ${te} --tau 0`, 'Expected a number above 0');
    await refuse(
      `logrank ${te} --cause 1 --group group --test gehan --rho 1`,
      'fleming-harrington test, found --test gehan',
    );
    await refuse(
      `km ${te} --cause 1 --cluster group --variance greenwood`,
      '--cluster has the robust variance',
    );
    await refuse(
      `nelson-aalen ${te} --entry entry`,
      'row 3 column entry: expected an entry before the time 3, found 5',
      await written(['2,1,a,0,1', '3,0,b,5,1']),
    );
  });
  it('rmst gives the mean, what each cause takes of it, and compares with the first group', async () => {
    const { document, lines } = await stats(await written(rows), `rmst ${te} --cause 1 --group group`);
    expect(document).toMatchObject({ tau: 4, variance: 'greenwood' });
    const [first] = document['groups'] as unknown as {
      group: string;
      mean: number;
      lost: { cause: string; mean: number }[];
    }[];
    expect(first!.mean + first!.lost[0]!.mean + first!.lost[1]!.mean).toBeCloseTo(4, 12);
    expect(document['comparisons']).toMatchObject([
      {
        group: 'b',
        reference: 'a',
        difference: { p: expect.any(Number) },
        lost: [{ cause: '1' }, { cause: '2', ratio: null }],
      },
    ]);
    expect(lines).toContain('b against a');
  });
});

describe.skipIf(!existsSync(shared))('myocast stats gives what R gives', () => {
  it('of tests between groups', async () => {
    const cell = '--time time --event status --group celltype';
    for (const [words, name] of [
      ['', 'celltype'],
      ['--rho 1', 'celltypeRho'],
      ['--test fleming-harrington --rho 0.5', 'celltypeHalf'],
      ['--strata trt', 'celltypeByTreatment'],
    ] as const) {
      const { document } = await stats(fileOf('veteran'), `logrank ${cell} ${words}`.trim());
      expect(document['chiSquare'], name).toBeCloseTo(golden.logrank[name].chiSquare, 8);
    }
    const stage = '--time time --event status --group stage';
    const { document: trend } = await stats(fileOf('pbc'), `logrank ${stage} --cause 2 --trend --strata sex`);
    const { z, scores } = trend['trend'] as unknown as { z: number; scores: number[] };
    expect(scores).toEqual([1, 2, 3, 4]);
    expect(z ** 2).toBeCloseTo(golden.logrank.stageTrendStrata, 8);
    const { document: gray } = await stats(fileOf('pbc'), `gray ${stage} --cause 2 --rho 0.5 --strata sex`);
    expect(gray).toMatchObject({ cause: '2', rowsLeftOut: 6, degreesOfFreedom: 3 });
    expect(gray['chiSquare']).toBeCloseTo(golden.gray.pbcStageBySexRho.chiSquare[1], 7);
  });
  it('of restricted means between groups', async () => {
    const { document } = await stats(
      fileOf('veteran'),
      'rmst --time time --event status --group trt --tau 200',
    );
    const [comparison] = document['comparisons'] as unknown as {
      difference: { estimate: number; low: number; high: number; p: number };
    }[];
    const { estimate, low, high, p } = comparison!.difference;
    expect([estimate, low, high, p]).toEqual(
      golden.means.veteran.difference.map((value: number) => expect.closeTo(value, 8)),
    );
  });
});
