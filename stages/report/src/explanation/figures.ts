import type { Contributions, Explanation } from '@myocast/model/explanation';
import { bullsEyeFigure } from '../figures/bulls-eye-figure.ts';
import { sliceFigure } from '../figures/slice-figure.ts';
import { waterfallFigure } from '../figures/waterfall-figure.ts';
import { formatHorizon } from '../format.ts';

const points = (share: number) => 100 * share;

/** From the risk of nobody in particular to the subject's, variable by variable; null where nothing is known. */
export function variableWaterfall(explanation: Explanation): string | null {
  return waterfall(explanation, explanation.variables, 'Contributions to the risk');
}

/** The same by record and sequence. */
export function sequenceWaterfall(explanation: Explanation): string | null {
  return waterfall(explanation, explanation.sequences, 'Record and sequences');
}

function waterfall(
  { composite, horizonDays, labels }: Explanation,
  { scales }: Contributions,
  title: string,
): string | null {
  const { base, total, contributions } = scales.find(({ scale }) => scale === 'risk')!;
  if (contributions.length === 0) return null;
  const within = horizonDays === null ? '' : ` within ${formatHorizon(horizonDays)}`;
  return waterfallFigure({
    title,
    note: `Risk of ${composite}${within} in percent; steps in percentage points`,
    unit: '%',
    base: { label: 'With nothing known', value: points(base) },
    total: { label: 'This patient', value: points(total) },
    steps: contributions.map(({ player, value, standardError }) => ({
      label: labels[player] ?? player,
      value: points(value),
      standardError: points(standardError),
    })),
  });
}

/** Change of the risk by AHA segment, in points: against not measured, and against the median of the training rows. */
export function bullsEyes({ segments }: Explanation): string[] {
  const all = [
    { title: 'Change of risk by segment', note: 'as if it had not been measured', values: segments.missing },
    {
      title: 'Change of risk by segment',
      note: 'against the median of the training patients',
      values: segments.median ?? [],
    },
  ];
  const measured = all.filter(({ values }) => values.some((value) => value !== null));
  // One scale for both, so that they may be compared.
  const reach = Math.max(
    ...measured.flatMap(({ values }) => values.map((value) => Math.abs(points(value ?? 0)))),
    0.01,
  );
  return measured.map(({ title, note, values }) =>
    bullsEyeFigure({
      title,
      note,
      unit: 'points',
      values: values.map((value) => (value === null ? null : points(value))),
      range: [-reach, reach],
    }),
  );
}

/** Change of the risk by slice, in points; null without images. */
export function sliceCells({ slices }: Explanation): string | null {
  if (slices.length === 0) return null;
  return sliceFigure({
    title: 'Change of risk by slice',
    note: 'points of risk; below, the number of the slice in the exam, in brackets its place from the base where that is not known',
    sequences: slices.map(({ sequence, slices: own }) => ({
      name: sequence,
      slices: own.map(({ examSlice, change }) => ({
        examNumber: examSlice === null ? null : examSlice + 1,
        value: points(change),
      })),
    })),
  });
}
