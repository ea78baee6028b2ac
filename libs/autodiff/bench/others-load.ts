import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Processor time so far, in ticks of 10 ms. */
interface Ticks {
  /** Of the whole machine, idle not counted. */
  readonly busy: number;
  readonly own: number;
  readonly atMs: number;
}

/**
 * Share of the machine's processors (0 to 1) that processes other than this one, its
 * ended children and `pids` take while `work` runs; null where the system does not count it in /proc.
 */
export async function withOthersLoad<T>(
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<{ result: T; others: number | null }> {
  const before = read(pids);
  const result = await work();
  const after = read(pids);
  if (!before || !after) return { result, others: null };
  const capacity = ((after.atMs - before.atMs) / 10) * availableParallelism();
  const foreign = after.busy - before.busy - (after.own - before.own);
  return { result, others: Math.max(0, foreign / capacity) };
}

function read(pids: readonly number[]): Ticks | null {
  try {
    const [user, nice, system, , , irq, softIrq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number) as [number, number, number, number, number, number, number, number];
    const own = [process.pid, ...pids].map(ownTicks).reduce((sum, ticks) => sum + ticks, 0);
    return { busy: user + nice + system + irq + softIrq + steal, own, atMs: performance.now() };
  } catch {
    return null;
  }
}

/** User and system time are fields 14 and 15, those of ended children 16 and 17; the name in field 2 may hold blanks. */
function ownTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
