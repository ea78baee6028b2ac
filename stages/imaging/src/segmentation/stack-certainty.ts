import { Random } from '@myocast/base';
import { cineLabel, type SegmentedKind } from '../records.ts';
import { drawnAreas, interval, structureCertainty } from './certainty.ts';
import type { Segmentation } from './segment.ts';
import { scoredLabels } from './segment-dataset.ts';

/** A number with the middle 90 % of what readers could have drawn. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How sure a segmentation is, structure by structure. */
export interface StackCertainty {
  readonly structures: {
    readonly [name: string]: {
      /** Dice with an expert that is to be expected; null where the structure was not seen. */
      readonly expectedDice: number | null;
      /** [z] */
      readonly sliceDice: readonly (number | null)[];
    };
  };
  /** Of a cine whose cavity is seen at end-diastole and end-systole. */
  readonly ejectionFractionPercent: Interval | null;
}

export function stackCertainty({ mask, maps }: Segmentation, kind: SegmentedKind): StackCertainty {
  const structures = Object.entries(scoredLabels[kind]).map(([name, labels]) => {
    const { expectedDice, sliceDice } = structureCertainty(maps, labels);
    return [name, { expectedDice: rounded(expectedDice), sliceDice: sliceDice.map(rounded) }] as const;
  });
  return {
    structures: Object.fromEntries(structures),
    ejectionFractionPercent:
      kind === 'cine-sax' && mask.shape[0] > 1 ? ejectionInterval({ mask, maps }) : null,
  };
}

const rounded = (value: number | null) => (value === null ? null : Number(value.toFixed(3)));

function ejectionInterval({ mask, maps }: Pick<Segmentation, 'mask' | 'maps'>): Interval | null {
  const [phases] = mask.shape;
  const size = mask.data.length / phases;
  const cavities = Array.from({ length: phases }, (_, t) => {
    let count = 0;
    for (let at = t * size; at < (t + 1) * size; at++) if (mask.data[at] === cineLabel.leftVentricle) count++;
    return count;
  });
  const drawn = cavities.filter((count) => count > 0);
  if (drawn.length < 2) return null;
  const [most, least] = [Math.max(...drawn), Math.min(...drawn)];
  const random = new Random('readers');
  const areas = (count: number) =>
    drawnAreas(maps, [cineLabel.leftVentricle], cavities.indexOf(count), random);
  const [ed, es] = [areas(most), areas(least)];
  const fractions = ed.map((large, draw) => (large > 0 ? (100 * (large - es[draw]!)) / large : 0));
  const [low, high] = interval(fractions);
  const value = (100 * (most - least)) / most;
  const oneDecimal = (number: number) => Number(number.toFixed(1));
  return {
    value: oneDecimal(value),
    low: oneDecimal(Math.min(low, value)),
    high: oneDecimal(Math.max(high, value)),
  };
}
