import { InvalidArgumentError } from 'commander';

/** Reads an option that must be a whole number of at least this. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`expected a whole number of at least ${least}, got "${text}"`);
    return value;
  };
}
