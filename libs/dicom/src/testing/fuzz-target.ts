import type { Checked } from '@myocast/base';

/** A reader of foreign bytes that must never throw, hang or take memory by a claimed length. */
export interface FuzzTarget {
  readonly name: string;
  /** Good files, from which damaged ones are made. */
  readonly seeds: () => readonly FuzzSeed[];
  readonly read: (bytes: Uint8Array, path: string) => Checked<unknown> | Promise<Checked<unknown>>;
}

export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where the bytes under test begin. */
  readonly from: number;
}
