import type { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';

export interface Planted {
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** [n] the true log hazard ratio */
  readonly logHazard: Float64Array;
}

/**
 * A synthetic table whose hazard is known: 12 clinical and 4 CMR columns, one
 * segment column, LGE slices of 24 features that follow 4 latent factors; a tenth of
 * the cells and images missing. Two causes: a composite one, whose hazard
 * follows `signal`, and a rare competing one.
 *
 * @param signal 'columns': two columns; 'corner': both of them high; 'slices': a factor of the middle slices
 */
export function planted(
  n: number,
  signal: 'columns' | 'corner' | 'slices',
  random: Random,
  events = 0.45,
): Planted {
  const columns = Array.from({ length: 16 }, (_, j) => ({
    name: j < 12 ? `lab${j}` : `cmr${j}`,
    label: `Column ${j}`,
    unit: null,
    kind: 'continuous' as const,
    source: j < 12 ? ('clinical' as const) : ('cmr' as const),
  }));
  const values = Float64Array.from({ length: n * 16 }, () => random.normal());
  const observed = Uint8Array.from(values, () => (random.chance(0.9) ? 1 : 0));
  const loadings = Array.from({ length: 24 }, () => Array.from({ length: 4 }, () => random.normal()));
  const factors = Array.from({ length: n }, () => Array.from({ length: 4 }, () => random.normal()));
  const slices = factors.map((factor) => {
    const count = 8 + random.integer(4);
    const features = Array.from({ length: count }, () =>
      loadings.map((loading) => factor.reduce((sum, f, k) => sum + f * loading[k]!, random.normal(0, 1.5))),
    );
    const tokens = {
      kind: 'lge-sax' as const,
      encoder: 'planted',
      width: 24,
      values: Float32Array.from(features.flat()),
      level: Float32Array.from({ length: count }, (_, slice) => slice / (count - 1)),
    };
    return random.chance(0.95) ? [tokens] : [];
  });
  const logHazard = Float64Array.from({ length: n }, (_, row) => {
    const [first, second] = [values[row * 16]!, values[row * 16 + 13]!];
    if (signal === 'corner') return first > 0 && second > 0 ? 2 : -1;
    return signal === 'columns' ? first - 0.8 * second : 1.2 * factors[row]![0]!;
  });
  const end = 1500;
  const days = new Float64Array(n);
  const cause = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const first = random.exponential((events / end) * Math.exp(logHazard[row]!));
    const other = random.exponential(0.05 / end);
    const censored = random.uniform(0.4 * end, end);
    days[row] = Math.max(1, Math.round(Math.min(first, other, censored)));
    cause[row] = censored < Math.min(first, other) ? 0 : first < other ? 1 : 2;
  }
  return {
    table: {
      subjects: Array.from({ length: n }, (_, row) => `s${row}`),
      centres: Array.from({ length: n }, (_, row) => `c${row % 4}`),
      columns,
      values: values.map((value, cell) => (observed[cell] ? value : 0)),
      observed,
      segments: [
        {
          name: 'transmurality',
          unit: '%',
          values: Float64Array.from({ length: n * 16 }, () => random.uniform(0, 100)),
          observed: new Uint8Array(n * 16).fill(1),
        },
      ],
      slices,
    },
    outcome: {
      days,
      cause,
      causes: ['mace', 'other death'],
      compositeCauses: ['mace'],
      compositeName: 'MACE',
    },
    logHazard,
  };
}
