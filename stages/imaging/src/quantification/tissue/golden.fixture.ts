import { readFileSync } from 'node:fs';

/** One threshold in numpy's hands. */
interface GoldenCount {
  readonly threshold: number;
  readonly marked: number;
  readonly core: number;
  readonly dice: number;
}

interface Golden {
  readonly shape: readonly [number, number, number, number];
  readonly mask: readonly number[];
  readonly image: readonly number[];
  readonly remote: { readonly signal: number; readonly sd: number };
  readonly wall: number;
  readonly inner: number;
  readonly sd: readonly GoldenCount[];
  readonly fwhm: GoldenCount;
  readonly otsu: number;
  readonly rice: readonly (readonly [theta: number, mean: number, sd: number])[];
  readonly agreement: {
    readonly pairs: readonly (readonly [number, number])[];
    readonly bias: number;
    readonly sd: number;
    readonly low: number;
    readonly high: number;
    readonly trend: number;
  };
}

/** What reference/imaging/tissue.py wrote. */
export const golden = JSON.parse(
  readFileSync(new URL('../../../../../reference/imaging/tissue.json', import.meta.url), 'utf8'),
) as Golden;
