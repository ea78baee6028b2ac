import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from '../../terminal.ts';
import { statsVerb } from './index.ts';

describe('myocast stats --plot', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'myocast-plot-'));
    const random = new Random('plot');
    const rows = Array.from({ length: 80 }, (_, row) => {
      const risk = random.uniform(0.05, 0.9);
      const days = Math.ceil(random.exponential(-Math.log1p(-risk) / 100));
      const event = days < 150 ? 1 + Number(random.chance(0.2)) : 0;
      return [
        Math.min(days, 150 + (row % 7)),
        event,
        risk,
        random.uniform(0.1, 0.8),
        row % 2 ? 'a<b' : 'c&d',
      ];
    });
    const lines = [['seen [days]', 'event', 'risk', '"<svg onload=x>"', 'arm'], ...rows];
    await writeFile(join(folder, 'a.csv'), `${lines.map((line) => line.join(',')).join('\n')}\n`);
  });

  async function plotted(...words: string[]): Promise<{ svg: string; document: Record<string, unknown> }> {
    const file = join(folder, `${words[0]}.svg`);
    const results: Record<string, unknown>[] = [];
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    statsVerb(program, (run) => async (...args) => {
      const options = (args.at(-1) as Command).optsWithGlobals();
      const terminal = {
        ...openTerminal(true),
        list: () => {},
        say: () => {},
        result: (document: unknown) => results.push(document as Record<string, unknown>),
      };
      await run(options as never, terminal as never, [args[0] as string]);
    });
    const common = [
      join(folder, 'a.csv'),
      '--time',
      'seen',
      '--event',
      'event',
      '--cause',
      '1',
      '--plot',
      file,
    ];
    await program.parseAsync(['stats', words[0]!, ...common, ...words.slice(1)], { from: 'user' });
    return { svg: await readFile(file, 'utf8'), document: results[0]! };
  }
  const risk = ['--risk', 'risk', '--at', '100'];

  it.each([
    ['km', ['Survival (%)', 'seen (days)', 'Number at risk'], []],
    [
      'cif',
      ['Cumulative incidence (%)', 'Months', 'Number at risk'],
      ['--plot-time', 'Months', '--plot-scale', '30'],
    ],
    [
      'cox',
      ['arm a&lt;b', 'arm c&amp;d', 'Survival at the means (%)'],
      ['--covariates', 'risk', '--strata', 'arm'],
    ],
    ['roc', ['Sensitivity (%)', 'AUC 0.'], risk],
    ['auc', ['seen (days)', 'My title'], ['--risk', 'risk', '--at', '50,100', '--plot-title', 'My title']],
    ['calibration', ['Observed risk (%)', 'Predicted risk by day 100 (%)'], [...risk, '--groups', '4']],
    [
      'decision-curve',
      ['Treat all', '&lt;svg onload=x&gt;'],
      ['--risk', 'risk,<svg onload=x>', '--at', '100'],
    ],
  ])('%s draws its curve', async (verb, wanted, words) => {
    const { svg } = await plotted(verb, ...words);
    for (const text of wanted) expect(svg).toContain(`>${text}`);
    expect(svg).not.toMatch(/NaN|undefined|<svg onload/);
  });
  it('km has the numbers at risk of its own document', async () => {
    const { svg, document } = await plotted('km');
    const [days, atRisk] = [document['days'] as number[], document['atRisk'] as number[]];
    const ticks = [...svg.matchAll(/tick label".*?<\/g>/g)][0]![0].matchAll(/>(\d+)<\/text>/g);
    const expected = [...ticks].map(([, tick]) => atRisk[days.findIndex((day) => day >= Number(tick))] ?? 0);
    const cells = svg.slice(svg.indexOf('Number at risk')).matchAll(/>(\d+)<\/text>/g);
    expect(expected.length).toBeGreaterThan(3);
    expect([...cells].map(([, cell]) => Number(cell))).toEqual(expected);
  });
  it('takes no other name than one of an SVG file', async () => {
    await expect(plotted('km', '--plot', 'a.png')).rejects.toThrow('ends in .svg');
    await expect(plotted('km', '--plot-scale', '0')).rejects.toThrow('above 0');
  });
});
