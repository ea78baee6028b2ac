import { convert } from '@myocast/base';
import type { ProtocolVariable } from './protocol.ts';
import { readNumber } from './read-table.ts';

/** Whether values given in this unit can be stored in the variable's. */
export function isConvertible({ unit, analyte }: ProtocolVariable, unitGiven: string | null): boolean {
  if (unitGiven === null || unit === undefined) return unitGiven === null && unit === undefined;
  return convert(1, unitGiven, unit, analyte) !== null;
}

/**
 * The value of a decoded cell in the protocol's unit, or what was expected in its place.
 *
 * @throws RangeError when the given unit does not convert (see isConvertible)
 */
export function readValue(
  entry: ProtocolVariable,
  text: string,
  unitGiven: string | null,
): number | string | { readonly expected: string } {
  if (entry.kind === 'category') return readCategory(entry, text);
  const given = readNumber(text);
  if (entry.kind === 'binary') return given === 0 || given === 1 ? given : { expected: '0 or 1' };
  if (given === null) return { expected: `a number${range(entry)}` };
  return readAmount(entry, given, unitGiven);
}

function readAmount(
  entry: ProtocolVariable,
  given: number,
  unitGiven: string | null,
): number | { readonly expected: string } {
  const value = entry.unit ? convert(given, unitGiven ?? entry.unit, entry.unit, entry.analyte) : given;
  if (value === null) throw new RangeError(`readValue: ${unitGiven} does not convert to ${entry.unit}`);
  if (entry.kind === 'ordinal' && !Number.isInteger(value))
    return { expected: `a whole number${range(entry)}` };
  return isWithin(value, entry) ? value : { expected: `a value${range(entry)}` };
}

function readCategory({ categories = [] }: ProtocolVariable, text: string): string | { expected: string } {
  return categories.includes(text) ? text : { expected: `one of ${categories.join(', ')}` };
}

function isWithin(value: number, { low, high }: ProtocolVariable): boolean {
  return (low === undefined || value >= low) && (high === undefined || value <= high);
}

function range({ low, high, unit }: ProtocolVariable): string {
  const inUnit = unit ? ` ${unit}` : '';
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}${inUnit}`;
  if (low !== undefined) return ` of at least ${low}${inUnit}`;
  return high === undefined ? '' : ` of at most ${high}${inUnit}`;
}

/** What a code means; a cell without a code means itself. Numbers are compared as numbers: 1.0 is 1. */
export function decode(codes: ProtocolVariable['codes'], text: string): string | null {
  if (!codes) return text;
  const number = readNumber(text);
  for (const key of [text, ...(number === null ? [] : [String(number)])])
    if (Object.hasOwn(codes, key)) return codes[key]!;
  return text;
}
