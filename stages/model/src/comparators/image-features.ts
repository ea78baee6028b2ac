import type { Random } from '@myocast/base';
import type { SliceTokens } from '@myocast/imaging';
import type { PredictorTable } from '@myocast/predictors';
import { componentScores, principalComponents } from '../principal-components.ts';
import { everyCmrColumn } from './column-sets.ts';
import { columnFeatures, type Features } from './design.ts';

/** Most principal components of a sequence's slices. */
const mostComponents = 6;
/** Basal, midventricular and apical slices are averaged apart. */
const levels = ['basal', 'mid', 'apical'];

/**
 * What the images say of each subject, in numbers: of every sequence the principal components of its slices'
 * features, averaged over the basal, midventricular and apical third of the slices; the values of every segment;
 * the CMR columns. The components are fitted on the slices of the training rows. Sources are the columns, the
 * segments and each sequence.
 */
export function imageFeatures(table: PredictorTable, train: readonly number[], random: Random): Features {
  const parts = [
    columnFeatures(table, everyCmrColumn),
    segmentFeatures(table),
    ...sequencesOf(table, train).map((sequence) => sliceFeatures(table, sequence, train, random)),
  ];
  return {
    names: parts.flatMap(({ names }) => names),
    sources: parts.flatMap(({ sources }) => sources),
    read: (row) => parts.flatMap(({ read }) => read(row)),
  };
}

function segmentFeatures({ segments }: PredictorTable): Features {
  const places = Array.from({ length: 16 }, (_, segment) => segment);
  const names = segments.flatMap(({ name }) => places.map((segment) => `${name}, segment ${segment + 1}`));
  return {
    names,
    sources: names.map(() => 'segments'),
    read: (row) =>
      segments.flatMap(({ values, observed }) =>
        places.map((segment) => (observed[row * 16 + segment] ? values[row * 16 + segment]! : null)),
      ),
  };
}

interface Sequence {
  readonly kind: SliceTokens['kind'];
  readonly encoder: string;
  readonly subjects: number;
}

/** Sequences with slices among the training rows, by name; of several encoders of one the most frequent, then the first by name. */
function sequencesOf({ slices }: PredictorTable, train: readonly number[]): Sequence[] {
  const found = new Map<string, Sequence>();
  for (const { kind, encoder, values } of train.flatMap((row) => slices[row]!)) {
    if (values.length === 0) continue;
    const key = `${kind} ${encoder}`;
    found.set(key, { kind, encoder, subjects: (found.get(key)?.subjects ?? 0) + 1 });
  }
  const ranked = [...found.values()].sort(
    (a, b) => b.subjects - a.subjects || (a.encoder < b.encoder ? -1 : 1),
  );
  return [...new Set(ranked.map(({ kind }) => kind))]
    .sort()
    .map((kind) => ranked.find((sequence) => sequence.kind === kind)!);
}

function sliceFeatures(
  { slices }: PredictorTable,
  { kind, encoder }: Sequence,
  train: readonly number[],
  random: Random,
): Features {
  const seriesOf = (row: number) =>
    slices[row]!.find((entry) => entry.kind === kind && entry.encoder === encoder);
  const trained = train.flatMap((row) => seriesOf(row) ?? []).flatMap(slicesOf);
  const components = principalComponents(
    trained.map(({ features }) => features),
    mostComponents,
    random.fork(kind),
  );
  const count = components.axes.length;
  const names = levels.flatMap((level) =>
    Array.from({ length: count }, (_, j) => `${kind}, ${level}, component ${j + 1}`),
  );
  return {
    names,
    sources: names.map(() => kind),
    read: (row) => {
      const series = seriesOf(row);
      const own = series === undefined ? [] : slicesOf(series);
      const scored = own.map(({ level, features }) => ({
        level,
        scores: componentScores(components, features),
      }));
      return levels.flatMap((_, level) => {
        const there = scored.filter((slice) => slice.level === level);
        return Array.from({ length: count }, (__, j) =>
          there.length === 0 ? null : there.reduce((sum, { scores }) => sum + scores[j]!, 0) / there.length,
        );
      });
    },
  };
}

/** The feature vector of each slice, and the third of the ventricle in which it lies. */
function slicesOf({ values, width, level }: SliceTokens) {
  return Array.from(level, (share, slice) => ({
    level: Math.max(0, Math.min(levels.length - 1, Math.floor(share * levels.length))),
    features: values.subarray(slice * width, (slice + 1) * width),
  }));
}
