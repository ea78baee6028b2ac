import { InvalidArgumentError } from 'commander';

/** The value of an option that is a number from 0 to 1. */
export function shareNumber(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(`expected a number from 0 to 1, got "${text}"`);
}
