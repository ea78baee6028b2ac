import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '@myocast/base';
import { readJsonFile, removeDrafts, writeFileAtomic } from '@myocast/base/files';

/** What `run.json` says of one stage. */
export interface StageEntry {
  /** Hash of everything the stage's outputs depend on. */
  readonly key: string;
  readonly state: 'started' | 'done';
  readonly seconds: number;
}

/**
 * Which stages of a study folder are done, and from which inputs.
 *
 * A stage whose key is the recorded one goes on where it was: what it has
 * finished lies in its outputs, whole. Another key means other inputs, so its
 * outputs are cleared before it starts.
 */
export class RunLog {
  readonly #folder: string;
  readonly #stages: Record<string, StageEntry>;

  private constructor(folder: string, stages: Record<string, StageEntry>) {
    this.#folder = folder;
    this.#stages = stages;
  }

  static async open(folder: string): Promise<RunLog> {
    const log = await readJsonFile<{ stages: Record<string, StageEntry> }>(join(folder, 'run.json'));
    return new RunLog(folder, log?.stages ?? {});
  }

  get stages(): Readonly<Record<string, StageEntry>> {
    return this.#stages;
  }

  /**
   * Does the work unless it is done already; in either case gives the key that
   * later stages depend on.
   *
   * @param inputs everything the outputs depend on, keys of earlier stages included
   * @param outputs files and folders of the study folder that the stage owns
   */
  async stage(
    name: string,
    inputs: object,
    outputs: readonly string[],
    work: () => Promise<void>,
  ): Promise<{ key: string; wasDone: boolean }> {
    const key = contentHash({ name, inputs }).slice(0, 16);
    const before = this.#stages[name]?.key === key ? this.#stages[name] : null;
    if (before?.state === 'done') return { key, wasDone: true };
    await this.#clear(outputs, before === null);
    const earlier = before?.seconds ?? 0;
    await this.#record(name, { key, state: 'started', seconds: earlier });
    const began = Date.now();
    try {
      await work();
    } catch (error) {
      await this.#record(name, { key, state: 'started', seconds: earlier + secondsSince(began) });
      throw error;
    }
    await this.#record(name, { key, state: 'done', seconds: earlier + secondsSince(began) });
    return { key, wasDone: false };
  }

  /** Removes the outputs of other inputs, or else only the drafts that a killed run left among them. */
  async #clear(outputs: readonly string[], others: boolean): Promise<void> {
    for (const output of others ? outputs : [])
      await rm(join(this.#folder, output), { recursive: true, force: true });
    for (const place of ['.', ...outputs]) await removeDrafts(join(this.#folder, place));
  }

  async #record(name: string, entry: StageEntry): Promise<void> {
    this.#stages[name] = entry;
    await writeFileAtomic(
      join(this.#folder, 'run.json'),
      `${JSON.stringify({ stages: this.#stages }, null, 2)}\n`,
    );
  }
}

function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 100) / 10;
}
