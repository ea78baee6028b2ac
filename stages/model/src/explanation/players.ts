import { variableOf } from '../comparators/column-sets.ts';
import type { ModelInput } from './risk-model.ts';

/** Inputs that are shown and hidden together. */
export interface Player {
  readonly name: string;
  /** Places in the subject's list of inputs */
  readonly inputs: readonly number[];
}

/** Inputs of one name are one player, in the order of first appearance; those named null belong to none. */
export function playersBy(
  inputs: readonly ModelInput[],
  nameOf: (input: ModelInput) => string | null,
): Player[] {
  const groups = new Map<string, number[]>();
  for (const [place, input] of inputs.entries()) {
    const name = nameOf(input);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(place);
    else groups.set(name, [place]);
  }
  return [...groups].map(([name, members]) => ({ name, inputs: members }));
}

/**
 * The columns of one variable (a category is several), one quantity in all of its segments,
 * the slices of one sequence.
 */
export function variableName(input: ModelInput): string {
  if (input.kind === 'column') return variableOf(input.name);
  return input.kind === 'segment' ? `${input.name} by segment` : `${input.sequence} images`;
}

/** CMR quantities by the sequence they are measured in, first match first. */
const sequenceOfQuantity: readonly (readonly [pattern: RegExp, sequence: string])[] = [
  [/t2[-_ ]?map|t2[-_ ]?star|\bt1|^t1|ecv|extracellular|imh|haemorrhage/i, 'maps'],
  [/t2|oedema|edema|area_at_risk|\baar\b|salvage/i, 'T2'],
  [/lge|infarct|mvo|transmurality|grey|gray|enhanc|scar/i, 'LGE'],
  [
    /cine|ejection|edv|esv|stroke|mass|volume|thick|strain|gls|gcs|grs|sphericity|mapse|filling|function_index|atri|wall_motion/i,
    'cine',
  ],
];

/** The sequence in which a CMR quantity is measured; 'other CMR' for one of an unknown name. */
export function sequenceOf(quantity: string): string {
  return sequenceOfQuantity.find(([pattern]) => pattern.test(quantity))?.[1] ?? 'other CMR';
}

/** Everything from the record is 'clinical'; what is from images goes by its sequence, numbers and pictures alike. */
export function sequenceName(input: ModelInput): string {
  if (input.kind === 'slice') return sequenceOf(input.sequence);
  if (input.kind === 'column' && input.source === 'clinical') return 'clinical';
  return sequenceOf(input.name);
}
