import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { followUpOf } from '../testing/tied-cohort.ts';
import { fitCox } from './cox.ts';
import { fineGrayIncidence, fitFineGray } from './fine-gray.ts';

interface Golden {
  readonly coefficients: number[];
  readonly standardErrors: number[];
  readonly logLikelihood: number[];
  readonly incidence: number[];
}

const file = new URL('../../../../reference/survival/fine-gray.json', import.meta.url);
const golden = (JSON.parse(readFileSync(file, 'utf8')) as { results: { [name: string]: Golden } }).results;

describe.skipIf(!sharedTablesPresent)('Fine-Gray regression is that of cmprsk', () => {
  it.each(Object.entries(sharedTablesPresent ? cohorts() : {}))(
    '%s',
    (name, { columns, days, event, at }) => {
      const p = columns.length;
      const predictors = Float64Array.from(
        { length: days.length * p },
        (_, place) => columns[place % p]![Math.floor(place / p)]!,
      );
      const got = fitFineGray({
        names: columns.map((_, j) => `x${j}`),
        predictors,
        followUp: { days, event },
      });
      if (!got.ok) throw new Error(got.issues[0]!.message);
      const fit = got.value;
      const wanted = golden[name]!;
      near(fit.coefficients, wanted.coefficients, 1e-7);
      near(fit.standardErrors, wanted.standardErrors, 5e-6);
      near([fit.logLikelihood.null, fit.logLikelihood.fitted], wanted.logLikelihood, 1e-6);
      near(
        at.map((t) => fineGrayIncidence(fit, Float64Array.of(0), t)[0]!),
        wanted.incidence,
        1e-7,
      );
    },
  );
});

describe('Fine-Gray regression', () => {
  const random = new Random('fine-gray');
  const x = Float64Array.from({ length: 60 }, () => random.normal());
  const days = Array.from(x, (value) => 1 + Math.floor(40 * random.exponential(Math.exp(value))));
  const fit = (values: Float64Array, event: number[]) =>
    fitFineGray({ names: ['x'], predictors: values, followUp: followUpOf(days, event) });
  it('is Cox regression with robust errors where nothing competes', () => {
    const event = days.map((_, row) => (row % 3 === 0 ? 0 : 1));
    const got = fit(x, event);
    const cox = fitCox(
      { names: ['x'], predictors: x, followUp: followUpOf(days, event), cluster: Int32Array.from(x.keys()) },
      { ties: 'breslow' },
    );
    if (!got.ok || !cox.ok) throw new Error('expected two fits');
    expect(got.value.coefficients[0]).toBeCloseTo(cox.value.coefficients[0]!, 10);
    expect(got.value.standardErrors[0]).toBeCloseTo(cox.value.standardErrors[0]!, 10);
  });
  it('is ridge Cox regression where nothing competes and there is a penalty, which also makes a separated estimate finite', () => {
    const followUp = followUpOf(
      days,
      days.map((_, row) => (row % 3 === 0 ? 0 : 1)),
    );
    const input = { names: ['x'], predictors: x, followUp };
    const got = fitFineGray(input, { ridge: 7 });
    const cox = fitCox(input, { ties: 'breslow', ridge: 7 });
    if (!got.ok || !cox.ok) throw new Error('expected two fits');
    expect(Math.abs(got.value.coefficients[0]! - cox.value.coefficients[0]!)).toBeLessThan(1e-10);
    const separated = { ...input, predictors: Float64Array.from(days, (day) => -day) };
    expect(fitFineGray(separated).ok).toBe(false);
    expect(fitFineGray(separated, { ridge: 1 }).ok).toBe(true);
    expect(() => fitFineGray(input, { ridge: -1 })).toThrow('penalty of 0 or more, got -1');
  });
  it('names what it cannot estimate', () => {
    const competing = days.map(() => 2);
    expect(fit(x, competing).issues[0]!.kind).toBe('too-few-events');
    expect(
      fit(
        new Float64Array(60).fill(3),
        days.map((_, row) => row % 3),
      ).issues[0]!,
    ).toMatchObject({
      kind: 'not-estimable',
      path: 'x',
    });
    expect(() =>
      fitFineGray({
        names: ['x'],
        predictors: x,
        followUp: { ...followUpOf(days, competing), weights: new Float64Array(60) },
      }),
    ).toThrow('no case weights');
  });
});

function near(got: ArrayLike<number>, wanted: readonly number[], tolerance: number) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(tolerance);
}

function cohorts() {
  const mgus2 = sharedTable('mgus2.csv', ['hgb', 'creat', 'mspike']);
  const progressed = mgus2.numbers('pstat');
  const [progression, followed, death] = ['ptime', 'futime', 'death'].map((name) => mgus2.numbers(name));
  const pbc = sharedTable('pbc.csv');
  const status = pbc.numbers('status');
  const [age, bilirubin, albumin] = [
    pbc.numbers('age'),
    pbc.numbers('bili').map(Math.log),
    pbc.numbers('albumin'),
  ];
  const years = [365, 1826, 3652];
  return {
    mgus2: {
      columns: ['age', 'hgb', 'mspike'].map((name) => mgus2.numbers(name)),
      days: progressed.map((yes, row) => (yes === 1 ? progression![row]! : followed![row]!)),
      event: Uint8Array.from(progressed, (yes, row) => (yes === 1 ? 1 : 2 * death![row]!)),
      at: [60, 120, 240],
    },
    pbcDeath: {
      columns: [age, bilirubin, albumin],
      days: pbc.numbers('time'),
      event: Uint8Array.from(status, (code) => [0, 2, 1][code]!),
      at: years,
    },
    pbcTransplant: {
      columns: [age, bilirubin],
      days: pbc.numbers('time'),
      event: Uint8Array.from(status),
      at: years,
    },
  };
}
