import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from './testing/shared-table.ts';
import { type Found, runStats, tableOf } from './testing/run-stats.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/survival/zph-terms.json', import.meta.url), 'utf8'),
);

interface Test {
  readonly name: string;
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

const columns = '--time time --event status';

describe.skipIf(!sharedTablesPresent)('myocast stats on veteran, as R survival prints it', () => {
  let path = '';
  beforeAll(() => {
    path = sharedTable('veteran.csv');
  });

  it.each([
    ['plain', 'km', 'trt,celltype,karno'],
    ['plain', 'rank', 'trt,celltype,karno'],
    ['splined', 'km', 'trt,celltype,rcs(age,␣4)'],
  ])('cox --zph tests each term as a whole: %s, %s', async (model, scale, covariates) => {
    const { document, lines } = await runStats(
      path,
      `cox ${columns} --covariates ${covariates} --zph --zph-scale ${scale}`,
    );
    const found = document!['proportionalHazards'] as never as {
      readonly terms: readonly Test[];
      readonly wholeTerms: readonly Test[];
      readonly global: Test;
    };
    const expected = golden[model][scale];
    const all = [...found.wholeTerms, found.global];
    expect(found.wholeTerms.map(({ name }) => name)).toEqual(covariates.replace('␣', ' ').split(/,(?! )/));
    expect(all.map((test) => test.degreesOfFreedom)).toEqual(expected.degreesOfFreedom);
    for (const [at, test] of all.entries()) {
      expect(Math.abs(test.chiSquare - expected.chiSquare[at])).toBeLessThan(1e-5);
      expect(Math.abs(test.p - expected.p[at])).toBeLessThan(1e-6);
    }
    // one row a column beside it, as before
    expect(found.terms).toHaveLength(expected.degreesOfFreedom.at(-1));
    expect(lines.join('\n')).toMatch(/\ncelltype +\d+\.\d{4} +3 +0\.\d{4}/);
  });

  it('cox has z and p of every coefficient and the three tests, in JSON and in print', async () => {
    const { document, lines } = await runStats(path, `cox ${columns} --covariates trt,celltype,karno`);
    const rows = document!['coefficients'] as never as readonly { z: number; p: number; name: string }[];
    expect(rows.map(({ name }) => name)).toEqual(golden.coefficients.names);
    for (const [at, { z, p }] of rows.entries()) {
      expect(Math.abs(z - golden.coefficients.z[at])).toBeLessThan(1e-5);
      expect(Math.abs(p - golden.coefficients.p[at])).toBeLessThan(1e-6);
    }
    const tests = document!['tests'] as Found;
    for (const name of ['likelihoodRatio', 'wald', 'score']) {
      const [chiSquare, df] = golden.tests[name];
      // R prints the Wald test with two decimals
      expect(Math.abs(Number(tests[name]!['chiSquare']) - chiSquare)).toBeLessThan(
        name === 'wald' ? 0.006 : 1e-5,
      );
      expect(tests[name]!['degreesOfFreedom']).toBe(df);
    }
    const text = lines.join('\n');
    expect(text).toMatch(/covariate +estimate +se +hazard ratio +low +high +z +p\n/);
    expect(text).toMatch(/\nlikelihood ratio +61\.0691 +5 +7\.307e-12\n/);
    expect(text).toMatch(/\nscore +66\.5486 +5 +5\.347e-13\n/);
  });

  it('km prints the interval of the median', async () => {
    const { document, lines } = await runStats(path, `km ${columns} --interval log`);
    // R: survfit(Surv(time, status) ~ 1, veteran) has a median of 80 (52 to 105)
    expect(lines[0]).toMatch(/median 80 \(52 to 105\)/);
    expect(document!['quantiles']![1]).toMatchObject({ probability: 0.5, day: 80, low: 52, high: 105 });
  });
});

describe('myocast stats', () => {
  it('km says that a limit of the median is not reached', async () => {
    const rows = Array.from({ length: 6 }, (_, at) => [at + 1, at < 4 ? 1 : 0]);
    const { lines } = await runStats(await tableOf('days,event', rows), 'km --time days --event event');
    expect(lines[0]).toMatch(/median 3 \(1 to not reached\)/);
  });

  it.each(['cause-specific', 'fine-gray', 'aft', 'royston-parmar --knots 0'])(
    '%s has p of every coefficient',
    async (verb) => {
      const rows = Array.from({ length: 60 }, (_, at) => [1 + at, at % 4 === 0 ? 0 : 1, (at * 7) % 11]);
      const { document, lines } = await runStats(
        await tableOf('days,event,x', rows),
        `${verb} --time days --event event --covariates x`,
      );
      const model = document!['causes'] ? document!['causes']![0]! : document!;
      const { z, p } = model['coefficients']![0] as never as { z: number; p: number };
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
      // a normal table has p 0.3173 at 1 and 0.0455 at 2
      expect(p < 0.3173).toBe(Math.abs(z) > 1);
      expect(lines.join('\n')).toMatch(/ p\n/);
    },
  );
});
