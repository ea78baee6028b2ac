import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import type { LandmarkForecast } from '@myocast/model';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verb } from '../verb.ts';
import { predictVerb } from './predict.ts';
import { runVerb } from './run-verb.fixture.ts';
import { trainVerb } from './train.ts';

interface Answer {
  readonly forecasts: readonly (LandmarkForecast & { risks: { at: string; event: number }[] })[];
  readonly issues: readonly { path: string; message: string }[];
}

async function myocast(verb: Verb, ...words: string[]) {
  const result = await runVerb(verb, ...words);
  return { ...result, answer: result.document as Answer };
}

let folder: string;
const at = (name: string) => join(folder, name);
const table = (name: string, lines: readonly string[]) => writeFile(at(name), lines.join('\n'));
const predict = (day: string, ...more: string[]) =>
  myocast(
    predictVerb,
    'predict',
    '--bundle',
    at('model'),
    '--table',
    at('new.csv'),
    '--id',
    'id',
    '--at',
    day,
    ...more,
  );

/** Admissions (cause 1) that repeat themselves, and deaths (cause 2). */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myocast-predict-at-'));
  const random = new Random('predict at');
  const [first, courses] = [['id,age,days,event'], ['subject,what,name,day,value,known_day']];
  for (let n = 0; n < 160; n++) {
    const age = random.normal(60, 10);
    const end = Math.round(random.uniform(600, 1500));
    const own: number[] = [];
    for (let day = 0; ; ) {
      const rate = 4e-4 * Math.exp(0.04 * (age - 60) + (own.length > 0 ? 1.2 : 0));
      day += Math.ceil(random.exponential(rate));
      if (day >= end) break;
      own.push(day);
    }
    const stop = own[0] ?? end;
    first.push(`p${n},${age.toFixed(1)},${stop},${own.length > 0 ? 1 : 0}`);
    for (const day of own) courses.push(`p${n},event,event,${day},,${day + 5}`);
    courses.push(`p${n},end,,${end},,`);
  }
  await table('study.csv', first);
  await table('courses.csv', courses);
  await table('new.csv', ['id,age', 'a,55', 'b,55', 'c,70']);
  const words = ['train', '--table', at('study.csv'), '--time', 'days', '--event', 'event', '--id', 'id'];
  await myocast(trainVerb, ...words, '--courses', at('courses.csv'), '--out', at('model'));
}, 120_000);

describe('myocast predict --at', () => {
  it('forecasts from a visit on, higher after an event that is known by then', async () => {
    await table('known.csv', [
      'subject,what,name,day,value,known_day',
      'a,event,event,100,,',
      'b,event,event,100,,400',
      'c,visit,weight,90,81,',
    ]);
    const { answer, lines } = await predict('visit-1', '--courses', at('known.csv'));
    const [a, b, c] = answer.forecasts;
    expect(a!.landmarkDays).toBe(182.625);
    expect(a!.timesDays[0]).toBe(182.625);
    const risk = (entry: typeof a) => entry!.composite.risk.at(-1)!;
    expect(risk(a)).toBeGreaterThan(1.2 * risk(b));
    expect([a!.used, b!.used]).toEqual([['event on day 100'], []]);
    expect(c!.notUsed).toEqual(['weight 81 on day 90']);
    expect(lines.join('\n')).toContain('known by then: event on day 100');
    const reported = (await predict('401', '--courses', at('known.csv'))).answer.forecasts;
    expect(reported[1]!.used).toEqual(['event on day 100']);
    expect(reported[1]!.risks.map((entry) => entry.at)).toEqual(['2 y']);
  });

  it('leaves out who is no longer under observation, and says so', async () => {
    await table('ended.csv', ['subject,what,name,day', 'a,end,,300', 'b,end,,301']);
    const { answer } = await predict('300', '--courses', at('ended.csv'));
    expect(answer.forecasts.map(({ subject }) => subject)).toEqual(['b', 'c']);
    expect(answer.issues).toMatchObject([
      {
        path: '--at',
        message:
          'expected subjects under observation on day 300, found 1 of 3 whose observation had ended: left out (a)',
      },
    ]);
    await table('other.csv', ['subject,what,name,day', 'z,end,,301']);
    const other = await predict('300', '--courses', at('other.csv'));
    expect(other.answer.issues).toMatchObject([{ kind: 'unknown-subject', path: `${at('other.csv')} z` }]);
  });

  it('refuses a day that is none, a day beyond the follow-up, and rows that say nothing', async () => {
    await expect(predict('soon')).rejects.toThrow('found "soon"');
    await expect(predict('4000')).rejects.toThrow('expected days before');
    await expect(predict('9', '--explain', at('why'))).rejects.toThrow('--explain explains');
    await table('broken.csv', [
      'subject,what,name,day,value,known_day',
      'a,event,fall,3,,',
      'a,event,event,3,,2',
      'a,visit,weight,-1,80,',
      'a,visit,weight,4,heavy,',
      'a,call,,4,,',
    ]);
    const refusal = predict('300', '--courses', at('broken.csv'));
    for (const found of [
      'row 2: expected one of event',
      'row 3: expected a known_day',
      'row 4',
      'row 5',
      'row 6',
    ])
      await expect(refusal).rejects.toThrow(found);
    await table('headless.csv', ['subject,day', 'a,3']);
    await expect(predict('300', '--courses', at('headless.csv'))).rejects.toThrow('expected a column "what"');
  });
});
