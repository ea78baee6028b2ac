import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

it('finds the name that was meant, and none for another word', () => {
  const known = ['age', 'sex', 'creatinine', 'nt_probnp', 'systolic_bp'];
  expect(nearestName('sexx', known)).toBe('sex');
  expect(nearestName('NT-proBNP', known)).toBe('nt_probnp');
  expect(nearestName('cretinin', known)).toBe('creatinine');
  expect(nearestName('shoe_size', known)).toBeNull();
  expect(nearestName('q', known)).toBeNull();
  expect(nearestName('sex', [])).toBeNull();
});
