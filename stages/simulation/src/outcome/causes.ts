/** The five causes in the order of their codes; the first four are MACE. */
export const causes = [
  'cardiovascular-death',
  'recurrent-mi',
  'hf-hospitalisation',
  'unplanned-revascularisation',
  'non-cardiovascular-death',
] as const;
export type Cause = (typeof causes)[number];
export const maceCauses = causes.slice(0, 4) as readonly Cause[];

export function isDeath(cause: Cause): boolean {
  return cause === 'cardiovascular-death' || cause === 'non-cardiovascular-death';
}

export const daysPerYear = 365.25;
