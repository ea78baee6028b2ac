import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createSubject, subjectIds } from '../cohort.ts';
import { causes, daysPerYear, isDeath } from './causes.ts';
import type { CourseEvent } from './course.ts';
import { observe } from './follow-up.ts';
import { lastSeenDay } from './visits.ts';

const config = { patients: 20, centres: 4, seed: 11 };
const patients = subjectIds(config).map((id) => createSubject(config, id).patient);
const single = patients.find(({ clinical }) => clinical.non_culprit === 'none')!;
const staged = patients.find(({ clinical }) => clinical.non_culprit === 'staged')!;

function follow(course: readonly CourseEvent[], patient = single, count = 2000) {
  return Array.from({ length: count }, (_, index) => observe(new Random(`follow ${index}`), course, patient));
}

describe('the follow-up', () => {
  it('sees a healthy patient every six months inside the windows, misses 5 % and loses 2 % a year', () => {
    const all = follow([]);
    const visits = all.flatMap((own) => own.visits.slice(0, -1));
    for (const { number, plannedDay, windowDays, day } of visits) {
      expect(plannedDay).toBe(Math.round(number * 182.625));
      expect(windowDays).toBe(number <= 2 ? 30 : 45);
      if (day !== null) expect(Math.abs(day - plannedDay)).toBeLessThanOrEqual(windowDays);
    }
    const asked = visits.filter(({ status }) => status === 'seen' || status === 'missed');
    const missed = asked.filter(({ status }) => status === 'missed').length / asked.length;
    expect(Math.abs(missed - 0.05)).toBeLessThan(0.008);
    const years =
      all.reduce(
        (sum, { lossDay, outcome }) =>
          sum + Math.min(lossDay ?? Infinity, outcome.administrativeYears * daysPerYear),
        0,
      ) / daysPerYear;
    expect(Math.abs(all.filter(({ lossDay }) => lossDay !== null).length / years - 0.0202)).toBeLessThan(
      0.006,
    );
    for (const { outcome, visits: own } of all) {
      expect(outcome.firstEvent).toBeNull();
      expect(outcome.followUpDays).toBeGreaterThanOrEqual(Math.max(1, lastSeenDay(own)));
      expect(outcome.followUpDays).toBeLessThanOrEqual(Math.ceil(outcome.administrativeYears * daysPerYear));
    }
  });

  it('does not count a staged procedure of the plan', () => {
    const all = follow([], staged);
    const planned = all.flatMap(({ suspected }) => suspected.filter(({ what }) => what === 'staged-pci'));
    expect(planned.length).toBeGreaterThan(1900);
    for (const { trueDay, evidence } of planned) {
      expect(trueDay).toBeLessThanOrEqual(60);
      expect([1, undefined]).toContain(evidence.planned_at_index);
    }
    expect(all.every(({ outcome }) => outcome.firstEvent === null)).toBe(true);
  });

  it('learns of an event at once, or at the next contact, and then not always of its day', () => {
    const course = [{ cause: 'recurrent-mi', years: 0.8 }] as const;
    const all = follow(course);
    const known = all.flatMap(({ suspected }) => suspected.filter(({ what }) => what === 'recurrent-mi'));
    const day = Math.ceil(0.8 * daysPerYear);
    for (const event of known) {
      expect(event.trueDay).toBe(day);
      expect(event.knownDay).toBeGreaterThanOrEqual(day);
      expect(event.unknownUntilDay).toBeLessThan(day);
      if (event.precision === 'day') expect(event.day).toBe(day);
      else {
        expect(event.day).toBeGreaterThan(event.unknownUntilDay - 1);
        expect(event.day).toBeLessThanOrEqual(event.knownDay);
      }
      if (event.precision === 'month') expect(Math.abs(event.day - day)).toBeLessThanOrEqual(31);
    }
    const precise = known.filter(({ precision }) => precision === 'day').length / known.length;
    // Half at once and 0.8 of the rest.
    expect(Math.abs(precise - 0.9)).toBeLessThan(0.03);
    const first = all.filter(({ outcome }) => outcome.firstEvent === 'recurrent-mi').length;
    expect(first).toBe(
      all.filter(({ suspected }) => suspected.some(({ what }) => what === 'recurrent-mi')).length,
    );
    expect(first / all.length).toBeGreaterThan(0.93);
  });

  it('counts a death without a named cause as cardiovascular, and nothing after a death', () => {
    const course = [{ cause: 'non-cardiovascular-death', years: 0.6 }] as const;
    const all = follow(course);
    const counts = { cardiovascular: 0, other: 0, unnamed: 0 };
    for (const { outcome, suspected, visits } of all) {
      expect(visits.filter(({ status }) => status === 'dead').length).toBeLessThanOrEqual(1);
      expect(visits.every(({ day, status }) => status !== 'seen' || day! < 0.6 * daysPerYear + 1)).toBe(true);
      expect(suspected.every(({ trueDay }) => trueDay <= Math.ceil(0.6 * daysPerYear))).toBe(true);
      if (suspected.some(({ evidence }) => evidence.death_certificate === 'unknown')) counts.unnamed++;
      if (outcome.firstEvent === 'cardiovascular-death') counts.cardiovascular++;
      if (outcome.firstEvent === 'non-cardiovascular-death') counts.other++;
    }
    expect(counts.cardiovascular).toBe(counts.unnamed);
    expect(Math.abs(counts.unnamed / all.length - 0.076)).toBeLessThan(0.02);
    expect(counts.cardiovascular + counts.other).toBeGreaterThan(0.93 * all.length);
    expect(causes.filter(isDeath).length).toBe(2);
  });
});
