import type { Estimate } from '@myocast/validation';

/** A number with fixed digits and a true minus sign; none before what is rounded to zero. */
export function formatNumber(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '\u2212');
}

/** `0.71 (0.62 to 0.80)`, or why there is no estimate. */
export function formatEstimate({ value, low, high, reason }: Estimate, digits = 2): string {
  if (value === null) return `not estimable: ${reason ?? 'no reason recorded'}`;
  const point = formatNumber(value, digits);
  if (low === null || high === null) return `${point} (no interval${reason ? `: ${reason}` : ''})`;
  return `${point} (${formatNumber(low, digits)} to ${formatNumber(high, digits)})`;
}

/** A probability as a percentage; below 10 % with one decimal. */
export function formatPercent(probability: number): string {
  const percent = probability * 100;
  return `${formatNumber(percent, percent < 10 ? 1 : 0)} %`;
}

/** `12 (8 %)`. */
export function formatShare(count: number, of: number): string {
  return of > 0 ? `${count} (${Math.round((100 * count) / of)} %)` : String(count);
}

/** `hf-hospitalisation` as a person writes it. */
export function causeLabel(cause: string): string {
  return (
    {
      'cardiovascular-death': 'Cardiovascular death',
      'recurrent-mi': 'Recurrent infarction',
      'hf-hospitalisation': 'Heart-failure hospitalisation',
      'unplanned-revascularisation': 'Unplanned revascularisation',
      'non-cardiovascular-death': 'Non-cardiovascular death',
    }[cause] ?? cause
  );
}

const daysPerMonth = 365.25 / 12;

/** Days as months of 365.25 / 12 days. */
export function monthsOf(days: number): number {
  return days / daysPerMonth;
}

/** `24 months` for whole months, else days. */
export function formatHorizon(days: number): string {
  const months = Math.round(monthsOf(days));
  return months >= 1 && Math.abs(monthsOf(days) - months) < 0.1 ? `${months} months` : `${days} days`;
}

/** `4 min 05 s`, `12.3 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}
