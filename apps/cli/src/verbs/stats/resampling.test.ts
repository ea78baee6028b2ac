import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

interface Found {
  readonly [key: string]: Found | undefined;
}

/** What `myocast stats …` says: the document and the lines. */
async function stats(
  words: readonly string[],
): Promise<{ document: Found; lines: readonly string[]; said: number }> {
  const results: { document: Found; lines: readonly string[] }[] = [];
  let said = 0;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const terminal = {
      ...openTerminal(true),
      list: (issues: readonly unknown[]) => (said += issues.length),
      say: () => {},
      result: (document: Found, lines: readonly string[]) => results.push({ document, lines }),
    };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', ...words], { from: 'user' });
  return { ...results[0]!, said };
}

async function csv(lines: readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-resampling-')), 'a.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** 150 subjects of 6 centres whose hazard rises with a. */
function cohort(competing = false): readonly string[] {
  const random = new Random('optimism verb');
  return [
    'days,event,a,b,centre',
    ...Array.from({ length: 150 }, (_, row) => {
      const [a, b] = [random.normal(), random.normal()];
      const [failure, other, end] = [
        random.exponential(Math.exp(a) / 600),
        random.exponential(1 / 900),
        1000 * random.uniform(),
      ];
      const days = Math.min(failure, end, competing ? other : end);
      const event = days === failure ? 1 : days === end ? 0 : 2;
      return [days, event, a, b, `V${row % 6}`].join(',');
    }),
  ];
}

const base = ['--time', 'days', '--event', 'event', '--covariates', 'a,b', '--at', '300'];

describe('myocast stats optimism', () => {
  it('corrects the measures of a Cox model, the same for the same seed', async () => {
    const path = await csv(cohort());
    const words = ['optimism', path, ...base, '--bootstrap', '16', '--seed', '4'];
    const { document, lines } = await stats(words);
    const { harrell, hazardSlope, brier } = document['measures'] as never as Record<
      string,
      Record<string, number>
    >;
    expect(harrell!['corrected']).toBeCloseTo(harrell!['apparent']! - harrell!['optimism']!, 12);
    expect(harrell!['low']).toBeLessThan(harrell!['corrected']!);
    expect(hazardSlope!['apparent']).toBeCloseTo(1, 6);
    expect(hazardSlope!['low']).toBeNull();
    expect(document['error632']?.['brier']?.['apparent']).toBeCloseTo(brier!['apparent']!, 12);
    expect(document['resamples']).toBe(16);
    expect(lines.join('\n')).toMatch(/harrell +0\.\d+[\s\S]*Brier[\s\S]*1 - C/);
    expect((await stats(words)).document).toEqual(document);
    expect((await stats([...words.slice(0, -1), '5'])).document).not.toEqual(document);
    const ranking = await stats(['cox', path, ...base.slice(0, 6)]);
    expect(ranking.document['concordance']?.['harrell']).toBeCloseTo(harrell!['apparent']!, 12);
  });
  it('resamples and divides whole centres, and cross-validates beside it', async () => {
    const words = ['optimism', await csv(cohort()), ...base, '--bootstrap', '10', '--cluster', 'centre'];
    const { document } = await stats([...words, '--folds', '3', '--repeats', '2']);
    expect(document['crossValidation']).toMatchObject({ folds: 3, repeats: 2, withoutModel: 0 });
    expect(document['cluster']).toBe('centre');
    await expect(stats([...words, '--folds', '7'])).rejects.toThrow('expected 2 to 6 folds, found 7');
  });
  it('takes competing events by Fine and Gray', async () => {
    const words = ['optimism', await csv(cohort(true)), ...base, '--bootstrap', '10', '--cause', '1'];
    const { document } = await stats([...words, '--model', 'fine-gray']);
    const ranking = await stats(['fine-gray', words[1]!, ...base.slice(0, 6), '--cause', '1']);
    const { apparent } = document['measures']!['harrell'] as never as { apparent: number };
    expect(apparent).toBeCloseTo(Number(ranking.document['concordance']?.['eventFree']), 12);
    expect(Number(document['error632']?.['oneMinusC']?.['apparent'])).toBeCloseTo(1 - apparent, 12);
    expect(document['measures']?.['hazardSlope']?.['apparent']).toBeNull();
    expect(document['measures']?.['slope']?.['corrected']).toBeTypeOf('number');
    await expect(stats([...words, '--model', 'fine-gray', '--ridge', '1'])).rejects.toThrow('--ridge is for');
  });
  it('says what a table cannot give: no events, one centre, no follow-up so long', async () => {
    const rows = cohort();
    const none = rows.map((row, at) => (at === 0 ? row : row.replace(/^([^,]+),\d/, '$1,0')));
    const words = ['--bootstrap', '5'];
    await expect(stats(['optimism', await csv(none), ...base, ...words])).rejects.toThrow(
      'expected an event',
    );
    const one = rows.map((row) => row.replace(/V\d$/, 'V0'));
    await expect(
      stats(['optimism', await csv(one), ...base, ...words, '--cluster', 'centre']),
    ).rejects.toThrow('at least 2 clusters');
    await expect(
      stats(['optimism', await csv(rows), ...base.slice(0, 6), '--at', '5000', ...words]),
    ).rejects.toThrow('expected follow-up to day 5000');
  });
});

describe('myocast stats pool', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../../../../reference/survival/pooling.json', import.meta.url), 'utf8'),
  );
  const set = golden.sets.concordance;
  const rows = set.estimate.map((c: number, at: number) => `V${at + 1},${c},${set.standardError[at]}`);

  it("has metafor's average and weights, and draws the centres", async () => {
    const path = await csv(['centre,c,se', ...rows, 'V7,,0.1']);
    const words = ['pool', path, '--estimate', 'c', '--se', 'se', '--study', 'centre', '--scale', 'logit'];
    const { document, lines, said } = await stats(words);
    const there = set.results.find(
      (one: { method: string; test: string }) => one.method === 'REML' && one.test === 'knha',
    );
    expect(document['estimate']).toBeCloseTo(there.estimate, 6);
    expect(document['low']).toBeCloseTo(there.low, 6);
    expect(document['prediction']?.['high']).toBeCloseTo(there.prediction[1], 6);
    expect(document['centres']?.[0]?.['weight']).toBeCloseTo(there.weights[0], 6);
    expect([document['rowsLeftOut'], said]).toEqual([1, 1]);
    expect(lines.filter((line) => line.includes('■'))).toHaveLength(6);
    expect(lines.filter((line) => line.includes('◆'))).toHaveLength(1);
  });
  it('takes intervals for errors, and one centre', async () => {
    const path = await csv(['c,low,high', '0.7,0.6,0.78']);
    const { document, lines } = await stats(
      `pool ${path} --estimate c --low low --high high --scale logit`.split(' '),
    );
    expect(document['estimate']).toBeCloseTo(0.7, 12);
    expect(document).toMatchObject({ interval: 'normal', prediction: null, betweenVariance: null });
    expect(lines.some((line) => line.includes('τ²'))).toBe(false);
  });
  it('names the row and column of what is wrong', async () => {
    const words = (path: string) => ['pool', path, '--estimate', 'c', '--se', 'se'];
    await expect(stats(words(await csv(['c,se', '0.7,x'])))).rejects.toThrow('a.csv row 2 column se');
    await expect(stats(words(await csv(['c,se', '0.7,0'])))).rejects.toThrow('row 2: expected a positive');
    await expect(stats(words(await csv(['c,s', '0.7,0'])))).rejects.toThrow('expected a column "se"');
    await expect(stats(words(await csv(['c,se', ',0.1'])))).rejects.toThrow(
      'expected a row with an estimate',
    );
    await expect(stats([...words('a.csv'), '--low', 'se'])).rejects.toThrow('expected --se COLUMN, or');
  });
});

describe('myocast stats sample-size', () => {
  it('development: the published cases, and what 800 patients afford', async () => {
    const timed = '--rate 0.065 --timepoint 2 --mean-follow-up 2.07 --parameters 30 --r2 0.051'.split(' ');
    const { document } = await stats(['sample-size', 'development', ...timed]);
    expect(document).toMatchObject({ subjects: 5143, events: 692, decidedBy: 'shrinkage' });
    const binary = '--outcome binary --prevalence 0.2 --parameters 10 --r2 0.08 --available 800'.split(' ');
    const trial = await stats(['sample-size', 'development', ...binary]);
    expect(trial.document['subjects']).toBe(1075);
    expect(trial.lines.at(-1)).toBe('800 subjects afford 7 parameters (7.4472)');
  });
  it('development: R² from χ², D and C', async () => {
    const words = '--outcome binary --prevalence 0.174 --parameters 24'.split(' ');
    const of = async (...more: string[]) =>
      (await stats(['sample-size', 'development', ...words, ...more])).document['coxSnell'];
    expect(await of('--chi-square', '100', '--model-subjects', '1000')).toBeCloseTo(1 - Math.exp(-0.1), 12);
    expect(await of('--concordance', '0.89')).toBeCloseTo(0.29, 2);
    expect(await of('--nagelkerke', '0.5')).toBeCloseTo(0.3016, 3);
    expect(await of('--d', '1.2', '--model-subjects', '1500', '--model-events', '200')).toBeCloseTo(0.058, 4);
    const timed = '--rate 0.1 --timepoint 2 --mean-follow-up 2 --parameters 5 --concordance 0.72'.split(' ');
    const { document } = await stats(['sample-size', 'development', ...timed]);
    expect(document['coxSnell']).toBeGreaterThan(0.1);
  });
  it('validation: yes/no by formula and times by simulation, the same for the same seed', async () => {
    const binary = '--outcome binary --prevalence 0.14 --concordance 0.75'.split(' ');
    const { document } = await stats(['sample-size', 'validation', ...binary]);
    expect(document['measures']?.['concordance']?.['subjects']).toBe(754);
    const beta = [...binary, '--lp-beta', '1.5,9', '--threshold', '0.15'];
    expect(
      (await stats(['sample-size', 'validation', ...beta])).document['measures']?.['netBenefit'],
    ).not.toBeNull();
    const timed = '--risk 0.14 --at 730 --concordance 0.75 --lost 0.05 --simulations 4 --seed 2'.split(' ');
    const first = await stats(['sample-size', 'validation', ...timed]);
    expect((await stats(['sample-size', 'validation', ...timed])).document).toEqual(first.document);
    expect(first.document['subjects']).toBeGreaterThan(3000);
  });
  it('says what is missing or cannot be', async () => {
    const refused = (words: string) => expect(stats(['sample-size', ...words.split(' ')])).rejects;
    await refused('validation --outcome binary').toThrow('expected --prevalence for validation');
    await refused('validation --risk 0.1 --at 730').toThrow('expected --spread or --concordance');
    await refused('validation --risk 0.1 --at 730 --spread 1 --end 700').toThrow('0 < at ≤ end');
    await refused('development --parameters 3').toThrow('expected --rate');
    const plan = 'development --outcome binary --prevalence 0.1 --parameters 5';
    await refused(plan).toThrow('expected one of --r2');
    await refused(`${plan} --r2 0.1 --nagelkerke 0.2`).toThrow('found 2');
    await refused(`${plan} --r2 0.6`).toThrow("expected a Cox and Snell's R² below 0.4");
    await refused(`${plan} --chi-square 4`).toThrow('--model-subjects');
    await refused(`${plan} --chi-square 4 --model-subjects 100 --model-parameters 5`).toThrow(
      'more than the parameters',
    );
    await refused('development --outcome binary --prevalence 2 --parameters 5').toThrow(
      'above 0 and below 1',
    );
    await refused('elsewhere').toThrow('development, validation');
  });
});

describe('--interval', () => {
  it('makes BCa intervals of the verbs that bootstrap, and says why not', async () => {
    const path = await csv(cohort());
    const words = ['concordance', path, ...base.slice(0, 4), '--risk', 'a', '--bootstrap', '200'];
    const { document } = await stats([...words, '--interval', 'bca']);
    const percentile = await stats(words);
    const interval = document['bootstrap']?.['harrell'] as never as Record<string, number>;
    expect(interval).toMatchObject({ kind: 'bca', reason: null });
    expect(interval['low']).not.toBe(percentile.document['bootstrap']?.['harrell']?.['low']);
    expect(
      Math.abs(interval['low']! - Number(percentile.document['bootstrap']?.['harrell']?.['low'])),
    ).toBeLessThan(0.05);
    const constant = await csv(['days,event,a', '1,1,5', '2,1,5', '3,0,5']);
    const flat = await stats([
      'concordance',
      constant,
      ...base.slice(0, 4),
      '--risk',
      'a',
      '--bootstrap',
      '50',
      '--interval',
      'bca',
    ]);
    expect(flat.document['bootstrap']?.['harrell']).toMatchObject({ low: null });
    expect(flat.lines.at(-1)).toMatch('resampled values lie below the estimate');
  });
});
