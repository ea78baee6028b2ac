import type { FollowUp } from '@myocast/survival';
import { type ConcordanceOptions, unoSupport } from '@myocast/survival/performance';
import { format } from '../../text-table.ts';

/** Who supports Uno's concordance, as JSON has it; null where no event leads a pair. */
export function unoSupportWords(followUp: FollowUp, options: ConcordanceOptions) {
  const support = unoSupport(followUp, options);
  if (support === null) return null;
  const { lastDay, atRisk, censoringSurvival } = support;
  const note = support.thin
    ? `Uno's interval is too narrow: its last event, on day ${lastDay}, has ${atRisk} subjects at risk and a censoring survival of ${format(censoringSurvival)}; choose --tau so that 10 subjects or more and 0.05 are left, or --bootstrap`
    : null;
  return { ...support, note };
}

type UnoSupportWords = ReturnType<typeof unoSupportWords>;

export function unoSupportLines(support: UnoSupportWords, tau: number | null): string[] {
  if (support === null) return [];
  const { lastDay, atRisk, note } = support;
  const until = tau === null ? 'no tau' : `tau ${tau}`;
  return [
    `  ${until}, last event that counts on day ${lastDay}, ${atRisk} subjects at risk`,
    ...(note === null ? [] : [`  ${note}`]),
  ];
}
