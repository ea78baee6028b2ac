import { Random } from '@myocast/base';
import { assert, asyncProperty, integer, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactShapley, type Game, sampledShapley, shapley } from './shapley.ts';

/** A game whose value is a function of who takes part (and of the reference). */
function gameOf(players: number, worth: (members: Uint8Array, reference: number) => number, references = 1) {
  let asked = 0;
  const game: Game = {
    players,
    references,
    async values(coalitions) {
      asked += coalitions.length;
      return [Float64Array.from(coalitions, ({ members, reference }) => worth(members, reference))];
    },
  };
  return { game, asked: () => asked };
}

const random = () => new Random('shapley');

/** Shapley values as the mean over all n! orders: another route than the weights of subsets. */
function overAllOrders(n: number, worth: (members: Uint8Array) => number): number[] {
  const totals = Array.from({ length: n }, () => 0);
  let orders = 0;
  const walk = (members: Uint8Array, order: number[]) => {
    if (order.length === n) {
      const joined = new Uint8Array(n);
      let before = worth(joined);
      for (const player of order) {
        joined[player] = 1;
        const now = worth(joined);
        totals[player]! += now - before;
        before = now;
      }
      orders++;
      return;
    }
    for (let player = 0; player < n; player++) if (!order.includes(player)) walk(members, [...order, player]);
  };
  walk(new Uint8Array(n), []);
  return totals.map((total) => total / orders);
}

describe('exact Shapley values', () => {
  it('share a product of two equally, and give nothing to who changes nothing', async () => {
    // v = 3 a + 4 b c: c and b share the 4; d is ignored.
    const { game } = gameOf(4, ([a, b, c]) => 3 * a! + 4 * b! * c!);
    const [scale] = (await exactShapley(game)).scales;
    expect(scale).toEqual({ base: 0, total: 7, values: [3, 2, 2, 0], standardErrors: [0, 0, 0, 0] });
  });

  it('are the mean over all orders of what each player adds', async () => {
    const worth = (m: Uint8Array) =>
      Math.sin(m[0]! + 2 * m[1]! * m[2]!) + m[3]! * m[4]! * (1 + m[0]!) - Math.exp(m[1]! - m[4]!);
    const { game } = gameOf(5, worth);
    const [scale] = (await exactShapley(game)).scales;
    for (const [player, value] of overAllOrders(5, worth).entries())
      expect(Math.abs(scale!.values[player]! - value)).toBeLessThan(1e-12);
  });

  it('of a linear model over references are coefficient times distance from the mean reference', async () => {
    const coefficients = [0.5, -2, 1];
    const own = [1, 2, 3];
    const references = [
      [0, 0, 0],
      [2, 1, -1],
      [1, 5, 0.5],
    ];
    const { game } = gameOf(
      3,
      (members, r) =>
        coefficients.reduce((sum, b, j) => sum + b * (members[j] ? own[j]! : references[r]![j]!), 0),
      3,
    );
    const closed = coefficients.map((b, j) => b * (own[j]! - references.reduce((s, x) => s + x[j]!, 0) / 3));
    const [exact] = (await exactShapley(game)).scales;
    // Three pairs go once through the three references: for an additive game no order matters.
    const [sampled] = (await sampledShapley(game, 3, random())).scales;
    for (const [player, value] of closed.entries()) {
      expect(Math.abs(exact!.values[player]! - value)).toBeLessThan(1e-12);
      expect(Math.abs(sampled!.values[player]! - value)).toBeLessThan(1e-12);
    }
  });

  it('are refused for more players than can be enumerated', async () => {
    await expect(exactShapley(gameOf(17, () => 0).game)).rejects.toThrow(RangeError);
  });
});

describe('sampled Shapley values', () => {
  it('of an additive game are exact and without error after two pairs', async () => {
    const { game } = gameOf(30, (members) => members.reduce((sum, m, j) => sum + m * (j - 10), 0));
    const [scale] = (await sampledShapley(game, 2, random())).scales;
    expect(scale!.values.every((value, j) => Math.abs(value - (j - 10)) < 1e-12)).toBe(true);
    expect(Math.max(...scale!.standardErrors)).toBeLessThan(1e-12);
  });

  it('of pairwise interactions are exact too: a pair of opposite orders shares each interaction', async () => {
    const { game } = gameOf(12, (m) => m[0]! * m[1]! * 4 + m[2]! * m[11]! * -6 + m[5]!);
    const [scale] = (await sampledShapley(game, 2, random())).scales;
    const expected = [2, 2, -3, 0, 0, 1, 0, 0, 0, 0, 0, -3];
    expect(scale!.values.every((value, j) => Math.abs(value - expected[j]!) < 1e-12)).toBe(true);
  });

  it('give exactly 0 to a player that changes nothing', async () => {
    const { game } = gameOf(8, (m) => Math.exp(m[0]! * m[1]! * m[2]! - m[4]!) / (1 + m[5]! * m[6]!));
    const [scale] = (await sampledShapley(game, 5, random())).scales;
    expect(scale!.values[3]).toBe(0);
    expect(scale!.values[7]).toBe(0);
    expect(scale!.standardErrors[3]).toBe(0);
  });

  it('have intervals that hold the exact value as often as they say', async () => {
    const worth = (m: Uint8Array, r: number) =>
      m[0]! * m[1]! * m[2]! * 5 +
      Math.max(m[3]!, m[4]!, m[5]! * m[0]!) * 2 +
      (1 - m[3]!) * (1 + m[0]!) * r * 0.05 -
      3 * m[1]! * m[5]! * m[3]!;
    const { game } = gameOf(6, worth, 40);
    const [exact] = (await exactShapley(game)).scales;
    const t = 2.131; // 97.5 % point of Student's t with 15 degrees of freedom
    let inside = 0;
    let intervals = 0;
    for (let draw = 0; draw < 250; draw++) {
      const [scale] = (await sampledShapley(game, 16, new Random(`draw ${draw}`))).scales;
      for (const player of [0, 1, 3, 5]) {
        const error = Math.abs(scale!.values[player]! - exact!.values[player]!);
        inside += error <= t * scale!.standardErrors[player]! ? 1 : 0;
        intervals++;
      }
    }
    // 1000 intervals, correlated within a draw.
    expect(inside / intervals).toBeGreaterThan(0.92);
    expect(inside / intervals).toBeLessThan(0.98);
  });

  it('add up to the total whatever the game, the number of pairs and the references', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 7 }),
        integer({ min: 2, max: 6 }),
        integer({ min: 1, max: 9 }),
        string(),
        async (players, pairs, references, seed) => {
          const noise = new Random(seed);
          // The value of all players must not depend on the reference.
          const { game } = gameOf(
            players,
            (members, r) =>
              noise.fork(`${members.join('')} ${members.includes(0) ? r : ''}`).uniform(-10, 10),
            references,
          );
          for (const result of [await exactShapley(game), await sampledShapley(game, pairs, noise)]) {
            const [{ base, total, values }] = result.scales as [(typeof result.scales)[0]];
            const sum = values.reduce((a, b) => a + b, base);
            expect(Math.abs(sum - total)).toBeLessThan(1e-9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are the same for the same seed, and the evaluations are counted', async () => {
    const one = gameOf(9, (m) => m[0]! * m[1]! * m[2]! + m[8]!, 3);
    const first = await sampledShapley(one.game, 4, random());
    expect(first.evaluations).toBe(one.asked());
    expect(first).toEqual(await sampledShapley(one.game, 4, random()));
    expect(first).not.toEqual(await sampledShapley(one.game, 4, new Random('another')));
  });

  it('are replaced by enumeration where that asks for no more coalitions', async () => {
    const few = gameOf(4, (m) => m[0]! * m[1]!);
    expect((await shapley(few.game, 4, random())).method).toBe('exact');
    const many = gameOf(12, (m) => m[0]! * m[1]!);
    expect((await shapley(many.game, 4, random())).method).toBe('sampled');
    expect((await shapley(gameOf(0, () => 2).game, 4, random())).scales[0]).toEqual({
      base: 2,
      total: 2,
      values: [],
      standardErrors: [],
    });
    await expect(sampledShapley(few.game, 1, random())).rejects.toThrow(RangeError);
  });
});
