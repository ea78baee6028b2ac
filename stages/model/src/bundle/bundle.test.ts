import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@myocast/autodiff';
import { contentHash, Random } from '@myocast/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBundle, readBundleCard, writeBundle } from '../bundle.ts';
import { runMember } from '../member-logits.ts';
import { forecast } from '../native-forecast.ts';
import { planted } from '../planted.fixture.ts';
import { predictorDefinitions } from '../predictor-definitions.ts';
import type { ModelCard } from '../records.ts';
import { trainForecast, type TrainedForecast } from '../train.ts';
import { type CardFacts, decodeBundle, encodeBundle } from './bundle-bytes.ts';
import { packEntries, unpackEntries } from './container.ts';
import type { TestVector } from './schemas.ts';

const { table, outcome } = planted(180, 'corner', new Random(6));
const rows = [...Array(140).keys()];
const riskGroups = { horizonDays: 730, thresholds: [0.1, 0.2], names: ['low', 'intermediate', 'high'] };
const train = (seed = 11) =>
  trainForecast({
    table,
    outcome,
    rows,
    riskGroups,
    config: { members: 2, epochs: 6, keepEvery: 3 },
    random: new Random(seed),
  });
const trained = train();
const factsOf = ({ plan }: TrainedForecast): CardFacts => ({
  name: 'planted',
  softwareVersion: '0.1.0',
  commit: null,
  seed: 11,
  dataSet: 'none',
  study: null,
  predictors: predictorDefinitions(plan, table.columns, []),
  faithfulness: null,
  patients: null,
  trainedOn: 'virtual patients',
  intendedUse: 'test',
});
const encoded = trained.then(async (model) => encodeBundle(runMember, model, factsOf(model)));
const folder = mkdtemp(join(tmpdir(), 'myocast-bundle-'));

const decode = (bytes: Uint8Array) => decodeBundle(runMember, bytes, 'm');
const json = <Value>(bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Value;
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The bundle with entries changed by someone who also writes the card and the archive anew. */
async function forged(
  change: (entries: Map<string, Uint8Array>, card: ModelCard) => void,
): Promise<Uint8Array> {
  const read = unpackEntries((await encoded).bytes, 'm');
  if (!read.ok) throw new Error(read.issues[0]!.message);
  const entries = new Map(read.value);
  const card = json<ModelCard>(entries.get('card.json')!);
  change(entries, card);
  const contents = [...entries].filter(([name]) => name !== 'card.json');
  const files = Object.fromEntries(contents.map(([name, bytes]) => [name, contentHash(bytes)]));
  return packEntries(new Map([['card.json', bytesOf({ ...card, files })], ...contents]));
}

/** One entry of JSON, changed. */
const changed = <Value>(name: string, change: (value: Value) => unknown) =>
  forged((entries) => entries.set(name, bytesOf(change(json<Value>(entries.get(name)!)))));

describe('a bundle', () => {
  it('forecasts as the model in memory does, to the last bit', async () => {
    const path = join(await folder, 'model.myocast');
    await writeBundle(await trained, path, factsOf(await trained));
    const read = await readBundle(path);
    if (!read.ok) throw new Error(read.issues[0]!.message);
    const later = Array.from({ length: 40 }, (_, index) => 140 + index);
    expect(await forecast(read.value, table, later)).toEqual(await forecast(await trained, table, later));
    expect(read.value.population!.leaveOneOut).toHaveLength(140);
    expect(await readBundleCard(path)).toEqual({ ok: true, value: read.value.card, issues: [] });
  });

  it('holds no patient: the card says so, and names the file of the patients that stays behind', async () => {
    const model = await trained;
    const patients = { subjects: 140, sha256: 'a'.repeat(64) };
    const read = await decode((await encodeBundle(runMember, model, { ...factsOf(model), patients })).bytes);
    if (!read.ok) throw new Error(read.issues[0]!.message);
    expect(read.value.card.patients).toEqual(patients);
    expect(read.value.card.holds).toMatch(
      /^no row of a patient; .* 140 training patients .* stays in the study/,
    );
    const trees = model.trees.map((_, index) => `trees-${index + 1}.json`);
    expect(Object.keys(read.value.card.files).sort()).toEqual([
      'forecast.json',
      'member-1.onnx',
      'member-2.onnx',
      'population.json',
      'test-vectors.json',
      ...trees,
    ]);
    // Of the population nothing is as long as the training rows but distances in ascending order, which no row's place tells.
    const { leaveOneOut, ...rest } = read.value.population!;
    expect(leaveOneOut).toEqual(leaveOneOut.toSorted((a, b) => a - b));
    for (const value of Object.values(rest)) expect([value].flat().length).not.toBe(140);
  });

  it('keeps how faithful its explanations are; one written before that was measured says that it was not', async () => {
    const curve = {
      explained: 0.03,
      random: 0.02,
      difference: 0.01,
      low: null,
      high: null,
      pValue: 0.1,
      better: 7,
    };
    const faithfulness = {
      heldOut: false,
      horizonDays: 730,
      subjects: 24,
      leftOut: 0,
      randomOrders: 5,
      deletion: curve,
      insertion: { ...curve, low: -0.01, high: 0.02 },
    };
    const model = await trained;
    const measured = await encodeBundle(runMember, model, { ...factsOf(model), faithfulness });
    const read = await decode(measured.bytes);
    expect(read.ok && read.value.card.faithfulness).toEqual(faithfulness);
    const older = await decode(
      await forged((_, card) => delete (card as { faithfulness?: unknown }).faithfulness),
    );
    expect(older.ok && older.value.card.faithfulness).toBeNull();
    const wrong = await decode(
      await forged((_, card) => Object.assign(card, { faithfulness: { ...faithfulness, subjects: -1 } })),
    );
    expect(wrong.ok).toBe(false);
  });

  it('has a card with every column and its unit, every sequence, what the data afford, and every entry', async () => {
    const { card } = await encoded;
    const { plan } = await trained;
    expect(card.predictors.map(({ column }) => column)).toEqual(plan.scaler.columns.map(({ name }) => name));
    expect(card.sequences).toEqual([{ kind: 'lge-sax', encoder: 'planted' }]);
    expect(card).toMatchObject({ subjects: 140, outcome: { horizonDays: plan.intervalEnds.at(-1) } });
    expect(Object.keys(card.files)).toEqual([
      'forecast.json',
      'member-1.onnx',
      'member-2.onnx',
      'trees-1.json',
      'trees-2.json',
      'population.json',
      'test-vectors.json',
    ]);
    expect(card.development.treesWeight).toBe(plan.voice.weight);
    expect(plan.voice.weight).toBeGreaterThan(0.2);
    // riley2019, of e events a subject: the highest R² is 1 - exp(2 (e ln e - e)), and p = n (S - 1) ln(1 - R²/S).
    const e = card.events['mace']! / 140;
    const highest = 1 - Math.exp(2 * (e * Math.log(e) - e));
    const r2 = 0.15 * highest;
    const least = [0.9, r2 / (r2 + 0.05 * highest)].map((s) => 140 * (s - 1) * Math.log(1 - r2 / s));
    expect(card.development.affordableParameters).toBeCloseTo(Math.min(...least), 9);
    expect(card.development.columns).toBe(16);
  });

  it('has the same bytes for the same model, and other ones for another seed', async () => {
    const [again, other] = [await train(), await train(12)];
    const { bytes } = await encoded;
    expect((await encodeBundle(runMember, again, factsOf(again))).bytes).toEqual(bytes);
    expect((await encodeBundle(runMember, other, factsOf(other))).bytes).not.toEqual(bytes);
  });

  it('holds test vectors that are nobody, of everything, of nothing and of parts', async () => {
    const read = unpackEntries((await encoded).bytes, 'm');
    if (!read.ok) throw new Error('expected entries');
    const { vectors } = json<{ vectors: TestVector[] }>(read.value.get('test-vectors.json')!);
    const observed = vectors.map(({ columns }) => columns.filter((cell) => cell !== null).length);
    const withSlices = vectors.map(({ slices }) => slices.length);
    expect(vectors).toHaveLength(12);
    expect([observed.slice(0, 4), withSlices.slice(0, 4)]).toEqual([
      [16, 0, 16, 0],
      [1, 0, 0, 1],
    ]);
    expect(new Set(withSlices.slice(4))).toEqual(new Set([0, 1]));
    expect(observed.slice(4).some((count) => count > 8 && count < 16)).toBe(true);
    const cells = new Set(table.values);
    expect(
      vectors.flatMap(({ columns }) => columns).filter((cell) => cell !== null && cells.has(cell)),
    ).toEqual([]);
    const risks = vectors.map(({ composite }) => composite.risk.at(-1)!);
    expect(Math.max(...risks) - Math.min(...risks)).toBeGreaterThan(0.1);
  });
});

describe('a forged bundle, whose hashes fit,', () => {
  const issueOf = async (bytes: Uint8Array | Promise<Uint8Array>) => {
    const read = await decode(await bytes);
    expect(read.issues).toHaveLength(1);
    expect(read.ok).toBe(false);
    return `${read.issues[0]!.path}: ${read.issues[0]!.message}`;
  };

  it('is read when nothing is changed', async () => {
    expect((await decode(await forged(() => {}))).ok).toBe(true);
  });

  it('is refused where its forecasts are not those of the test vectors', async () => {
    type Plan = { calibration: { slope: number }; posterior: { slopes: number[] } };
    const differs = /^m test-vectors\.json: expected the forecasts .*, found a difference of \d/;
    const slope = changed<Plan>('forecast.json', (plan) => ({
      ...plan,
      calibration: { ...plan.calibration, slope: plan.calibration.slope + 0.001 },
    }));
    expect(await issueOf(slope)).toMatch(differs);
    const swapped = forged((entries) => entries.set('member-1.onnx', entries.get('member-2.onnx')!));
    expect(await issueOf(swapped)).toMatch(differs);
    const vector = (change: number) =>
      changed<{ vectors: TestVector[] }>('test-vectors.json', ({ vectors }) => {
        vectors[5]!.composite.risk[3]! += change;
        return { vectors };
      });
    expect(await issueOf(vector(2e-5))).toMatch(differs);
    expect((await decode(await vector(5e-6))).ok).toBe(true);
    const shorter = changed<{ vectors: TestVector[] }>('test-vectors.json', ({ vectors }) => {
      vectors[5]!.incidence.pop();
      return { vectors };
    });
    expect(await issueOf(shorter)).toMatch(/found other curves$/);
    const noSlopes = changed<Plan>('forecast.json', (plan) => ({
      ...plan,
      posterior: { slopes: [1], covariance: [1] },
    }));
    expect(await issueOf(noSlopes)).toMatch(/^m test-vectors\.json: /);
  });

  it('is refused with networks that are not those of a forecast', async () => {
    const text = forged((entries) => entries.set('member-1.onnx', new TextEncoder().encode('not a network')));
    expect(await issueOf(text)).toMatch(/^m member-1\.onnx: expected a network of the forecast, found: /);
    const foreign = exportOnnx({ outputs: {}, parameters: {} });
    const other = forged((entries) => entries.set('member-1.onnx', foreign));
    expect(await issueOf(other)).toMatch(
      /^m (member-1\.onnx|test-vectors\.json): expected a (network|model)/,
    );
    const extra = forged((entries) => entries.set('member-3.onnx', entries.get('member-2.onnx')!));
    expect(await issueOf(extra)).toMatch(/^m forecast\.json: expected the members .*member-3\.onnx, found/);
    const fewer = forged((entries) => entries.delete('member-2.onnx'));
    expect(await issueOf(fewer)).toMatch(/^m forecast\.json: expected the members member-1\.onnx, found/);
  });

  it('is refused with trees that are not those of the forecast', async () => {
    type Trees = { columns: number; column: number[]; share: number[]; next: number[] };
    const tree = (change: (trees: Trees) => unknown) =>
      changed<Trees>('trees-1.json', (trees) => {
        change(trees);
        return trees;
      });
    expect(await issueOf(tree(({ share }) => share.fill(0.3)))).toMatch(
      /^m test-vectors\.json: expected the forecasts .*, found a difference of \d/,
    );
    const swapped = forged((entries) => entries.set('trees-1.json', entries.get('trees-2.json')!));
    expect(await issueOf(swapped)).toMatch(/^m test-vectors\.json: expected the forecasts/);
    expect(await issueOf(tree(({ next }) => (next[0] = 0)))).toMatch(
      /^m trees-1\.json: expected myocast score trees 1, found: node 0 that leads nowhere$/,
    );
    expect(await issueOf(tree((trees) => (trees.columns = 17)))).toBe(
      'm trees-1.json: expected trees of 16 columns, found 17',
    );
    const extra = forged((entries) => entries.set('trees-3.json', entries.get('trees-2.json')!));
    expect(await issueOf(extra)).toMatch(/^m forecast\.json: expected the trees .*trees-3\.json, found/);
    const fewer = forged((entries) => entries.delete('trees-2.json'));
    expect(await issueOf(fewer)).toMatch(/^m forecast\.json: expected the trees trees-1\.json, found/);
    const unheard = changed<object>('forecast.json', (plan) => ({ ...plan, voice: { weight: 0, mean: 0 } }));
    expect(await issueOf(unheard)).toBe(
      'm forecast.json: expected 0 sets of trees with a weight of 0, found 2',
    );
  });

  it('is refused with entries that are absent or of another shape', async () => {
    for (const name of ['forecast.json', 'population.json', 'test-vectors.json']) {
      expect(await issueOf(forged((entries) => entries.delete(name)))).toMatch(
        new RegExp(`^m ${name}: .*none$`),
      );
      for (const content of ['', 'null0', '{"a":', '7', '[]', '{"vectors":[]}', '\u{fffd}'.repeat(3)]) {
        const read = forged((entries) => entries.set(name, new TextEncoder().encode(content)));
        expect(await issueOf(read)).toMatch(new RegExp(`^m ${name}: `));
      }
    }
    const old = changed<object>('forecast.json', (plan) => ({ ...plan, format: 'myocast-forecast 1' }));
    expect(await issueOf(old)).toMatch(/^m forecast\.json: format: /);
    const threads = changed<{ config: object }>('forecast.json', (plan) => ({
      ...plan,
      config: { ...plan.config, threads: 1e9 },
    }));
    expect(await issueOf(threads)).toMatch(/^m forecast\.json: config\.threads: /);
  });

  it('is refused with a card that speaks to the terminal, or of another model', async () => {
    const named = (name: unknown) =>
      forged((_, card) => {
        (card as { name: unknown }).name = name;
      });
    expect(await issueOf(named('\u001b[2J'))).toMatch(/^m card\.json: name: expected plain text$/);
    expect(await issueOf(named(7))).toMatch(/^m card\.json: name: /);
  });

  it('is refused where an entry is not the one that the card names', async () => {
    const read = unpackEntries((await encoded).bytes, 'm');
    if (!read.ok) throw new Error('expected entries');
    const without = new Map(read.value);
    without.delete('population.json');
    expect(await issueOf(packEntries(without))).toBe(
      'm population.json: expected an entry that the card names, found none',
    );
    const more = new Map([...read.value, ['member-9.onnx', Uint8Array.of(1)] as const]);
    expect(await issueOf(packEntries(more))).toMatch(
      /^m member-9\.onnx: expected an entry that the card names/,
    );
    const other = new Map([...read.value, ['population.json', bytesOf(null)] as const]);
    expect(await issueOf(packEntries(other))).toMatch(
      /^m population\.json: expected the content of hash [0-9a-f]{64}/,
    );
  });

  it('never throws: bits flipped, cut off, or JSON changed anywhere', async () => {
    const { bytes } = await encoded;
    const change = fc.record({ at: fc.nat(bytes.length - 1), bit: fc.nat(7), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, bit, cut }) => {
        const copy = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) copy[at]! ^= 1 << bit;
        expect(await issueOf(copy)).toMatch(/^m.*: expected/);
      }),
      { numRuns: 60 },
    );
    const members: Promise<Uint8Array>[] = [];
    const random = new Random(3);
    for (let turn = 0; turn < 12; turn++)
      members.push(
        forged((entries) => {
          const name = random.choice(['forecast.json', 'member-1.onnx', 'trees-1.json']);
          const content = entries.get(name)!.slice();
          content[random.integer(content.length)]! ^= 1 << random.integer(8);
          entries.set(name, content);
        }),
      );
    for (const member of await Promise.all(members)) {
      const read = await decode(member);
      // A bit that no forecast depends on, such as in a name or a last digit, may change.
      if (!read.ok) expect(read.issues).toHaveLength(1);
    }
  });
});

describe('a path that is no bundle', () => {
  it('is refused: nothing there, a folder, an empty file, a text', async () => {
    const parent = await folder;
    const at = async (path: string) => {
      const read = await readBundle(path);
      expect(await readBundleCard(path)).toEqual(read);
      return read.issues.map(({ kind, message }) => `${kind} ${message}`);
    };
    await writeFile(join(parent, 'empty'), '');
    await writeFile(join(parent, 'text'), 'words');
    expect(await at(join(parent, 'nowhere'))).toEqual([
      'not-readable expected a model bundle (.myocast), found no such file',
    ]);
    expect(await at(parent)).toEqual(['not-readable expected a model bundle (.myocast), found a folder']);
    expect(await at(join(parent, 'empty'))).toEqual(['not-readable expected a model bundle, found nothing']);
    expect(await at(join(parent, 'text'))).toEqual([
      'not-readable expected a model bundle, found a file that begins with 77 6f 72 64',
    ]);
    expect((await readFile(join(parent, 'text'), 'utf8')).length).toBe(5);
  });
});
