import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FollowUp, stepAt, takeFollowUp } from '../follow-up.ts';
import { type LateCohort, lateMgus2, lateWhas500 } from '../testing/late-cohorts.ts';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { aalenJohansen, type IncidenceOptions } from './aalen-johansen.ts';
import { incidenceOnDays, survivalOnDays } from './curve-on-days.ts';
import { grayTest } from './gray-test.ts';
import { kaplanMeier, reversedFollowUp, type SurvivalOptions } from './kaplan-meier.ts';
import { logRank } from './log-rank.ts';
import type { LogRankWeighting } from './log-rank-sums.ts';
import { type HazardOptions, nelsonAalen } from './nelson-aalen.ts';
import type { IntervalScale } from './probability-interval.ts';
import { compareRestrictedMeans, restrictedMean, restrictedTimeLost } from './restricted-mean.ts';
import { survivalQuantiles } from './survival-quantiles.ts';

type Numbers = readonly (number | null)[];
interface Curve {
  readonly days: number[];
  readonly atRisk: Numbers;
  readonly survival: Numbers;
  readonly standardError: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  readonly hazard: Numbers;
  readonly hazardError: Numbers;
  readonly quantiles: Numbers;
  readonly quantileLow: Numbers;
  readonly quantileHigh: Numbers;
}
interface Incidence {
  readonly days: number[];
  readonly atRisk: Numbers;
  readonly incidence: readonly Numbers[];
  readonly standardError: readonly Numbers[];
  readonly low: readonly Numbers[];
  readonly high: readonly Numbers[];
}
interface Mean {
  readonly tau: number;
  readonly mean: number | number[];
  readonly standardError: number | number[];
}
interface Test {
  readonly chiSquare: number;
  readonly observed: number[];
  readonly expected: number[];
}
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../reference/survival/${name}`, import.meta.url), 'utf8'));
const r = read('estimators.json').results as {
  curves: Record<string, Curve>;
  small: Record<string, Curve>;
  incidence: Record<string, Incidence>;
  clusteredError: Numbers[];
  cuminc: Record<string, { days: number[]; incidence: Numbers[]; variance: Numbers[] }>;
  logrank: Record<string, Test> & Record<string, number>;
  gray: Record<string, { chiSquare: number[]; p: number[] }>;
  means: Record<string, Mean> & { veteran: { tau: number; difference: number[]; ratio: number[] } };
};
const lifelines = read('estimators-lifelines.json').results as Record<string, { chiSquare: number }>;

/** Where R has NA: an error or a limit of a survival of 0, a quantile that is not reached. */
function near(got: Numbers | Float64Array, wanted: Numbers, tolerance = 1e-9, ofNull: number | null = null) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) {
    if (value === null) expect(got[at], `entry ${at}`).toBe(ofNull);
    else
      expect(
        Math.abs((got[at] ?? Number.NaN) - value),
        `entry ${at}: ${got[at]}, expected ${value}`,
      ).toBeLessThan(tolerance);
  }
}

function compare(followUp: FollowUp, scale: IntervalScale, options: SurvivalOptions, wanted: Curve) {
  const curve = kaplanMeier(followUp, scale, options);
  const rows = survivalOnDays(curve, followUp, wanted.days);
  near(
    rows.map((row) => row.atRisk),
    wanted.atRisk,
  );
  near(
    rows.map((row) => row.survival),
    wanted.survival,
  );
  for (const name of ['standardError', 'low', 'high'] as const)
    near(
      rows.map((row) => row[name]),
      wanted[name],
      1e-9,
      0,
    );
  const quantiles = survivalQuantiles(curve);
  near(
    quantiles.map(({ day }) => day),
    wanted.quantiles,
  );
  near(
    quantiles.map(({ low }) => low),
    wanted.quantileLow,
  );
  near(
    quantiles.map(({ high }) => high),
    wanted.quantileHigh,
  );
}

function compareHazard(followUp: FollowUp, options: HazardOptions, wanted: Curve, what = 'survival') {
  const curve = nelsonAalen(followUp, { scale: 'plain', ...options });
  const at = (values: Float64Array, start: number) =>
    wanted.days.map((day) => stepAt(curve.days, values, day, start));
  near(at(curve.hazard, 0), wanted.hazard);
  near(at(curve.standardError, 0), wanted.hazardError);
  if (what === 'hazard') return;
  near(at(curve.survival, 1), wanted.survival);
  near(at(curve.survivalLow, 1), wanted.low);
  near(at(curve.survivalHigh, 1), wanted.high);
}

describe('on few rows, as R survival has it', () => {
  const entered = (entry: number[], days: number[], event: number[]) => ({
    ...followUpOf(days, event),
    entryDays: Float64Array.from(entry),
  });
  it.each(
    Object.entries({
      allOnOneDay: followUpOf([5, 5, 5], [1, 1, 1]),
      oneSubject: followUpOf([3], [1]),
      noEvents: followUpOf([2, 3, 4], [0, 0, 0]),
      dayZero: followUpOf([0, 0, 2, 3], [1, 0, 1, 0]),
      levelAtHalf: followUpOf([1, 2, 3, 4], [1, 1, 0, 0]),
      gap: entered([0, 0, 6, 6, 7], [2, 4, 9, 8, 12], [1, 0, 1, 0, 0]),
      fallsToZero: entered([0, 2, 2, 2], [1, 5, 6, 7], [1, 1, 0, 1]),
    }),
  )('%s', (name, followUp) => {
    compare(followUp, 'log', {}, r.small[name]!);
    compareHazard(followUp, {}, r.small[name]!, 'hazard');
  });
});

describe.skipIf(!sharedTablesPresent)('on cohorts with late entry and weights', () => {
  const empty = { late: followUpOf([], []), plain: followUpOf([], []) } as unknown as LateCohort;
  const [whas, mgus] = sharedTablesPresent ? [lateWhas500(), lateMgus2()] : [empty, empty];
  const weighted = (followUp: FollowUp, weights: Float64Array): FollowUp => ({ ...followUp, weights });

  it('Kaplan-Meier has the survival, errors, intervals and quantiles of R', () => {
    const shares = weighted(whas.late, whas.shares);
    compare(whas.plain, 'plain', {}, r.curves['plain']!);
    compare(weighted(whas.late, whas.counts), 'log', {}, r.curves['logWhole']!);
    compare(whas.late, 'log-log', {}, r.curves['lateLogLog']!);
    compare(shares, 'log', {}, r.curves['robustShares']!);
    compare(shares, 'log', { variance: 'greenwood' }, r.curves['modelShares']!);
    compare(shares, 'log-log', { cluster: whas.cluster }, r.curves['clustered']!);
    compare(reversedFollowUp(whas.plain), 'log', {}, r.curves['reverse']!);
  });
  it('Nelson-Aalen and Fleming-Harrington have the hazards and survivals of R', () => {
    const shares = weighted(whas.late, whas.shares);
    compareHazard(shares, { variance: 'aalen' }, r.curves['breslow']!);
    // R 3.5.3 takes this robust error, of the log survival, for one of the survival: its limits are too wide.
    compareHazard(shares, {}, r.curves['breslowRobust']!, 'hazard');
    const ties = 'fleming-harrington' as const;
    compareHazard(weighted(whas.late, whas.counts), { ties }, r.curves['flemingHarrington']!);
    compareHazard(shares, { ties, cluster: whas.cluster }, r.curves['flemingHarringtonRobust']!);
  });
  it.each<[string, FollowUp, IncidenceOptions]>([
    ['plain', mgus.plain, { scale: 'log', variance: 'robust' }],
    ['late', mgus.late, { variance: 'robust' }],
    ['lateShares', weighted(mgus.late, mgus.shares), { scale: 'plain' }],
    ['counts', weighted(mgus.plain, mgus.counts), { scale: 'log', variance: 'robust' }],
  ])('Aalen-Johansen has the incidences and errors of multi-state survfit: %s', (name, followUp, options) => {
    const wanted = r.incidence[name]!;
    for (const cause of [1, 2]) {
      const rows = incidenceOnDays(aalenJohansen(followUp, cause, options), followUp, wanted.days);
      // Multi-state survfit counts rows at risk, whatever their weights.
      if (followUp.weights === undefined)
        near(
          rows.map((row) => row.atRisk),
          wanted.atRisk,
        );
      for (const column of ['incidence', 'standardError', 'low', 'high'] as const)
        near(
          rows.map((row) => row[column]),
          wanted[column][cause - 1]!,
          1e-9,
          0,
        );
    }
  });
  it('Aalen-Johansen sums the influences of a cluster', () => {
    const { days } = r.incidence['counts']!;
    for (const cause of [1, 2]) {
      const curve = aalenJohansen(weighted(mgus.plain, mgus.counts), cause, { cluster: mgus.cluster });
      near(
        days.map((day) => stepAt(curve.days, curve.standardError, day, 0)),
        r.clusteredError[cause - 1]!,
      );
    }
  });
  it('Aalen-Johansen has the variance of cuminc', () => {
    const pbc = sharedTable('pbc.csv');
    const bmt = sharedTable('bmt.csv');
    const cohorts = {
      mgus2: mgus.plain,
      bmt: followUpOf([...bmt.numbers('ftime')], [...bmt.numbers('status')]),
      pbc: followUpOf([...pbc.numbers('time')], [...pbc.numbers('status')]),
    };
    for (const [name, followUp] of Object.entries(cohorts))
      for (const cause of [1, 2]) {
        const { days, incidence, variance } = r.cuminc[name]!;
        const rows = incidenceOnDays(aalenJohansen(followUp, cause, { variance: 'aalen' }), followUp, days);
        near(
          rows.map((row) => row.incidence),
          incidence[cause - 1]!,
        );
        near(
          rows.map((row) => row.standardError! ** 2),
          variance[cause - 1]!,
        );
      }
  });
  it('the log-rank tests are those of survdiff, and with late entry the exact score test of coxph', () => {
    const veteran = sharedTable('veteran.csv');
    const names = ['adeno', 'large', 'smallcell', 'squamous'];
    const cell = veteran.text('celltype').map((name) => names.indexOf(name));
    const deaths = followUpOf([...veteran.numbers('time')], [...veteran.numbers('status')]);
    const strata = veteran.numbers('trt');
    const counts = Float64Array.from(cell, (_, row) => 1 + (row % 3));
    const like = (name: string, test: ReturnType<typeof logRank>) => {
      near([test.chiSquare], [r.logrank[name]!.chiSquare]);
      near(
        test.groups.map(({ observed }) => observed),
        r.logrank[name]!.observed,
      );
      near(
        test.groups.map(({ expected }) => expected),
        r.logrank[name]!.expected,
      );
    };
    like('celltype', logRank(cell, deaths));
    like('celltypeRho', logRank(cell, deaths, { rho: 1 }));
    like('celltypeHalf', logRank(cell, deaths, { rho: 0.5 }));
    like('celltypeByTreatment', logRank(cell, deaths, { strata }));
    like('celltypeByTreatmentRho', logRank(cell, deaths, { strata, rho: 1 }));
    like('celltypeCounts', logRank(cell, weighted(deaths, counts)));
    const tests: Record<string, LogRankWeighting> = {
      'log-rank': {},
      gehan: { test: 'gehan' },
      'tarone-ware': { test: 'tarone-ware' },
      'peto-peto': { test: 'peto-peto' },
      rho1gamma0: { rho: 1 },
      rho0gamma1: { gamma: 1 },
      rho1gamma1: { rho: 1, gamma: 1 },
      'rho0.5gamma2': { rho: 0.5, gamma: 2 },
    };
    for (const [name, weighting] of Object.entries(tests))
      near([logRank(cell, deaths, weighting).chiSquare], [lifelines[name]!.chiSquare]);

    const [gender, chf] = [whas.column('gender'), whas.column('chf')];
    const group = gender.map((value, row) => 2 * value + chf[row]!);
    const late = logRank(group, whas.late, { scores: [0, 1, 2, 3] });
    near([late.chiSquare, late.trend!.z! ** 2], [r.logrank['late']!, r.logrank['lateTrend']!]);
    const byType = logRank(group, whas.late, { strata: whas.column('mitype') });
    near([byType.chiSquare], [r.logrank['lateStrata']!]);

    const pbc = sharedTable('pbc.csv', ['stage']);
    const died = followUpOf(
      [...pbc.numbers('time')],
      Array.from(pbc.numbers('status'), (code) => (code === 2 ? 1 : 0)),
    );
    const stage = pbc.numbers('stage');
    const sex = pbc.text('sex').map((name) => (name === 'f' ? 0 : 1));
    const scores = [1, 2, 3, 4];
    const byStage = logRank(stage, died, { scores });
    like('stage', byStage);
    const inSex = logRank(stage, died, { scores, strata: sex });
    near(
      [byStage.trend!.z! ** 2, inSex.trend!.z! ** 2],
      [r.logrank['stageTrend']!, r.logrank['stageTrendStrata']!],
    );
    expect(byStage.trend!.z).toBeGreaterThan(0);
  });
  it("Gray's tests are those of cuminc, for both causes", () => {
    const sex = sharedTablesPresent ? lateSex() : new Float64Array();
    const age = whasAge(mgus);
    const bmt = sharedTable('bmt.csv');
    const pbc = sharedTable('pbc.csv', ['stage']);
    const pbcSex = pbc.text('sex').map((name) => (name === 'f' ? 0 : 1));
    const pbcDeaths = followUpOf([...pbc.numbers('time')], [...pbc.numbers('status')]);
    const bmtDeaths = followUpOf([...bmt.numbers('ftime')], [...bmt.numbers('status')]);
    const cases = {
      mgus2Sex: [sex, mgus.plain, {}],
      mgus2SexRho: [sex, mgus.plain, { rho: 1 }],
      mgus2AgeBySex: [age, mgus.plain, { strata: sex }],
      bmt: [bmt.numbers('dis'), bmtDeaths, {}],
      pbcStage: [pbc.numbers('stage'), pbcDeaths, {}],
      pbcStageBySexRho: [pbc.numbers('stage'), pbcDeaths, { strata: pbcSex, rho: 0.5 }],
    } as const;
    for (const [name, [group, followUp, options]] of Object.entries(cases)) {
      const tests = [1, 2].map((cause) => grayTest(group, followUp, { ...options, cause }));
      near(
        tests.map(({ chiSquare }) => chiSquare),
        r.gray[name]!.chiSquare,
        1e-8,
      );
      near(
        tests.map(({ p }) => p),
        r.gray[name]!.p,
      );
    }
  });
  it('restricted means and times lost are those of R', () => {
    const mean = (followUp: FollowUp, name: string) => {
      const got = restrictedMean(followUp, r.means[name]!.tau);
      if (!got.ok) throw new Error(got.issues[0]!.message);
      near(
        [got.value.mean, got.value.standardError],
        [r.means[name]!.mean as number, r.means[name]!.standardError as number],
      );
    };
    mean(whas.plain, 'whas500');
    mean(weighted(whas.late, whas.counts), 'late');
    mean(followUpOf([1, 2, 4], [1, 1, 1]), 'beyond');
    const shares = weighted(mgus.plain, mgus.shares);
    for (const [name, followUp, cluster] of [
      ['lost', mgus.plain, undefined],
      ['lostShares', shares, mgus.cluster],
      ['lostLate', weighted(mgus.late, mgus.shares), undefined],
    ] as const) {
      const { tau, mean: means, standardError } = r.means[name]!;
      const options = { cluster, variance: 'robust' } as const;
      const got = [0, 1, 2].map((state) =>
        state === 0
          ? restrictedMean(followUp, tau, options)
          : restrictedTimeLost(followUp, tau, state, options),
      );
      const values = got.map((entry) => (entry.ok ? entry.value : null));
      near(
        values.map((value) => value!.mean),
        means as number[],
      );
      near(
        values.map((value) => value!.standardError),
        standardError as number[],
      );
    }
  });
  it("the difference and ratio of restricted means follow survRM2's formulas", () => {
    const veteran = sharedTable('veteran.csv');
    const deaths = followUpOf([...veteran.numbers('time')], [...veteran.numbers('status')]);
    const { tau, difference, ratio } = r.means.veteran;
    const [one, other] = [2, 1].map((arm) => {
      const rows = [...veteran.numbers('trt').keys()].filter((row) => veteran.numbers('trt')[row] === arm);
      const got = restrictedMean(takeFollowUp(deaths, rows), tau);
      if (!got.ok) throw new Error(got.issues[0]!.message);
      return got.value;
    });
    const contrast = compareRestrictedMeans(one!, other!);
    near(numbersOf(contrast.difference), difference);
    near(numbersOf(contrast.ratio!), ratio);
  });
});

function numbersOf({
  estimate,
  low,
  high,
  p,
}: {
  estimate: number;
  low: number;
  high: number;
  p: number | null;
}) {
  return [estimate, low, high, p];
}

function whasAge(mgus: LateCohort): Int32Array {
  return Int32Array.from(mgus.column('age'), (age) => [60, 70, 80].filter((edge) => age > edge).length);
}

/** Sex is text: its code by the rows that have an entry before their time. */
function lateSex(): Float64Array {
  const sex = sharedTable('mgus2.csv').text('sex');
  const { column } = lateMgus2();
  return column('id').map((id) => (sex[id - 1] === 'F' ? 0 : 1));
}
