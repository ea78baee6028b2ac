import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

const golden = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../../reference/survival/${name}.json`, import.meta.url), 'utf8'),
  );
const [brier, calibration, decision, reclassification] = [
  'brier',
  'calibration',
  'decision-curve',
  'reclassification',
].map(golden);
const shared = new URL('../../../../../../shared/data/survival/', import.meta.url);

interface Found {
  readonly [key: string]: Found | undefined;
}

async function written(header: string, rows: readonly (readonly number[])[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-usefulness-')), 'a.csv');
  await writeFile(path, [header, ...rows.map((row) => row.join(','))].join('\n'));
  return path;
}

/** The rows of a shared table, as a reader of its cells by column. */
function rowsOf(file: string): ((column: string) => string)[] {
  const [head, ...lines] = readFileSync(new URL(file, shared), 'utf8').trim().replaceAll('"', '').split('\n');
  const columns = head!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return (column) => cells[columns.indexOf(column)]!;
  });
}

const risk = (logHazard: number, t: number, scale: number) => -Math.expm1((-Math.exp(logHazard) * t) / scale);

/** whas500 with the written risks of reference/survival. */
function whas500(): Promise<string> {
  const rows = rowsOf('whas500.csv').map((cell) => {
    const days = Number(cell('lenfol'));
    const one = 0.06 * (Number(cell('age')) - 70) + 0.8 * Number(cell('chf'));
    const two = 0.03 * (Number(cell('hr')) - 85);
    const by = (hazard: number) => [365.5, 730.5].map((t) => risk(hazard, t, 2500));
    return [days, Number(cell('fstat')), ...by(one), ...by(two), 1 - risk(one, days, 2500)];
  });
  return written('days,status,one1,one2,two1,two2,end', rows);
}

/** mgus2: progression, death competing. */
function mgus2(): Promise<string> {
  const rows = rowsOf('mgus2.csv')
    .filter((cell) => cell('hgb') !== 'NA' && cell('hgb') !== '')
    .map((cell) => {
      const progressed = cell('pstat') === '1';
      const [one, two] = [-0.3 * (Number(cell('hgb')) - 13), 0.02 * (Number(cell('age')) - 70)];
      return [
        Number(cell(progressed ? 'ptime' : 'futime')),
        progressed ? 1 : 2 * Number(cell('death')),
        risk(one, 120.5, 2500),
        risk(two, 120.5, 2000),
        risk(one, 120.5, 1200),
        risk(one, 120.5, 700),
        risk(two, 120.5, 713),
      ];
    });
  return written('months,status,one,two,mild,new,old', rows);
}

/** The document of one command. */
async function stats(path: string, words: string): Promise<Found> {
  const [verb, ...rest] = words.split(' ');
  const results: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  statsVerb(program, (run) => async (...args) => {
    const command = args.at(-1) as Command;
    const result = (document: unknown, lines: readonly string[]) => {
      expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
      results.push(document);
    };
    const terminal = { ...openTerminal(true), list: () => {}, say: () => {}, result };
    await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
  });
  await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
  return results[0] as Found;
}

/** The value at a path of a document, such as slope.estimate. */
const at = (document: Found, path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => (found as Found | undefined)?.[key], document);

describe.skipIf(!existsSync(shared))('myocast stats on cohorts', () => {
  let [whas, mgus] = ['', ''];
  beforeAll(async () => {
    [whas, mgus] = await Promise.all([whas500(), mgus2()]);
  });
  const single = '--time days --event status';
  const competing = '--time months --event status --cause 1';

  it('brier has the scores, errors and paired differences of riskRegression, competing events or not', async () => {
    const got = await stats(
      whas,
      `brier ${single} --risk one1,one2 --against two1,two2 --at 365.5,730.5 --bootstrap 10`,
    );
    const { one, differenceSe, differenceP } = brier.whas500;
    for (const [k, place] of [1, 2].entries()) {
      const day = (got['days'] as never as Found[])[k]!;
      expect(day['brier']).toBeCloseTo(one.score[place], 9);
      expect(day['se']).toBeCloseTo(one.se[place], 5);
      expect(day['ipa']).toBeCloseTo(one.ipa[place], 9);
      expect(at(day, 'comparison.difference')).toBeCloseTo(-brier.whas500.difference[place], 9);
      expect(at(day, 'comparison.se')).toBeCloseTo(differenceSe[place], 5);
      expect(at(day, 'comparison.p')).toBeCloseTo(differenceP[place], 4);
    }
    // the trapezoid between two days is their mean
    expect(at(got, 'integrated.brier')).toBeCloseTo((one.score[1] + one.score[2]) / 2, 9);
    expect(at(got, 'bootstrap.difference')).toMatchObject({ resamples: 10, skipped: 0 });
    const other = await stats(mgus, `brier ${competing} --risk one --at 120.5`);
    expect(other['brier']).toBeCloseTo(brier.mgus2.one.score[2], 9);
    expect(other['se']).toBeCloseTo(brier.mgus2.one.se[2], 5);
    expect(other['integrated']).toBeNull();
  });
  it('brier refuses days that are not as many as columns, and what is no probability', async () => {
    await expect(stats(whas, `brier ${single} --risk one1 --at 365,730`)).rejects.toThrow(
      'a column for each of the 2 days',
    );
    await expect(stats(whas, `brier ${single} --risk days --at 365`)).rejects.toThrow('between 0 and 1');
    const short = await written('days,status,risk', [
      [1, 1, 0.5],
      [2, 0, 0.5],
    ]);
    for (const command of ['brier', 'calibration', 'decision-curve', 'reclassification --against risk'])
      await expect(stats(short, `${command} ${single} --risk risk --at 3`)).rejects.toThrow(
        'follow-up to day 3',
      );
  });
  it.each([
    ['whas500', () => whas, `${single} --risk one2 --at 730.5 --survival-at-end end`],
    ['mgus2', () => mgus, `${competing} --risk mild --at 120.5 --groups 5`],
  ])('calibration of %s is that of survfit, geepack and loess', async (name, path, words) => {
    const got = await stats(path(), `calibration ${words}`);
    const { ratio, weak, loess, grouped, dCalibration, hazard } = calibration[name];
    expect(at(got, 'observedOverExpected.ratio')).toBeCloseTo(ratio, 12);
    expect(at(got, 'intercept.estimate')).toBeCloseTo(weak.intercept, 7);
    expect(at(got, 'slope.estimate')).toBeCloseTo(weak.slope, 7);
    expect(at(got, 'slope.se')).toBeCloseTo(weak.slopeSe, 6);
    expect((got['groups'] as never as Found[]).map(({ subjects }) => subjects)).toEqual(grouped.n);
    for (const key of ['ici', 'e50', 'e90', 'eMax'])
      expect(at(got, `curve.${key}`)).toBeCloseTo(loess[key], 6);
    for (const [k, observed] of (got['curve']!['observed'] as never as number[]).entries())
      expect(observed).toBeCloseTo(loess.observed[k], 6);
    if (name === 'mgus2') return;
    expect(at(got, 'dCalibration.chiSquare')).toBeCloseTo(dCalibration.chiSquare, 9);
    expect(at(got, 'hazardCurve.ici')).toBeCloseTo(hazard.ici, 6);
    expect(at(got, 'hazardSlope.estimate')).toBeCloseTo(hazard.slope, 8);
  });
  it('calibration gives the same intervals for the same seed, around the estimates', async () => {
    const words = `calibration ${single} --risk one2 --at 730.5 --bootstrap 20 --seed 3`;
    const [one, two] = [await stats(whas, words), await stats(whas, words)];
    expect(one).toEqual(two);
    const { low, high } = one['bootstrap']!['slope'] as never as { low: number; high: number };
    expect(low).toBeLessThan(calibration.whas500.weak.slope);
    expect(high).toBeGreaterThan(calibration.whas500.weak.slope);
  });
  it('decision-curve has the net benefits of dcurves, several models at once', async () => {
    const thresholds = decision.thresholds.join(',');
    const got = await stats(
      whas,
      `decision-curve ${single} --risk one2,two2 --at 730.5 --thresholds ${thresholds} --bootstrap 10`,
    );
    const benefits = (points: unknown) =>
      (points as { netBenefit: number }[]).map(({ netBenefit }) => netBenefit);
    const models = got['models'] as never as { name: string; points: unknown }[];
    expect(models.map(({ name }) => name)).toEqual(['one2', 'two2']);
    for (const [points, expected] of [
      [got['treatAll'], decision.all],
      [models[0]!.points, decision.models.one.netBenefit],
      [models[1]!.points, decision.models.two.netBenefit],
    ])
      for (const [k, value] of benefits(points).entries()) expect(value).toBeCloseTo(expected[k], 12);
    expect(benefits(got['treatNone'])).toEqual(decision.thresholds.map(() => 0));
  });
  it.each([
    ['whas500', () => whas, `${single} --risk two2 --against one2 --at 730.5`],
    ['mgus2', () => mgus, `${competing} --risk old --against new --at 120.5`],
  ])(
    'reclassification of %s has the written formulas, with tables and intervals',
    async (name, path, words) => {
      const got = await stats(path(), `reclassification ${words} --thresholds 0.2,0.4 --bootstrap 10`);
      const { continuous, categorical, idi, cells } = reclassification[name];
      for (const part of ['events', 'nonEvents', 'total']) {
        expect(at(got, `continuousNri.${part}.estimate`)).toBeCloseTo(continuous[part], 10);
        expect(at(got, `nri.${part}.estimate`)).toBeCloseTo(categorical[part], 10);
        expect(at(got, `idi.${part}.estimate`)).toBeCloseTo(idi[part], 10);
        expect(at(got, `idi.${part}.se`)).toBeGreaterThan(0);
      }
      const table = got['table'] as never as { subjects: number }[][];
      if (cells) expect(table.map((line) => line.map(({ subjects }) => subjects))).toEqual(cells);
      expect(at(got, 'bootstrap.idi')).toMatchObject({ resamples: 10, skipped: 0 });
      expect((await stats(path(), `reclassification ${words}`))['table']).toBeNull();
    },
  );
});
