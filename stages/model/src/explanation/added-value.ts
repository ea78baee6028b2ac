import { type ModelInput } from './risk-model.ts';
import { sequenceName, variableName } from './players.ts';
import { allBut, type RiskInterval, type RiskModel } from './risk-model.ts';

/** A test that a clinic may do or leave: what of a subject's inputs it gives. */
export interface ClinicalTest {
  readonly name: string;
  readonly gives: (input: ModelInput) => boolean;
}

const ofVariable = (pattern: RegExp) => (input: ModelInput) =>
  input.kind === 'column' && input.source === 'clinical' && pattern.test(variableName(input));
const ofSequence = (name: string) => (input: ModelInput) => sequenceName(input) === name;

/** Sequences and laboratory tests whose worth is asked for by default. */
export const clinicalTests: readonly ClinicalTest[] = [
  { name: 'LGE', gives: ofSequence('LGE') },
  { name: 'T2', gives: ofSequence('T2') },
  { name: 'maps', gives: ofSequence('maps') },
  { name: 'cine', gives: ofSequence('cine') },
  { name: 'CMR', gives: (input) => sequenceName(input) !== 'clinical' },
  { name: 'troponin', gives: ofVariable(/troponin/i) },
  { name: 'NT-proBNP', gives: ofVariable(/bnp/i) },
];

export interface AddedValue {
  readonly test: string;
  /** Inputs that the test gave this subject; 0 where it was not done, and then there is nothing to compare */
  readonly inputs: number;
  /** Forecast without the test; null where it was not done */
  readonly without: RiskInterval | null;
  /** Risk with the test less risk without it; null where it was not done */
  readonly change: number | null;
  /** Width of the model's low to high with the test less that without it: negative where the test narrows it; null where it was not done */
  readonly widthChange: number | null;
}

/**
 * What each test adds to a subject's forecast: the risk and its low to high with everything, and again as if the
 * test had not been done. One subject's change is no measure of a test's worth in general, and a test may well widen the interval.
 */
export async function addedValues(
  model: RiskModel,
  subject: number,
  tests: readonly ClinicalTest[] = clinicalTests,
): Promise<{ readonly whole: RiskInterval; readonly tests: readonly AddedValue[] }> {
  const inputs = model.inputsOf(subject);
  const given = tests.map(({ gives }) => inputs.flatMap((input, index) => (gives(input) ? [index] : [])));
  const sets = [[], ...given].map((without) => ({
    subject,
    shown: allBut(model, subject, without),
    hidden: 'missing' as const,
  }));
  const [whole, ...withouts] = await model.interval(sets);
  return {
    whole: whole!,
    tests: tests.map(({ name }, index) => addedValue(name, given[index]!.length, whole!, withouts[index]!)),
  };
}

function addedValue(test: string, inputs: number, whole: RiskInterval, without: RiskInterval): AddedValue {
  if (inputs === 0) return { test, inputs, without: null, change: null, widthChange: null };
  const width = ({ low, high }: RiskInterval) => high - low;
  return {
    test,
    inputs,
    without,
    change: whole.risk - without.risk,
    widthChange: width(whole) - width(without),
  };
}
