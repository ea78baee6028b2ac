/** How far an archive is followed, so that a hostile one costs little. */
export interface ArchiveLimits {
  /** One file is held in memory while it is read. */
  readonly fileBytes: number;
  /** Everything that the archives of one input unpack to. */
  readonly totalBytes: number;
  /** Unpacked over packed bytes, asked once `ratioFromBytes` are unpacked: masks of zeros do shrink a thousandfold. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  readonly entries: number;
  /** Archives inside each other; `.tar.gz` counts as two. */
  readonly depth: number;
}

/** Ten times beyond the largest exam: 3,000 files of 0.5 MB are 1.5 GB. */
export const archiveLimits: ArchiveLimits = {
  fileBytes: 2 ** 31 - 1,
  totalBytes: 2 ** 35,
  ratio: 100,
  ratioFromBytes: 2 ** 28,
  entries: 100_000,
  depth: 4,
};

/** What one file on disk, with all the archives inside it, may still cost. */
export interface Budget {
  readonly limits: ArchiveLimits;
  /** Counts unpacked bytes; @returns why the archive is not followed any further, or null. */
  unpack(bytes: number): string | null;
  /** Counts an entry; @returns as `unpack`. */
  entry(): string | null;
}

/** @param packedBytes the size of the file on disk */
export function openBudget(limits: ArchiveLimits, packedBytes: number): Budget {
  let unpacked = 0;
  let entries = 0;
  return {
    limits,
    unpack(bytes) {
      unpacked += bytes;
      if (unpacked > limits.totalBytes)
        return `expected to unpack to at most ${limits.totalBytes} bytes, found more`;
      if (unpacked > limits.ratioFromBytes && unpacked > limits.ratio * packedBytes)
        return `expected to unpack to at most ${limits.ratio} times its ${packedBytes} bytes, found more`;
      return null;
    },
    entry() {
      entries += 1;
      return entries > limits.entries ? `expected at most ${limits.entries} entries, found more` : null;
    },
  };
}
