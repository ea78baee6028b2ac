import { describe, expect, it } from 'vitest';
import { runStats, tableOf } from './testing/run-stats.ts';

const columns = '--time days --event event';
const twelve = (header: string, event: (at: number) => number = (at) => at % 2) =>
  tableOf(
    header,
    Array.from({ length: 12 }, (_, at) => [at + 1, event(at)]),
  );

describe('printed curves', () => {
  it('have dashes in place of an interval without width', async () => {
    const path = await twelve('days,event', (at) => (at > 2 ? 1 : 0));
    const { lines } = await runStats(path, `km ${columns} --at 2,8,12,20`);
    const cells = lines.slice(2).map((line) => line.split(/ +/));
    // nobody has died by day 2; everybody has by day 12, and so beyond it
    expect(cells.map((row) => row.slice(-2))).toEqual([
      ['–', '–'],
      [expect.stringMatching(/^0\.\d/), expect.stringMatching(/^0\.\d/)],
      ['–', '–'],
      ['–', '–'],
    ]);
    const one = await runStats(await tableOf('days,event', [[3, 1]]), `km ${columns}`);
    expect(one.lines.at(-1)).toMatch(/–  +–$/);
  });

  it('rmst without events has none either', async () => {
    const path = await twelve('days,event', () => 0);
    const { lines, document } = await runStats(path, `rmst ${columns} --tau 10`);
    expect(lines.slice(2).every((line) => /–  +–$/.test(line))).toBe(true);
    expect(document!['groups']![0]).toMatchObject({ mean: 10, low: 10, high: 10 });
  });

  it('km --reverse says how many ended observation, and what the column is', async () => {
    const { lines, document } = await runStats(
      await twelve('days,event', (at) => (at < 4 ? 1 : 0)),
      `km ${columns} --reverse`,
    );
    expect(lines[0]).toMatch(/^12 subjects, 8 ended observation, median follow-up 8 \(/);
    expect(lines[1]).toMatch(/^day +at risk +events +under follow-up +low +high$/);
    expect(document).toMatchObject({ eventCount: 4, endedObservation: 8 });
  });

  it.each(['km', 'nelson-aalen', 'cif'])('%s heads the times of another unit with time', async (verb) => {
    const head = async (header: string) => {
      const options = `${verb} --time ${header.split(/[ ,]/)[0]} --event event`;
      const { lines } = await runStats(await twelve(header), options);
      const { lines: onDays } = await runStats(await twelve(header), `${options} --at 3`);
      return [lines, onDays].map((text) => text.find((line) => /at risk/.test(line))!.split(' ')[0]);
    };
    expect(await head('months [months],event')).toEqual(['time', 'time']);
    expect(await head('days [days],event')).toEqual(['day', 'day']);
    expect(await head('days,event')).toEqual(['day', 'day']);
  });
});

describe('pool', () => {
  const five = (estimates: readonly number[], se: number) =>
    tableOf(
      'c,se',
      estimates.map((c) => [c, se]),
    );
  const shares = [0.91, 0.97, 0.85, 0.99, 0.94];

  it('asks for the logit where an interval of shares leaves 0 to 1', async () => {
    const { said, document } = await runStats(await five(shares, 0.03), 'pool --estimate c --se se');
    expect(said.join()).toMatch(/interval of row 3 \(0\.9112 to 1\.0288\) is not.*--scale logit/);
    expect(document!['hint']).toBe(said[0]);
    const narrow = await runStats(await five([0.5, 0.52, 0.48], 0.03), 'pool --estimate c --se se');
    expect([narrow.said, narrow.document!['hint']]).toEqual([[], null]);
    const logit = await runStats(await five(shares, 0.005), 'pool --estimate c --se se --scale logit');
    expect(logit.document!['hint']).toBeNull();
    const ratios = await runStats(await five([1.2, 0.9, 0.7], 0.5), 'pool --estimate c --se se');
    expect(ratios.document!['hint']).toBeNull();
  });

  it('says how many degrees of freedom its prediction interval has', async () => {
    const path = await five([0.5, 0.7, 0.4, 0.6, 0.8], 0.03);
    const two = await runStats(path, 'pool --estimate c --se se');
    expect(two.document).toMatchObject({ predictionDegreesOfFreedom: 3 });
    expect(two.lines.join('\n')).toMatch(/t on 3 degrees of freedom \(k - 2, Higgins 2009\)/);
    const one = await runStats(path, 'pool --estimate c --se se --prediction-df k-1');
    expect(one.document).toMatchObject({ predictionDegreesOfFreedom: 4 });
    expect(one.lines.join('\n')).toMatch(/t on 4 degrees of freedom \(k - 1, as metafor with knha\)/);
    const half = ({ document }: typeof one) =>
      Number(document!['prediction']!['high']) - Number(document!['estimate']);
    // the quantiles of Student's t on 3 and 4
    expect(half(two) / half(one)).toBeCloseTo(3.182446 / 2.776445, 5);
  });
});

describe('elastic-net', () => {
  it('prints the coefficients at penalties that were given', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => [
      1 + ((at * 17) % 40),
      at % 3 === 0 ? 0 : 1,
      at,
      (at * 7) % 11,
    ]);
    const path = await tableOf('days,event,x,y', rows);
    const words = `elastic-net ${columns} --covariates x,y`;
    const { lines, document } = await runStats(path, `${words} --lambdas 0.1,0.01`);
    const at = lines.findIndex((line) => line.startsWith('coefficients at lambda'));
    expect(lines[at]!.split(/ {2,}/).slice(1)).toEqual(['0.10000', '0.010000']);
    const path2 = document!['path'] as never as readonly { coefficients: readonly number[] }[];
    const printed = lines.slice(at + 1, at + 3).map((line) => line.split(/ +/).slice(1).map(Number));
    for (const [j, row] of printed.entries())
      for (const [k, value] of row.entries()) expect(value).toBeCloseTo(path2[k]!.coefficients[j]!, 4);
    const without = await runStats(path, words);
    expect(without.lines.join()).not.toMatch(/coefficients at lambda/);
  });
});
