/**
 * What the bench asks of a side (this library, or PyTorch): one JSON object a
 * line on its standard input, one JSON object a line back.
 *
 * `build` makes the network and its training session. This library writes weights and
 * batch to `file`, and the peer reads them there, so that both start alike. `train` takes
 * steps; `forward` runs the model as trained so far, without gradients; `memory`
 * gives the resident memory of the process.
 */
export type Request =
  | {
      readonly do: 'build';
      readonly network: string;
      readonly threads: number;
      readonly file: string;
      /** Only these ways of running it; all if absent. */
      readonly variants?: readonly string[];
      /** One more way for the peer, `compiled`: with torch.compile, which needs a C++ compiler. */
      readonly compile?: boolean;
    }
  | { readonly do: 'train' | 'forward'; readonly variant: string; readonly times: number }
  | { readonly do: 'memory' };

export interface Built {
  /** Ways this side can run the network, all timed; the fastest counts. */
  readonly variants: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}
export interface Timed {
  readonly ms: readonly number[];
  /** One loss a step, none for `forward`. */
  readonly losses: readonly number[];
}
/** MiB of the whole process; the peak since it started. */
export interface Memory {
  readonly nowMiB: number;
  readonly peakMiB: number;
}

/** A tensor within the file of weights and batch: float32, little endian, `offset` counted in values. */
export interface Stored {
  readonly name: string;
  readonly kind: 'parameter' | 'input';
  readonly shape: readonly number[];
  readonly offset: number;
}
