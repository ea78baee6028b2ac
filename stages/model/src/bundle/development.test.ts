import { expect, it } from 'vitest';
import { verdictOf } from './development.ts';

it('warns where the data decided more than they afford', () => {
  expect(verdictOf(13.6, 7.1)).toMatch(/^WARNING: 1\.9 times what the subjects and events afford/);
  expect(verdictOf(7, 7.1)).toBe('within what the subjects and events afford');
  expect(verdictOf(7, null)).toBeNull();
});
