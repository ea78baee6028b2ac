import type { Mask } from '@myocast/dicom';
import {
  type Dataset,
  joinPhases,
  quantifyPhase,
  segment,
  type Segmenter,
  splitPhases,
  type StackCertainty,
  stackCertainty,
} from '@myocast/imaging';
import { annotated, countOf, overlaps } from './overlap.ts';
import type { PatientScores } from './rows.ts';

/** One phase, our mask (null where no heart was found) and the expert's. */
interface Compared {
  readonly found: Mask | null;
  readonly expert: Mask;
}

/** A little below what networks that learned from thousands of hearts reach (Dice of arXiv 1710.09289, LVEF of arXiv 2506.00679). */
export const acdcGoals = {
  'Dice RV': 0.88,
  'Dice myocardium': 0.87,
  'Dice LV': 0.93,
  'LVEF error (points)': 3.3,
};

/**
 * Segments these patients at end-diastole and end-systole, as a cine of two phases, and
 * compares with the experts.
 */
export async function measureAcdc(
  { stacks }: Dataset,
  names: readonly string[],
  segmenter: Segmenter,
): Promise<readonly PatientScores[]> {
  const scores: PatientScores[] = [];
  for (const patient of names) {
    const [ed, es] = [await annotated(stacks, patient, 'ed'), await annotated(stacks, patient, 'es')];
    const cine = joinPhases([ed.volume, es.volume], patient);
    if (!cine.ok) throw new Error(cine.issues[0]!.message);
    const found = await segment(cine.value, segmenter, patient);
    const phase = (at: 0 | 1, { expert }: { expert: Mask }): Compared => ({
      found: found.ok ? { ...expert, data: splitPhases(found.value.mask, at, 2).data } : null,
      expert,
    });
    const values = compared(phase(0, ed), phase(1, es));
    const sure = found.ok
      ? certaintyValues(stackCertainty(found.value, 'cine-sax'), values, ed.expert, es.expert)
      : {};
    scores.push({ patient, values: { ...values, ...sure } });
  }
  return scores;
}

function compared(ed: Compared, es: Compared): Record<string, number | null> {
  const [atEd, atEs] = [ed, es].map(({ found, expert }) =>
    overlaps('cine-sax', found?.data ?? null, expert.data),
  ) as [Record<string, number>, Record<string, number>];
  const suffixed = (own: Record<string, number>, suffix: string) =>
    Object.fromEntries(Object.entries(own).map(([name, value]) => [`${name}${suffix}`, value]));
  const both = Object.fromEntries(Object.keys(atEd).map((name) => [name, (atEd[name]! + atEs[name]!) / 2]));
  return {
    ...both,
    ...suffixed(atEd, ', ED'),
    ...suffixed(atEs, ', ES'),
    ...volumeErrors(ed, es),
    'no heart found': ed.found === null ? 1 : 0,
  };
}

/** How the network's own certainty compares with what experts found. */
function certaintyValues(
  { structures, ejectionFractionPercent: ef }: StackCertainty,
  values: Record<string, number | null>,
  ed: Mask,
  es: Mask,
): Record<string, number> {
  const names = { RV: 'right ventricle', myocardium: 'myocardium', LV: 'left ventricle' } as const;
  const expected = Object.entries(names).map(([short, long]) => {
    const dice = structures[long]?.expectedDice ?? 0;
    return [
      [`expected Dice ${short}`, dice],
      [`expected less true Dice ${short}`, dice - values[`Dice ${short}`]!],
    ] as const;
  });
  const [large, small] = [ed, es].map(({ data }) => countOf(data, [3])) as [number, number];
  const truth = (100 * (large - small)) / large;
  const interval = ef && {
    'LVEF within its 90 % interval': truth >= ef.low && truth <= ef.high ? 1 : 0,
    'width of the LVEF interval (points)': ef.high - ef.low,
  };
  return { ...Object.fromEntries(expected.flat()), ...interval };
}

/** A patient without both phases has no volumes; the row of hearts not found says so. */
function volumeErrors(ed: Compared, es: Compared): Record<string, number> {
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
