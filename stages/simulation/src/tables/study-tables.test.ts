import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulationConfig, subjectIds } from '../cohort.ts';
import { simulate } from '../simulate.ts';

type Row = { readonly [column: string]: string };

/** The rows of a CSV file by the names of its columns, units left out. No cell that is asked for is quoted here. */
async function rowsOf(folder: string, file: string): Promise<Row[]> {
  const [header, ...lines] = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
  const names = header!.split(',').map((title) => title.split(' ')[0]!);
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? `${at}`, cell])),
  );
}

const msPerDay = 86_400_000;
const closing = Date.parse('2024-12-31');
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / msPerDay;
const isDeath = (what: string) => what.endsWith('-death');

// More than one batch of the writer.
const config: SimulationConfig = { patients: 620, centres: 20, seed: 8, imaging: { sequences: [] } };
let folder = '';
let tables: { readonly [name: string]: readonly Row[] } = {};
const of = (name: string) => tables[name]!;
const bySubject = (name: string) => {
  const rows = new Map<string, Row[]>(subjectIds(config).map((id) => [id, []]));
  for (const row of of(name)) rows.get(row['subject']!)?.push(row);
  return rows;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myocast-tables-'));
  const made = await simulate(config, folder, { workers: 0 });
  expect(made.ok && [made.value.examsWritten, made.value.examsThere]).toEqual([0, 0]);
  const names = [
    'clinical',
    'cmr',
    'laboratory',
    'screening',
    'followup',
    'visits',
    'events',
    'truth',
    'truth-events',
    'truth-course',
  ];
  tables = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await rowsOf(folder, `${name}.csv`)] as const)),
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('the tables of a study', () => {
  it('have each subject once, in the order of the ids, whatever the batch', () => {
    for (const name of ['clinical', 'cmr', 'followup', 'truth'])
      expect(
        of(name).map(({ subject }) => subject),
        name,
      ).toEqual(subjectIds(config));
    const enrolled = of('screening').filter(({ status }) => status === 'enrolled');
    expect(enrolled.length).toBe(620);
    expect(of('screening').every(({ status }) => status === 'enrolled' || status === 'excluded')).toBe(true);
  });

  it('count every day from the exam, whose date is time zero', () => {
    const exam = new Map(of('clinical').map(({ subject, cmr_date }) => [subject, cmr_date!]));
    const dated = [
      ...of('visits').filter(({ day }) => day !== ''),
      ...of('events').filter(({ date_precision: precision }) => precision === 'day'),
    ];
    expect(dated.length).toBeGreaterThan(2500);
    for (const { subject, day, date } of dated)
      expect(daysBetween(exam.get(subject)!, date!)).toBe(Number(day));
  });

  it('hold no time before its beginning', () => {
    const least: readonly (readonly [table: string, column: string, least: number])[] = [
      ['visits', 'day', 1],
      ['events', 'day', 1],
      ['events', 'known_day', 1],
      ['events', 'unknown_until_day', 0],
      ['truth-events', 'true_day', 1],
      ['truth-course', 'years', Number.MIN_VALUE],
      ['followup', 'follow_up_days', 1],
      ['laboratory', 'hours_from_admission', 0],
      ['clinical', 'pci_to_cmr', 3],
      ['clinical', 'door_to_balloon', 15],
    ];
    for (const [table, column, limit] of least) {
      const values = of(table)
        .map((row) => row[column])
        .filter((cell) => cell !== '');
      const lowest = values.reduce((low, cell) => Math.min(low, Number(cell)), Number.POSITIVE_INFINITY);
      expect(lowest, `${table} ${column}`).toBeGreaterThanOrEqual(limit);
      expect(Number.isFinite(lowest), `${table} ${column}`).toBe(true);
    }
    for (const { unknown_until_day: before, known_day: after } of of('events'))
      expect(Number(before)).toBeLessThan(Number(after));
    for (const { symptom_to_balloon: all, door_to_balloon: last } of of('clinical'))
      if (all !== '') expect(Number(last)).toBeLessThan(Number(all));
  });

  it('close the follow-up of everybody on one day, one to five years after the exam', () => {
    const visits = bySubject('visits');
    for (const { subject, cmr_date } of of('clinical')) {
      const years = (closing - Date.parse(cmr_date!)) / msPerDay / 365.25;
      expect(years).toBeGreaterThan(0.99);
      expect(years).toBeLessThan(5.01);
      for (const { date } of visits.get(subject!)!)
        if (date !== '') expect(daysBetween(date!, '2024-12-31')).toBeGreaterThanOrEqual(-1);
    }
  });

  it('censor who has no event at the last contact, and end with the first event who has one', () => {
    const [visits, events] = [bySubject('visits'), bySubject('events')];
    const truth = new Map(of('truth-events').map((row) => [row['event'], row]));
    let [withEvent, without] = [0, 0];
    for (const { subject, follow_up_days, first_event } of of('followup')) {
      const days = Number(follow_up_days);
      const own = events.get(subject!)!;
      const real = own.filter(({ event }) => endsFollowUp(truth.get(event)!['truth']!));
      expect(days).toBeGreaterThanOrEqual(1);
      if (first_event === '') {
        without++;
        const seen = visits.get(subject!)!.filter(({ status }) => status === 'seen');
        const contacts = [...seen, ...own].map(({ day }) => Number(day));
        expect(real.length).toBe(0);
        expect(days).toBe(Math.max(1, ...contacts));
      } else {
        withEvent++;
        const exact = real.filter(({ day }) => day !== '').map(({ day }) => Number(day));
        if (exact.length === real.length) expect(days).toBe(Math.min(...exact));
        expect(real.length).toBeGreaterThan(0);
      }
    }
    expect(withEvent).toBeGreaterThan(60);
    expect(without).toBeGreaterThan(300);
  });

  it('show nobody alive after a death or in the study after a loss', () => {
    const course = bySubject('truth-course');
    for (const [subject, own] of bySubject('visits')) {
      const death = course.get(subject)!.find(({ cause }) => isDeath(cause!));
      const deathDay = death ? Math.ceil(Number(death['years']) * 365.25) : Number.POSITIVE_INFINITY;
      const statuses = own.map(({ status }) => status!);
      for (const { status, day } of own) if (status === 'seen') expect(Number(day)).toBeLessThan(deathDay);
      const gone = statuses.findIndex((status) => status === 'lost' || status === 'withdrawn');
      if (gone >= 0) expect(new Set(statuses.slice(gone)).size).toBe(1);
      if (statuses.includes('dead')) expect(statuses.indexOf('dead')).toBe(statuses.length - 1);
    }
  });

  it('know of events that come again, and of none after a death', () => {
    let again = 0;
    for (const own of bySubject('truth-course').values()) {
      const causes = own.map(({ cause }) => cause!);
      const years = own.map(({ years: at }) => Number(at));
      expect(years).toEqual(years.toSorted((a, b) => a - b));
      const death = causes.findIndex(isDeath);
      if (death >= 0) expect(death).toBe(causes.length - 1);
      if (new Set(causes).size < causes.length) again++;
    }
    expect(again).toBeGreaterThan(5);
    for (const own of bySubject('events').values()) {
      const named = own.filter(({ reported_as }) => reported_as === 'death');
      expect(named.length).toBeLessThanOrEqual(1);
    }
  });
});

/** Whether what a suspected event was ends the follow-up: a component of MACE or another death. */
function endsFollowUp(truth: string): boolean {
  return (
    isDeath(truth) || ['recurrent-mi', 'hf-hospitalisation', 'unplanned-revascularisation'].includes(truth)
  );
}
