import type { Outcome } from '@myocast/predictors';
import type { OutOfFold } from '@myocast/validation';
import { csvOf } from '../csv.ts';

interface Judged {
  readonly subjects: readonly string[];
  readonly centres: readonly string[];
  readonly outcome: Outcome;
}

/** `predictions.csv` of a validation: a row a subject, what became of it and what each model said. */
export function predictionsCsv(
  { subjects, centres, outcome }: Judged,
  predictions: readonly OutOfFold[],
): string {
  const header = [
    'subject',
    'centre',
    'days',
    'cause',
    ...predictions.flatMap(({ name }) => [`${name} risk`, `${name} incidence at horizon`]),
  ];
  const rows = subjects.map((subject, row) => [
    subject,
    centres[row]!,
    outcome.days?.[row] ?? '',
    outcome.cause[row] ? outcome.causes[outcome.cause[row]! - 1]! : '',
    ...predictions.flatMap(({ risk, incidenceAtHorizon }) => [risk[row]!, incidenceAtHorizon?.[row] ?? '']),
  ]);
  return csvOf([header, ...rows]);
}
