import type { FaithfulnessRecord } from '@myocast/model';
import { faithfulnessLines } from '@myocast/model/explanation';

/** How well a model's explanations order its inputs, of how many subjects and of which. */
export function faithfulnessText(record: FaithfulnessRecord | null): string[] {
  if (record === null) return ['faithfulness of explanations: not measured, nobody has two inputs to order'];
  const { subjects, leftOut, heldOut, horizonDays } = record;
  const who = heldOut ? 'held out from training' : 'that the model was trained on';
  const without = leftOut > 0 ? `, ${leftOut} more without two inputs` : '';
  const risk = horizonDays === null ? 'the risk' : `the risk at ${Math.round(horizonDays)} d`;
  return [...faithfulnessLines(record), `  (of ${risk}, ${subjects} subjects ${who}${without})`];
}
