import type { Volume } from '@myocast/dicom';
import type { QuantitiesRecord } from '@myocast/imaging';
import { bullsEyeFigure } from '../figures/bulls-eye-figure.ts';
import { lineFigure, type Moment } from '../figures/line-figure.ts';
import { phaseAxis } from './beat-moments.ts';
import type { ExamPicture } from './exam-pictures.ts';
import { phaseCurves, type SegmentVector, segmentVectors, wordsOf } from './segment-vectors.ts';
import { contourWords } from './shown-series.ts';
import { shownQuantity } from './shown-quantities.ts';

/** A bull's-eye of every quantity by segment, and the curves of the record over the beat. */
export function quantityPictures(
  quantities: QuantitiesRecord,
  subject: string,
  cine: Volume | null,
): ExamPicture[] {
  const who = [...new Set(Object.values(quantities.contours).map(contourWords))].join(', ');
  const eyes = segmentVectors(quantities).flatMap((vector) => eyeOf(vector, `${subject}, ${who}`) ?? []);
  return [...eyes, ...strainPictures(quantities, subject, cine)];
}

/** With the apex always in its place, hatched where it has no value; null for a quantity that is drawn already. */
function eyeOf({ path, values }: SegmentVector, note: string): ExamPicture | null {
  const known = shownQuantity(path);
  if (known === 'twice') return null;
  const all = Array.from({ length: 17 }, (_, at) => values[at] ?? null);
  const name = `bulls-eye-${fileName(path)}`;
  if (known === null) {
    const { words, unit } = wordsOf(path);
    return { name, group: 'other', svg: bullsEyeFigure({ title: words, unit, values: all, note }) };
  }
  const { title, unit, range, decimals, group, caption } = known;
  const svg = bullsEyeFigure({ title, unit, values: all, range, decimals, note });
  return { name, group, svg, ...(caption && { caption }) };
}

/** Curves of one part of the record in one figure. */
function strainPictures(quantities: QuantitiesRecord, subject: string, cine: Volume | null): ExamPicture[] {
  const groups = new Map<string, ReturnType<typeof phaseCurves>[number][]>();
  for (const curve of phaseCurves(quantities)) {
    const part = curve.path.slice(0, -1).join(' ');
    groups.set(part, [...(groups.get(part) ?? []), curve]);
  }
  return [...groups.values()].map((curves) => {
    const phases = curves[0]!.percent.length;
    const { x, xLabel } = phaseAxis(cine, phases);
    const moment = quantities.cine && quantities.cine.esPhase < phases ? quantities.cine.esPhase : null;
    const moments: Moment[] = moment === null ? [] : [{ x: x[moment]!, label: 'ES' }];
    const part = curves[0]!.path.slice(0, -1);
    const svg = lineFigure(
      curves.map(({ path, percent }) => ({ name: wordsOf(['', path.at(-1)!]).words, x, y: percent })),
      { title: `${subject}: ${wordsOf(part).words} strain`, xLabel, yLabel: 'Strain (%)', moments },
    );
    return { name: `curves-${fileName(part)}`, group: 'curves', svg };
  });
}

function fileName(path: readonly string[]): string {
  return path
    .join('-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
}
