/** How many rows a statistic is of: the first line of what is printed. */
export function countsLine({
  subjects,
  eventCount,
  rowsLeftOut,
}: {
  readonly subjects: number;
  readonly eventCount: number;
  readonly rowsLeftOut: number;
}): string {
  return `${subjects} subjects, ${eventCount} events, ${rowsLeftOut} ${rowsLeftOut === 1 ? 'row' : 'rows'} left out`;
}
