import { contentHash, Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { personPeriods } from '../discrete-hazards.ts';
import { planted } from '../planted.fixture.ts';
import { effectScores, scoresOf } from '../effect-scores.ts';
import { fitScaler } from '../scaler.ts';
import { tokensOf } from '../tokens.ts';
import { fitWide, type WideData } from '../wide-path.ts';
import { federatedFit, type SiteConnection } from './coordinator.ts';
import type { FederatedPlan, FederatedReply, FederatedRequest } from './messages.ts';
import { openSite, type Site } from './site.ts';

const n = 800;
const base = planted(n, 'columns', new Random(5));
const p = base.table.columns.length;

/** The planted table with a skewed, a binary and a named column, so that logarithms and published effects take part. */
const table = {
  ...base.table,
  columns: base.table.columns.map((column, j) => ({
    ...column,
    name: ['age', 'lab1', 'flag'][j] ?? column.name,
    kind: j === 2 ? ('binary' as const) : column.kind,
  })),
  values: base.table.values.map((value, cell) => {
    if (!base.table.observed[cell]) return 0;
    if (cell % p === 1) return Math.exp(2 * value);
    return cell % p === 2 ? Number(value > 0.5) : value;
  }),
};
const outcome = {
  ...base.outcome,
  causes: ['cardiovascular-death', 'other death'],
  compositeCauses: ['cardiovascular-death'],
};
const plan: FederatedPlan = {
  study: 'planted',
  columns: table.columns.map(({ name, source, kind }) => ({ name, source, kind })),
  intervalEnds: [300, 700, 1500],
  causes: [...outcome.causes],
  compositeCauses: [...outcome.compositeCauses],
  published: true,
};
const rowsOf = (centre: string) => [...Array(n).keys()].filter((row) => table.centres[row] === centre);
const open = (centre: string, rows = rowsOf(centre)) =>
  openSite({ site: centre, plan, table, outcome, rows, clock: () => '2026-01-01T00:00:00.000Z' });

/** As over a wire: text in both directions. */
const connect = (site: string, { answer }: Pick<Site, 'answer'>): SiteConnection => ({
  site,
  ask: async (request) => JSON.parse(JSON.stringify(answer(JSON.parse(JSON.stringify(request))))) as unknown,
});
const centres = ['c0', 'c1', 'c2', 'c3'];
const penalty = 20;

function pooled(rows: readonly number[]) {
  const scaler = fitScaler(
    { ...table, segments: [], slices: table.slices.map(() => []) },
    rows,
    { bands: 1, components: 1, contrasts: 0 },
    new Random(1),
  );
  const { columns } = tokensOf(scaler, table, rows);
  const known = effectScores(scaler.columns, outcome.causes);
  const data: WideData = {
    columns,
    p: scaler.columns.length,
    scores: scoresOf(known, columns, rows.length, scaler.columns.length),
    g: known.weights.length,
    periods: personPeriods(outcome, rows, plan.intervalEnds),
    intervals: 3,
    outcome,
  };
  return { scaler, g: data.g, wide: fitWide(data, [...rows.keys()], penalty) };
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, j) => Math.max(most, Math.abs(value - b[j]!)), 0);
};

describe('the federated fit', () => {
  it('of four centres is the pooled one', async () => {
    const fit = await federatedFit(
      plan,
      centres.map((centre) => connect(centre, open(centre))),
      penalty,
    );
    if (!fit.ok) throw new Error(fit.issues[0]!.message);
    const { scaler, g, wide } = pooled([...Array(n).keys()]);
    expect(g).toBe(1);
    expect(scaler.columns.some(({ log }) => log)).toBe(true);
    for (const [j, scale] of fit.value.scales.entries()) {
      expect({ ...scale, mean: 0, sd: 0 }).toEqual({ ...scaler.columns[j]!, mean: 0, sd: 0 });
      expect(Math.abs(scale.mean - scaler.columns[j]!.mean)).toBeLessThan(1e-12);
      expect(Math.abs(scale.sd - scaler.columns[j]!.sd)).toBeLessThan(1e-12);
    }
    expect(furthest(fit.value.wide.intercepts, wide.intercepts)).toBeLessThan(1e-8);
    expect(furthest(fit.value.wide.scoreWeights, wide.scoreWeights)).toBeLessThan(1e-8);
    expect(furthest(fit.value.wide.slopes, wide.slopes)).toBeLessThan(1e-8);
    expect(Math.max(...wide.slopes)).toBeGreaterThan(0.1);
    expect(fit.value).toMatchObject({ subjects: n, sites: centres });
    expect(fit.value.rounds).toBeLessThan(15);
  });

  it('does not depend on the order of the sites beyond rounding, and of other centres is another fit', async () => {
    const of = async (names: readonly string[]) => {
      const fit = await federatedFit(
        plan,
        names.map((centre) => connect(centre, open(centre))),
        penalty,
      );
      if (!fit.ok) throw new Error(fit.issues[0]!.message);
      return fit.value.wide.slopes;
    };
    const all = await of(centres);
    expect(furthest(await of(centres.toReversed()), all)).toBeLessThan(1e-10);
    expect(furthest(await of(['c0', 'c1', 'c2']), all)).toBeGreaterThan(1e-3);
  });

  it('is none where a site refuses, fails or answers otherwise than asked, and names it', async () => {
    const good = centres.slice(1).map((centre) => connect(centre, open(centre)));
    const answers: readonly [ask: SiteConnection['ask'], found: string][] = [
      [async () => Promise.reject(new Error('no route')), 'no route'],
      [
        async () => ({ format: 'myocast-federated 1', site: 'c0', reply: 'sums', columns: [] }),
        'expected 16 entries of columns, found 0',
      ],
      [async () => 'hello', 'Invalid input'],
      [async (request) => ({ ...open('c1').answer(request) }), 'found sums of c1'],
      [async (request) => open('c0', rowsOf('c0').slice(0, 30)).answer(request), 'at least 50 subjects'],
    ];
    for (const [ask, found] of answers) {
      const fit = await federatedFit(plan, [{ site: 'c0', ask }, ...good], penalty);
      expect(fit.ok).toBe(false);
      expect(fit.issues).toHaveLength(1);
      expect(fit.issues[0]!.path).toMatch(/^site c0/);
      expect(fit.issues[0]!.message).toContain(found);
    }
  });

  it('does not take statistics that cannot be', async () => {
    const spoil = (
      change: (reply: Extract<FederatedReply, { reply: 'statistics' }>) => object,
    ): SiteConnection => {
      const site = open('c0');
      const ask = async (request: FederatedRequest) => {
        const reply = site.answer(request);
        return reply.reply === 'statistics' ? { ...reply, ...change(reply) } : reply;
      };
      return { site: 'c0', ask };
    };
    const other = connect('c1', open('c1'));
    const changes: readonly [Parameters<typeof spoil>[0], string][] = [
      [({ information }) => ({ information: information.map((value) => -value) }), 'no negative value'],
      [({ gradient }) => ({ gradient: gradient.slice(1) }), 'expected 20 entries of gradient, found 19'],
      [() => ({ logLikelihood: Number.NaN }), 'expected number'],
      [() => ({ rows: [1, 2, 3] }), 'Unrecognized key'],
    ];
    for (const [change, found] of changes) {
      const fit = await federatedFit(plan, [spoil(change), other], penalty);
      expect(fit.ok).toBe(false);
      expect(fit.issues[0]!.message).toContain(found);
    }
  });
});

describe('a site', () => {
  const sums: FederatedRequest = { format: 'myocast-federated 1', planHash: contentHash(plan), ask: 'sums' };

  it('gives sums by hand', () => {
    const reply = open('c2').answer(sums);
    if (reply.reply !== 'sums') throw new Error('refused');
    const own = rowsOf('c2').filter((row) => table.observed[row * p]);
    expect(reply.columns[0]!.count).toBe(own.length);
    expect(reply.columns[0]!.value).toBeCloseTo(
      own.reduce((sum, row) => sum + table.values[row * p]!, 0),
      10,
    );
    expect(reply.columns[0]!.log).toBeNull();
    expect(reply.columns[1]!.log).not.toBeNull();
  });

  it('refuses small cells and says no count of them', () => {
    const rare = {
      ...table,
      values: table.values.map((value, cell) => (cell % p === 2 ? Number(cell < 3 * p) : value)),
    };
    const site = openSite({ site: 'c0', plan, table: rare, outcome, rows: rowsOf('c0'), clock: () => 'now' });
    const reply = site.answer(sums);
    if (reply.reply !== 'refused') throw new Error('answered');
    expect(reply.reasons).toEqual(['column flag: a cell of fewer than 5 subjects']);
    const events = [...rowsOf('c0')].filter((row) => outcome.cause[row] === 1).slice(0, 9);
    const free = rowsOf('c0').filter((row) => outcome.cause[row] !== 1);
    const poor = open(
      'c0',
      [...free, ...events].sort((a, b) => a - b),
    ).answer(sums);
    if (poor.reply !== 'refused') throw new Error('answered');
    expect(poor.reasons[0]).toBe('expected at least 10 events, found fewer');
    expect(
      poor.reasons.slice(1).every((reason) => /^interval to day \d+: fewer than 5 events$/.test(reason)),
    ).toBe(true);
  });

  const scale = { name: 'lab3', source: 'clinical' as const, log: false, mean: 0, sd: 1 };
  const statistics = (coefficients: number[], scales = [scale]): FederatedRequest => ({
    format: 'myocast-federated 1',
    planHash: contentHash(plan),
    ask: 'statistics',
    scales,
    coefficients,
  });

  it('answers at so many places and no more, and at those it had answered again', () => {
    const site = openSite({
      site: 'c0',
      plan,
      table,
      outcome,
      rows: rowsOf('c0'),
      limits: { mostRounds: 2 },
      clock: () => 'now',
    });
    const ask = (first: number) => site.answer(statistics([first, -3, -3, 0])).reply;
    expect([ask(0), ask(1), ask(2), ask(1)]).toEqual(['statistics', 'statistics', 'refused', 'statistics']);
    expect(site.audit().map(({ refused }) => refused.length)).toEqual([0, 0, 1, 0]);
  });

  it('refuses places from which single subjects could be made out', () => {
    const site = open('c0');
    const reasons = (request: FederatedRequest) => {
      const reply = site.answer(request);
      return reply.reply === 'refused' ? reply.reasons : [];
    };
    const one = table.values[rowsOf('c0')[7]! * p + 3]!;
    expect(reasons(statistics([-3, -3, -3, 0], [{ ...scale, mean: one, sd: 1e-6 }]))).toEqual([
      'column lab3: expected a scale near that of this site, found another',
    ]);
    expect(reasons(statistics([-3, -3, -3, 500]))).toEqual([
      'expected coefficients of at most 15, found a larger one',
    ]);
    expect(reasons(statistics([-3, -3, -3, 0], [{ ...scale, log: true }]))[0]).toContain(
      'expected no logarithm',
    );
    expect(reasons(statistics([-3, -3, -3, 0], [{ ...scale, name: 'name' }]))).toEqual([
      'expected columns of the plan, found name',
    ]);
    expect(reasons(statistics([-3, -3, -3, 0]))).toEqual([]);
    expect(reasons(statistics([-3, -3, -3, 0], [{ ...scale, mean: 0.01 }]))).toEqual([
      'expected the scales as before, found others',
    ]);
  });

  it('takes no message that is not one, no other plan, and no plan that its outcome does not fit', () => {
    const site = open('c0');
    for (const message of [null, 'rows please', { ...sums, ask: 'rows' }, { ...sums, rows: [1] }])
      expect(site.answer(message).reply).toBe('refused');
    expect(site.answer({ ...sums, planHash: 'other' })).toMatchObject({
      reasons: [expect.stringContaining('found other')],
    });
    expect(new Set(site.audit().map(({ requestHash }) => requestHash)).size).toBe(5);
    const short = { ...plan, intervalEnds: [300, 700] };
    const input = { site: 'c0', plan: short, table, outcome, rows: rowsOf('c0'), clock: () => 'now' };
    expect(openSite(input).answer({ ...sums, planHash: contentHash(short) })).toMatchObject({
      reasons: ['expected no follow-up after day 700, found some'],
    });
  });
});
