import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import type { ModelCard } from '@myocast/model';
import { expect, it } from 'vitest';
import { runVerb } from './run-verb.fixture.ts';
import { trainVerb } from './train.ts';

it('gives the same bytes for the same seed, with the time beside them, and says that the patients are virtual', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-train-'));
  const random = new Random('train');
  const rows = Array.from({ length: 60 }, () => {
    const x = random.normal();
    const days = Math.min(random.exponential(2e-3 * Math.exp(x)), 800);
    return `${x.toFixed(2)},${Math.ceil(days)},${days < 800 ? 1 : 0},virtual`;
  });
  await writeFile(join(folder, 't.csv'), ['x,days,death,data_origin', ...rows].join('\n'));
  const train = async (name: string) => {
    const out = join(folder, `${name}.myocast`);
    const { document, lines } = await runVerb(
      trainVerb,
      'train',
      '--table',
      join(folder, 't.csv'),
      '--time',
      'days',
      '--event',
      'death',
      '--out',
      out,
    );
    return { card: (document as { card: ModelCard }).card, lines, bytes: await readFile(out) };
  };
  const [one, two] = [await train('one'), await train('two')];
  expect(one.bytes.equals(two.bytes)).toBe(true);
  expect(one.card.trainedOn).toBe('virtual patients');
  expect(one.card.predictors.map(({ column }) => column)).toEqual(['x']);
  expect(one.lines[0]).toContain('60 subjects (virtual patients)');
  expect(one.card.interval).toContain('standard deviation 0.75 of the logit');
  expect(one.lines.join('\n')).toContain(one.card.development.verdict);
  const log = JSON.parse(await readFile(join(folder, 'one.log.json'), 'utf8')) as { written: string };
  expect(Number.isFinite(Date.parse(log.written))).toBe(true);
}, 60_000);
