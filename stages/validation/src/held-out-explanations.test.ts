import { Random } from '@myocast/base';
import type { ForecastCompetitor } from '@myocast/model';
import { describe, expect, it } from 'vitest';
import { cohort, horizonDays, inputFor, simpleCox } from './cohort.fixture.ts';
import { crossValidate, type FoldRecord } from './cross-validation.ts';
import { centreSplits } from './splits.ts';
import { validationRecord } from './validation-record.ts';

describe('explanations of held-out subjects', () => {
  const curves = (shift: number) => ({
    deletion: [
      [0, 0.2 + shift, 0.3],
      [0, 0.1, 0.3],
      [0, 0.1, 0.3],
    ],
    insertion: [
      [0, 0.1, 0.3],
      [0, 0.1, 0.3],
      [0, 0.1, 0.3],
    ],
  });

  it('are gathered over the splits and put into the record, kept folds included', async () => {
    const data = cohort(40, 'explained');
    const explaining: ForecastCompetitor = {
      name: 'multimodal',
      label: 'M',
      fitPredict: async ({ test }) => ({
        risk: Float64Array.from(test, (row) => data.table.values[2 * row]!),
        incidenceAtHorizon: null,
        explained: { asked: 2, curves: [curves(0.01 * test[0]!)] },
      }),
    };
    const kept = new Map<string, FoldRecord>();
    const run = () =>
      crossValidate({
        ...data,
        splits: centreSplits(data.table.centres),
        competitors: [explaining, simpleCox()],
        random: new Random(1),
        readFold: async (name, split) => {
          const text = kept.get(`${name} ${split}`);
          return text ? (JSON.parse(JSON.stringify(text)) as FoldRecord) : null;
        },
        writeFold: async (fold) => void kept.set(`${fold.competitor} ${fold.split}`, fold),
      });
    const first = await run();
    expect(first[0]!.explained).toMatchObject({ asked: 8 });
    expect(first[0]!.explained!.curves).toHaveLength(4);
    expect(first[1]!.explained).toBeUndefined();
    const record = validationRecord(inputFor(data, first));
    expect(record.faithfulness).toMatchObject({
      heldOut: true,
      horizonDays,
      subjects: 4,
      leftOut: 4,
      randomOrders: 2,
    });
    // Trapezoids of width 1/2: half of what the middle is higher, 0.1 + 0.01 row, for rows 0 to 3.
    expect(record.faithfulness!.deletion.difference).toBeCloseTo((0.1 + 0.015) / 2, 12);
    expect(record.faithfulness!.insertion.difference).toBeCloseTo(0, 12);
    expect(validationRecord(inputFor(data, await run())).faithfulness).toEqual(record.faithfulness);
    expect(validationRecord(inputFor(data, first.slice(1))).faithfulness).toBeUndefined();
  });
});
