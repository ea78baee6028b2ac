import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, segment, type Segmenter } from '@myocast/imaging';
import { agreeing, annotated, countOf, overlaps, structures } from './overlap.ts';
import type { PatientScores } from './rows.ts';

/** The winner of the EMIDEC challenge and its best classification (arXiv 2012.14128). */
export const emidecGoals = {
  'Dice myocardium': 0.88,
  'Dice infarct': 0.71,
  'Dice MVO': 0.75,
  'normal or infarct called right': 0.92,
};

const { myocardium, infarct, MVO } = structures['lge-sax'] as Record<string, readonly number[]>;

/** An infarct of less than this share of the myocardium is called none: speckles are in every mask. */
const leastInfarct = 0.01;

/**
 * Segments these cases and compares with the experts. Infarct and MVO that neither
 * sees agree (1), as in the challenge.
 *
 * The images carry no pixel size. The clinical table gives the myocardium in ml: with
 * the expert's pixels that is the volume of a pixel of the case.
 */
export async function measureEmidec(
  folder: string,
  { stacks }: Dataset,
  names: readonly string[],
  segmenter: Segmenter,
): Promise<readonly PatientScores[]> {
  const myocardiumMl = column(join(folder, 'reference.csv'), 'ml_myo');
  const scores: PatientScores[] = [];
  for (const patient of names) {
    const { volume, expert } = await annotated(stacks, patient);
    const found = await segment(volume, segmenter, patient);
    const theirs = expert.data;
    const ours = found.ok ? found.value.mask.data : new Uint8Array(theirs.length);
    const mlPerPixel = myocardiumMl.get(patient)! / countOf(theirs, myocardium!);
    scores.push({
      patient,
      values: {
        ...agreeing(overlaps('lge-sax', ours, theirs)),
        ...sizes(ours, theirs, mlPerPixel),
        'no heart found (stacks)': found.ok ? 0 : 1,
      },
    });
  }
  return scores;
}

function sizes(ours: Uint8Array, theirs: Uint8Array, mlPerPixel: number): Record<string, number> {
  const share = (mask: Uint8Array) => countOf(mask, infarct!) / Math.max(1, countOf(mask, myocardium!));
  const differenceMl = (labels: readonly number[]) =>
    mlPerPixel * (countOf(ours, labels) - countOf(theirs, labels));
  const called = share(ours) >= leastInfarct === share(theirs) > 0;
  return {
    'infarct error (ml)': Math.abs(differenceMl(infarct!)),
    'infarct bias (ml)': differenceMl(infarct!),
    'MVO error (ml)': Math.abs(differenceMl(MVO!)),
    'myocardium bias (ml)': differenceMl(myocardium!),
    'infarct error (points of the myocardium)': 100 * Math.abs(share(ours) - share(theirs)),
    'infarct bias (points of the myocardium)': 100 * (share(ours) - share(theirs)),
    'normal or infarct called right': called ? 1 : 0,
  };
}

/** A column of numbers by the name of the case. */
function column(file: string, wanted: string): ReadonlyMap<string, number> {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const [name, at] = ['name', wanted].map((title) => header!.split(',').indexOf(title)) as [number, number];
  return new Map(lines.map((line) => line.split(',')).map((cells) => [cells[name]!, Number(cells[at])]));
}
