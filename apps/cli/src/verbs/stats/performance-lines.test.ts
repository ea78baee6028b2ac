import { Random } from '@myocast/base';
import { beforeAll, describe, expect, it } from 'vitest';
import { runStats, tableOf } from './testing/run-stats.ts';

/** Sixty subjects censored from day 200 on but for three events after all the others; one row has no time. */
function lateEvents(): Promise<string> {
  const random = new Random('late events');
  const rows = Array.from({ length: 60 }, (_, at) => {
    const [days, event] = at < 3 ? [400 + at, 1] : at < 33 ? [10 + 3 * at, 1] : [200 + at, 0];
    const risk = Math.min(0.98, Math.max(0.02, 0.7 - days / 500 + 0.4 * (random.uniform() - 0.5)));
    return [days, event, risk.toFixed(3), (risk ** 2).toFixed(3)];
  });
  return tableOf('days,event,one,two', [...rows, ['', 1, 0.5, 0.5]]);
}

const first = '60 subjects, 33 events, 1 row left out';

describe('measures of a prediction', () => {
  let path = '';
  beforeAll(async () => {
    path = await lateEvents();
  });

  it.each([
    'concordance --risk one',
    'auc --risk one --at 100',
    'compare --risk one --versus two',
    'roc --risk one --at 100',
    'brier --risk one --at 100',
    'calibration --risk one --at 100',
    'decision-curve --risk one --at 100',
  ])('%s says first of how many rows and events it is', async (words) => {
    const { lines, document } = await runStats(path, `${words} --time days --event event`);
    expect(lines[0]).toBe(first);
    expect(document).toMatchObject({ subjects: 60, eventCount: 33, rowsLeftOut: 1 });
  });

  it('logrank has the counts in its document', async () => {
    const { document } = await runStats(path, 'logrank --time days --event event --group one');
    expect(document).toMatchObject({ subjects: 60, eventCount: 33, rowsLeftOut: 1 });
  });

  it("Uno's concordance says on whom it hangs, and asks for tau where they are few", async () => {
    const words = 'concordance --risk one --time days --event event';
    const { document, lines } = await runStats(path, words);
    // the event on day 402 has nobody after it, so that of day 401 leads the last pair
    expect(document!['unoSupport']).toMatchObject({ lastDay: 401, atRisk: 2, thin: true });
    expect(document!['unoSupport']!['note']).toMatch(/choose --tau/);
    expect(lines.join('\n')).toMatch(
      /no tau, last event that counts on day 401, 2 subjects at risk\n.*choose --tau/,
    );
    const cut = await runStats(path, `${words} --tau 200`);
    expect(cut.document!['unoSupport']).toMatchObject({ lastDay: 106, atRisk: 31, thin: false, note: null });
    expect(cut.lines.join('\n')).not.toMatch(/choose --tau/);
    expect(cut.lines[2]).toMatch(/^Uno 0\.\d{4} \(se 0\.\d{4}, 0\.\d{4} to [01](\.\d{4})?\)$/);
  });
});
