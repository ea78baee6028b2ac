import type { Candidate } from './exam.ts';

/** Below this the kind of a series is a guess. */
export const sureEnough = 0.6;

/** One question after the other decides between two series of one kind; the larger answer is better. */
const questions: readonly {
  readonly ask: (series: Candidate) => number;
  readonly answer: (better: Candidate, other: Candidate) => string;
}[] = [
  { ask: ({ setBy }) => Number(setBy !== null), answer: ({ setBy }) => `set by ${setBy}` },
  {
    ask: ({ confidence }) => Number(confidence >= sureEnough),
    answer: (better, other) => `surer (${better.confidence} against ${other.confidence})`,
  },
  {
    ask: (series) => filledSlices(series),
    answer: (better, other) => `more slices (${filledSlices(better)} against ${filledSlices(other)})`,
  },
  {
    // It does not depend on a well chosen inversion time.
    ask: ({ variant }) => Number(variant === 'phase-sensitive'),
    answer: () => 'phase-sensitive, where the other is a magnitude image',
  },
  {
    ask: ({ shape }) => shape[0],
    answer: (better, other) => `more phases (${better.shape[0]} against ${other.shape[0]})`,
  },
  {
    ask: ({ confidence }) => confidence,
    answer: (better, other) => `surer (${better.confidence} against ${other.confidence})`,
  },
  {
    ask: ({ shape }) => shape[2] * shape[3],
    answer: (better, other) =>
      `finer matrix (${better.shape.slice(2).join('×')} against ${other.shape.slice(2).join('×')})`,
  },
  { ask: ({ paths }) => paths.length, answer: () => 'more images' },
];

function filledSlices({ shape, emptySlices }: Candidate): number {
  return shape[1] - emptySlices.length;
}

/** Below 0 where `a` is to be used before `b`; series that are alike in all keep an order by their pixels. */
export function compareSeries(a: Candidate, b: Candidate): number {
  for (const { ask } of questions) {
    const difference = ask(b) - ask(a);
    if (difference !== 0) return difference;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Why `better` is used and `other` of its kind is not. */
export function whyBetter(better: Candidate, other: Candidate): string {
  const decided = questions.find(({ ask }) => ask(better) !== ask(other));
  return decided?.answer(better, other) ?? 'alike in every respect, the first by its pixels';
}
