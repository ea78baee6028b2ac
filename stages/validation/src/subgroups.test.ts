import { compositeFollowUp, type PredictorTable } from '@myocast/predictors';
import { takeFollowUp, takeRows } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { describe, expect, it } from 'vitest';
import { cohort, horizonDays, inputFor } from './cohort.fixture.ts';
import { subgroupPerformance, subgroupsOf } from './subgroups.ts';
import { validationRecord } from './validation-record.ts';

/** Columns sex=female, age and anterior of five subjects; the last one's sex and age are missing. */
const table: PredictorTable = {
  subjects: ['a', 'b', 'c', 'd', 'e'],
  centres: ['A', 'A', 'A', 'A', 'A'],
  columns: ['sex=female', 'age', 'anterior'].map((name) => ({
    name,
    label: name,
    unit: null,
    kind: 'continuous',
    source: 'clinical',
  })),
  values: Float64Array.from([1, 64.9, 1, 0, 65, 0, 0, 80, 1, 1, 40, 0, 0, 0, 1]),
  observed: Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1]),
  segments: [],
  slices: [],
};

describe('subgroups', () => {
  it('are by sex, age and infarct location, with the unknown apart', () => {
    expect(subgroupsOf(table).map(({ by, name, rows }) => [by, name, rows.join()])).toEqual([
      ['Sex', 'female', '0,3'],
      ['Sex', 'male', '1,2'],
      ['Sex', 'not known', '4'],
      ['Age', '65 or older', '1,2'],
      ['Age', 'below 65', '0,3'],
      ['Age', 'not known', '4'],
      ['Infarct location', 'anterior', '0,2,4'],
      ['Infarct location', 'not anterior', '1,3'],
    ]);
    expect(
      subgroupsOf({ ...table, columns: [], values: new Float64Array(), observed: new Uint8Array() }),
    ).toEqual([]);
  });

  it('are judged on their own subjects alone', () => {
    const data = cohort(200, 'subgroups');
    const followUp = compositeFollowUp(data.outcome);
    const risk = Float64Array.from({ length: 200 }, (_, row) => data.table.values[2 * row]!);
    const model = { name: 'm', label: 'M', risk, incidenceAtHorizon: risk.map(() => 0.5) };
    const rows = [...Array(80).keys()];
    const subgroups = [
      { by: 'Sex', name: 'female', rows },
      { by: 'Sex', name: 'male', rows: [0] },
    ];
    const [found, tiny] = subgroupPerformance(model, followUp, horizonDays, subgroups);
    const own = takeFollowUp(followUp, rows);
    expect(found!.harrell.value).toBe(concordance(takeRows(risk, rows), own).index);
    expect(found!.harrell.low!).toBeLessThan(found!.harrell.value!);
    expect(found!.events).toBe(own.event.filter((code) => code === 1).length);
    const ratio = found!.observedOverExpected;
    // The interval of a ratio on the log scale: its ends multiply to its square.
    expect(ratio.low! * ratio.high!).toBeCloseTo(ratio.value! ** 2, 10);
    expect(tiny!.harrell.reason).toContain('expected at least 2 events');
    const record = validationRecord({ ...inputFor(data, [model]), subgroups });
    expect(record.subgroups!.map(({ subjects }) => subjects)).toEqual([80, 1]);
  });
});
