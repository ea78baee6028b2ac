import { contentHash, Random } from '@myocast/base';
import { expect, it } from 'vitest';
import { planted } from '../planted.fixture.ts';
import { fitPopulation } from '../population-distance.ts';
import { fitScaler } from '../scaler.ts';
import { mapPatients, nearestPatients } from './nearest-patients.ts';
import { decodePatients, encodePatients, patientKey } from './patient-file.ts';

const { table, outcome } = planted(120, 'columns', new Random(4));
const rows = [...Array(100).keys()];
const scaler = fitScaler(table, rows, { bands: 6, components: 4, contrasts: 0 }, new Random(1));
const population = fitPopulation(scaler, table, rows);
const map = mapPatients(population, scaler, table, rows, outcome);
const subjects = rows.map((row) => `MRN-${1000 + row}`);
const { bytes, patients } = encodePatients({ study: 's', dataSet: 'hash' }, subjects, map);

it('finds the same patients as the map in memory, without the rows it was made of', () => {
  const read = decodePatients(bytes, patients, 'p');
  if (!read.ok) throw new Error(read.issues[0]!.message);
  expect(patients.subjects).toBe(100);
  const config = { count: 8, horizonDays: 700, itself: null };
  for (const row of [100, 105, 119]) {
    const [fresh, kept] = [map, read.value.map].map((own) =>
      nearestPatients(population, own, scaler, table, row, config),
    );
    expect(kept!.patients.map(({ index }) => index)).toEqual(fresh!.patients.map(({ index }) => index));
    expect(kept!.patients[0]!.distance).toBeCloseTo(fresh!.patients[0]!.distance, 4);
    expect([kept!.events, kept!.incidence]).toEqual([fresh!.events, fresh!.incidence]);
  }
});

it('holds no name and no value of a patient, and tells a subject again by its key', () => {
  const text = new TextDecoder().decode(bytes);
  expect(text).not.toMatch(/MRN|lab\d|cmr\d/);
  const { keys } = JSON.parse(text) as { keys: string[] };
  expect(keys.indexOf(patientKey('hash', 'MRN-1007'))).toBe(7);
  expect(keys.indexOf(patientKey('another data set', 'MRN-1007'))).toBe(-1);
  expect(new Set(keys).size).toBe(100);
});

it('is refused when it is another file than the card names, or one that does not fit itself', () => {
  const other = bytes.slice();
  other[other.length - 5] = 0x20;
  expect(decodePatients(other, patients, 'p')).toMatchObject({
    ok: false,
    issues: [{ kind: 'bad-value', path: 'p', message: expect.stringContaining(patients.sha256) }],
  });
  const shorter = JSON.parse(new TextDecoder().decode(bytes)) as { keys: string[] };
  shorter.keys.pop();
  const forged = new TextEncoder().encode(JSON.stringify(shorter));
  const named = { subjects: 99, sha256: contentHash(forged) };
  expect(decodePatients(forged, named, 'p')).toMatchObject({
    ok: false,
    issues: [{ message: expect.stringContaining('a place and an outcome of every patient') }],
  });
});
