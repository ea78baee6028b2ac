const dayMs = 86_400_000;

/**
 * A DA, DT or TM value moved back by whole days; a time of day stays as it is.
 * A DT of less than a day's precision is moved from its first day on.
 *
 * @returns null for what is no date or time by PS3.5 6.2, which therefore cannot be shifted
 */
export function shiftedDate(vr: string, value: string, days: number): string | null {
  if (vr === 'TM') return isTime(value) ? value : null;
  if (vr === 'DA') return shiftedDay(value.replace(/^(\d{4})\.(\d{2})\.(\d{2})$/, '$1$2$3'), days);
  return vr === 'DT' ? shiftedDateTime(value, days) : null;
}

function shiftedDateTime(value: string, days: number): string | null {
  const parts = /^(\d{4}|\d{6}|\d{8})((?<=^\d{8})\d.*?)?([+-]\d{4})?$/.exec(value);
  if (parts === null) return null;
  const [, date = '', time = '', zone = ''] = parts;
  if (time !== '' && !isTime(time)) return null;
  const whole = shiftedDay(date + '0101'.slice(date.length - 4), days);
  return whole && whole.slice(0, date.length) + time + zone;
}

function shiftedDay(value: string, days: number): string | null {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(value)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year, month, day] = parts as [number, number, number];
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  const shifted = new Date(at.getTime() - days * dayMs);
  return shifted.getUTCFullYear() < 1 ? null : shifted.toISOString().slice(0, 10).replaceAll('-', '');
}

/** HH, HHMM, HHMMSS or HHMMSS.F; also with the colons of ACR-NEMA. */
function isTime(value: string): boolean {
  return /^([01]\d|2[0-3])(:?[0-5]\d(:?([0-5]\d|60)(\.\d{1,6})?)?)?$/.test(value);
}
