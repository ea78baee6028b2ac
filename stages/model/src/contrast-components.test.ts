import { Random } from '@myocast/base';
import { expect, it } from 'vitest';
import { contrastComponents, type ExamViews } from './contrast-components.ts';
import { componentScores, principalComponents } from './principal-components.ts';

const random = new Random('contrast');
const [patients, slices, width] = [150, 5, 30];

/** Ten strong directions that say nothing of the patient, and a weak one that the record knows of. */
const mixing = Array.from({ length: 11 }, () => Array.from({ length: width }, () => random.normal()));
const hidden = Float64Array.from({ length: patients }, () => random.normal());
const exams: ExamViews[] = Array.from(hidden, (own) => ({
  record: [own + random.normal(0, 0.3), random.normal(), random.normal()],
  slices: Array.from({ length: slices }, () => {
    const sources = [...Array.from({ length: 10 }, () => 3 * random.normal()), own];
    return Float32Array.from({ length: width }, (_, j) =>
      sources.reduce((sum, source, k) => sum + source * mixing[k]![j]!, random.normal(0, 0.1)),
    );
  }),
}));
const span = principalComponents(
  exams.flatMap((exam) => exam.slices),
  20,
  new Random(1),
);

function correlation(scores: readonly number[]): number {
  const [mx, my] = [scores, [...hidden]].map((v) => v.reduce((sum, x) => sum + x, 0) / v.length);
  let [xy, xx, yy] = [0, 0, 0];
  for (const [i, x] of scores.entries()) {
    xy += (x - mx!) * (hidden[i]! - my!);
    xx += (x - mx!) ** 2;
    yy += (hidden[i]! - my!) ** 2;
  }
  return Math.abs(xy / Math.sqrt(xx * yy));
}

const meanScore = (components: typeof span, exam: ExamViews) => {
  const scores = exam.slices.map((slice) => componentScores(components, slice)[0]!);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

it('finds the direction that goes with the record, which the largest spread does not show', () => {
  const contrast = contrastComponents(span, exams, 2);
  expect(correlation(exams.map((exam) => meanScore(contrast, exam)))).toBeGreaterThan(0.9);
  for (const axis of span.axes.slice(0, 4).keys()) {
    const alone = { ...span, axes: [span.axes[axis]!], scale: [span.scale[axis]!] };
    expect(correlation(exams.map((exam) => meanScore(alone, exam)))).toBeLessThan(0.6);
  }
});

it('gives scores of standard deviation 1 among the slices', () => {
  const contrast = contrastComponents(span, exams, 2);
  for (const place of contrast.axes.keys()) {
    const scores = exams.flatMap((exam) =>
      exam.slices.map((slice) => componentScores(contrast, slice)[place]!),
    );
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
    expect(variance).toBeCloseTo(1, 3);
  }
});

it('has nothing to say of one exam, or without a record', () => {
  expect(contrastComponents(span, exams.slice(0, 1), 2).axes).toEqual([]);
  expect(
    contrastComponents(
      span,
      exams.map(({ slices: own }) => ({ slices: own, record: [] })),
      2,
    ).axes,
  ).toEqual([]);
});
