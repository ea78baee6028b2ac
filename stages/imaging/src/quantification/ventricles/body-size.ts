import { type Issue, issue } from '@myocast/base';
import type { Person } from './ventricle-records.ts';

export const nobodyKnown: Person = { ageYears: null, sex: null, heightCm: null, weightKg: null };

/** What an adult can be; beyond it a unit was mistaken (metres, pounds) rather than a person rare. */
const adult = { ageYears: [16, 115], heightCm: [120, 230], weightKg: [25, 300] } as const;

/**
 * Body surface area in m², the square root of height × weight / 3600.
 *
 * Source: mosteller1987 (docs/references.bib).
 */
export function mostellerM2(heightCm: number, weightKg: number): number {
  return Math.sqrt((heightCm * weightKg) / 3600);
}

/**
 * Body surface area in m², 0.007184 × height^0.725 × weight^0.425.
 *
 * Source: dubois1916 (docs/references.bib).
 */
export function duBoisM2(heightCm: number, weightKg: number): number {
  return 0.007184 * heightCm ** 0.725 * weightKg ** 0.425;
}

/** The person, without what no adult can be; each such value is a 'bad-value'. */
export function checkPerson(
  person: Person,
  path: string,
): { readonly person: Person; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const checked = (key: keyof typeof adult): number | null => {
    const value = person[key];
    const [least, most] = adult[key];
    if (value === null || (value >= least && value <= most)) return value;
    issues.push(issue('bad-value', path, `expected ${key} of an adult, ${least} to ${most}, found ${value}`));
    return null;
  };
  const sizes = {
    ageYears: checked('ageYears'),
    heightCm: checked('heightCm'),
    weightKg: checked('weightKg'),
  };
  return { person: { ...sizes, sex: person.sex }, issues };
}
