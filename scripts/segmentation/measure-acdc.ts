import type { Mask } from '@myocast/dicom';
import { type Dataset, quantifyPhase, segment, type Segmenter } from '@myocast/imaging';
import { annotated, overlaps } from './overlap.ts';
import type { PatientScores } from './rows.ts';

type Phase = 'ed' | 'es';
type Masks = Record<Phase, { readonly found: Mask | null; readonly expert: Mask }>;

/** What networks that learned from thousands of hearts reach: Dice of arXiv 1710.09289, LVEF of arXiv 2506.00679. */
export const acdcGoals = {
  'Dice RV': 0.9,
  'Dice myocardium': 0.88,
  'Dice LV': 0.94,
  'LVEF error (points)': 3.33,
};

/** Segments these patients at end-diastole and end-systole and compares with the experts. */
export async function measureAcdc(
  { stacks }: Dataset,
  names: readonly string[],
  segmenter: Segmenter,
): Promise<readonly PatientScores[]> {
  const scores: PatientScores[] = [];
  for (const patient of names) {
    const masks: Partial<Masks> = {};
    for (const part of ['ed', 'es'] as const) {
      const { volume, expert } = await annotated(stacks, patient, part);
      const found = await segment(volume, segmenter, `${patient} ${part}`);
      masks[part] = { found: found.ok ? found.value.mask : null, expert };
    }
    scores.push({ patient, values: compared(masks as Masks) });
  }
  return scores;
}

function compared({ ed, es }: Masks): Record<string, number | null> {
  const [atEd, atEs] = [ed, es].map(({ found, expert }) =>
    overlaps('cine-sax', found?.data ?? null, expert.data),
  ) as [Record<string, number>, Record<string, number>];
  const suffixed = (own: Record<string, number>, suffix: string) =>
    Object.fromEntries(Object.entries(own).map(([name, value]) => [`${name}${suffix}`, value]));
  const both = Object.fromEntries(Object.keys(atEd).map((name) => [name, (atEd[name]! + atEs[name]!) / 2]));
  const failed = { 'no heart found (stacks)': [ed, es].filter(({ found }) => found === null).length };
  return {
    ...both,
    ...suffixed(atEd, ', ED'),
    ...suffixed(atEs, ', ES'),
    ...volumeErrors(ed, es),
    ...failed,
  };
}

/** A patient without both phases has no volumes; the row of hearts not found says so. */
function volumeErrors(ed: Masks['ed'], es: Masks['es']): Record<string, number> {
  const ours = [ed, es].map(({ found }) => found && quantifyPhase(found, 0));
  const theirs = [ed, es].map(({ expert }) => quantifyPhase(expert, 0));
  const [a, b, c, d] = [...ours, ...theirs].map((one) => (one?.ok ? one.value : null));
  if (!a || !b || !c || !d) return {};
  const ejection = (large: number, small: number) => (100 * (large - small)) / large;
  const lvef = ejection(a.lvMl, b.lvMl) - ejection(c.lvMl, d.lvMl);
  const rvef =
    a.rvMl > 0
      ? { 'RVEF error (points)': Math.abs(ejection(a.rvMl, b.rvMl) - ejection(c.rvMl, d.rvMl)) }
      : {};
  return {
    'LVEF error (points)': Math.abs(lvef),
    'LVEF bias (points)': lvef,
    'EDV error (ml)': Math.abs(a.lvMl - c.lvMl),
    'EDV bias (ml)': a.lvMl - c.lvMl,
    'ESV bias (ml)': b.lvMl - d.lvMl,
    'RV EDV bias (ml)': a.rvMl - c.rvMl,
    ...rvef,
    'mass error (g)': Math.abs(a.massG - c.massG),
    'mass bias (g)': a.massG - c.massG,
  };
}
