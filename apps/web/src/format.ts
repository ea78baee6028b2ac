/** A probability as a percentage; below 10 % with one decimal. */
export function percent(probability: number): string {
  const value = probability * 100;
  return `${value.toFixed(value < 9.95 ? 1 : 0)} %`;
}

/** A number, or a dash for a value that is not there. */
export function numberOr(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

const labels: Record<string, string> = {
  'cardiovascular-death': 'Cardiovascular death',
  'recurrent-mi': 'Recurrent infarction',
  'hf-hospitalisation': 'Heart-failure hospitalisation',
  'unplanned-revascularisation': 'Unplanned revascularisation',
  'non-cardiovascular-death': 'Non-cardiovascular death',
};

/** A cause as a person writes it. */
export function causeLabel(cause: string): string {
  return labels[cause] ?? cause;
}
