import { describe, expect, it } from 'vitest';
import { runStats, tableOf } from './testing/run-stats.ts';

const columns = '--time days --event event';

/** Whoever has the event has the greatest x of all at risk; others have a competing event. */
const separated = () =>
  tableOf(
    'days,event,x',
    Array.from({ length: 12 }, (_, at) => [at + 1, at === 11 ? 0 : 1 + (at % 2), at % 2 === 0 ? 12 - at : 0]),
  );

describe('advice of a command', () => {
  it.each([
    ['cox --cause 1', /set a ridge penalty/],
    ['optimism --cause 1 --at 5', /set a ridge penalty/],
    ['cause-specific', /leave it out$/],
    ['fine-gray --cause 1', /leave it out$/],
  ])('%s names only options that it has', async (words, advice) => {
    const { issues } = await runStats(await separated(), `${words} ${columns} --covariates x`);
    expect(issues[0]!.message).toMatch(advice);
  });

  it('calibration with competing events has no word on hazards that it does not fit', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => [
      1 + at,
      (at * 7) % 3,
      (0.1 + ((at * 17) % 60) / 100).toFixed(2),
    ]);
    const path = await tableOf('days,event,risk', rows);
    const words = `calibration ${columns} --risk risk --at 30 --groups 3`;
    const competing = await runStats(path, `${words} --cause 1`);
    expect(competing.said.join()).not.toMatch(/hazard regression/);
    expect(competing.document).toMatchObject({ hazardSlope: null, hazardCurve: null });
    expect(competing.document!['slope']).not.toBeNull();
    const alone = rows.map(([days, event, risk]) => [days, event === 1 ? 1 : 0, risk]);
    const { document } = await runStats(await tableOf('days,event,risk', alone), words);
    expect(document!['hazardSlope']).not.toBeNull();
  });

  it('calibration stops beyond the last follow-up, an event there or not', async () => {
    const path = await tableOf('days,event,risk', [
      [1, 0, 0.2],
      [2, 1, 0.3],
      [3, 1, 0.4],
    ]);
    const { issues, document } = await runStats(path, `calibration ${columns} --risk risk --at 4`);
    expect(document).toBeNull();
    expect(issues[0]).toMatchObject({ kind: 'not-estimable', message: expect.stringContaining('to day 4') });
  });
});
