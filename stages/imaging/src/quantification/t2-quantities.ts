import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { SegmentValues } from '../records.ts';
import { quantifyLge } from './lge-quantities.ts';
import type { SegmentReference } from './segments.ts';

/** What a T2 mask alone tells: the area at risk as it is drawn. */
export interface T2Quantities {
  /** The ml are null when the source carries no geometry. */
  readonly myocardiumMl: number | null;
  readonly oedemaMl: number | null;
  /** Area at risk: oedema as a share of the LV myocardium. */
  readonly areaAtRiskPercent: number;
  /** Oedematous share of each segment's myocardium. */
  readonly segmentPercent: SegmentValues;
}

const path = 't2-sax';

/**
 * Area at risk from a T2 mask: oedema as it is drawn, dark cores with it, as a share of the LV
 * myocardium. A T2 mask has oedema where an LGE mask has infarct, so the sums are those of the infarct.
 * A salvage index takes the infarct of the LGE as well: that of an exam, not of a mask.
 *
 * @param mask T2 labels [1, z, y, x]; of several phases the first is taken
 * @returns refused ('not-estimable') without myocardium
 *
 * Source: schulzmenger2020 (docs/references.bib).
 */
export function quantifyT2(mask: Mask, reference: SegmentReference): Checked<T2Quantities> {
  const measured = quantifyLge(mask, reference);
  const [first, ...others] = measured.issues.map(({ kind, message }) => issue(kind, path, message));
  if (!measured.ok) return refused(first!, ...others);
  const { myocardiumMl, infarctMl, infarctPercent, transmuralityPercent } = measured.value;
  const quantities = {
    myocardiumMl,
    oedemaMl: infarctMl,
    areaAtRiskPercent: infarctPercent,
    segmentPercent: transmuralityPercent,
  };
  return accepted(quantities, first ? [first, ...others] : []);
}
