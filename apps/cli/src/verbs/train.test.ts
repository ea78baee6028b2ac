import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash, Random } from '@myocast/base';
import { type ModelCard, readBundle } from '@myocast/model';
import { expect, it } from 'vitest';
import { shareNumber } from '../share-number.ts';
import { runVerb } from './run-verb.fixture.ts';
import { trainVerb } from './train.ts';

it('writes a bundle that says how faithful its explanations are, and beside it the patients that stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-train-'));
  const random = new Random('train');
  const rows = Array.from({ length: 70 }, (_, n) => {
    const [age, lab] = [random.normal(60, 10), random.normal()];
    const days = Math.min(random.exponential(1e-3 * Math.exp(0.1 * (age - 60))), 900);
    return [`Miller-${n}`, age.toFixed(1), lab.toFixed(2), days.toFixed(0), days < 900 ? 1 : 0].join(',');
  });
  const table = join(folder, 't.csv');
  await writeFile(table, ['id,age,lab,days,death', ...rows].join('\n'));
  const out = join(folder, 'm.myocast');
  const words = ['--table', table, '--time', 'days', '--event', 'death', '--id', 'id', '--out', out];
  const { document, lines } = await runVerb(trainVerb, 'train', ...words, '--centre-balance', '0.5');
  const { card } = document as { card: ModelCard };
  expect(card.faithfulness).toMatchObject({ heldOut: false, horizonDays: 730, subjects: 24, leftOut: 0 });
  const text = lines.join('\n');
  expect(text).toMatch(/deletion: .* difference .* of 24 subjects\n +insertion: /);
  expect(text).toContain('(of the risk at 730 d, 24 subjects that the model was trained on)');
  expect(text).toContain('centre balance 0.5: a centre of m patients counted as m^0.5');
  const patients = await readFile(join(folder, 'm.patients.json'));
  expect(card.patients).toEqual({ subjects: 70, sha256: contentHash(new Uint8Array(patients)) });
  const bundle = await readFile(out);
  for (const name of ['Miller', ...rows.map((row) => row.split(',').slice(1, 3).join(','))])
    expect(bundle.includes(name)).toBe(false);
  const read = await readBundle(out);
  expect(read.ok && read.value.card).toEqual(card);
  expect(read.ok && read.value.plan.config.centreBalance).toBe(0.5);
}, 120_000);

it('takes a balance from 0 to 1 and nothing else', () => {
  expect(['0', '1', '0.5', '.25'].map(shareNumber)).toEqual([0, 1, 0.5, 0.25]);
  for (const text of ['', '-0.1', '1.01', 'half', '1e-1', 'NaN'])
    expect(() => shareNumber(text)).toThrow('from 0 to 1');
});

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
