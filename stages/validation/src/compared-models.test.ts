import { Random } from '@myocast/base';
import { compositeFollowUp } from '@myocast/predictors';
import { takeFollowUp, takeRows } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { bootstrapInterval } from '@myocast/survival/resampling';
import { describe, expect, it } from 'vitest';
import { cohort, horizonDays } from './cohort.fixture.ts';
import { compareModels } from './compared-models.ts';
import type { OutOfFold } from './cross-validation.ts';
import { netBenefit } from './net-benefit.ts';

const { table, outcome } = cohort(300, 'compared');
const followUp = compositeFollowUp(outcome);
const column = (place: number) =>
  Float64Array.from({ length: 300 }, (_, row) => table.values[2 * row + place]!);
const asModel = (name: string, risk: Float64Array): OutOfFold => ({
  name,
  label: name.toUpperCase(),
  risk,
  incidenceAtHorizon: risk.map((value) => 1 / (1 + Math.exp(1 - value))),
});
const [signal, noise] = [asModel('multimodal', column(0)), asModel('clinical-cox', column(1))];

describe('models on the same subjects', () => {
  it('differ by what their concordances differ by, with an interval like that of resampling both together', () => {
    const [found] = compareModels([signal, noise], followUp, table.centres);
    const of = (risk: Float64Array, rows: typeof followUp) => concordance(risk, rows).index!;
    const expected = of(signal.risk, followUp) - of(noise.risk, followUp);
    expect(found!.difference.value).toBeCloseTo(expected, 12);
    const resampled = bootstrapInterval(
      300,
      (rows) => {
        const own = takeFollowUp(followUp, rows);
        return of(takeRows(signal.risk, rows), own) - of(takeRows(noise.risk, rows), own);
      },
      { resamples: 300, random: new Random('pairs') },
    );
    expect(Math.abs(found!.difference.low! - resampled.low!)).toBeLessThan(0.02);
    expect(Math.abs(found!.difference.high! - resampled.high!)).toBeLessThan(0.02);
  });
  it('are compared within centres over pairs of one centre, and there are none with one', () => {
    const moved = asModel(
      'moved',
      signal.risk.map((value, row) => value + 10 * (row % 4)),
    );
    const [found] = compareModels([signal, moved], followUp, table.centres);
    expect(found!.withinCentres).toEqual({ value: 0, low: 0, high: 0 });
    expect(found!.difference.value!).toBeGreaterThan(0.05);
    const one = compareModels(
      [signal, noise],
      followUp,
      table.centres.map(() => 'one'),
    );
    expect(one[0]).not.toHaveProperty('withinCentres');
  });
  it('are not compared without events', () => {
    const without = { days: followUp.days, event: followUp.event.map(() => 0) };
    const [found] = compareModels([signal, noise], without, table.centres);
    expect(found!.difference.reason).toBe('expected pairs and at least 2 events, found 0');
  });
});

describe('net benefit', () => {
  const input = { followUp, horizon: horizonDays, bootstraps: 50, random: new Random(1) };

  it('is above that of treating all and none for the model that knows, and of the clinical one beside it', () => {
    const found = netBenefit({ ...input, predictions: [signal, asModel('forest', column(1)), noise] })!;
    expect(found.models.map(({ model }) => model)).toEqual(['multimodal', 'clinical-cox']);
    const at = found.thresholds.indexOf(0.3);
    const [own, other] = found.models.map(({ netBenefit: curve }) => curve[at]!);
    expect(own!.value!).toBeGreaterThan(Math.max(0, found.treatAll[at]!.value!));
    expect(own!.value!).toBeGreaterThan(other!.value!);
    expect(own!.low!).toBeLessThan(own!.value!);
    expect(own!.high!).toBeGreaterThan(own!.value!);
    expect(found.thresholds.length).toBeLessThanOrEqual(50);
  });
  it('of everybody treated is the prevalence less the odds-weighted rest, by hand', () => {
    const days = Float64Array.from({ length: 10 }, (_, row) => (row < 3 ? 10 : 1000));
    const event = Uint8Array.from(days, (day) => (day === 10 ? 1 : 0));
    const same = asModel('multimodal', new Float64Array(10));
    const found = netBenefit({ ...input, followUp: { days, event }, predictions: [same] })!;
    const at = found.thresholds.indexOf(0.2);
    // 3 in 10 have the event; all have a risk of 1/(1+e) = 0.269 and are treated: 0.3 - 0.7 · 0.25.
    expect(found.treatAll[at]!.value).toBeCloseTo(0.125, 12);
    expect(found.models[0]!.netBenefit[at]!.value).toBeCloseTo(0.125, 12);
    expect(found.thresholds.at(-1)).toBe(0.27);
  });
  it('is not given of a model without risks at the horizon', () => {
    expect(netBenefit({ ...input, predictions: [{ ...signal, incidenceAtHorizon: null }] })).toBeNull();
  });
});
