import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/survival/discrimination.json', import.meta.url), 'utf8'),
);
const source = new URL('../../../../../../shared/data/survival/whas500.csv', import.meta.url);

interface Found {
  readonly [key: string]: Found | undefined;
}

/** whas500 with the columns of reference/survival/discrimination.R. */
async function whas500(): Promise<string> {
  const [head, ...lines] = readFileSync(source, 'utf8').trim().split('\n');
  const names = head!.split(',');
  const rows = lines.map((line, at) => {
    const cells = line.split(',').map(Number);
    const of = (name: string) => cells[names.indexOf(name)]!;
    const [event, untied] = [of('fstat'), of('lenfol') + (at + 1) / 1000];
    return [
      of('lenfol'),
      untied,
      event,
      event === 1 && of('afb') === 1 ? 2 : event,
      Math.min(of('los'), of('lenfol') - 0.5),
      of('gender'),
      1 + (at % 3),
      of('age') + 10 * of('chf') + 5 * of('sho'),
      20 * of('chf') + of('hr') / 5,
      (of('age') - 70) * 0.07 + 0.8 * of('chf'),
    ].join(',');
  });
  const path = join(await mkdtemp(join(tmpdir(), 'myocast-discrimination-')), 'a.csv');
  await writeFile(path, ['days,untied,fstat,cause,entry,gender,w,first,second,hazard', ...rows].join('\n'));
  return path;
}

describe.skipIf(!existsSync(source))('myocast stats on whas500', () => {
  let path = '';
  beforeAll(async () => {
    path = await whas500();
  });

  /** The document of one command. */
  async function stats(words: string): Promise<Found> {
    const [verb, ...rest] = words.split(' ');
    const results: unknown[] = [];
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    statsVerb(program, (run) => async (...args) => {
      const command = args.at(-1) as Command;
      const result = (document: unknown) => results.push(document);
      const terminal = { ...openTerminal(true), list: () => {}, say: () => {}, result };
      await run(command.optsWithGlobals() as never, terminal as never, [args[0] as string]);
    });
    await program.parseAsync(['stats', verb!, path, ...rest], { from: 'user' });
    return results[0] as Found;
  }
  const tied = '--time days --event fstat';
  const competing = '--time untied --event cause --cause 1';

  it("concordance has R's index and error with entry, strata and weights, and pec's", async () => {
    const got = await stats(
      `concordance ${tied} --risk first --entry entry --strata gender --weights w --bootstrap 20`,
    );
    expect(got['harrell']).toBeCloseTo(golden.whas500.all.index, 12);
    expect(got['se']).toBeCloseTo(golden.whas500.all.standardError, 12);
    expect(got['uno']).toBeNull();
    const wolbers = await stats(
      `concordance ${competing} --risk first --competing event-free --bootstrap 50`,
    );
    expect(wolbers['harrell']).toBeCloseTo(golden.pec.harrell, 12);
    expect(wolbers['uno']).toBeCloseTo(golden.pec.uno, 12);
    expect(wolbers['bootstrap']?.['uno']).toMatchObject({ resamples: 50, skipped: 0 });
    await expect(
      stats(`concordance ${competing} --risk first --entry entry --competing event-free`),
    ).rejects.toThrow('no meaning with --entry');
  });
  it("auc has riskRegression's areas, and risksetROC's integral", async () => {
    const got = await stats(`auc ${competing} --risk first --at 500,1000 --bootstrap 10`);
    const areas = (got['auc'] as never as { auc: number }[]).map(({ auc }) => auc);
    expect(areas[0]).toBeCloseTo(golden.riskRegression.competing.area[0], 12);
    expect(areas[1]).toBeCloseTo(golden.riskRegression.competing.area[1], 12);
    const incident = await stats(`auc ${tied} --risk hazard --at 10 --type incident-dynamic --tau 1500`);
    expect(incident['integrated']).toBeCloseTo(golden.incident.integratedTo1500, 12);
  });
  it("compare has R's difference of concordances and the jackknife's of AUCs", async () => {
    const got = await stats(`compare ${tied} --risk first --versus second`);
    expect(got['harrell']?.['difference']).toBeCloseTo(golden.whas500.comparison.difference, 12);
    expect(got['harrell']?.['se']).toBeCloseTo(golden.whas500.comparison.standardError, 12);
    const auc = await stats(
      'compare --time untied --event fstat --risk first --versus second --at 1000 --bootstrap 50',
    );
    expect(auc['auc']?.[0]?.['se']).toBeCloseTo(golden.untied.aucComparison.standardError, 7);
    expect(auc['bootstrap']?.['auc 1000']).toMatchObject({ skipped: 0 });
  });
  it("roc has pROC's area and OptimalCutpoints' cut-point, and timeROC's values at a day", async () => {
    const got = await stats(`roc ${tied} --risk first`);
    expect(got['auc']).toBeCloseTo(golden.binary.area, 12);
    const { threshold, sensitivity } = golden.binary.optimal.Youden;
    expect(got['cutPoint']?.['threshold']).toBe(threshold);
    expect(got['cutPoint']?.['sensitivity']).toBeCloseTo(sensitivity, 12);
    const at = await stats(`roc ${competing} --risk first --at 1000 --threshold 75 --controls event-free`);
    expect(at['accuracy']?.['specificity']?.['share']).toBeCloseTo(
      golden.untied.accuracy.eventFree.specificity.value,
      11,
    );
  });
});
