import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { withOthersLoad } from './others-load.ts';
import type { Built, Memory, Request, Timed } from './protocol.ts';

/** One side of the bench, in a process of its own. */
export class Side {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    // A command that does not exist shows as an output that ends at once.
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async ask<Answer extends Built | Timed | Memory>(request: Request): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`a side of the bench ended before it answered "${request.do}"`);
    return JSON.parse(value) as Answer;
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.pid !== undefined) await once(this.#child, 'close');
  }
}

/** One way of running the network, on the side that has it. */
export interface Contestant {
  readonly side: Side;
  readonly variant: string;
}
export interface TurnOptions {
  readonly rounds: number;
  /** How long a turn shall last at least. */
  readonly turnMs: number;
  /** Turns with more than this share of the machine taken by others are repeated… */
  readonly othersAtMost: number;
  /** …until this time is over. */
  readonly patienceMs: number;
}
export interface Turn {
  readonly ms: readonly number[];
  readonly others: number | null;
}

/**
 * Every contestant in turn, round after round. OpenMP's threads wait for each
 * other by spinning, so that one busy neighbour multiplies PyTorch's times and
 * hardly touches ours: a turn counts only when the machine was ours alone.
 *
 * @returns by variant `rounds` quiet turns; those there were when patience ended; or, if none, the least disturbed
 */
export async function inTurns(
  contestants: readonly Contestant[],
  verb: 'train' | 'forward',
  { rounds, turnMs, othersAtMost, patienceMs }: TurnOptions,
): Promise<Map<string, Turn[]>> {
  const turns = new Map<string, Turn[]>(contestants.map(({ variant }) => [variant, []]));
  const quiet = ({ others }: Turn) => others === null || others <= othersAtMost;
  const open = (variant: string) => turns.get(variant)!.filter(quiet).length < rounds;
  const lengths = new Map<string, number>();
  const pids = [...new Set(contestants.map(({ side }) => side.pid))];
  const until = performance.now() + patienceMs;
  const none = (variant: string) => turns.get(variant)!.length === 0;
  const unfinished = () =>
    contestants.filter(({ variant }) => (performance.now() < until ? open(variant) : none(variant)));
  for (let left = unfinished(); left.length > 0; left = unfinished()) {
    for (const { side, variant } of left) {
      await untilQuiet(pids, othersAtMost, until);
      const times = lengths.get(variant) ?? 4;
      const { result, others } = await withOthersLoad(pids, () =>
        side.ask<Timed>({ do: verb, variant, times }),
      );
      // The first after another's turn finds cold caches and sleeping threads.
      const ms = result.ms.slice(1);
      lengths.set(variant, Math.min(60, Math.max(4, Math.ceil(turnMs / Math.min(...ms)))));
      turns.get(variant)!.push({ ms, others });
    }
  }
  const counted = (all: readonly Turn[]) =>
    all.some(quiet) ? all.filter(quiet) : all.toSorted((a, b) => a.others! - b.others!).slice(0, 1);
  return new Map([...turns].map(([variant, all]) => [variant, counted(all).slice(0, rounds)]));
}

/** Waits while others take the machine, so that turns are not spent on what will not count. */
async function untilQuiet(pids: readonly number[], othersAtMost: number, until: number): Promise<void> {
  for (;;) {
    const { others } = await withOthersLoad(pids, () => wait(100));
    if (others === null || others <= othersAtMost || performance.now() > until) return;
  }
}

/** Peak resident memory that training adds to a fresh process that has loaded its library, MiB. */
export async function trainingMemory(
  start: () => Side,
  build: Extract<Request, { do: 'build' }>,
): Promise<number> {
  const side = start();
  const before = await side.ask<Memory>({ do: 'memory' });
  const { variants } = await side.ask<Built>(build);
  await side.ask<Timed>({ do: 'train', variant: variants[0]!, times: 5 });
  const after = await side.ask<Memory>({ do: 'memory' });
  await side.end();
  return after.peakMiB - before.nowMiB;
}
