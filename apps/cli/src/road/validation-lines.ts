import type { Estimate, ValidationRecord } from '@myocast/validation';
import { textTable } from '../text-table.ts';

/** The concordance of every model in every held-out group, as a table for the terminal. */
export function validationLines(record: ValidationRecord): string[] {
  const models = record.groups[0]?.models.map(({ label }) => label) ?? [];
  const rows = record.groups.map(({ group, subjects, events, models: own }) => [
    group,
    String(subjects),
    String(events),
    ...own.map(({ harrell }) => show(harrell)),
  ]);
  const across = record.acrossCentres;
  if (across && record.groups.length > 2)
    rows.push([
      'mean over centres',
      '',
      '',
      ...record.groups[0]!.models.map(({ model }) => show(across[model])),
    ]);
  const pooled = record.groups.at(-1)?.models ?? [];
  const measure = record.horizonDays === null ? 'Area under the ROC curve' : "Harrell's C";
  return [
    `${measure} of ${record.outcome} (95 % interval), ${record.design}:`,
    '',
    ...textTable(['held out', 'n', 'events', ...models], rows),
    '',
    ...pooled.flatMap(({ label, brier, ipa, observedOverExpected }) =>
      brier.value === null
        ? []
        : [
            `${label}: Brier ${brier.value.toFixed(3)}${record.horizonDays === null ? '' : ` at ${record.horizonDays} d`}, IPA ${show(ipa)}, observed/expected ${show(observedOverExpected)}`,
          ],
    ),
  ];
}

function show(estimate: Estimate | undefined): string {
  if (!estimate || estimate.value === null) return 'not estimable';
  const { value, low, high } = estimate;
  return low === null || high === null
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
